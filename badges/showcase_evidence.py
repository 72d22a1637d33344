"""The chain of evidence behind a badge, piece by piece, with what the ledger recorded of each."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from badges.award_facts import recognised_in
from badges.award_wording import score_words
from badges.models import Award
from badges.showcase_values import ShownPiece
from competencies.evidence.models import Evidence
from competencies.evidence.trust import trust_sentence, trust_words
from competencies.learning.models import ModuleVersion
from competencies.profiles.wording import kind_words
from issuer.base.db import db


def pieces_of(award: Award) -> tuple[ShownPiece, ...]:
    """What the award rests on, the earliest first. Two queries, however many there are."""
    wanted = award.basis["evidence"]
    rows = db.session.scalars(
        select(Evidence)
        .where(Evidence.public_id.in_(wanted), Evidence.account_id == award.account_id)
        .options(joinedload(Evidence.module_version).joinedload(ModuleVersion.module))
        .order_by(Evidence.earned_at, Evidence.id)
    )
    return tuple(map(_piece, rows))


def _piece(evidence: Evidence) -> ShownPiece:
    version = evidence.module_version
    kind = kind_words(evidence.kind)
    return ShownPiece(
        title=version.title if version else _accepted(evidence) or kind,
        kind=kind,
        score=score_words(evidence.score),
        trust=trust_words(evidence.trust),
        trust_sentence=trust_sentence(evidence.trust),
        trust_level=evidence.trust,
        earned_at=evidence.earned_at,
        digest=evidence.digest,
        module_id=version.module.public_id if version else "",
        module_version=version.number if version else None,
        minutes=version.minutes if version else None,
        mode=_mode(version.delivery_mode) if version else "",
        supervised=_recorded(evidence.details, "supervised"),
        identity_checked=_recorded(evidence.details, "identity_checked"),
        record_bytes=len(evidence.record.encode()),
    )


def _accepted(evidence: Evidence) -> str:
    """The badge that a waiver accepts, with its issuer; "" for evidence of another kind."""
    badge = recognised_in(evidence)
    return _("%(badge)s, issued by %(issuer)s", badge=badge.name, issuer=badge.issuer_name) if badge else ""


def _mode(delivery_mode: str) -> str:
    words = {
        "async": _("on your own"),
        "sync": _("live session"),
        "blended": _("reading and live practice"),
    }
    return str(words.get(delivery_mode, delivery_mode))


def _recorded(details: dict[str, Any], fact: str) -> bool | None:
    """What was written down when it happened; None when nothing was: that is neither yes nor no."""
    said = details.get(fact)
    return said if isinstance(said, bool) else None
