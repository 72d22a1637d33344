"""An achievement gets a picture: a new version, because what a badge looks like is part of what was awarded."""

from __future__ import annotations

from badges.achievement_draft import AchievementDraft
from badges.achievements import ensure_achievement
from badges.models import Achievement, AchievementVersion
from issuer.pictures.keeping import keep


def show_picture(achievement: Achievement, data: bytes, *, image_alt: str, actor: str) -> AchievementVersion:
    """The version that shows the picture, described by ``image_alt``; the current one when it does so already.

    An empty ``image_alt`` leaves the description. Raises Invalid, TooLarge, Conflict (archived), Unavailable.
    """
    picture = keep(achievement.organisation, data, actor=actor)
    return _shown(achievement, picture.sha256, image_alt=image_alt, actor=actor)


def remove_picture(achievement: Achievement, *, actor: str) -> AchievementVersion:
    """The version with the drawn rosette. Raises Conflict (archived)."""
    return _shown(achievement, "", image_alt="", actor=actor)


def _shown(achievement: Achievement, digest: str, *, image_alt: str, actor: str) -> AchievementVersion:
    current = achievement.current
    draft = AchievementDraft(
        name=current.name,
        description=current.description,
        achievement_type=current.achievement_type,
        criteria=current.criteria,
        criteria_narrative=current.criteria_narrative,
        competencies=tuple(each.competency.public_id for each in current.competencies),
        monogram=current.monogram,
        image_alt=image_alt.strip() or current.image_alt,
        level=current.level,
        language=current.language,
        valid_days=current.valid_days,
        may_be_suspended=current.may_be_suspended,
        names_revocation_list=current.names_revocation_list,
        picture=digest,
    )
    return ensure_achievement(achievement.organisation, achievement.code, draft, actor=actor).current
