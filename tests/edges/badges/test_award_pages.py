"""The public page of a badge, its head, what its owner can do there, and the wall of one's own badges."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from badges import awards
from badges.achievements import ensure_achievement
from issuer.base.db import db
from issuer.models import Account, Organisation
from issuer.policy import Actor
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge, old_badge
from tests.factories.badges import earn, make_achievement, make_draft
from tests.factories.evidence import make_evidence
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import make_person, submit

HOSTILE_NAMES = ["<script>alert(1)</script>", 'a" onload="x', "Zoë 🎓 O'Neill", "مريم الأسدي", "{{ 7*7 }}", "N" * 200]


def statements(app: Flask, act: Callable[[], object]) -> int:
    """How many statements the database was asked while ``act`` ran."""
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def metas(shown: str) -> dict[str, str]:
    """Name or property of each meta element -> its content."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', shown)
    return {name: unescape(content) for name, content in found}


def test_the_status_comes_first_and_in_words(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, holder=make_person(app, "learner", name="Amara Okafor"))
    shown = page(client, badge.path)
    order = [
        "Genuine and valid.",
        "Competency · Foundation",
        '<h1 lang="en">Target List</h1>',
        "<dt>Awarded to</dt><dd>Amara Okafor</dd>",
        "<dt>Issued by</dt>",
        "<dt>Earned</dt>",
        "<dt>Valid until</dt>",
        "Check it yourself",
        "Can say of each name on a list why it is there.",
        "How it was earned",
        "What it proves",
        "What had to be shown",
        "What it does not prove",
        "Take it with you",
    ]
    body = shown[shown.index("<main") :]
    places = [body.index(words) for words in order]
    assert places == sorted(places)
    assert "<strong>80 %</strong>" in body
    assert "Criteria as of version 1; unchanged since." in body


def test_the_evidence_is_told_in_words_with_its_digest(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    shown = page(client, badge.path)
    (digest,) = set(re.findall(rb"ledger: ([0-9a-f]{64})", badge.document))
    assert digest.decode() in shown
    for words in ("Knowledge check", "score 90 to 99 of 100", "Marked by the server"):
        assert words in shown


def test_the_head_speaks_for_the_page_where_it_is_shared(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, holder=make_person(app, "learner", name="Amara Okafor"))
    shown = page(client, badge.path)
    base_url = app.config["ROSETTE"].base_url
    meta, url = metas(shown), f"{base_url}{badge.path}"
    assert meta["robots"] == "noindex"
    assert meta["og:url"] == url
    assert meta["og:title"] == "Target List · Amara Okafor"
    assert "Amara Okafor" in meta["description"] == meta["og:description"]
    assert meta["og:image:alt"]
    assert f'<link rel="canonical" href="{url}">' in shown
    assert set(re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)">', shown)) == {
        ("application/vc", f"{url}.json"),
        ("application/vc+jwt", f"{url}.jwt"),
        ("image/png", f"{url}.png"),
        ("image/svg+xml", f"{url}.svg"),
        ("application/pdf", f"{url}.pdf"),
    }
    assert meta["og:image"].startswith(base_url)
    picture = client.get(meta["og:image"].removeprefix(base_url))
    assert (picture.status_code, picture.mimetype) == (200, "image/png")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_stays_words(app: Flask, client: FlaskClient, name: str) -> None:
    badge = held_badge(app, holder=make_person(app, "learner", name=name))
    shown = page(client, badge.path)
    assert not re.search(r"<script(?! type=\"(?:module\" src=|application/ld\+json\">\{))", shown)
    assert not re.search(r"<[^>]*\sonload=", re.sub(r'"[^"]*"', '""', shown))
    assert metas(shown)["og:title"] == f"Target List · {name}"
    assert unescape(shown).count(name) >= 4
    document = client.get(f"{badge.path}.json").get_json()
    assert document["credentialSubject"]["identifier"][0]["identityHash"] == name


def test_an_author_cannot_place_markup_on_the_page(app: Flask, client: FlaskClient) -> None:
    words = "<img src=x onerror=alert(1)>"
    narrative = f"[x](javascript:alert(1)) {words}"
    badge = held_badge(app, name=words, description=words, criteria_narrative=narrative, level=words)
    for path in (badge.path, f"/achievements/{badge.achievement_id}"):
        shown = page(client, path)
        assert "<img src=x" not in shown
        assert 'href="javascript:' not in shown
    assert b"<img" not in client.get(f"/achievements/{badge.achievement_id}/image.svg").data


def test_who_wants_no_name_has_none_on_the_page(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, holder=make_person(app, "learner", name=""))
    assert "The holder has chosen not to be named" in page(client, badge.path)


def test_a_later_change_of_name_does_not_change_what_was_signed(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, holder=make_person(app, "learner", name="Amara Okafor"))
    with app.app_context():
        db.session.get_one(Account, badge.holder.account_id).name = "Somebody Else"
        db.session.commit()
    shown = page(client, badge.path)
    assert "Amara Okafor" in shown
    assert "Somebody Else" not in shown


@pytest.mark.parametrize("is_public", [False, True])
def test_a_withdrawn_badge_says_so_and_the_holder_reads_why(app: Flask, client: FlaskClient, is_public: bool) -> None:
    badge = held_badge(app)
    with app.app_context():
        award, reason = awards.find_award(badge.award_id), "Awarded by mistake"
        awards.revoke(award, reason=reason, actor="system", is_public=is_public)
        db.session.commit()
        assert app.test_cli_runner().invoke(args=["jobs", "drain"]).exit_code == 0
    shown = page(client, badge.path)
    assert "withdrawn by its issuer" in shown
    assert "Awarded by mistake" in page(badge.holder.client, badge.path)
    assert ("Awarded by mistake" in shown) is is_public
    assert "Genuine and valid" not in shown


def test_an_expired_badge_says_since_when(app: Flask, client: FlaskClient) -> None:
    badge = old_badge(app, days=40, valid_days=30)
    shown = page(client, badge.path)
    assert "Genuine, but expired on " in shown
    assert "It was valid until" in shown
    assert "Expired" in page(badge.holder.client, "/badges")


def test_criteria_that_have_changed_since_are_said_to_have(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app)
    with app.app_context():
        award = awards.find_award(badge.award_id)
        achievement = award.achievement_version.achievement
        competency = award.achievement_version.competencies[0].competency
        draft = make_draft(competency, criteria_narrative="Much harder now.")
        ensure_achievement(achievement.organisation, achievement.code, draft, actor="system")
        db.session.commit()
    shown = page(client, badge.path)
    assert "see version 2" in shown
    now = shown[shown.index("What has changed since") :]
    assert '<li class="new"><span class="eyebrow">Now</span> Much harder now.</li>' in now
    assert "Much harder now." not in shown[: shown.index("What has changed since")]
    assert "Much harder now." in page(client, f"/achievements/{badge.achievement_id}")
    assert "Much harder now." not in page(client, f"/achievements/{badge.achievement_id}?version=1")


def test_only_the_owner_publishes_and_is_told_what_that_means(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, public=False)
    stranger = make_person(app, "administrator", organisation_id=badge.holder.organisation_id)
    for act in ("publish", "unpublish"):
        assert submit(stranger.client, f"{badge.path}/{act}").status_code == 404
        assert submit(stranger.client, f"/badges/{'A' * 22}/{act}").status_code == 404
        assert submit(client, f"{badge.path}/{act}").location.startswith("/sign-in")
    assert "Both name you as" in page(badge.holder.client, badge.path)
    answer = submit(badge.holder.client, f"{badge.path}/publish")
    assert (answer.status_code, answer.location) == (303, badge.path)
    assert "Make it private" in page(badge.holder.client, badge.path)
    assert "Make it private" not in page(client, badge.path)
    assert submit(stranger.client, f"{badge.path}/unpublish").status_code == 404
    assert page(client, badge.path)


def test_the_owner_of_a_public_badge_can_add_it_to_linkedin(app: Flask, client: FlaskClient) -> None:
    badge = held_badge(app, valid_days=730)
    linked = re.search(r'href="(https://www\.linkedin\.com/[^"]+)"', page(badge.holder.client, badge.path))
    assert linked
    fields = {name: values[0] for name, values in parse_qs(urlsplit(unescape(linked.group(1))).query).items()}
    assert fields["startTask"] == "CERTIFICATION_NAME"
    assert fields["name"] == "Target List"
    assert fields["certId"] == badge.award_id
    assert fields["certUrl"].endswith(badge.path)
    assert int(fields["expirationYear"]) - int(fields["issueYear"]) == 2
    assert "linkedin" not in page(client, badge.path)


def test_the_wall_shows_each_of_ones_badges_with_who_sees_it(app: Flask) -> None:
    badge = held_badge(app, name="First")
    held_badge(app, holder=badge.holder, public=False, name="Second")
    held_badge(app, name="Of somebody else")
    shown = page(badge.holder.client, "/badges")
    assert shown.index("Second") < shown.index("First")
    assert "Public" in shown and "Private" in shown
    assert "Of somebody else" not in shown


def test_the_wall_of_nobody_asks_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/badges", headers=HTML).location.startswith("/sign-in")
    assert client.get("/badges").status_code == 401


def test_an_empty_wall_says_how_to_begin(app: Flask) -> None:
    assert "No badge yet" in page(make_person(app, "learner").client, "/badges")


def test_a_page_costs_the_same_however_much_is_on_it(app: Flask, client: FlaskClient) -> None:
    small, large = held_badge(app), large_badge(app)
    for path in (small.path, f"/achievements/{small.achievement_id}"):
        bigger = path.replace(small.award_id, large.award_id).replace(small.achievement_id, large.achievement_id)
        assert statements(app, lambda p=path: page(client, p)) == statements(app, lambda p=bigger: page(client, p))
    before = statements(app, lambda: page(small.holder.client, "/badges"))
    for number in range(3):
        held_badge(app, holder=small.holder, name=f"Badge {number}")
    assert statements(app, lambda: page(small.holder.client, "/badges")) == before


def large_badge(app: Flask) -> HeldBadge:
    """A badge of four competencies from eight pieces of evidence."""
    holder = make_person(app, "learner")
    with app.app_context():
        organisation = db.session.get_one(Organisation, holder.organisation_id)
        account = db.session.get_one(Account, holder.account_id)
        framework = make_framework(organisation)
        competencies = [make_competency(framework) for _ in range(4)]
        for competency in competencies * 2:
            make_evidence(account, competency)
        achievement = make_achievement(
            organisation,
            competencies[0],
            criteria={"all": [{"competency": each.public_id} for each in competencies]},
            competencies=tuple(each.public_id for each in competencies),
        )
        award = earn(account, achievement)
        awards.publish(Actor(account.id, account.public_id), award.public_id)
        db.session.commit()
        assert len(award.basis["evidence"]) >= 8
        return HeldBadge(holder, award.public_id, achievement.public_id, b"", b"", "")
