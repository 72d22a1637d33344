"""A service in which every page has something to show, and the path of each."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from badges.award_facts import achievement_url
from badges.bulk_checks import jobs, reading, watches
from badges.demonstration.learning import play
from badges.demonstration.people import PEOPLE
from badges.demonstration.seed import SLUG
from badges.endorsements import answering, giving, inviting
from badges.models import Achievement, Award
from badges.sharing import links as share_links
from badges.trust import equivalences
from competencies.frameworks.models import Competency, Framework
from competencies.learning import attempts
from issuer import accounts, links
from issuer.base.db import db, utc_now
from issuer.keys import keystore
from issuer.models import Account, Organisation
from issuer.policy import Actor
from issuer.profile import issuer_url
from tests.factories.people import make_organisation
from tests.factories.revoking import make_proposal
from tests.factories.trust import make_registry, make_trusted
from tests.learners import browser_cookie, demonstration_module
from tests.live import LiveServer

NO_PAGES = (
    *("api-docs.", "documents.", "health.", "_api.", "static", "figure", "image_", "emblem_", "_json", "_jwt"),
    *("conformance.", "issuers.revocations", "log.checkpoint", "log.key", "log.all_keys", "log.entries"),
    *("log.consistency", "log.inclusion", "embedding.", "_csv", "export_", "bulk_checks.template", "wallet_protocol."),
    *("badge_files.", "elsewhere.", "sitemap."),
)
"""Parts of the names of endpoints that answer programs, with a picture, or into a frame."""

FILES = (".json", ".jwt", ".jws", ".png", ".svg", ".pdf", ".zip", ".xml", ".txt")

ELSEWHERE = ("catalog.result", "shared.code", "endorse.form")
"""An attempt that is still open has no result; a code leads on; whoever holds the badge is not asked to endorse it."""

Values = Mapping[str, str]


def furnish(server: LiveServer) -> tuple[tuple[str, str], list[str]]:
    """The cookie of an administrator with a badge and an open attempt, and the paths of all pages."""
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
            **sharing_values(played.awards[0], actor_of(administrator)),
            "attempt_id": started.public_id,
            "token": links.make(links.SIGN_IN, address.address).rpartition("/")[2],
        }
        paths = [*_paths(app, values), f"/attempts/{failed.attempt.public_id}/result"]
        paths.append(f"/attempts/{played.attempt.public_id}/result")
        cookie = browser_cookie(app, administrator)
    return cookie, paths


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


def sharing_values(award: Award, actor: Actor) -> Values:
    """A link to a badge, an open invitation to endorse it, and endorsements of it, its achievement and its issuer."""
    asked = {"email": "boss@example.org", "relation": "manager"}
    _invitation, token = inviting.invite(actor, award.public_id, **asked)
    said = "She prepares every call of our team with care."
    answer = answering.Answer(name="Jean Roy", naming="full", relation="manager", comment=said)
    endorsement = giving.show(answering.answer(Actor(), token, answer), is_shown=True, actor=actor)
    inviting.invite(actor, award.public_id, **asked)
    version = award.achievement_version
    for address in (issuer_url(version.achievement.organisation), achievement_url(version)):
        giving.endorse(Actor(), make_organisation(), address=address, comment="We have hired people with it for years.")
    _link, shared = share_links.make(actor, [award.public_id], shows_evidence=True)
    return {"endorsement_id": endorsement.public_id, "shared": shared}


def actor_of(account: Account) -> Actor:
    return Actor(account_id=account.id, public_id=account.public_id, name=account.name)


def _paths(app: Flask, values: Values) -> list[str]:
    """The path of every page for people."""
    adapter = app.url_map.bind("localhost")
    return sorted(
        adapter.build(rule.endpoint, {name: _value(rule, name, values) for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and _is_page(rule)
    )


def _is_page(rule: Rule) -> bool:
    """Whether it answers a person who reads."""
    answers_programs = any(part in rule.endpoint for part in NO_PAGES) or rule.rule.endswith(FILES)
    return not answers_programs and rule.endpoint not in ELSEWHERE


def _value(rule: Rule, name: str, values: Values) -> str:
    """A link to badges and one to sign in are both told by their token."""
    return values["shared" if name == "token" and rule.rule.startswith("/s/") else name]
