"""The art of an achievement in a page. Drawing is pure, so what was drawn once is kept."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from badges.documents.rosette import draw_rosette, draw_rosette_mark
from badges.models import AchievementVersion

LEVELS = {"Foundation": 1, "Practitioner": 2, "Advanced": 3}
DRAWINGS_KEPT = 256


def rosette_of(version: AchievementVersion) -> Markup:
    """The whole rosette, named after its badge."""
    return rosette(version.achievement.public_id, version.monogram, level_number(version.level), version.name)


def level_number(level: str) -> int:
    """How many lozenges the words of a level are worth."""
    return LEVELS.get(level, 1)


@lru_cache(maxsize=DRAWINGS_KEPT)
def rosette(achievement_id: str, monogram: str, level: int, title: str) -> Markup:
    """``level`` 1 to 3."""
    return Markup(draw_rosette(achievement_id, monogram=monogram, level=level, title=title))  # noqa: S704 - our own SVG


@lru_cache(maxsize=DRAWINGS_KEPT)
def mark(achievement_id: str, monogram: str) -> Markup:
    """The small one that stands beside the badge's name, an ornament."""
    return Markup(draw_rosette_mark(achievement_id, monogram=monogram))  # noqa: S704 - our own SVG
