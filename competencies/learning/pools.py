"""The pool of a published version as drawing and guessing see it."""

from __future__ import annotations

from competencies.learning.answers import guess_probability
from competencies.learning.checks import PoolItem
from competencies.learning.models import ModuleVersion


def pool_of(version: ModuleVersion) -> tuple[tuple[PoolItem, ...], dict[str, float]]:
    """The items by their codes, and the weight of each competency; competencies go by their internal ids."""
    pool = tuple(
        PoolItem(item.code, str(item.competency_id), item.difficulty, guess_probability(item)) for item in version.items
    )
    return pool, {str(share.competency_id): share.weight for share in version.competencies}
