"""Badge pages kept for whoever is not signed in: while what they say is unchanged, and for a minute at the most.

What a page says rests on the credential, the status list and the keys: they are looked up each time, in one query, and
a page is shown again only if all of them are as they were. A withdrawal therefore shows at once.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock

from flask import current_app, request, session
from flask.sansio.app import App
from flask_babel import get_locale
from sqlalchemy import ScalarSelect, String, cast, func, select

from badges.endorsements.models import Endorsement
from badges.models import Achievement, AchievementVersion, Award, Credential
from badges.sharing.models import ShownForm
from issuer.base.db import db
from issuer.base.templating import ARCHIVED_AT
from issuer.models import Organisation, SigningKey, StatusEntry, StatusList
from issuer.policy import Actor

KEPT_SECONDS = 60
MOST_KEPT = 256
_EXTENSION = "rosette.kept_pages"
_FLASHES = "_flashes"


@dataclass(slots=True)
class KeptPages:
    """The pages of one process, the least recently shown of them forgotten first."""

    pages: OrderedDict[Hashable, tuple[float, str]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def find(self, key: Hashable, now: float) -> str | None:
        with self.lock:
            until, page = self.pages.get(key, (0.0, ""))
            if now >= until:
                return None
            self.pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: str, now: float) -> None:
        with self.lock:
            self.pages[key] = (now + KEPT_SECONDS, page)
            self.pages.move_to_end(key)
            while len(self.pages) > MOST_KEPT:
                self.pages.popitem(last=False)


def init_app(app: App) -> None:
    app.extensions[_EXTENSION] = KeptPages()


def is_for_anybody(actor: Actor) -> bool:
    """Whether the page would be the same for every visitor: nobody is signed in, and nothing is to be told them."""
    return (
        not actor.is_signed_in
        and ARCHIVED_AT not in request.environ
        and not request.query_string
        and not session.get(_FLASHES)
    )


def kept(award: Award, make: Callable[[], str]) -> str:
    """The page of a badge for anybody, made now or shown again."""
    pages: KeptPages = current_app.extensions[_EXTENSION]
    key, now = (request.path, str(get_locale()), *_state_of(award)), time.monotonic()
    page = pages.find(key, now)
    if page is None:
        page = make()
        pages.keep(key, page, now)
    return page


def _state_of(award: Award) -> tuple[Hashable, ...]:
    """All that decides what the page says of the badge, but for names that seldom change."""
    of_award = StatusEntry.subject == award.public_id
    entries = select(StatusEntry.id).where(of_award, StatusEntry.is_set)
    lists = select(StatusEntry.status_list_id).where(of_award)
    row = db.session.execute(
        select(
            Credential.sha256,
            Organisation.name,
            Organisation.statement_number,
            select(func.count()).where(StatusEntry.id.in_(entries)).scalar_subquery(),
            select(func.max(StatusEntry.set_at)).where(of_award).scalar_subquery(),
            select(func.max(StatusList.signed_at)).where(StatusList.id.in_(lists)).scalar_subquery(),
            select(func.max(ShownForm.id)).where(ShownForm.award_id == award.id).scalar_subquery(),
            _endorsed(award),
            select(func.max(SigningKey.id)).scalar_subquery(),
            select(func.count()).where(SigningKey.state == "compromised").scalar_subquery(),
            select(func.max(AchievementVersion.number))
            .where(AchievementVersion.achievement_id == Achievement.id)
            .correlate(Achievement)
            .scalar_subquery(),
        )
        .select_from(Credential)
        .join(AchievementVersion, AchievementVersion.id == award.achievement_version_id)
        .join(Achievement, Achievement.id == AchievementVersion.achievement_id)
        .join(Organisation, Organisation.id == Achievement.organisation_id)
        .where(Credential.award_id == award.id, Credential.edition == award.edition)
    ).one_or_none()
    return (award.visibility, award.shown_name, award.edition, *(row or ()))


def _endorsed(award: Award) -> ScalarSelect[str]:
    """Which endorsements are shown beside the badge, as their ids in a text."""
    about = (
        (Endorsement.award_id == award.id)
        | (Endorsement.achievement_id == Achievement.id)
        | (Endorsement.profile_id == Organisation.id)
    )
    shown = select(func.aggregate_strings(cast(Endorsement.id, String), ",")).where(
        about, Endorsement.is_shown, Endorsement.withdrawn_at.is_(None)
    )
    return shown.correlate(Achievement, Organisation).scalar_subquery()
