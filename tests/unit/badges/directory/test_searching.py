"""Pages of results, in an order, with an end; nothing that is typed breaks the search."""

from __future__ import annotations

import pytest
from flask import Flask

from badges.directory.models import COMPETENCY
from badges.directory.searching import MOST_RESULTS, ON_A_PAGE, search
from issuer.base.db import db
from issuer.base.errors import Invalid
from tests.factories.frameworks import make_competency, make_framework

HOSTILE = (
    '"', "'", "%", "%%%", "_", "\\", "*", "^", "a*", "^a", "a OR b", "NOT a", "a AND", "NEAR(a b, 2)", "strong:anchors",
    "{weak} : a", "kind:badge", "-a", "+a", "(", ")", "((((", "a\x00b", "\x00", "'; DROP TABLE award; --", "a & b | !c",
    "a:*", "a <-> b", "$$", "\\x", "(?=(a+)+$)", "\ud800", "\u202e", "e\u0301" * 400, "🦊", "a" * 10_240, "a " * 5_120,
    '"' * 10_240, "NEAR " * 2_000,
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_nothing_that_is_typed_breaks_the_search(ctx: Flask, query: str) -> None:
    make_competency(make_framework(), full_statement="Weighs anchors")
    db.session.commit()
    assert len(search(query).items) <= ON_A_PAGE


def test_operators_are_words_like_others(ctx: Flask) -> None:
    make_competency(make_framework(), full_statement="Weighs anchors")
    db.session.commit()
    assert search("anchors OR sails").items == ()
    assert search("NOT anchors").items == ()
    assert len(search('"anchors" (weighs)', kind=COMPETENCY).items) == 1
    assert search("weigh anchors").items == ()
    assert search("strong:anchors").items == ()


def test_a_word_of_the_title_goes_before_one_of_the_text(ctx: Flask) -> None:
    framework = make_framework()
    later = make_competency(framework, abbreviated_statement="Sails", full_statement="Knows all anchors of a ship")
    first = make_competency(framework, abbreviated_statement="Anchors", full_statement="Knows a ship")
    db.session.commit()
    found = search("anchors", kind=COMPETENCY)
    assert [each.entry.name for each in found.items] == [first.public_id, later.public_id]


def test_pages_follow_one_another_and_end(ctx: Flask) -> None:
    framework = make_framework()
    made = {make_competency(framework, full_statement=f"Anchor number {n}").public_id for n in range(23)}
    db.session.commit()
    seen: list[str] = []
    after: str | None = None
    for _page in range(3):
        page = search("anchor", kind=COMPETENCY, after=after)
        seen += [each.entry.name for each in page.items]
        after = page.next
    assert after is None
    assert len(seen) == 23 and set(seen) == made


def test_nobody_reads_on_for_ever(ctx: Flask) -> None:
    framework = make_framework()
    for number in range(MOST_RESULTS + 5):
        make_competency(framework, full_statement=f"Anchor number {number}")
    db.session.commit()
    page = search("anchor", limit=50)
    pages = 1
    while page.next:
        page = search("anchor", limit=50, after=page.next)
        pages += 1
    assert (pages, page.is_cut) == (4, True)


def test_a_made_up_cursor_is_refused(ctx: Flask) -> None:
    make_competency(make_framework(), full_statement="Weighs anchors")
    db.session.commit()
    with pytest.raises(Invalid) as refused:
        search("anchors", after="nothing")
    assert refused.value.code == "bad_cursor"
