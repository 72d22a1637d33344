"""Organisations that can sign. RSA keys are slow to make, so each organisation of a test takes one made before."""

from __future__ import annotations

import itertools
from functools import cache, partial

from issuer.base.db import db
from issuer.crypto.signatures import PrivateKey
from issuer.keys import keystore
from issuer.models import Organisation

_numbers = itertools.count(1)


def make_issuer(**over: object) -> Organisation:
    """An organisation with a signing key for each purpose."""
    number = next(_numbers)
    values: dict[str, object] = {"slug": f"issuer-{number}", "name": f"Issuer {number}"}
    organisation = Organisation(**(values | over))
    db.session.add(organisation)
    db.session.flush()
    make_keys(organisation)
    return organisation


def make_keys(organisation: Organisation) -> None:
    """Give the organisation a key for each purpose."""
    keystore.ensure_keys(organisation, generate_key=partial(_quick_key, organisation.id))


def _quick_key(organisation_id: int, purpose: str) -> PrivateKey:
    return _rsa_key(organisation_id) if purpose == keystore.BADGE_JWT else keystore.generate(purpose)


@cache
def _rsa_key(organisation_id: int) -> PrivateKey:
    """One key for the organisations with this id of all tests of a run: they never meet in one database."""
    return keystore.generate(keystore.BADGE_JWT)
