"""What this service knows of a badge of its own beyond what it publishes: which edition it is, and what became of it.

A badge is signed again when the key of its first edition was compromised. Who still has the old file is told so, and
where the new one is; who has signed something with a stolen key is told that it was never issued. A presentation of an
edition, with the name that the holder chose or for the key of a wallet, is as genuine as the edition.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from badges.models import Award
from badges.sharing.models import ShownForm, SignedForm
from badges.showcase import withdrawal_from
from badges.verification.our_records import Record
from badges.verification.report import Check, Outcome
from badges.wallets.bound import bound_editions
from issuer.base.db import db
from issuer.models import SigningKey
from issuer.status import places

EDITION_SECTION = "Open Badges 3.0, 9; Rosette: editions"
RECORD_SECTION = "Rosette: evidence chain"


def edition_of(award: Award, document: Mapping[str, Any]) -> SignedForm | None:
    """What was signed that says what ``document`` says, the proof aside; None for what was never issued."""
    said = _without_proof(document)
    signed: Iterator[SignedForm] = chain(award.editions, _presentations(award), bound_editions(award))
    return next((each for each in signed if _without_proof(json.loads(each.document)) == said), None)


def checks_known_here(checks: Sequence[Check], *, record: Record, edition: SignedForm | None) -> tuple[Check, ...]:
    """The checks of a badge of ours, with what its issuer knows and its published documents do not say, or not yet."""
    rewritten = {"issuer": _key_known_here, "status": _status_known_here}
    known = (rewritten[each.name](each, record, edition) if each.name in rewritten else each for each in checks)
    return tuple(known)


def never_issued() -> Check:
    """For a document with the address of a badge of ours that says something else than any edition of it."""
    sentence = _l("The badge at its address is another one: this one was never issued here.")
    return Check("evidence", Outcome.FAIL, sentence, RECORD_SECTION, code="never_issued")


def _key_known_here(published: Check, _record: Record, edition: SignedForm | None) -> Check:
    """To the world the key is revoked; here it is known why."""
    if published.code != "key_revoked" or edition is None:
        return published
    kids = (edition.proof_kid, edition.jwt_kid)
    compromised = select(SigningKey.compromised_since).where(
        SigningKey.kid.in_(kids), SigningKey.compromised_since.is_not(None)
    )
    moments = [since for since in db.session.scalars(compromised) if since is not None]
    if not moments:
        return published
    sentence = _l(
        "The issuer's key was compromised on %(day)s, and it is not proved that this badge is older.",
        day=format_date(min(moments), "long"),
    )
    return replace(published, code="key_compromised", sentence=sentence)


def _status_known_here(published: Check, record: Record, edition: SignedForm | None) -> Check:
    """What the issuer's records say of it, with the issuer's reason where everybody may read that."""
    check = _status_in_records(published, record, edition)
    withdrawal = withdrawal_from(record.places) if check.code in ("revoked", "suspended") else None
    if withdrawal is None or not withdrawal.is_public or not withdrawal.reason:
        return check
    sentence = _l(
        "%(sentence)s The issuer's reason: %(reason)s", sentence=str(check.sentence), reason=withdrawal.reason
    )
    return replace(check, sentence=sentence)


def _status_in_records(published: Check, record: Record, edition: SignedForm | None) -> Check:
    """What the published list says, unless a withdrawal has not reached it yet: between the two lies a job."""
    newest = record.newest
    if edition is not None and newest is not None and edition.edition < newest.edition:
        sentence = _l(
            "This is an older copy. The issuer signed the badge again on %(day)s and withdrew this one; the page of the"
            " badge has the new one.",
            day=format_date(newest.signed_at, "long"),
        )
        return Check("status", Outcome.FAIL, sentence, EDITION_SECTION, code="superseded")
    if published.code == "revoked":
        return published
    revocation, suspension = record.places.get(places.REVOCATION), record.places.get(places.SUSPENSION)
    if revocation is not None and revocation.is_set:
        reason = "Withdrawn in the issuer's own records; the published list follows within a minute."
        sentence = _l("The issuer has withdrawn it for good.")
        return Check("status", Outcome.FAIL, sentence, published.section, code="revoked", reason=reason)
    if suspension is not None and suspension.is_set and suspension.set_at is not None:
        sentence = _l(
            "The issuer has suspended it since %(day)s. A suspension can be lifted: check again later.",
            day=format_date(suspension.set_at, "long"),
        )
        return Check("status", Outcome.FAIL, sentence, published.section, code="suspended")
    return published


def _presentations(award: Award) -> Iterator[ShownForm]:
    """Asked for only when no edition says it: most badges have none."""
    yield from db.session.scalars(select(ShownForm).filter_by(award_id=award.id).order_by(ShownForm.id.desc()))


def _without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}
