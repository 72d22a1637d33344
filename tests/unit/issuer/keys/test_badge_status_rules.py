"""Whoever holds the keys looks at the status of a badge: its place in our lists, and nothing that is not ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from issuer.keys import rules
from issuer.keys.purposes import BADGE_PROOF
from issuer.keys.statements import NotSigned
from tests.unit.issuer.keys.signer_steps import BASE, badge

REVOCATION = {
    "id": f"{BASE}/status/list1#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": f"{BASE}/status/list1",
}
SUSPENSION = REVOCATION | {"statusPurpose": "suspension", "statusListCredential": f"{BASE}/status/list2"}
LISTED = {"id": f"{BASE}/issuers/north/revocations", "type": "1EdTechRevocationList"}


def judge(status: Any) -> None:
    document = badge() | {"credentialStatus": status}
    rules.check_document(BADGE_PROOF, document, base_url=BASE, now=datetime.now(UTC))


@pytest.mark.parametrize(
    "status", [REVOCATION, [REVOCATION, SUSPENSION], [REVOCATION, LISTED], [REVOCATION, SUSPENSION, LISTED]]
)
def test_our_own_places_are_signed(status: Any) -> None:
    judge(status)


@pytest.mark.parametrize(
    "status",
    [
        None,
        [],
        SUSPENSION,
        [SUSPENSION, REVOCATION],
        [REVOCATION, REVOCATION],
        [REVOCATION, "urn:x"],
        LISTED,
        [REVOCATION, SUSPENSION | {"statusListCredential": "https://elsewhere.example/status/1"}],
        [REVOCATION, SUSPENSION | {"statusPurpose": "message"}],
        [REVOCATION, LISTED | {"id": "https://elsewhere.example/issuers/north/revocations"}],
        [REVOCATION, LISTED | {"id": f"{BASE}/issuers/north/more/revocations"}],
        [REVOCATION, LISTED | {"type": "CarrierPigeon"}],
    ],
    ids=str,
)
def test_a_status_that_is_not_ours_or_not_whole_is_not_signed(status: Any) -> None:
    with pytest.raises(NotSigned, match="credentialStatus"):
        judge(status)
