"""The small rosette that stands beside a badge's name. Drawing is pure, so what was drawn once is kept."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from badges.documents.rosette import draw_rosette_mark
from badges.models import AchievementVersion

_MARKS_KEPT = 512


def mark_of(version: AchievementVersion) -> Markup:
    """An ornament: it has no words of its own."""
    return _drawn(version.achievement.public_id, version.monogram)


@lru_cache(maxsize=_MARKS_KEPT)
def _drawn(identity: str, monogram: str) -> Markup:
    return Markup(draw_rosette_mark(identity, monogram=monogram))  # noqa: S704 - drawn by us, without words
