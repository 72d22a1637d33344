"""Publishing modules: a version is made once and never changed; a module is listed, opened and archived."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from competencies.evidence.completion import Group, Rule, read_rule
from competencies.frameworks.models import Competency, Framework
from competencies.learning.authored import refusal
from competencies.learning.content import CompetencyShare, ModuleContent, read_content
from competencies.learning.models import Figure, Item, Module, ModuleCompetency, ModuleVersion
from issuer.base import audit
from issuer.base.db import db
from issuer.base.errors import Conflict
from issuer.models import Organisation
from issuer.succession.standing import refuse_closed

GATHERED = frozenset({"knowledge_check"})
"""Kinds of evidence that a learner can give here today."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of a publication; ``is_new`` False: this very content was published before, and is current."""

    module: Module
    version: ModuleVersion
    is_new: bool
    advice: tuple[str, ...]


def publish_version(organisation: Organisation, code: str, *, content: Mapping[str, Any], actor: str) -> Publication:
    """Publish ``content`` (see competencies.learning.content) as the current version of module ``code``.

    The first version makes the module, listed. ``actor`` is a public id or "system". Raises Invalid with every fault.
    """
    read = read_content(content)
    if read.code != code:
        raise refusal("code", f"says {read.code}, and module {code} is published.")
    competencies = _competencies_of(organisation, read.competencies)
    module = _module_for_update(organisation, code)
    newest = module.versions[-1] if module.versions else None
    if newest is not None and newest.digest == read.digest:
        return Publication(module, newest, is_new=False, advice=read.advice)
    version = _new_version(module, read, competencies)
    audit.record("module.published", module.public_id, actor=actor, version=version.public_id, number=version.number)
    return Publication(module, version, is_new=True, advice=read.advice)


def open_module(module: Module, *, actor: str) -> None:
    """Let learners take ``module``. Raises Conflict when its current version cannot be completed here, or its
    organisation is closed."""
    refuse_closed(module.organisation)
    if obstacle := obstacle_to_opening(module.current):
        raise Conflict("module_not_ready", obstacle)
    _change_state(module, "open", actor)


def list_module(module: Module, *, actor: str) -> None:
    """Show ``module`` in the catalog as not open yet. Open attempts can be finished."""
    _change_state(module, "listed", actor)


def archive_module(module: Module, *, actor: str) -> None:
    """Take ``module`` out of the catalog; what was earned with it stays."""
    _change_state(module, "archived", actor)


CHANGES: Mapping[str, Callable[..., None]] = {
    "open": open_module,
    "listed": list_module,
    "archived": archive_module,
}
"""State -> what brings a module into it."""


def obstacle_to_opening(version: ModuleVersion) -> str | None:
    """Why a version cannot be opened, as a sentence for its author; None when it can."""
    if not version.cards:
        return str(gettext("It has no cards to read."))
    if version.check_rule is not None and not version.items:
        return str(gettext("Its knowledge check has no items."))
    if not _can_be_met(read_rule(version.completion_rule), has_check=version.check_rule is not None):
        return str(gettext("It is completed by evidence that cannot be given here."))
    return None


def _can_be_met(rule: Rule, *, has_check: bool) -> bool:
    if isinstance(rule, Group):
        return sum(_can_be_met(member, has_check=has_check) for member in rule.of) >= rule.needed
    return has_check and rule.kind in GATHERED


def _change_state(module: Module, state: str, actor: str) -> None:
    if module.state == state:
        return
    audit.record(f"module.{state}", module.public_id, actor=actor, before=module.state)
    module.state = state
    db.session.flush()


def _competencies_of(organisation: Organisation, shares: Sequence[CompetencyShare]) -> dict[str, Competency]:
    """The organisation's competencies by human code; a code of several frameworks needs its CASE identifier."""
    rows = db.session.scalars(
        select(Competency)
        .join(Framework)
        .where(
            Framework.organisation_id == organisation.id, Competency.human_code.in_([share.code for share in shares])
        )
    ).all()
    found: dict[str, Competency] = {}
    for index, share in enumerate(shares):
        candidates = [
            row for row in rows if row.human_code == share.code and share.case_identifier in (None, row.case_identifier)
        ]
        where = f"competencies[{index}].code"
        if not candidates:
            raise refusal(where, f"{share.code} is in no framework of {organisation.name}.")
        if len(candidates) > 1:
            raise refusal(where, f"{share.code} is in several frameworks: give its case_identifier.")
        if candidates[0].state != "active":
            raise refusal(where, f"{share.code} is deprecated and can no longer be earned.")
        found[share.code] = candidates[0]
    return found


def _module_for_update(organisation: Organisation, code: str) -> Module:
    """The module, made if need be, with its row held until the transaction ends."""
    query = select(Module).filter_by(organisation_id=organisation.id, code=code).with_for_update()
    module = db.session.scalar(query)
    if module is not None:
        return module
    try:
        with db.session.begin_nested():
            module = Module(organisation=organisation, code=code, state="listed", versions=[])
            db.session.add(module)
        return module
    except IntegrityError:  # somebody else made it in between
        return db.session.scalars(query).one()


def _new_version(module: Module, content: ModuleContent, competencies: Mapping[str, Competency]) -> ModuleVersion:
    version = ModuleVersion(
        number=len(module.versions) + 1,
        title=content.title,
        summary=content.summary,
        minutes=content.minutes,
        content_type=content.content_type,
        delivery_mode=content.delivery_mode,
        format=content.format,
        language=content.language,
        cards=list(content.cards),
        completion_rule=content.completion_rule,
        check_rule=None if content.check_rule is None else asdict(content.check_rule),
        prerequisites=list(content.prerequisites),
        refresh_after_days=content.refresh_after_days,
        digest=content.digest,
        competencies=[
            ModuleCompetency(competency=competencies[share.code], weight=share.weight) for share in content.competencies
        ],
        figures=[
            Figure(name=picture.name, media_type=picture.media_type, data=picture.data, sha256=picture.sha256)
            for picture in content.figures
        ],
    )
    for parsed in content.items:
        version.items.append(
            Item(
                competency_id=competencies[parsed.competency].id,
                code=parsed.code,
                kind=parsed.kind,
                difficulty=parsed.difficulty,
                card=parsed.card,
                body=parsed.body,
                key=parsed.key,
                feedback=parsed.feedback,
            )
        )
    module.versions.append(version)
    db.session.flush()
    return version
