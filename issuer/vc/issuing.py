"""Issuing for programs: a credential of an organisation, checked, signed by it, and kept byte for byte.

The organisation sets what makes the credential its own: its issuer id, its proof, its place in a status list. A program
that sends any of these is told so; nothing of it is copied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from issuer import profile, signing
from issuer.access import settings
from issuer.base import audit
from issuer.base.db import db, new_public_id
from issuer.base.errors import Conflict, Invalid
from issuer.base.faults import fault_point
from issuer.crypto.errors import CryptoError
from issuer.crypto.timestamps import parse_timestamp
from issuer.models import Organisation
from issuer.status import places, publishing
from issuer.vc.checking import checked
from issuer.vc.exchange import unreadable
from issuer.vc.mechanisms import Mechanism
from issuer.vc.models import LONGEST_CREDENTIAL_ID, IssuedCredential
from issuer.vc.status_changes import ENTRY_TYPE, PURPOSES, REVOCATION

MECHANISM = Mechanism("eddsa-rdfc-2022", "Ed25519")
"""How an organisation secures what a program asks for."""

_SET_BY_THE_ISSUER = ("proof", "credentialStatus")
_ADDRESSES_OF_OTHERS = ("badges", "status", "issuers", "achievements", "keys", "log")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a program asks for besides the signature.

    ``credential_id``  the name under which the status can be changed; None: the credential's own ``id``.
    ``purposes``       of the places in status lists that it gets: revocation, suspension, both or none.
    """

    credential_id: str | None = None
    purposes: tuple[str, ...] = ()


def read_wanted(options: Mapping[str, Any]) -> Wanted:
    """The options ``credentialId`` and ``credentialStatus`` ({type, statusPurpose}, or an array of these).

    Raises Refused.
    """
    credential_id = options.get("credentialId")
    if credential_id is not None and not isinstance(credential_id, str):
        raise unreadable(gettext("credentialId must be the id of a credential."))
    entries = options.get("credentialStatus", [])
    asked = entries if isinstance(entries, list) else [entries]
    purposes = tuple(_purpose_of(entry) for entry in asked)
    return Wanted(credential_id, tuple(purpose for purpose in PURPOSES if purpose in purposes))


def issue(
    credential: Mapping[str, Any], *, organisation: Organisation, wanted: Wanted, actor: str, now: datetime
) -> IssuedCredential:
    """Check, give it its places in status lists, sign, verify our own output, store. All of it, or nothing.

    ``actor`` is the public id of who asks. Raises Refused (not well-formed), Invalid (a program may not set that),
    Conflict (its id is taken), KeyUnusable, NotSigned.
    """
    _refuse_what_the_issuer_sets(credential, now=now)
    credential_id = _name_of(credential, wanted)
    with db.session.begin_nested():
        public_id = new_public_id()
        if wanted.purposes:
            places.hold_lists(organisation)
        status = [_place(organisation, public_id, purpose) for purpose in wanted.purposes]
        document = checked(
            _with_status(credential, status), issuer_id=profile.issuer_did(organisation), mechanism=MECHANISM
        )
        signed = signing.sign(signing.prepare_credential(document, organisation=organisation, now=now), now=now)
        issued = IssuedCredential(
            public_id=public_id,
            organisation_id=organisation.id,
            credential_id=credential_id,
            document=signed.document,
            sha256=hashlib.sha256(signed.document).hexdigest(),
            proof_kid=signed.proof_kid,
            issued_by=actor,
            signed_at=signed.signed_at,
        )
        _store(issued)
    fault_point("vc.after_store")
    audit.record("credential.issued", public_id, actor=actor, key=signed.proof_kid, sha256=issued.sha256)
    return issued


def find(credential_id: str) -> IssuedCredential | None:
    """What was issued under that name."""
    return db.session.scalar(select(IssuedCredential).filter_by(credential_id=credential_id))


def _purpose_of(entry: object) -> str:
    purpose = entry.get("statusPurpose", REVOCATION) if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or entry.get("type", ENTRY_TYPE) != ENTRY_TYPE or purpose not in PURPOSES:
        raise unreadable(gettext("credentialStatus must ask for a %(name)s.", name=ENTRY_TYPE))
    return str(purpose)


def _refuse_what_the_issuer_sets(credential: Mapping[str, Any], *, now: datetime) -> None:
    fields = {
        name: [gettext("This is set by the issuer; leave it out.")] for name in _SET_BY_THE_ISSUER if name in credential
    }
    identifier = credential.get("id")
    taken = tuple(f"{settings().base_url}/{name}/" for name in _ADDRESSES_OF_OTHERS)
    if isinstance(identifier, str) and identifier.startswith(taken):
        fields["id"] = [gettext("This address of this service names something else.")]
    if _begins_later(credential.get("validFrom"), now=now):
        fields["validFrom"] = [gettext("A credential is signed when it begins to be valid, not before.")]
    if fields:
        names = ", ".join(fields)
        raise Invalid("not_yours_to_set", gettext("A program cannot set this: %(names)s.", names=names), fields=fields)


def _begins_later(valid_from: object, *, now: datetime) -> bool:
    try:
        return valid_from is not None and parse_timestamp(valid_from) > now + signing.CLOCK_SKEW
    except CryptoError:
        return False  # the data model's checks say what is wrong with it


def _name_of(credential: Mapping[str, Any], wanted: Wanted) -> str | None:
    own = credential.get("id")
    name = wanted.credential_id or (own if isinstance(own, str) else None)
    if name is not None and (len(name) > LONGEST_CREDENTIAL_ID or not name.isprintable()):
        fields = {"id": [gettext("Use at most %(most)s characters.", most=LONGEST_CREDENTIAL_ID)]}
        raise Invalid("bad_credential_id", gettext("The credential's id cannot be kept."), fields=fields)
    if name is None and wanted.purposes:
        raise unreadable(gettext("A credential with a status needs an id, or the option credentialId."))
    if name is not None and find(name) is not None:
        raise _taken()
    return name


def _place(organisation: Organisation, public_id: str, purpose: str) -> dict[str, str]:
    status_list, index = places.allocate(organisation, public_id, purpose=purpose)
    if status_list.signed is None:
        publishing.publish(status_list.public_id)  # a list must be there before the first credential names it
    return places.status_reference(status_list, index)


def _with_status(credential: Mapping[str, Any], status: list[dict[str, str]]) -> dict[str, Any]:
    if not status:
        return {**credential}
    return {**credential, "credentialStatus": status[0] if len(status) == 1 else status}


def _store(issued: IssuedCredential) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(issued)
    except IntegrityError as error:
        raise _taken() from error


def _taken() -> Conflict:
    return Conflict("credential_exists", gettext("A credential with this id has been issued already."))
