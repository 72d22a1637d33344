"""What the page of a badge, and the wall of one's own badges, show: frozen values that a template reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from badges.awards import Standing
from competencies.evidence.trust import ASSESSED_BY_PERSON


@dataclass(frozen=True, slots=True)
class ShownSkill:
    """A competency that a badge stands for. ``percent``: how well it was mastered then; None when not asked for.

    ``language`` of its name and statement; "" when its framework does not say.
    """

    competency_id: str
    name: str
    statement: str
    code: str
    level: str
    framework: str
    framework_id: str
    percent: int | None
    language: str


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """One link of the chain of evidence, in words. ``module_id`` "" when it belongs to no module.

    ``supervised`` and ``identity_checked``: None when nothing was recorded. ``record_bytes``: of what the digest is of.
    """

    title: str
    kind: str
    score: str
    trust: str
    trust_sentence: str
    trust_level: int
    earned_at: datetime
    digest: str
    module_id: str
    module_version: int | None
    minutes: int | None
    mode: str
    supervised: bool | None
    identity_checked: bool | None
    record_bytes: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A skill of the same group. ``is_proven``: it is one that the badge stands for."""

    competency_id: str
    name: str
    is_proven: bool


@dataclass(frozen=True, slots=True)
class ShownPath:
    """A group of a framework and its skills, in the framework's order."""

    group_id: str
    name: str
    members: tuple[Neighbour, ...]

    @property
    def proven(self) -> int:
        return sum(member.is_proven for member in self.members)


@dataclass(frozen=True, slots=True)
class ShownIssuer:
    """``domain`` is the host under whose name the keys are published."""

    slug: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class ShownAchievement:
    """What was awarded, in the version it was awarded in; ``newest`` is the number of the current version."""

    public_id: str
    name: str
    sentence: str
    kind: str
    level: str
    criteria: str
    image_alt: str
    language: str
    version: int
    newest: int

    @property
    def eyebrow(self) -> str:
        return " · ".join(word for word in (self.kind, self.level) if word)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When a badge was taken back or, unless ``is_final``, suspended; and why, in the issuer's words.

    ``reason`` and ``code`` (in words) are for the holder; for others only if ``is_public``.
    """

    at: datetime
    reason: str
    code: str
    is_final: bool
    is_public: bool


@dataclass(frozen=True, slots=True)
class Showcase:
    """A badge's page. ``valid_until`` None: for ever, or not signed yet. ``code``: as it is written on paper."""

    award_id: str
    url: str
    code: str
    is_signed: bool
    is_public: bool
    is_listed: bool
    awarded_at: datetime
    valid_until: datetime | None
    withdrawal: Withdrawal | None
    achievement: ShownAchievement
    issuer: ShownIssuer
    skills: tuple[ShownSkill, ...]
    evidence: tuple[ShownPiece, ...]

    @property
    def last_demonstrated(self) -> datetime | None:
        """When the newest of the evidence that it rests on was earned; what was learned later is not for others."""
        return max((piece.earned_at for piece in self.evidence), default=None)

    @property
    def is_observed(self) -> bool:
        """Somebody watched the work, or it was applied on the job."""
        return any(piece.trust_level >= ASSESSED_BY_PERSON for piece in self.evidence)


@dataclass(frozen=True, slots=True)
class Tile:
    """One badge on the wall."""

    award_id: str
    achievement_id: str
    name: str
    language: str
    issuer: str
    version: int
    awarded_at: datetime
    is_public: bool
    standing: Standing


@dataclass(frozen=True, slots=True)
class Wall:
    """One page of one's own badges; ``next`` is the cursor of the following one."""

    tiles: tuple[Tile, ...]
    next: str | None
