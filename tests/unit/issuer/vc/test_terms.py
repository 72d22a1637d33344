from __future__ import annotations

from typing import Any

import pytest

from issuer.crypto.contexts import VC2_CONTEXT, ContextSet, pinned_contexts
from issuer.vc.report import Outcome
from issuer.vc.terms import check_terms
from tests.factories.credentials import make_vc, secured


def test_every_term_is_defined() -> None:
    assert check_terms(secured(make_vc())).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"honours": "first class"}, "DATA_LOSS_DETECTION_ERROR"),
        ({"statusEntry": {"type": "BitstringStatusListEntry"}}, "DATA_LOSS_DETECTION_ERROR"),
        ({"type": ["VerifiableCredential", "Undefined"]}, "DATA_LOSS_DETECTION_ERROR"),
        ({"id": "relative/identifier"}, "DATA_LOSS_DETECTION_ERROR"),
        ({"@context": [VC2_CONTEXT, "https://attacker.example/v1"]}, "PROOF_TRANSFORMATION_ERROR"),
        ({"@context": [VC2_CONTEXT, {"term": "https://example.org/#term"}]}, "PROOF_TRANSFORMATION_ERROR"),
    ],
)
def test_v21_v25_what_no_context_defines_is_an_error(over: dict[str, Any], code: str) -> None:
    check = check_terms(make_vc(**over))
    assert (check.outcome, check.code) == (Outcome.FAIL, code)


def test_a_context_whose_text_is_not_installed_could_not_be_checked() -> None:
    without = {url: text for url, text in pinned_contexts().documents.items() if not url.endswith("/cid/v1")}
    document = make_vc(**{"@context": [VC2_CONTEXT, "https://www.w3.org/ns/cid/v1"]})
    check = check_terms(document, contexts=ContextSet(without))
    assert (check.outcome, check.reason) == (Outcome.COULD_NOT_CHECK, "context_unavailable")
