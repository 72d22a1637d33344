"""Every page that the service has, as an administrator meets it: it opens, fits and can be used by everybody."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from badges.bulk_checks import jobs, reading, watches
from badges.demonstration.learning import play
from badges.demonstration.people import PEOPLE
from badges.demonstration.seed import SLUG
from badges.models import Achievement, Award
from badges.trust import equivalences
from competencies.frameworks.models import Competency, Framework
from competencies.learning import attempts
from issuer import accounts, links
from issuer.base.db import db, utc_now
from issuer.keys import keystore
from issuer.models import Account, Organisation
from tests.factories.revoking import make_proposal
from tests.factories.trust import make_registry, make_trusted
from tests.journeys.browsing import DESKTOP_AT_NIGHT, PHONE, Surface, visiting
from tests.journeys.conftest import Service
from tests.learners import browser_cookie, demonstration_module
from tests.live import LiveServer

NO_PAGES = (
    *("api-docs.", "documents.", "health.", "_api.", "static", "figure", "image_", "emblem_", "_json", "_jwt"),
    *("conformance.", "issuers.revocations", "log.checkpoint", "log.key", "log.all_keys", "log.entries"),
    *("log.consistency", "log.inclusion", "embedding.", "_csv", "export_", "bulk_checks.template", "wallet_protocol."),
)
"""Parts of the names of endpoints that answer programs, with a picture, or into a frame."""

Values = Mapping[str, str]


@pytest.fixture(scope="package")
def furnished(service: Service) -> tuple[LiveServer, tuple[str, str], list[str]]:
    """The service, the cookie of an administrator with a badge and an open attempt, and the paths of all pages."""
    server = service("sqlite")
    with server.instance.use_cases() as app:
        address = accounts.address_of(next(person.email for person in PEOPLE if person.part == "administrator"))
        assert address is not None
        administrator = address.account
        played = play(administrator, demonstration_module("M03"), answers="right", now=utc_now())
        failed = play(administrator, demonstration_module("M06"), answers="wrong", now=utc_now())
        started = attempts.start(administrator.id, demonstration_module("M02"), now=utc_now()).attempt
        organisation = demonstration_module("M02").organisation
        values = {
            "organisation_id": organisation.public_id,
            "slug": SLUG,
            "module_id": demonstration_module("M02").public_id,
            "number": "1",
            "award_id": played.awards[0].public_id,
            "framework_id": db.session.scalars(select(Framework.public_id)).one(),
            "competency_id": db.session.scalars(select(Competency.public_id).limit(1)).one(),
            "achievement_id": db.session.scalars(select(Achievement.public_id).limit(1)).one(),
            "kid": keystore.active_key(organisation, keystore.BADGE_PROOF).kid,
            "proposal_id": make_proposal(demonstration_achievement(played.awards[0]), administrator).public_id,
            **bulk_values(played.awards[0], administrator),
            **trust_values(organisation),
            "token": links.make(links.SIGN_IN, address.address).rpartition("/")[2],
        }
        paths = [*_paths(app, values, attempt_id=started.public_id), f"/attempts/{failed.attempt.public_id}/result"]
        paths.append(f"/attempts/{played.attempt.public_id}/result")
        cookie = browser_cookie(app, administrator)
    return server, cookie, paths


def bulk_values(award: Award, administrator: Account) -> Values:
    """A check of many badges, and a badge that is asked to be watched."""
    award.visibility = "public"
    now, organisation = utc_now(), demonstration_achievement(award).organisation
    many = reading.read_lines([award.public_id, "nonsense"])
    check = jobs.begin(organisation, many, name="A set", by=administrator, now=now)
    watch = watches.ask(organisation, award.public_id, purpose="We rely on it.", by=administrator, now=now)
    return {"check_id": check.public_id, "watch_id": watch.public_id}


def trust_values(organisation: Organisation) -> Values:
    """A trusted issuer, an imported registry, and a rule about what counts as what."""
    entry = make_trusted(organisation, "did:web:badges.example.org")
    wanted = equivalences.wanted(
        organisation,
        achievement_url="https://badges.example.org/achievements/1",
        requirement_kind="code",
        requirement="ONBOARDING-3",
    )
    rule = equivalences.add(organisation, wanted, by=None)
    registry = make_registry(organisation)
    return {"entry_id": entry.public_id, "registry_id": registry.public_id, "rule_id": rule.public_id}


def demonstration_achievement(award: Award) -> Achievement:
    return award.achievement_version.achievement


def _paths(app: Flask, values: Values, *, attempt_id: str) -> list[str]:
    """The path of every page but the result of an attempt that is still open."""
    adapter = app.url_map.bind("localhost")
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not any(part in rule.endpoint for part in NO_PAGES)
    ]
    known = {**values, "attempt_id": attempt_id}
    return sorted(
        adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})
        for rule in rules
        if rule.endpoint != "catalog.result"
    )


@pytest.mark.browser
@pytest.mark.parametrize("surface", [PHONE, DESKTOP_AT_NIGHT], ids=lambda surface: surface.name)
def test_every_page_opens_fits_and_can_be_used_by_everybody(
    browser: Browser, furnished: tuple[LiveServer, tuple[str, str], list[str]], surface: Surface
) -> None:
    server, (name, value), paths = furnished
    assert len(paths) > 25
    with visiting(browser, server.instance.base_url, surface) as administrator:
        administrator.context.add_cookies([{"name": name, "value": value, "url": server.instance.base_url}])
        for path in paths:
            administrator.open(path)
