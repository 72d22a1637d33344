"""The landing page, the catalog, a module's introduction and a result, as a browser without a script meets them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from badges.models import Award
from competencies.frameworks.models import Association, Competency, Framework
from competencies.learning.models import Module
from issuer.base.db import db, utc_now
from issuer.models import Account, Organisation
from tests.edges.competencies.learning_steps import publish
from tests.factories import learning as make
from tests.factories.badges import make_achievement
from tests.factories.people import Person, make_person

HTML = {"Accept": "text/html"}
HOSTILE = (
    "%",
    "%%_\\",
    "\x00",
    "a\x00b",
    "'\"><script>alert(1)</script>",
    "9" * 400,
    "-1",
    "NaN",
    "💥" * 300,
    "x" * 10_240,
)


@pytest.fixture
def teacher(app: Flask) -> Person:
    return make_person(app, "administrator", "author")


@pytest.fixture
def learner(app: Flask) -> Person:
    return make_person(app)


def page(person: Person | Flask, path: str, **query: str) -> str:
    client = person.test_client() if isinstance(person, Flask) else person.client
    reply = client.get(path, headers=HTML, query_string=query)
    assert reply.status_code == 200, reply.get_data(as_text=True)
    return reply.get_data(as_text=True)  # type: ignore[no-any-return]


def status(person: Person | Flask, path: str) -> int:
    client = person.test_client() if isinstance(person, Flask) else person.client
    return client.get(path, headers=HTML).status_code


def badge(app: Flask, organisation_id: int, *modules: str, codes: tuple[str, ...] = (), **over: Any) -> str:
    """A badge for mastering ``codes`` and completing ``modules`` (public ids); committed. Returns its public id."""
    with app.app_context():
        organisation = db.session.get_one(Organisation, organisation_id)
        found = select(Competency).join(Framework).where(Framework.organisation_id == organisation_id)
        competencies = {each.human_code: each for each in db.session.scalars(found)}
        wanted = [{"module": module} for module in modules]
        wanted += [{"competency": competencies[code].public_id, "min_trust": 2} for code in codes]
        first = competencies[codes[0]] if codes else next(iter(competencies.values()))
        made = make_achievement(organisation, first, criteria={"all": wanted}, **over)
        db.session.commit()
        return made.public_id


def attempt(app: Flask, person: Person, module_id: str, *, right: int) -> str:
    """A marked attempt of today; committed. Returns its public id."""
    with app.app_context():
        module = db.session.scalars(select(Module).filter_by(public_id=module_id)).one()
        account = db.session.get_one(Account, person.account_id)
        marked = make.make_marked_attempt(account, module, right=right, now=utc_now())
        db.session.commit()
        return marked.public_id


def begin(app: Flask, person: Person, module_id: str) -> str:
    with app.app_context():
        module = db.session.scalars(select(Module).filter_by(public_id=module_id)).one()
        opened = make.start_attempt(db.session.get_one(Account, person.account_id), module, now=utc_now())
        db.session.commit()
        return opened.public_id


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


# --- landing -----------------------------------------------------------------------------------------------


def test_landing_works_before_anything_is_published(app: Flask) -> None:
    front = page(app, "/")
    assert 'href="/catalog"' in front
    assert 'href="/verify"' in front
    assert 'href="/sign-in"' in front


def test_landing_shows_modules_that_are_open_and_the_badge_they_lead_to(app: Flask, teacher: Person) -> None:
    publish(app, teacher.organisation_id, code="M01", title="Who belongs on your list")
    publish(app, teacher.organisation_id, code="M02", title="Announced only", state="listed")
    badge(app, teacher.organisation_id, codes=("PRO.1",), name="Target List")
    front = page(app, "/")
    assert "Who belongs on your list" in front
    assert "Target List" in front
    assert "12 min" in front
    assert "Announced only" not in front


# --- catalog -----------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(app: Flask, teacher: Person) -> dict[str, str]:
    """Title -> public id of a small catalog."""
    publications: tuple[dict[str, Any], ...] = (
        {"code": "M01", "title": "Short one", "minutes": 10},
        {"code": "M02", "title": "Long one", "minutes": 45},
        {"code": "M03", "title": "Live one", "delivery_mode": "sync", "state": "listed", "minutes": 60},
        {"code": "M04", "title": "Another skill", "competencies": [{"code": "NEG.1", "weight": 1}], "minutes": 20},
    )
    ids = {}
    for fields in publications:
        code = fields.get("competencies", [{"code": "PRO.1"}])[0]["code"]
        items = [make.single_choice(f"Q{number}", competency=code) for number in range(1, 14)]
        ids[fields["title"]] = publish(app, teacher.organisation_id, check={"items": items}, **fields)
    return ids


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, {"Short one", "Long one", "Live one", "Another skill"}),
        ({"minutes": "15"}, {"Short one"}),
        ({"mode": "sync"}, {"Live one"}),
        ({"open": "yes"}, {"Short one", "Long one", "Another skill"}),
        ({"skill": "NEG.1"}, {"Another skill"}),
        ({"text": "LONG"}, {"Long one"}),
        ({"text": "%"}, set()),
        ({"minutes": "30", "open": "yes", "skill": "PRO.1"}, {"Short one"}),
    ],
)
def test_a_filter_shows_what_fits_and_nothing_else(
    app: Flask, shelf: dict[str, str], query: dict[str, str], titles: set[str]
) -> None:
    shown = page(app, "/catalog", **query)
    assert {title for title in shelf if f">{title}</a>" in shown} == titles


def test_a_domain_stands_for_every_competency_under_it(app: Flask, shelf: dict[str, str]) -> None:
    with app.app_context():
        below = db.session.scalars(select(Competency).filter_by(human_code="NEG.1")).one()
        above = Competency(
            framework_id=below.framework_id,
            case_identifier="11111111-1111-4111-8111-111111111111",
            uri="https://example.org/NEG",
            human_code="NEG",
            full_statement="Negotiating",
        )
        edge = Association(
            framework_id=below.framework_id,
            case_identifier="22222222-2222-4222-8222-222222222222",
            association_type="isChildOf",
            origin_identifier=below.case_identifier,
            destination_identifier=above.case_identifier,
        )
        db.session.add_all([above, edge])
        db.session.commit()
        domain_id = above.public_id
    for name in ("NEG", domain_id):
        shown = page(app, "/catalog", skill=name)
        assert "Another skill" in shown
        assert "Short one" not in shown
        assert f'<option value="{domain_id}" selected>Negotiating</option>' in shown


@pytest.mark.parametrize("name", ["text", "skill", "minutes", "mode", "open", "after"])
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value[:8]))
def test_hostile_filters_are_answered_with_a_page(app: Flask, shelf: dict[str, str], name: str, value: str) -> None:
    shown = page(app, "/catalog", **{name: value})
    assert "<script>alert" not in shown


def test_a_module_that_is_not_open_says_so_in_the_list_and_on_its_page(
    app: Flask, shelf: dict[str, str], learner: Person
) -> None:
    assert page(app, "/catalog", mode="sync").count("Not open yet") == 1
    assert "Not open yet" not in page(app, "/catalog", open="yes")
    introduction = page(learner, f"/modules/{shelf['Live one']}")
    assert "Not open yet" in introduction
    assert "/attempts" not in introduction
    assert "/cards/" not in introduction


def test_the_list_says_where_a_learner_stands(app: Flask, shelf: dict[str, str], learner: Person) -> None:
    attempt(app, learner, shelf["Short one"], right=5)
    attempt(app, learner, shelf["Long one"], right=0)
    shown = page(learner, "/catalog")
    assert shown.count("Done") == 1
    assert shown.count("Try again later") == 1
    assert "Try again later" not in page(app, "/catalog")


def test_a_closed_organisation_is_not_in_everybodys_catalog(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    with app.app_context():
        db.session.get_one(Organisation, teacher.organisation_id).open_enrolment = False
        db.session.commit()
    assert "Who belongs on your list" in page(teacher, "/catalog")
    assert "Who belongs on your list" not in page(learner, "/catalog")
    assert "Who belongs on your list" not in page(app, "/")
    assert status(learner, f"/modules/{module_id}") == 404


def test_catalog_costs_the_same_however_long_it_is(app: Flask, teacher: Person, learner: Person) -> None:
    counts = []
    for number in (1, 2, 3, 4):
        module_id = publish(app, teacher.organisation_id, code=f"M0{number}")
        badge(app, teacher.organisation_id, module_id, codes=("PRO.1",), name=f"Badge {number}")
        page(learner, "/catalog")
        with statements(app) as sent:
            page(learner, "/catalog")
        counts.append(len(sent))
    assert len(set(counts)) == 1


# --- a module ----------------------------------------------------------------------------------------------


def test_introduction_says_what_how_long_and_how_it_is_checked(app: Flask, teacher: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    shown = page(app, f"/modules/{module_id}")
    for words in ("12 minutes", "on your own", "Can do PRO.1", "5 questions", "4 of 5 right answers pass", "4 hours"):
        assert words in shown
    assert "/competencies/" in shown
    assert f'href="/modules/{module_id}/cards/1"' in shown
    assert f"/sign-in?next=/modules/{module_id}" in shown


def test_prerequisites_are_advice_with_links(app: Flask, teacher: Person, learner: Person) -> None:
    before = publish(app, teacher.organisation_id, code="M01", title="First steps")
    after = publish(app, teacher.organisation_id, code="M02", prerequisites=["M01"])
    shown = page(learner, f"/modules/{after}")
    assert "Better after" in shown
    assert f'<a href="/modules/{before}"><span lang="en">First steps</span></a>' in shown
    assert f'action="/modules/{after}/attempts"' in shown


def test_the_main_button_follows_the_learner(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id, check={"cooldown_hours": 0})
    path, start = f"/modules/{module_id}", f'action="/modules/{module_id}/attempts"'
    assert "Start reading" in page(learner, path)
    learner.client.get(path + "/cards/2")
    attempt(app, learner, module_id, right=1)
    failed = page(learner, path)
    assert "You can try 2 more times" in failed
    assert start in failed
    begin(app, learner, module_id)
    resumed = page(learner, path)
    assert "Resume the attempt" in resumed
    assert start in resumed, "the attempt goes on at its first question without an answer"
    assert "Answer the check" not in resumed


def test_an_obstacle_is_said_with_its_time_and_takes_the_button_away(
    app: Flask, teacher: Person, learner: Person
) -> None:
    module_id = publish(app, teacher.organisation_id)
    attempt(app, learner, module_id, right=0)
    shown = page(learner, f"/modules/{module_id}")
    assert "you can try again from" in shown
    assert f'action="/modules/{module_id}/attempts"' not in shown


def test_a_micro_credential_says_how_much_of_it_this_learner_has(app: Flask, teacher: Person, learner: Person) -> None:
    first = publish(app, teacher.organisation_id, code="M01")
    second = publish(app, teacher.organisation_id, code="M02")
    badge(
        app,
        teacher.organisation_id,
        first,
        second,
        codes=("PRO.1",),
        name="Starter",
        achievement_type="MicroCredential",
    )
    badge(app, teacher.organisation_id, codes=("PRO.1",), name="Target List")
    assert "2 modules, 1 skill" in page(app, f"/modules/{second}")
    attempt(app, learner, first, right=5)
    shown = page(learner, f"/modules/{second}")
    assert "1 of 2 modules done, 1 of 1 skills shown" in shown
    assert "The badge you earned" in shown
    assert shown.index("Target List") < shown.index("Starter")


@pytest.mark.parametrize("path", ["/modules/nothing", "/modules/%00", "/modules/" + "x" * 5000])
def test_a_module_that_is_not_there_is_not_found(app: Flask, path: str) -> None:
    assert status(app, path) == 404


def test_an_archived_module_is_gone_for_learners(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id, state="archived")
    assert status(learner, f"/modules/{module_id}") == 404
    assert status(teacher, f"/modules/{module_id}") == 200


# --- a result ----------------------------------------------------------------------------------------------


def test_a_result_is_its_learners_own(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = attempt(app, learner, publish(app, teacher.organisation_id), right=5)
    path = f"/attempts/{attempt_id}/result"
    assert status(learner, path) == 200
    assert status(teacher, path) == 404
    assert status(app, path) in (302, 303)
    assert status(learner, "/attempts/nothing/result") == 404


def test_an_open_attempt_has_no_result_yet(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = begin(app, learner, publish(app, teacher.organisation_id))
    reply = learner.client.get(f"/attempts/{attempt_id}/result", headers=HTML)
    assert (reply.status_code, reply.location) == (303, f"/attempts/{attempt_id}")


def test_a_failed_attempt_leaks_no_right_answer(app: Flask, teacher: Person, learner: Person) -> None:
    module_id = publish(app, teacher.organisation_id)
    shown = page(learner, f"/attempts/{attempt(app, learner, module_id, right=0)}/result")
    assert "Not passed this time" in shown
    assert "0 of 5 right; 4 were needed." in shown
    assert "option a" in shown
    assert "secret about a" in shown
    assert "option b" not in shown
    assert "secret about b" not in shown
    assert "Right answer" not in shown
    assert f'href="/modules/{module_id}/cards/1"' in shown
    assert "Nobody can see it but you" not in shown


def test_right_answers_are_shown_after_passing(app: Flask, teacher: Person, learner: Person) -> None:
    attempt_id = attempt(app, learner, publish(app, teacher.organisation_id), right=4)
    shown = page(learner, f"/attempts/{attempt_id}/result")
    assert "4 of 5 right; 4 were needed." in shown
    assert shown.count("Right answer") == 1


def test_the_moment_of_earning_states_the_badge_and_keeps_it_private(
    app: Flask, teacher: Person, learner: Person
) -> None:
    module_id = publish(app, teacher.organisation_id)
    badge(app, teacher.organisation_id, codes=("PRO.1",), name="Target List", description="Can say why.")
    path = f"/attempts/{attempt(app, learner, module_id, right=5)}/result"
    shown = page(learner, path)
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        award_id, visibility = award.public_id, award.visibility
    assert visibility == "private"
    for words in ("Target List", "Can say why.", "Nobody can see it but you", "Passed: 5 of 5 right"):
        assert words in shown
    assert f'href="/badges/{award_id}"' in shown
    assert f'action="/badges/{award_id}/publish"' in shown
    assert page(learner, path).count("Nobody can see it but you") == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Award)) == 1
        assert db.session.scalars(select(Award)).one().visibility == "private"


def test_a_result_claims_only_the_badge_that_it_earned(app: Flask, teacher: Person, learner: Person) -> None:
    first = publish(app, teacher.organisation_id, code="M01")
    second = publish(app, teacher.organisation_id, code="M02")
    badge(app, teacher.organisation_id, codes=("PRO.1",), name="Target List")
    badge(app, teacher.organisation_id, first, second, name="Starter", achievement_type="MicroCredential")
    before, after = (f"/attempts/{attempt(app, learner, module, right=5)}/result" for module in (first, second))
    earlier, later = page(learner, before), page(learner, after)
    assert '<h1><span lang="en">Target List</span></h1>' in earlier
    assert '<h1><span lang="en">Starter</span></h1>' not in earlier
    assert '<h1><span lang="en">Starter</span></h1>' in later
    assert '<h1><span lang="en">Target List</span></h1>' not in later


def test_a_result_leads_to_the_shortest_module_of_the_same_micro_credential(
    app: Flask, teacher: Person, learner: Person
) -> None:
    done = publish(app, teacher.organisation_id, code="M01", title="Done one")
    publish(app, teacher.organisation_id, code="M02", title="Shorter elsewhere", minutes=5)
    longer = publish(app, teacher.organisation_id, code="M03", title="Longer inside", minutes=40)
    inside = publish(app, teacher.organisation_id, code="M04", title="Shorter inside", minutes=20)
    badge(app, teacher.organisation_id, done, longer, inside, name="Starter", achievement_type="MicroCredential")
    shown = page(learner, f"/attempts/{attempt(app, learner, done, right=5)}/result")
    assert "1 of 3 modules done" in shown
    assert "Shorter inside" in shown
    assert "Longer inside" not in shown
    assert "Shorter elsewhere" not in shown
    assert "What you have shown stands by itself" in shown
