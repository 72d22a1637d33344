"""What was canonicalized a moment ago is not canonicalized again, and is never taken for something else."""

from typing import Any

import pytest

from issuer.crypto.contexts import open_contexts, pinned_contexts
from issuer.crypto.cryptosuites import canonicalize_rdf
from issuer.crypto.errors import ContextRefused, CryptoError, UnsignedProperty
from issuer.crypto.remembered import Remembered
from tests.unit.issuer.crypto.making import make_credential


class Counted:
    """Its argument in capitals, and how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str) -> bytes:
        self.asked.append(text)
        if text == "wrong":
            raise CryptoError("wrong")
        return text.upper().encode()


def test_a_result_is_computed_once_while_it_is_among_the_last() -> None:
    compute = Counted()
    remembered = Remembered(compute, results=2, longest=10)
    assert [remembered(text) for text in ("a", "b", "a", "c", "a", "b")] == [b"A", b"B", b"A", b"C", b"A", b"B"]
    assert compute.asked == ["a", "b", "c", "b"]


def test_long_results_and_errors_are_not_kept() -> None:
    compute = Counted()
    remembered = Remembered(compute, results=2, longest=3)
    for _ in range(2):
        assert remembered("long") == b"LONG"
        with pytest.raises(CryptoError):
            remembered("wrong")
    assert compute.asked == ["long", "wrong", "long", "wrong"]


def canonical(document: dict[str, Any], **over: Any) -> bytes:
    return canonicalize_rdf(document, over.get("contexts"), over.get("algorithm", "EdDSA"))


def test_documents_that_python_finds_equal_are_told_apart() -> None:
    """True, 1 and 1.0 are equal in Python and three different statements."""
    credits = [canonical(make_credential(credentialSubject=subject(value))) for value in (True, 1, 1.5)]
    again = [canonical(make_credential(credentialSubject=subject(value))) for value in (1.5, 1, True)]
    assert len(set(credits)) == 3
    assert credits == again[::-1]


def subject(value: Any) -> dict[str, Any]:
    return {"id": "urn:uuid:5", "type": ["AchievementSubject"], "creditsEarned": value}


def test_a_document_is_read_in_the_contexts_that_were_asked_for() -> None:
    document = make_credential(
        **{"@context": [*make_credential()["@context"], {"honours": "urn:x:honours"}]}, honours="yes"
    )
    assert b"urn:x:honours" in canonical(document, contexts=open_contexts())
    with pytest.raises(ContextRefused):
        canonical(document, contexts=pinned_contexts())


def test_each_hash_names_the_blank_nodes_in_its_own_order() -> None:
    document = make_credential(id=None)
    assert canonical(document) == canonical(document, algorithm="ES256")
    assert canonical(document) != canonical(document, algorithm="ES384")
    assert canonical(document) == canonical(document)


def test_a_document_changed_in_place_is_read_again() -> None:
    document = make_credential()
    before = canonical(document)
    document["name"] = "Doctor of Everything"
    assert canonical(document) != before
    document["honours"] = "yes"
    with pytest.raises(UnsignedProperty):
        canonical(document)
