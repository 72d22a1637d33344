"""The content of a module version, from what an author wrote to what may be published. Pure.

An author's document, as a mapping (read from YAML or JSON):

    code, title, summary, language        what it is called; ``summary`` is one sentence
    minutes                               1..240
    content_type, delivery_mode, format   see CONTENT_TYPES and DELIVERY_MODES; format is free text
    competencies                          [{code, weight, case_identifier?}], weights sum to 1
    cards                                 [{title, body, figure?, figure_alt?, figure_caption?}], body in Markdown
    check                                 {draw, pass_mark, max_attempts?, cooldown_hours?, minutes_allowed?, items?}
    completion_rule                       see competencies.evidence.completion; without it: the check at its pass mark
    prerequisites                         [code], advice to the learner
    refresh_after_days                    1..3650
    figures                               {file name: bytes}

Without cards or items a module can be listed, and cannot be opened.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from competencies.evidence.completion import read_rule
from competencies.learning.answers import guess_probability
from competencies.learning.authored import Faults, fields_of, list_of, number_of, refusal, text_of, whole_of, word_of
from competencies.learning.cards import markdown_of, read_cards
from competencies.learning.checks import CheckRule, PoolItem, findings
from competencies.learning.items import ParsedItem, parse_item
from competencies.learning.pictures import Picture, read_picture
from issuer.base.errors import Invalid
from issuer.crypto.jcs import canonicalize

CONTENT_TYPES = ("foundational", "process", "behavioural", "product knowledge", "compliance")
DELIVERY_MODES = ("async", "sync", "blended")
MOST_ITEMS = 200

_WEIGHT_ROUNDING = 1e-6
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REQUIRED = ("code", "title", "summary", "language", "minutes", "content_type", "delivery_mode", "competencies")
_OPTIONAL = ("format", "cards", "check", "completion_rule", "prerequisites", "refresh_after_days", "figures")


@dataclass(frozen=True, slots=True)
class CompetencyShare:
    """A competency by its human code (and CASE identifier, where a code alone is ambiguous), and its weight 0..1."""

    code: str
    weight: float
    case_identifier: str | None = None


@dataclass(frozen=True, slots=True)
class ModuleContent:
    """A module version before it is stored. ``advice`` is for the author; nothing in it stops publication."""

    code: str
    title: str
    summary: str
    language: str
    minutes: int
    content_type: str
    delivery_mode: str
    format: str
    competencies: tuple[CompetencyShare, ...]
    cards: tuple[dict[str, str], ...]
    check_rule: CheckRule | None
    items: tuple[ParsedItem, ...]
    completion_rule: dict[str, Any]
    prerequisites: tuple[str, ...]
    refresh_after_days: int | None
    figures: tuple[Picture, ...]
    advice: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON of all of it; pictures by their own digests."""
        document = asdict(self)
        del document["advice"]
        document["figures"] = {picture.name: picture.sha256 for picture in self.figures}
        return hashlib.sha256(canonicalize(json.loads(json.dumps(document)))).hexdigest()


def read_content(authored: Any) -> ModuleContent:
    """What an author wrote -> what can be published. Raises Invalid with every fault under its path."""
    fields = fields_of(authored, "module", required=_REQUIRED, optional=_OPTIONAL)
    faults = Faults()
    figures = faults.read(_figures, fields.get("figures") or {}) or ()
    shares = faults.read(_shares, fields["competencies"]) or ()
    cards = read_cards(fields.get("cards") or [], {picture.name for picture in figures}, faults)
    rule = faults.read(_check_rule, fields.get("check"))
    items = _items(fields.get("check"), shares, len(cards), faults) if rule and shares else ()
    content = ModuleContent(
        code=faults.read(_named, fields["code"], "code", pattern=_CODE),
        title=faults.read(text_of, fields["title"], "title", longest=200),
        summary=faults.read(text_of, fields["summary"], "summary", longest=600),
        language=faults.read(_named, fields["language"], "language", pattern=_LANGUAGE),
        minutes=faults.read(whole_of, fields["minutes"], "minutes", low=1, high=240),
        content_type=faults.read(word_of, fields["content_type"], "content_type", words=CONTENT_TYPES),
        delivery_mode=faults.read(word_of, fields["delivery_mode"], "delivery_mode", words=DELIVERY_MODES),
        format=faults.read(text_of, fields.get("format") or "", "format", longest=64, least=0),
        competencies=shares,
        cards=cards,
        check_rule=rule,
        items=items,
        completion_rule=faults.read(_completion_rule, fields.get("completion_rule"), rule),
        prerequisites=faults.read(_prerequisites, fields.get("prerequisites") or []),
        refresh_after_days=faults.read(_refresh, fields.get("refresh_after_days")),
        figures=figures,
        advice=_judge(rule, items, shares, faults) if rule and items and not faults.fields else (),
    )
    faults.raise_if_any()
    return content


def _named(value: Any, where: str, *, pattern: re.Pattern[str]) -> str:
    text = text_of(value, where, longest=35)
    if not pattern.fullmatch(text):
        raise refusal(where, f"{text!r} is not allowed: {pattern.pattern}")
    return text


def _shares(authored: Any) -> tuple[CompetencyShare, ...]:
    shares = []
    for index, member in enumerate(list_of(authored, "competencies", least=1, most=12)):
        at = f"competencies[{index}]"
        fields = fields_of(member, at, required=("code", "weight"), optional=("case_identifier",))
        code = text_of(fields["code"], f"{at}.code", longest=100)
        weight = float(number_of(fields["weight"], f"{at}.weight", low=0.01, high=1))
        identifier = text_of(fields.get("case_identifier") or "", f"{at}.case_identifier", longest=64, least=0)
        shares.append(CompetencyShare(code, weight, identifier or None))
    if len({share.code for share in shares}) != len(shares):
        raise refusal("competencies", "must name each competency once.")
    total = sum(share.weight for share in shares)
    if abs(total - 1) > _WEIGHT_ROUNDING:
        raise refusal("competencies", f"must have weights that sum to 1; they sum to {total:g}.")
    return tuple(shares)


def _figures(authored: Any) -> tuple[Picture, ...]:
    if not isinstance(authored, Mapping):
        raise refusal("figures", "must be a mapping of file names to pictures.")
    names = sorted(authored, key=str)
    return tuple(read_picture(name, authored[name], f"figures.{str(name)[:80]}") for name in names)


def _check_rule(authored: Any) -> CheckRule | None:
    if authored is None:
        return None
    optional = ("max_attempts", "cooldown_hours", "minutes_allowed", "items")
    fields = fields_of(authored, "check", required=("draw", "pass_mark"), optional=optional)
    minutes = fields.get("minutes_allowed")
    return CheckRule(
        draw=whole_of(fields["draw"], "check.draw", low=1, high=100),
        pass_mark=float(number_of(fields["pass_mark"], "check.pass_mark", low=0.01, high=1)),
        max_attempts=whole_of(fields.get("max_attempts", 3), "check.max_attempts", low=1, high=20),
        cooldown_hours=float(number_of(fields.get("cooldown_hours", 4), "check.cooldown_hours", low=0, high=720)),
        minutes_allowed=None if minutes is None else whole_of(minutes, "check.minutes_allowed", low=1, high=1440),
    )


def _items(
    check: Mapping[str, Any] | None, shares: Sequence[CompetencyShare], cards: int, faults: Faults
) -> tuple[ParsedItem, ...]:
    authored = check.get("items") if check else None
    members = faults.read(list_of, authored or [], "check.items", least=0, most=MOST_ITEMS) or ()
    codes = [share.code for share in shares]
    read = [faults.read(_item, member, f"check.items[{at}]", codes, cards) for at, member in enumerate(members)]
    items = tuple(item for item in read if item is not None)
    if len({item.code for item in items}) != len(items):
        faults.add("check.items", "must have a different key each.")
    return items


def _item(member: Any, where: str, codes: Sequence[str], cards: int) -> ParsedItem:
    item = parse_item(member, where, competencies=codes, cards=cards)
    markdown_of(item.body["prompt"], f"{where}.prompt")
    return item


def pool_of(items: Sequence[ParsedItem]) -> tuple[PoolItem, ...]:
    """The items as drawing and guessing see them."""
    return tuple(PoolItem(item.code, item.competency, item.difficulty, guess_probability(item)) for item in items)


def _judge(
    rule: CheckRule, items: Sequence[ParsedItem], shares: Sequence[CompetencyShare], faults: Faults
) -> tuple[str, ...]:
    found = findings(pool_of(items), {share.code: share.weight for share in shares}, rule)
    for finding in found:
        if finding.refused:
            faults.add("check", finding.sentence)
    return tuple(finding.sentence for finding in found if not finding.refused)


def _completion_rule(authored: Any, rule: CheckRule | None) -> dict[str, Any]:
    if authored is None and rule is not None:
        authored = {"all": [{"kind": "knowledge_check", "min_score": rule.pass_mark, "min_trust": 2}]}
    if authored is None:
        raise refusal("completion_rule", "is needed: without a check, nothing says when the module is complete.")
    try:
        read_rule(authored)
    except Invalid as error:
        raise refusal("completion_rule", error.detail) from None
    return dict(authored)


def _prerequisites(authored: Any) -> tuple[str, ...]:
    members = list_of(authored, "prerequisites", least=0, most=20)
    return tuple(text_of(member, f"prerequisites[{index}]", longest=32) for index, member in enumerate(members))


def _refresh(authored: Any) -> int | None:
    return None if authored is None else whole_of(authored, "refresh_after_days", low=1, high=3_650)
