"""Respellings that leave the signed statements alone, and so the signature, but not what a reader sees."""

import copy
from typing import Any

import pytest

from issuer.crypto import rdfc
from issuer.crypto.compacted_form import check_compacted_form
from issuer.crypto.contexts import PINS, pinned_contexts
from issuer.crypto.errors import Malformed
from issuer.crypto.jsonld import to_quads
from issuer.crypto.proof_verification import verify_proof
from tests.unit.issuer.crypto.making import NOW, make_credential, make_signed, resolver

CREDENTIALS = "https://www.w3.org/2018/credentials#"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"


def make_endorsed() -> dict[str, Any]:
    """A badge with a status and an embedded endorsement of itself: its id is mentioned twice."""
    badge = make_credential()
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://badges.example.org/status/1",
    }
    endorsement = {
        "id": "urn:uuid:5b0c",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": "did:web:guild.example", "type": ["Profile"]},
        "validFrom": "2026-02-02T00:00:00Z",
        "credentialSubject": {"id": badge["id"], "type": ["EndorsementSubject"], "endorsementComment": "Well done."},
    }
    return {**badge, "credentialStatus": status, "endorsement": [endorsement]}


def status_moved_to_the_other_mention(badge: dict[str, Any]) -> None:
    mention = badge["endorsement"][0]["credentialSubject"]
    mention["type"] = [*mention["type"], "VerifiableCredential", "OpenBadgeCredential"]
    mention["credentialStatus"] = badge.pop("credentialStatus")


def end_respelled_as_an_iri(badge: dict[str, Any]) -> None:
    badge[CREDENTIALS + "validUntil"] = {"@value": badge.pop("validUntil"), "@type": DATE_TIME}


def end_respelled_as_a_value_object(badge: dict[str, Any]) -> None:
    badge["validUntil"] = {"@value": badge["validUntil"], "@type": DATE_TIME}


def status_respelled_as_an_iri(badge: dict[str, Any]) -> None:
    badge[CREDENTIALS + "credentialStatus"] = badge.pop("credentialStatus")


def identifier_respelled_as_a_keyword(badge: dict[str, Any]) -> None:
    badge["@id"] = badge.pop("id")


def type_respelled_as_a_keyword(badge: dict[str, Any]) -> None:
    badge["credentialSubject"]["@type"] = badge["credentialSubject"].pop("type")


def status_named_as_a_blank_node(badge: dict[str, Any]) -> None:
    badge["credentialStatus"] = [{"id": "_:status"}, {**badge["credentialStatus"], "id": "_:status"}]


def status_in_nested_arrays(badge: dict[str, Any]) -> None:
    badge["credentialStatus"] = [[badge["credentialStatus"]]]


def issuer_in_a_set(badge: dict[str, Any]) -> None:
    badge["issuer"] = {"@set": [badge["issuer"]]}


RESPELLINGS = [
    status_moved_to_the_other_mention,
    end_respelled_as_an_iri,
    end_respelled_as_a_value_object,
    status_respelled_as_an_iri,
    identifier_respelled_as_a_keyword,
    type_respelled_as_a_keyword,
    status_named_as_a_blank_node,
    status_in_nested_arrays,
    issuer_in_a_set,
]


@pytest.mark.parametrize("respell", RESPELLINGS, ids=lambda respell: respell.__name__)
def test_a_respelled_badge_is_refused_though_its_statements_are_the_same(respell: Any) -> None:
    signed = make_signed(make_endorsed())
    respelled = copy.deepcopy(signed)
    respell(respelled)
    unsecured = [{name: value for name, value in badge.items() if name != "proof"} for badge in (signed, respelled)]
    assert rdfc.canonicalize(to_quads(unsecured[0])) == rdfc.canonicalize(to_quads(unsecured[1]))
    assert verify_proof(signed, resolve_key=resolver(), now=NOW).verified
    report = verify_proof(respelled, resolve_key=resolver(), now=NOW)
    assert (report.outcome, report.code) in (("invalid", "malformed"), ("invalid", "key_not_bound"))


def test_a_badge_in_another_form_is_never_signed() -> None:
    badge = make_endorsed()
    end_respelled_as_an_iri(badge)
    with pytest.raises(Malformed):
        make_signed(badge)


def test_the_same_endorsement_twice_is_no_respelling() -> None:
    badge = make_endorsed()
    check_compacted_form({**badge, "endorsement": badge["endorsement"] * 2})


def test_a_text_with_its_language_is_no_respelling() -> None:
    check_compacted_form(make_credential(name={"@value": "Écoute", "@language": "fr"}))


def test_no_pinned_context_has_another_term_for_what_readers_look_for() -> None:
    """Else a term could be respelled by naming one more known context."""
    watched = {
        CREDENTIALS + name: name
        for name in ("issuer", "validFrom", "validUntil", "credentialStatus", "credentialSubject", "credentialSchema")
    }
    found: set[tuple[str, str]] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            for term, definition in value.items():
                iri = definition.get("@id") if isinstance(definition, dict) else definition
                if isinstance(iri, str):
                    iri = iri.replace("cred:", CREDENTIALS)
                    found.update({(watched[iri], term)} if iri in watched and not term.startswith("@") else ())
                collect(definition)
        elif isinstance(value, list):
            for item in value:
                collect(item)

    for pin in PINS:
        collect(pinned_contexts().documents.get(pin.url))
    assert ("validUntil", "validUntil") in found
    assert all(name == term for name, term in found)
