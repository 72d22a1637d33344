"""An independent verifier, given the same documents at the same addresses, says the same; or the reason stands here."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob2.verifier import OB2Verifier

from badges.verification.report import Verdict
from issuer.crypto.signatures import local_signer
from tests.unit.badges.verification.open_badges_2.hosts import (
    ASSERTION,
    EVIL,
    HOST,
    assertion,
    badge_class,
    checked,
    hosted,
    issuer_profile,
    key_document,
    revocation_list,
    signed_assertion,
    token,
)
from tests.unit.issuer.crypto.making import make_rsa_key

SALTED = {"type": "email", "hashed": False, "identity": "ada@example.org"}
THIEF = make_rsa_key()


def _theirs(given: dict[str, Any] | str, answers: dict[str, Any]) -> bool:
    def download(url: str) -> bytes:
        found = answers.get(url, 404)
        if not isinstance(found, dict):
            raise LibOpenBadgesException(f"{url} answered {found}")
        return json.dumps(found).encode()

    verifier = OB2Verifier(download=download)
    try:
        if isinstance(given, str):
            verifier.verify(given, check_revocation=True)
        else:
            verifier.verify_hosted(given, check_revocation=True)
    except LibOpenBadgesException:
        return False
    return True


def _hosted_at(address: str, **policy: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    given = assertion(id=address)
    issuer = issuer_profile(verification=policy) if policy else issuer_profile()
    return given, hosted(issuer=issuer, **{address: given})


CASES: dict[str, tuple[dict[str, Any] | str, dict[str, Any]]] = {
    "hosted": (assertion(), hosted()),
    "hosted, another recipient": (assertion(recipient={**SALTED, "identity": "eve@example.org"}), hosted()),
    "hosted, another badge": (assertion(badge=f"{HOST}/2"), hosted(**{f"{HOST}/2": badge_class(id=f"{HOST}/2")})),
    "hosted, not there": (assertion(), hosted(assertion=404)),
    "hosted, gone": (assertion(), hosted(assertion=410)),
    "hosted, expired": (
        assertion(expires="2025-07-01T00:00:00Z"),
        hosted(assertion=assertion(expires="2025-07-01T00:00:00Z")),
    ),
    "hosted, outside": _hosted_at(f"{EVIL}/1"),
    "hosted, outside and allowed": _hosted_at(f"{EVIL}/1", allowedOrigins=["evil.example"]),
    "hosted, below a prefix": _hosted_at(f"{HOST}/awards/2", startsWith=[f"{HOST}/awards/"]),
    "hosted, below no prefix": _hosted_at(f"{HOST}/other/2", startsWith=[f"{HOST}/awards/"]),
    "signed": (token(signed_assertion()), hosted()),
    "signed by a thief": (token(signed_assertion(), signer=local_signer(THIEF)), hosted()),
    "signed, key of somebody else": (token(signed_assertion()), hosted(key=key_document(owner=f"{EVIL}/i"))),
    "signed, key not listed": (token(signed_assertion()), hosted(issuer=issuer_profile(publicKey=f"{HOST}/keys/2"))),
    "signed, revoked": (token(signed_assertion()), hosted(list=revocation_list({"id": ASSERTION}))),
    "signed, another revoked": (token(signed_assertion()), hosted(list=revocation_list({"id": f"{HOST}/2"}))),
}


@pytest.mark.parametrize("name", CASES)
def test_we_agree(name: str) -> None:
    given, answers = CASES[name]
    assert (checked(given, answers).verdict is Verdict.VALID) is _theirs(given, answers)


DIFFERENCES: dict[str, tuple[dict[str, Any] | str, dict[str, Any], bool]] = {
    # They need the creator in the badge; the standard lets any key of the issuer sign when it is not named.
    "signed without naming the key": (token(signed_assertion(verification={"type": "SignedBadge"})), hosted(), True),
    # They compare five members with the hosted copy; here a copy may say nothing that the hosted one does not.
    "a copy with evidence of its own": (assertion(evidence=f"{EVIL}/proof"), hosted(), False),
    # They do not read `revoked` of the hosted copy.
    "revoked where it is hosted": (assertion(), hosted(assertion=assertion(revoked=True)), False),
    # They take a list of another issuer as it is.
    "a list of another issuer": (
        token(signed_assertion()),
        hosted(list=revocation_list(issuer=f"{EVIL}/issuer")),
        False,
    ),
    # They do not judge the badge class.
    "a badge class without criteria": (assertion(), hosted(badge=badge_class(criteria=...)), False),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_where_we_differ_the_reason_is_known(name: str) -> None:
    given, answers, ours = DIFFERENCES[name]
    assert (checked(given, answers).verdict is Verdict.VALID) is ours
    assert _theirs(given, answers) is not ours
