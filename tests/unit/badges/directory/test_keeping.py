"""What is public and meant to be found is found; what is not, is not, from the very transaction that changes it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from badges import achievements, awards
from badges.directory import keeping
from badges.directory.models import BADGE, COMPETENCY, KINDS, SearchEntry
from badges.directory.searching import search
from badges.models import Award
from badges.sharing import shown_forms
from competencies.frameworks.models import Competency
from issuer.base.db import db
from issuer.policy import Actor
from tests.factories.badges import make_achievement, make_award, make_draft
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import make_account, make_organisation


def holder_of(award: Award) -> Actor:
    return Actor(account_id=award.account_id, public_id=award.account.public_id)


def make_listed(name: str = "Zoë Åström", **over: object) -> Award:
    award = make_award(make_account(name=name), **over)
    awards.set_visibility(holder_of(award), award.public_id, "listed")
    db.session.commit()
    return award


def names(query: str, kind: str = "") -> list[str]:
    return [result.entry.name for result in search(query, kind=kind).items]


def test_a_listed_badge_is_found_by_its_title_and_its_holder(ctx: Flask) -> None:
    award = make_listed()
    assert names("target list", BADGE) == [award.public_id]
    assert names("ZOE astrom", BADGE) == [award.public_id]
    assert search("zoe").items[0].entry.holder == "Zoë Åström"


@pytest.mark.parametrize("visibility", ["private", "link", "public"])
def test_only_a_listed_badge_is_found(ctx: Flask, visibility: str) -> None:
    award = make_award(make_account(name="Zoë Åström"))
    awards.set_visibility(holder_of(award), award.public_id, visibility)
    db.session.commit()
    assert names("zoe") == []
    assert names("target", BADGE) == []


@pytest.mark.parametrize("visibility", ["private", "link", "public"])
def test_a_badge_that_was_listed_is_forgotten_in_the_same_transaction(ctx: Flask, visibility: str) -> None:
    award = make_listed()
    awards.set_visibility(holder_of(award), award.public_id, visibility)
    db.session.commit()
    assert names("zoe") == []
    assert kept_words() == 0


def kept_words() -> int:
    """How many badges have words in the index."""
    count = "SELECT count(*) FROM search_words JOIN search_entry ON search_entry.id = search_words.{} WHERE {}"
    column = "rowid" if db.engine.dialect.name == "sqlite" else "entry_id"
    return db.session.scalar(text(count.format(column, "search_entry.kind = 'badge'"))) or 0


def test_what_is_rolled_back_was_never_listed(ctx: Flask) -> None:
    award = make_award(make_account(name="Zoë Åström"))
    db.session.commit()
    awards.set_visibility(holder_of(award), award.public_id, "listed")
    db.session.rollback()
    db.session.commit()
    assert names("zoe") == []


@pytest.mark.parametrize(("shown_name", "shown"), [("initials", "Z. Å."), ("hidden", "")])
def test_a_name_that_is_not_shown_in_full_is_not_searchable(ctx: Flask, shown_name: str, shown: str) -> None:
    award = make_listed()
    shown_forms.choose_name(holder_of(award), award.public_id, shown_name)
    db.session.commit()
    assert names("zoe") == [] and names("astrom") == []
    assert search("target", kind=BADGE).items[0].entry.holder == shown


def test_a_badge_made_private_behind_the_sessions_back_is_not_shown(ctx: Flask) -> None:
    """The index is behind; what is shown is read from the badge itself."""
    award = make_listed()
    db.session.execute(text("UPDATE award SET visibility = 'private' WHERE id = :id"), {"id": award.id})
    db.session.commit()
    assert names("zoe") == []
    assert keeping.mend() == 1
    assert kept_words() == 0


def test_many_badges_changed_by_one_statement_are_looked_at_again(ctx: Flask) -> None:
    make_listed()
    db.session.execute(update(Award).values(visibility="private"))
    db.session.commit()
    assert kept_words() == 0


def test_an_achievement_is_found_as_its_newest_version_says_until_it_is_archived(ctx: Flask) -> None:
    achievement = make_achievement(name="Zebra Harness")
    db.session.commit()
    assert names("harness", "achievement") == [achievement.public_id]
    competency = achievement.current.competencies[0].competency
    draft = make_draft(competency, name="Négociation", description="Otherwise now.", monogram="NG")
    achievements.ensure_achievement(achievement.organisation, achievement.code, draft, actor="system")
    db.session.commit()
    assert names("harness", "achievement") == []
    assert names("negocia", "achievement") == [achievement.public_id]
    achievements.archive(achievement, actor="system")
    db.session.commit()
    assert names("negocia", "achievement") == []


def test_a_framework_in_private_draft_is_not_found(ctx: Flask) -> None:
    framework = make_framework()
    competency = make_competency(framework, full_statement="Weighs anchors")
    db.session.commit()
    assert names("weighs anch", COMPETENCY) == [competency.public_id]
    framework.adoption_status = "Private Draft"
    db.session.commit()
    assert names("weighs anch") == []


def test_a_competency_deprecated_by_an_import_is_not_found(ctx: Flask) -> None:
    competency = make_competency(make_framework(), full_statement="Weighs anchors")
    db.session.commit()
    db.session.execute(update(Competency), [{"id": competency.id, "state": "deprecated"}])
    db.session.commit()
    assert names("anchors") == []


def test_an_issuer_is_found_and_its_name_leads_to_what_it_awards(ctx: Flask) -> None:
    organisation = make_organisation(name="Académie du Nord")
    achievement = make_achievement(organisation)
    db.session.commit()
    assert names("academie nord") == [organisation.slug, achievement.public_id]
    organisation.name = "School of the South"
    db.session.commit()
    assert names("academie") == []
    assert achievement.public_id in names("school south")


def test_rebuilding_makes_the_same_index(ctx: Flask) -> None:
    award = make_listed()
    before = search("target").items
    db.session.execute(text("DELETE FROM search_words"))
    db.session.execute(text("DELETE FROM search_entry"))
    db.session.commit()
    assert names("target") == []
    counted = keeping.rebuild()
    db.session.commit()
    assert counted[BADGE] == 1 and set(counted) == set(KINDS)
    assert [each.entry for each in search("target").items] == [each.entry for each in before]
    assert names("zoe") == [award.public_id]
    assert len(db.session.scalars(select(SearchEntry)).all()) == sum(counted.values())
