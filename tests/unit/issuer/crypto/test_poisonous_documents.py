"""Small documents that mean a great deal of work: each way in refuses them, and does not do the work first."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT, ContextSet, open_contexts
from issuer.crypto.errors import CanonicalizationBudget, CryptoError
from issuer.crypto.jsonld import MAX_OWN_TERMS, to_quads
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.selective_disclosure import add_base_proof, derive
from issuer.crypto.signatures import local_signer
from issuer.crypto.verification_method import VerificationMethod
from tests.unit.issuer.crypto.making import (
    CREATED,
    METHOD,
    NOW,
    make_credential,
    make_ec_key,
    make_key,
    make_method,
    make_signed,
    resolver,
)

KEY = make_ec_key()
OWN_TERM = {"knows": {"@id": "urn:x:knows", "@type": "@id"}}


def complete_graph(size: int, *, contexts: tuple[Any, ...] = (OB3_CONTEXT,)) -> dict[str, Any]:
    """Blank nodes of which each is related to all others: size! orders to try."""
    related = [
        {
            "id": f"_:n{one}",
            "type": ["Achievement"],
            "related": [{"id": f"_:n{other}"} for other in range(size) if other != one],
        }
        for one in range(size)
    ]
    return make_credential(
        **{"@context": [VC2_CONTEXT, *contexts]},
        credentialSubject=[{"type": ["AchievementSubject"], "achievement": each} for each in related],
    )


def acquaintances(size: int) -> dict[str, Any]:
    """The same by a term of the document's own."""
    return make_credential(
        **{"@context": [VC2_CONTEXT, OB3_CONTEXT, OWN_TERM]},
        credentialSubject=[
            {"id": f"_:n{one}", "knows": [f"_:n{other}" for other in range(size) if other != one]}
            for one in range(size)
        ],
    )


def disclosed(contexts: ContextSet | None = None) -> dict[str, Any]:
    """A proof of a part of another document."""
    secured = add_base_proof(
        make_credential(),
        signer=local_signer(KEY),
        public_key=KEY.public_key(),
        verification_method=METHOD,
        created=CREATED,
        hmac_key=b"h" * 32,
        proof_key=make_ec_key(seed=11),
        mandatory_pointers=["/issuer"],
        contexts=contexts,
    )
    return dict(derive(secured, selective_pointers=[], contexts=contexts)["proof"])


POISON = [
    pytest.param(complete_graph(8), None, id="eight nodes"),
    pytest.param(acquaintances(8), open_contexts(), id="eight nodes by a term of its own"),
    pytest.param(acquaintances(40), open_contexts(), id="forty nodes by a term of its own"),
]


@pytest.mark.parametrize(("document", "contexts"), POISON)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ecdsa-sd-2023"])
def test_v27_no_suite_works_through_a_complete_graph(
    document: dict[str, Any], contexts: ContextSet | None, suite: str
) -> None:
    proof = {**disclosed(), "cryptosuite": suite}
    report = verify_proof(
        {**document, "proof": proof}, resolve_key=resolver(make_method(KEY)), now=NOW, contexts=contexts
    )
    assert (report.outcome, report.code) == ("invalid", "canonicalization_budget")


def test_v27_many_proofs_do_not_multiply_the_work() -> None:
    proof = {**disclosed(), "cryptosuite": "ecdsa-rdfc-2019"}
    asked = []

    def resolve(method_id: str) -> VerificationMethod:
        asked.append(method_id)
        return make_method(KEY)

    report = verify_proof({**complete_graph(8), "proof": [proof] * 16}, resolve_key=resolve, now=NOW)
    assert [result.code for result in report.results] == ["canonicalization_budget"] * 16
    assert len(asked) == 1


def test_a_long_document_has_few_proofs() -> None:
    signed = make_signed(make_credential(description="x" * 200_000), key=make_key())
    for proofs, code in ((1, ""), (10, ""), (11, "canonicalization_budget")):
        report = verify_proof({**signed, "proof": signed["proof"] * proofs}, resolve_key=resolver(), now=NOW)
        assert report.code == code


@pytest.mark.parametrize(("document", "contexts"), POISON)
def test_v27_nor_is_a_part_of_one_signed_or_derived(document: dict[str, Any], contexts: ContextSet | None) -> None:
    with pytest.raises(CryptoError):
        add_base_proof(
            document,
            signer=local_signer(KEY),
            public_key=KEY.public_key(),
            verification_method=METHOD,
            created=CREATED,
            hmac_key=b"h" * 32,
            proof_key=make_ec_key(seed=11),
            contexts=contexts,
        )
    with pytest.raises(CryptoError):
        derive({**document, "proof": disclosed()}, selective_pointers=["/name"], contexts=contexts)


def test_known_contexts_named_again_and_again_in_another_order_are_refused() -> None:
    """Each order of them is another table of terms, to be made from the beginning."""
    parts = (VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT)
    subjects = [
        {"@context": [parts[number // 3**place % 3] for place in range(7)], "id": f"urn:x:{number}", "name": "x"}
        for number in range(400)
    ]
    with pytest.raises(CanonicalizationBudget):
        to_quads(make_credential(credentialSubject=subjects))


def test_known_contexts_named_in_each_of_many_parts_are_read_once() -> None:
    subjects = [
        {"@context": [VC2_CONTEXT, OB3_CONTEXT], "id": f"urn:x:{number}", "name": "x"} for number in range(1_000)
    ]
    assert len(to_quads(make_credential(credentialSubject=subjects))) > 2_000


def test_a_long_identifier_in_each_of_many_statements_is_refused() -> None:
    document = make_credential()
    document["credentialSubject"]["id"] = "urn:x:" + "x" * 100_000
    document["credentialSubject"]["achievement"]["creator"] = {"id": document["credentialSubject"]["id"]}
    achievement = document["credentialSubject"]["achievement"]
    achievement |= {"id": document["credentialSubject"]["id"], "tag": [str(number) for number in range(1_000)]}
    with pytest.raises(CanonicalizationBudget):
        to_quads(document)


@pytest.mark.parametrize(
    "own",
    [
        {"@vocab": "urn:x:" + "x" * 50_000},
        {f"term{number}": f"urn:x:{number}" for number in range(MAX_OWN_TERMS + 1)},
        {f"t{number}": f"t{number + 1}:{'x' * 500}" for number in range(100)} | {"t100": "urn:x:"},
    ],
    ids=["a long vocabulary", "many terms", "terms that grow by each other"],
)
def test_own_terms_that_make_a_huge_document_of_a_small_one_are_refused(own: dict[str, str]) -> None:
    subjects = [{"id": f"urn:x:{number}", "type": ["VerifiableCredential"]} for number in range(1_000)]
    document = make_credential(**{"@context": [VC2_CONTEXT, OB3_CONTEXT, own]}, credentialSubject=subjects)
    with pytest.raises(CanonicalizationBudget):
        to_quads(document, contexts=open_contexts())


def test_one_context_for_each_of_many_parts_is_refused() -> None:
    subjects = [
        {"@context": {"a": f"urn:x:{number}", "b": "urn:x:b"}, "id": f"urn:y:{number}", "a": "x"}
        for number in range(MAX_OWN_TERMS)
    ]
    with pytest.raises(CanonicalizationBudget):
        to_quads(make_credential(credentialSubject=subjects), contexts=open_contexts())
