"""The search page and its API, the directory of issuers, and what search engines are given."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from badges import awards
from badges.directory.searching import MOST_RESULTS
from badges.models import Award
from issuer.base.db import db
from issuer.policy import Actor
from tests.factories.badges import make_achievement, make_award
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import make_account, make_organisation

HTML = {"Accept": "text/html"}
HOSTILE = (
    "a" * 10_240, "%" * 10_240, '"' * 10_240, "NEAR(a b, 2)", "a* OR b", "^a", "title:a", "a\x00b", "\x00",
    "(?=(a+)+$)", "'; DROP TABLE search_entry; --", "\ud800".encode("utf-8", "surrogatepass"),
    "a & !b | c:*", "\\", "a " * 5_120,
)  # fmt: skip


@pytest.fixture
def listed(app: Flask) -> str:
    """The public id of Zoë's listed badge."""
    with app.app_context():
        award = make_award(make_account(name="Zoë Åström"))
        choose(award, "listed")
        public_id = award.public_id
        db.session.commit()
        return public_id


def choose(award: Award, visibility: str) -> None:
    holder = Actor(account_id=award.account_id, public_id=award.account.public_id)
    awards.set_visibility(holder, award.public_id, visibility)


def unlist(app: Flask, public_id: str) -> None:
    with app.app_context():
        choose(awards.find_award(public_id), "private")
        db.session.commit()


def everything_public(client: FlaskClient) -> str:
    """All that this room tells the world, in one text."""
    index = client.get("/sitemap.xml").text
    parts = [client.get(path).text for path in re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", index)]
    found = [
        client.get(path, headers=HTML).text for path in ("/search?q=zoe", "/search?q=target&kind=badge", "/issuers")
    ]
    return "".join([index, *parts, *found, client.get("/api/v1/search?q=zoe").text])


def test_a_listed_badge_is_found_and_mapped_until_it_is_private(app: Flask, client: FlaskClient, listed: str) -> None:
    said = everything_public(client)
    assert said.count(f"/badges/{listed}") == 4
    assert "Zoë Åström" in said
    unlist(app, listed)
    said = everything_public(client)
    assert listed not in said and "Åström" not in said


def test_a_badge_that_only_the_index_still_knows_is_not_told(app: Flask, client: FlaskClient, listed: str) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE award SET visibility = 'public'"))
        db.session.commit()
    said = everything_public(client)
    assert listed not in said and "Åström" not in said


def test_a_result_is_marked_by_kind_with_what_was_found(client: FlaskClient, listed: str) -> None:
    page = client.get("/search?q=TARGET+li", headers=HTML).text
    assert "Badge of a person" in page and "Badge to earn" in page and "Competency" in page
    assert "each name on a <mark>list</mark>" in page
    assert 'lang="en"' in page


def test_the_page_says_so_when_nothing_was_found(client: FlaskClient, listed: str) -> None:
    assert "Nothing was found" in client.get("/search?q=zebra", headers=HTML).text
    assert "Nothing was found" in client.get("/search?q=%25%25", headers=HTML).text
    assert "Nothing was found" not in client.get("/search", headers=HTML).text


@pytest.mark.parametrize("query", HOSTILE)
def test_no_query_breaks_the_page_or_the_api(client: FlaskClient, listed: str, query: str | bytes) -> None:
    page = client.get("/search", query_string={"q": query}, headers=HTML)
    assert page.status_code == 200
    assert len(page.data) < 60_000
    assert client.get("/api/v1/search", query_string={"q": query}).status_code in (200, 400, 422)


@pytest.mark.parametrize(
    "parameters", ["q=a&kind=nothing", "q=a&limit=0", "q=a&limit=1000", "q=a&after=nothing", "", "q="]
)
def test_the_api_refuses_what_it_cannot_use(client: FlaskClient, listed: str, parameters: str) -> None:
    assert client.get(f"/api/v1/search?{parameters}").status_code == 422


@pytest.mark.parametrize("parameters", ["q=a&kind=nothing", "q=a&after=nothing", "q=a&after=" + "x" * 9_000, "page=99"])
def test_the_page_forgives_what_it_cannot_use(client: FlaskClient, listed: str, parameters: str) -> None:
    assert client.get(f"/search?{parameters}", headers=HTML).status_code == 200


def test_pages_of_ten_follow_one_another_to_an_end(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        framework = make_framework()
        for number in range(MOST_RESULTS + 20):
            make_competency(framework, full_statement=f"Anchor number {number}")
        db.session.commit()
    address: str | None = "/search?q=anchor&kind=competency"
    seen: list[str] = []
    pages = 0
    while address:
        page = client.get(address, headers=HTML).text
        seen += re.findall(r'href="(/competencies/[^"]+)"', page)
        pages += 1
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following.group(1).replace("&amp;", "&") if following else None
    assert (pages, len(seen), len(set(seen))) == (MOST_RESULTS // 10, MOST_RESULTS, MOST_RESULTS)


def test_the_api_tells_each_result_with_its_address(client: FlaskClient, listed: str) -> None:
    reply = client.get("/api/v1/search?q=astrom").get_json()
    (item,) = reply["items"]
    assert reply["next"] is None
    assert (item["kind"], item["id"], item["holder"]) == ("badge", listed, "Zoë Åström")
    assert item["url"].endswith(f"/badges/{listed}")


def test_the_map_holds_what_is_offered_and_nothing_else(app: Flask, client: FlaskClient, listed: str) -> None:
    with app.app_context():
        private = make_award().public_id
        achievement = make_achievement()
        archived = make_achievement()
        archived.state = "archived"
        slug = make_organisation().slug
        competency = make_competency().public_id
        wanted, gone = achievement.public_id, archived.public_id
        db.session.commit()
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    named = [element.text or "" for element in index.findall(".//{*}loc")]
    addresses = [
        loc.text or ""
        for address in named
        for loc in ElementTree.fromstring(client.get("/" + address.split("/", 3)[3]).data).findall(".//{*}loc")
    ]
    base = app.config["ROSETTE"].base_url
    assert all(address.startswith(base) for address in (*named, *addresses))
    assert {
        f"{base}/badges/{listed}",
        f"{base}/achievements/{wanted}",
        f"{base}/issuers/{slug}",
        f"{base}/catalog",
    } <= {*addresses}
    assert not {private, gone, competency} & {address.rsplit("/", 1)[1] for address in addresses}


def test_the_map_is_fetched_anew_only_when_it_changed(app: Flask, client: FlaskClient, listed: str) -> None:
    first = client.get("/sitemaps/1.xml")
    again = client.get("/sitemaps/1.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert "max-age" in first.headers["Cache-Control"]
    unlist(app, listed)
    assert client.get("/sitemaps/1.xml", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_part_that_is_not_there_is_not_found(client: FlaskClient, listed: str) -> None:
    for path in ("/sitemaps/2.xml", "/sitemaps/0.xml", "/sitemaps/99999999999999999999.xml", "/sitemaps/x.xml"):
        assert client.get(path).status_code == 404


def test_crawlers_are_told_where_not_to_look(app: Flask, client: FlaskClient) -> None:
    said = client.get("/robots.txt").text
    refused = [line.removeprefix("Disallow: ") for line in said.splitlines() if line.startswith("Disallow: ")]
    for private in ("/account", "/admin/audit", "/api/v1/me", "/sign-in", "/outbox", "/attempts/x"):
        assert any(private.startswith(path) for path in refused), private
    for public in ("/", "/catalog", "/badges/x", "/achievements/x", "/issuers/x", "/modules/x"):
        assert not any(public.startswith(path) for path in refused), public
    assert f"Sitemap: {app.config['ROSETTE'].base_url}/sitemap.xml" in said


def test_the_directory_names_every_issuer_once(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        slugs = [make_organisation(name=f"Academy {number}").slug for number in range(55)]
        db.session.commit()
    first = client.get("/issuers", headers=HTML).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    both = first + client.get(following.group(1), headers=HTML).text
    assert all(both.count(f'href="/issuers/{slug}"') == 1 for slug in slugs)


def test_the_index_is_rebuilt_at_the_command_line(app: Flask, client: FlaskClient, listed: str) -> None:
    with app.app_context():
        db.session.execute(text("DELETE FROM search_words"))
        db.session.execute(text("DELETE FROM search_entry"))
        db.session.commit()
    assert client.get("/api/v1/search?q=zoe").get_json()["items"] == []
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert result.exit_code == 0 and "badge 1" in result.output
    assert client.get("/api/v1/search?q=zoe").get_json()["items"][0]["id"] == listed


def test_a_french_page_says_which_of_its_words_are_english(app: Flask, client: FlaskClient, listed: str) -> None:
    with app.app_context():
        achievement = awards.find_award(listed).achievement_version.achievement.public_id
    french = HTML | {"Accept-Language": "fr"}
    for path in (f"/badges/{listed}", f"/achievements/{achievement}"):
        page = client.get(path, headers=french).text
        heading = re.search(r"<h1.*?</h1>", page, re.DOTALL)
        assert '<html lang="fr"' in page
        assert heading and 'lang="en"' in heading.group() and "Target List" in heading.group()
        assert '<div class="prose" lang="en">' in page
