"""Which addresses an archive answers, and in which file each of them lies. PURE but for the questions to the database.

A page lies in a folder of its own (``/badges/ID`` -> ``badges/ID/index.html``), which every web server answers for the
address without a slash too. Everything else lies under its own name (``/status/ID`` -> ``status/ID``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from badges.awards import LISTED, PUBLIC
from badges.documents.forms import forms_of
from badges.endorsements.finding import endorsements_around, is_public
from badges.models import Achievement, AchievementVersion, Award
from badges.sharing.shown_forms import shown_to_others
from issuer.base.db import db
from issuer.base.errors import Invalid
from issuer.models import Organisation, SigningKey, StatusList
from issuer.pictures.models import Picture

PAGE = "text/html"
_SEGMENT = re.compile(r"(?!\.+$)[A-Za-z0-9._~-]{1,200}")
_LINK = re.compile(r'(?:href|src)="(/[^"#?]*)')
_FOLLOWED = ("static", "achievements", "frameworks", "competencies", "endorsements", "log", "issuers")
"""What a page may lead to besides badges; the rest of the service asks for a service."""
_NOT_FOLLOWED = frozenset({"/frameworks/import"})


def file_of(path: str, media_type: str) -> PurePosixPath:
    """The file in which the answer of an address lies. Raises Invalid for an address that is no plain path."""
    segments = [segment for segment in path.split("/") if segment]
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise Invalid("unsafe_path", f"The address {path[:200]!r} has no place in an archive.")
    if media_type == PAGE:
        segments.append("index.html")
    return PurePosixPath(*segments)


def organisations_of(slug: str | None) -> list[Organisation]:
    """The one with that slug, or all. Raises Invalid for a slug of nobody."""
    wanted = select(Organisation).order_by(Organisation.id)
    found = list(db.session.scalars(wanted if slug is None else wanted.filter_by(slug=slug)))
    if not found:
        raise Invalid("no_issuer", "There is no issuer of this name to make an archive of.")
    return found


def awards_of(organisation: Organisation) -> Iterator[Award]:
    """Every signed badge of an organisation that whoever has its address may see, the oldest first."""
    public = (
        select(Award)
        .join(AchievementVersion, AchievementVersion.id == Award.achievement_version_id)
        .join(Achievement, Achievement.id == AchievementVersion.achievement_id)
        .where(
            Achievement.organisation_id == organisation.id,
            Award.visibility.in_((PUBLIC, LISTED)),
            Award.state == "issued",
        )
        .order_by(Award.id)
    )
    yield from db.session.scalars(public.execution_options(yield_per=200))


def paths_of_badge(award: Award) -> Iterator[str]:
    """Every address of one badge: its page, its files, its pictures, its frame, its proof, what others say of it."""
    page = f"/badges/{award.public_id}"
    yield page
    yield from (urlsplit(form.url).path for form in forms_of(award))
    yield from (f"{page}/{name}" for name in ("qr.svg", "qr.png", "social.png"))
    yield f"/embed{page}"
    yield f"/log/proof/{shown_to_others(award).sha256}"
    for endorsement in endorsements_around(award):
        if is_public(endorsement) and endorsement.withdrawn_at is None:
            yield from paths_of_endorsement(endorsement.public_id)


def paths_of_endorsement(public_id: str) -> Iterator[str]:
    yield from (f"/endorsements/{public_id}{suffix}" for suffix in ("", ".json", ".jwt"))


def paths_of_issuer(organisation: Organisation) -> Iterator[str]:
    """Every address of an issuer: who it is, what it awards, each key that it published, each list that it signs."""
    base = f"/issuers/{organisation.slug}"
    names = ("", "/did.json", "/did/history", "/image.svg", "/image.png", "/revocations", ".ob2.json")
    yield from (f"{base}{name}" for name in (*names, "/revocations.ob2.json"))
    for digest in db.session.scalars(select(Picture.sha256).filter_by(organisation_id=organisation.id)):
        yield f"/pictures/{digest}"
    if organisation.statement_number:
        yield f"{base}/succession.json"
        yield from (f"{base}/succession/{number}.json" for number in range(1, organisation.statement_number + 1))
    for kid in db.session.scalars(select(SigningKey.kid).filter_by(organisation_id=organisation.id)):
        yield from (f"/keys/{kid}", f"/keys/{kid}.ob2.json")
    for name in db.session.scalars(
        select(StatusList.public_id).where(
            StatusList.organisation_id == organisation.id, StatusList.signed.is_not(None)
        )
    ):
        yield f"/status/{name}"
    for achievement in db.session.scalars(select(Achievement).filter_by(organisation_id=organisation.id)):
        page = f"/achievements/{achievement.public_id}"
        yield from (f"{page}{name}" for name in ("", ".json", "/image.svg", "/image.png"))
        yield from (f"{page}/versions/{version.number}.ob2.json" for version in achievement.versions)


def paths_of_service() -> Iterator[str]:
    """What all issuers share: the log and its keys, the set of keys that sign tokens, and what pages are made with."""
    yield from ("/log", "/log/checkpoint", "/log/checkpoints", "/log/key", "/log/keys", "/.well-known/jwks.json")
    for file in sorted(Path(current_app.static_folder or "").iterdir()):
        yield f"/static/{file.name}"


def links_in(page: str) -> Iterable[str]:
    """The addresses of this host that a page leads to and that an archive can answer."""
    for path in dict.fromkeys(_LINK.findall(page)):
        if path.split("/")[1] in _FOLLOWED and path not in _NOT_FOLLOWED:
            yield path
