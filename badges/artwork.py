"""The rosettes of achievements, drawn once and kept: as SVG for pages, as PNG for everywhere else."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from badges.documents.monogram import initials
from badges.documents.rosette import draw_rosette, rosette_png
from badges.models import AchievementVersion
from issuer.models import Organisation
from issuer.profile import issuer_did

LEVELS = {"Foundation": 1, "Practitioner": 2, "Advanced": 3}
"""A level -> its pips; any other level has one."""

PNG_SIZES = (512, 1200)
"""Pixels: for wallets and for link previews."""

_DRAWINGS_KEPT = 512
_PNGS_KEPT = 64


def drawing_of(version: AchievementVersion) -> str:
    """The SVG of an achievement. Its weave belongs to the achievement and stays in every version."""
    level = LEVELS.get(version.level, 1)
    return _drawn(version.achievement.public_id, version.monogram, level, version.name, version.image_alt)


def art_of(version: AchievementVersion) -> Markup:
    """The same, to stand in a page."""
    return Markup(drawing_of(version))  # noqa: S704 - drawn by us, with every word in it escaped


def png_of(version: AchievementVersion, *, size: int) -> bytes:
    """The same as PNG, ``size`` pixels square."""
    return _painted(drawing_of(version), size)


def emblem_of(organisation: Organisation) -> str:
    """The SVG of an issuer's emblem: woven from its DID, with the first letters of its name."""
    did = issuer_did(organisation)
    return _drawn(did, initials(organisation.name), 1, organisation.name, "")


def emblem_png_of(organisation: Organisation) -> bytes:
    """The same as PNG, for wallets."""
    return _painted(emblem_of(organisation), PNG_SIZES[0])


@lru_cache(maxsize=_DRAWINGS_KEPT)
def _drawn(identity: str, monogram: str, level: int, title: str, description: str) -> str:
    return draw_rosette(identity, monogram=monogram, level=level, title=title, description=description)


@lru_cache(maxsize=_PNGS_KEPT)
def _painted(drawing: str, size: int) -> bytes:
    return rosette_png(drawing, size=size)
