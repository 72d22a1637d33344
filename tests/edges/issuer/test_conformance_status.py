"""The test issuer that gives a status: its lists, and what revoking and suspending do. No request goes to ourselves."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.crypto.bitstring import expand
from tests.suites import BASE_URL, VC2, Suite, plain_credential

SUSPENSION = {"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}}


def issue(suite: Suite, **options: object) -> dict[str, Any]:
    return suite.issue(suite.issuer("eddsa-rdfc-2022", status=True), plain_credential(), **options)


def change(suite: Suite, *, status: object = True, purpose: str = "revocation", **over: object) -> Any:
    endpoint = suite.issuer("eddsa-rdfc-2022", status=True)["endpoint"].removesuffix("/issue") + "/status"
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
    body = {"credentialId": plain_credential()["id"], "credentialStatus": entry, "status": status}
    return suite.post(endpoint, body | over)


def test_a_credential_gets_a_place_and_nothing_else(suite: Suite) -> None:
    issued = issue(suite)
    assert issued["credentialSubject"] == plain_credential()["credentialSubject"]
    status = issued["credentialStatus"]
    assert status["type"] == "BitstringStatusListEntry"
    assert status["statusPurpose"] == "revocation"
    assert str(int(status["statusListIndex"])) == status["statusListIndex"]
    assert status["statusListCredential"].startswith(f"{BASE_URL}/")
    assert status["id"] != status["statusListCredential"]
    assert {"statusSize", "statusMessage"}.isdisjoint(status)


def test_no_two_credentials_share_a_place(suite: Suite) -> None:
    places = {issue(suite)["credentialStatus"]["statusListIndex"] for _ in range(5)}
    assert len(places) == 5


def test_the_list_is_a_credential_that_anybody_can_read(suite: Suite) -> None:
    issuer = suite.issuer("eddsa-rdfc-2022", status=True)
    url = issue(suite)["credentialStatus"]["statusListCredential"]
    for accept in (None, "*/*", "application/vc", "application/ld+json, application/json"):
        reply = suite.client.get(url.removeprefix(BASE_URL), headers={"Accept": accept} if accept else {})
        assert reply.status_code == 200
        assert reply.content_type in ("application/json", "application/ld+json")
    listing = reply.get_json()
    assert listing["@context"] == [VC2]
    assert {"VerifiableCredential", "BitstringStatusListCredential"} <= set(listing["type"])
    assert listing["issuer"] == issuer["id"]
    assert listing["id"] == url
    subject = listing["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert subject["encodedList"].startswith("u")
    assert "=" not in subject["encodedList"]
    assert len(expand(subject["encodedList"])) >= 16 * 1024
    assert suite.verify(listing).status_code == 200


def test_there_is_no_list_for_another_purpose(suite: Suite) -> None:
    reply = suite.client.get("/conformance/status/message")
    assert reply.status_code == 404
    assert reply.get_json()["errors"]


def test_a_revoked_credential_does_not_verify_any_more(suite: Suite) -> None:
    issued = issue(suite)
    assert suite.verify(issued).status_code == 200
    assert change(suite).status_code == 200
    assert suite.verify(issued).status_code == 400
    assert change(suite).status_code == 200
    undo = change(suite, status=False)
    assert undo.status_code == 409
    assert undo.get_json()["code"] == "revocation_final"
    assert suite.verify(issued).status_code == 400


def test_a_suspension_can_be_lifted(suite: Suite) -> None:
    issued = issue(suite, **SUSPENSION)
    assert issued["credentialStatus"]["statusPurpose"] == "suspension"
    assert change(suite, purpose="suspension").status_code == 200
    assert suite.verify(issued).status_code == 400
    assert change(suite, purpose="suspension", status=False).status_code == 200
    assert suite.verify(issued).status_code == 200


def test_another_credential_stays_as_it_is(suite: Suite) -> None:
    issue(suite)
    other = suite.issue(suite.issuer("eddsa-rdfc-2022", status=True), plain_credential(id="urn:uuid:other"))
    change(suite)
    assert suite.verify(other).status_code == 200


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"credentialId": "urn:uuid:nobody"}, 404),
        ({"credentialId": 7}, 400),
        ({"credentialId": ""}, 400),
        ({"credentialStatus": None}, 400),
        ({"credentialStatus": {"type": "StatusList2021Entry", "statusPurpose": "revocation"}}, 400),
        ({"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "message"}}, 400),
        ({"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": ["revocation"]}}, 400),
        ({"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}}, 404),
        ({"status": "true"}, 400),
        ({"status": 1}, 400),
        ({"status": None}, 400),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(suite: Suite, over: dict[str, object], expected: int) -> None:
    issued = issue(suite)
    reply = change(suite, **over)
    assert reply.status_code == expected
    assert reply.get_json()["errors"]
    assert suite.verify(issued).status_code == 200


def test_a_place_cannot_be_claimed(suite: Suite) -> None:
    given = plain_credential(credentialStatus=issue(suite)["credentialStatus"])
    assert suite.ask_to_issue(suite.issuer("eddsa-rdfc-2022", status=True), given).status_code == 400


def test_a_changed_status_is_noticed(suite: Suite) -> None:
    issued = issue(suite)
    issued["credentialStatus"]["statusListIndex"] = str(int(issued["credentialStatus"]["statusListIndex"]) ^ 1)
    assert suite.verify(issued).status_code == 400


def test_an_undefined_member_beside_the_status_is_refused(suite: Suite) -> None:
    given = plain_credential(statusEntry={"type": "BitstringStatusListEntry"})
    assert suite.ask_to_issue(suite.issuer("eddsa-rdfc-2022", status=True), given).status_code == 400
