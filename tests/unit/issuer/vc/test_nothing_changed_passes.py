"""Whatever is changed in a credential after signing: a verdict, never an exception, and never "verified"."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.errors import CryptoError
from issuer.crypto.selective_disclosure import add_base_proof, derive
from issuer.crypto.signatures import local_signer
from issuer.crypto.strict_json import load_json
from issuer.vc.presentations import verify_presentation
from issuer.vc.verifying import verify_credential
from tests.factories.credentials import (
    ISSUER,
    LIST_URL,
    STATUS_ENTRY,
    STRANGER,
    enveloped,
    make_status_list,
    make_token,
    make_vc,
    make_vp,
    make_world,
    presented,
    secured,
    secured_twice,
)
from tests.fuzz.attacks import changes_of, refuse_if_passed
from tests.fuzz.specimens import Specimen
from tests.unit.issuer.crypto.making import CREATED, make_ec_key

EXAMPLES = 150
WORLD = make_world({LIST_URL: make_status_list(1, 2, 3)})
LISTED = make_vc(credentialStatus=STATUS_ENTRY, name={"@value": "Listening", "@language": "en"})


def read(data: bytes) -> Any:
    """What the endpoint would hand on, or None for what it refuses."""
    try:
        return load_json(data)
    except CryptoError:
        return None


def is_credential(data: bytes) -> bool:
    return verify_credential(read(data), WORLD).verified


def is_presentation(data: bytes) -> bool:
    return verify_presentation(read(data), WORLD).verified


def is_token(data: bytes) -> bool:
    return verify_credential(enveloped(data.decode("utf-8", "replace")), WORLD).verified


def disclosed(credential: dict[str, Any]) -> dict[str, Any]:
    """What a holder shows of a credential that was signed statement by statement."""
    key = make_ec_key()
    issuer = did_key_for(key.public_key())
    base = add_base_proof(
        {**credential, "issuer": issuer},
        signer=local_signer(key),
        public_key=key.public_key(),
        verification_method=did_key_method_id(issuer),
        created=CREATED,
        hmac_key=bytes(32),
        proof_key=make_ec_key(seed=11),
        mandatory_pointers=["/issuer", "/validFrom"] if "validFrom" in credential else ["/issuer"],
    )
    shown = [f"/{name}" for name in ("id", "name", "credentialSubject") if name in credential]
    return derive(base, selective_pointers=shown)


SPECIMENS = [
    Specimen("a proof over statements", secured(LISTED), is_credential),
    Specimen("a proof over text", secured(LISTED, cryptosuite="eddsa-jcs-2022"), is_credential),
    Specimen("a part that was disclosed", disclosed(LISTED), is_credential),
    Specimen("a chain", secured_twice(LISTED, STRANGER, ISSUER, chained=True), is_credential),
    Specimen("a token", make_token(LISTED), is_token),
    Specimen("a presentation", presented(make_vp(secured(LISTED)), challenge="123"), is_presentation),
]


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: each.name)
def test_what_was_not_changed_is_verified(specimen: Specimen) -> None:
    assert specimen.is_valid(specimen.data)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: each.name)
def test_nothing_that_was_changed_is_verified(specimen: Specimen) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def attack(data: st.DataObject) -> None:
        refuse_if_passed(specimen, data.draw(changes_of(specimen)))

    attack()
