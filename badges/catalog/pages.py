"""The landing page, the catalog, a module's introduction, and the result of a check with what it earned."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import artwork
from badges.catalog import earned, wording
from badges.catalog.filters import MODES, Asked, asked
from badges.catalog.leading import front_modules, neighbours_of, prerequisites_of
from badges.catalog.offers import offers_of
from badges.catalog.pictures import mark_of
from badges.catalog.skills import Domain, domain_named, domains
from badges.public_names import shaped
from competencies.learning import attempts
from competencies.learning.queries import CatalogEntry, Filters, browse, entries_of, entry_of
from competencies.learning.results import result_of
from competencies.learning.standing import is_open
from issuer.access import current_actor, requires
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid, NotFound
from issuer.models import Account

pages = Blueprint("catalog", __name__)

ON_A_PAGE = 48
MINUTES = (10, 15, 20, 30, 45)


@pages.get("/")
@requires("public.read")
def landing() -> ResponseReturnValue:
    actor = current_actor()
    entries = front_modules(actor, now=utc_now())
    return render_template(
        "badges/landing.html",
        entries=entries,
        offers=offers_of(entries, actor=actor),
        mark_of=mark_of,
        art_of=artwork.art_of,
        wording=wording,
    )


@pages.get("/catalog", endpoint="browse")
@requires("public.read")
def browse_catalog() -> ResponseReturnValue:
    """The modules, narrowed by a form; a value that makes no sense narrows nothing."""
    actor, wanted = current_actor(), asked(request.args)
    known = domains(actor)
    found = _browse(wanted, known)
    entries = found[:ON_A_PAGE]
    after = entries[-1].module_id if len(found) > ON_A_PAGE else None
    return render_template(
        "badges/catalog.html",
        asked=wanted,
        entries=entries,
        offers=offers_of(entries, actor=actor),
        skill_options=_skill_options(wanted, known),
        skill=domain.domain_id if (domain := domain_named(known, wanted.skill)) else wanted.skill,
        minute_options=[(str(minutes), str(minutes)) for minutes in MINUTES],
        modes=[(mode, wording.mode_words(mode)) for mode in MODES],
        next_href=_further(wanted, after) if after else None,
        mark_of=mark_of,
        art_of=artwork.art_of,
        wording=wording,
    )


@pages.get("/modules/<module_id>")
@requires("public.read")
def module(module_id: str) -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    entry = entry_of(shaped(module_id), actor=actor, now=now)
    return render_template(
        "badges/module.html",
        entry=entry,
        offers=offers_of([entry], actor=actor)[entry.module_id],
        better_after=prerequisites_of(entry, actor=actor, now=now),
        mark_of=mark_of,
        art_of=artwork.art_of,
        wording=wording,
    )


@pages.get("/attempts/<attempt_id>/result")
@requires("learn")
def result(attempt_id: str) -> ResponseReturnValue:
    """The learner's own result, and the moment of earning when it led to a badge."""
    actor, now = current_actor(), utc_now()
    if actor.account_id is None:
        raise NotFound("no_such_attempt", _("There is no such attempt."))
    attempt = attempts.find_attempt(actor.account_id, shaped(attempt_id))
    if is_open(attempt, now):
        return redirect(url_for("learning.review", attempt_id=attempt_id), 303)
    shown = result_of(attempt, db.session.get_one(Account, actor.account_id), now=now)
    entry = entries_of([shown.module_id], actor=actor, now=now)[shown.module_id]
    nearby = neighbours_of(entry, actor=actor, now=now)
    offers = offers_of([entry, *nearby], actor=actor)
    stacks = [offer for offer in offers[entry.module_id] if not offer.is_competency_badge and offer.award_id is None]
    return render_template(
        "badges/result.html",
        result=shown,
        entry=entry,
        awards=earned.awards_from(attempt),
        offers=offers,
        stacks=stacks,
        next_module=earned.next_module(nearby, stacks=stacks, done=entry),
        mark_of=mark_of,
        art_of=artwork.art_of,
        wording=wording,
    )


def _further(wanted: Asked, after: str) -> str:
    return f"{url_for('catalog.browse')}?{urlencode({**wanted.as_query(), 'after': after})}"


def _skill_options(wanted: Asked, known: tuple[Domain, ...]) -> list[tuple[str, str]]:
    """The domains to choose from, and the one competency that a link asked for; values are what a form sends."""
    options = [(domain.domain_id, domain.name) for domain in known]
    if wanted.skill and domain_named(known, wanted.skill) is None:
        options.append((wanted.skill, wanted.skill))
    return options


def _browse(wanted: Asked, known: tuple[Domain, ...]) -> tuple[CatalogEntry, ...]:
    domain = domain_named(known, wanted.skill)
    filters = Filters(
        text=wanted.text,
        competency="" if domain else wanted.skill,
        competencies=domain.members if domain else (),
        state="open" if wanted.open_now else "",
        mode=wanted.mode,
        max_minutes=wanted.minutes,
    )
    arguments: dict[str, Any] = {"actor": current_actor(), "now": utc_now(), "limit": ON_A_PAGE + 1}
    try:
        return browse(filters, after=wanted.after, **arguments)
    except Invalid:  # an old place in the list that is gone: begin at its beginning
        return browse(filters, **arguments)
