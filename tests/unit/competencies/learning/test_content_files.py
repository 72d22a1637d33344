"""Modules kept as folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from competencies.learning.content import read_content
from competencies.learning.content_files import facts_of_catalog_entry, read_catalog, read_folder, with_facts
from issuer.base.errors import Invalid, Malformed, NotFound, ServiceError, TooLarge
from tests.factories import learning as make

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
WRITTEN = Path(__file__).resolve().parents[4] / "competencies" / "learning" / "content"

ENTRY = {
    "id": "M01",
    "title": "Who belongs on your list",
    "minutes": 12,
    "content_type": "foundational",
    "delivery_mode": "async",
    "format": "text+check",
    "competencies": [{"code": "PRO.1", "case_identifier": "6c4ba481", "weight": 1}],
    "evidence_required": [
        {
            "kind": "knowledge_check",
            "pool": 12,
            "draw": 5,
            "pass_mark": 0.8,
            "max_attempts": 3,
            "cooldown_hours": 4,
            "shuffle": True,
        }
    ],
    "prerequisites": [],
    "refresh_after_days": 365,
}


def write(folder: Path, text: str) -> Path:
    (folder / "module.yaml").write_text(text, encoding="utf-8")
    return folder


def test_folder_gives_content_and_the_pictures_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "code: M01\ntitle: Lists\n")
    (tmp_path / "a.svg").write_bytes(SVG)
    (tmp_path / "notes.txt").write_text("not a picture")
    assert read_folder(tmp_path) == {"code": "M01", "title": "Lists", "figures": {"a.svg": SVG}}


def test_picture_that_is_a_link_to_elsewhere_is_not_taken(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_bytes(SVG)
    folder = tmp_path / "module"
    folder.mkdir()
    write(folder, "code: M01\n")
    (folder / "a.svg").symlink_to(secret)
    assert read_folder(folder)["figures"] == {}


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x\n",
        "a: &x 1\n",
        "a: 1\na: 2\n",
        "".join(f"k{number}: 1\n" for number in range(40_000)) + "k0: 2\n",
        "? [a, b]\n: 1\n",
        "check:\n  draw: 5\n  draw: 1\n",
        "a: !!python/object/apply:os.system ['true']\n",
        "a: [1\n",
        "- a\n- b\n",
        "",
        "a: \x07\n",
        "[" * 3_000 + "]" * 3_000,
    ],
)
def test_yaml_that_could_surprise_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Malformed):
        read_folder(write(tmp_path, text))


def test_folder_without_a_module_or_with_a_huge_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_folder(tmp_path)
    with pytest.raises(TooLarge):
        read_folder(write(tmp_path, "a: " + "x" * (512 * 1024)))


def test_catalog_entry_fills_in_what_the_folder_leaves_out() -> None:
    written = make.make_content()
    written = {name: written[name] for name in ("code", "title", "summary", "language", "cards")}
    written["check"] = {"items": make.make_content()["check"]["items"]}
    content = read_content(with_facts(written, facts_of_catalog_entry(ENTRY)))
    assert content.check_rule is not None
    assert (content.minutes, content.check_rule.draw, len(content.items)) == (12, 5, 13)
    assert content.summary == "You can say why each name is on it.", "the author's own words win"


def test_catalog_entry_alone_can_be_listed() -> None:
    content = read_content(facts_of_catalog_entry(ENTRY))
    assert (content.summary, content.cards) == ("Who belongs on your list", ())


def test_catalog_is_read_by_code(tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps({"modules": [ENTRY]}))
    assert read_catalog(path)["M01"]["minutes"] == 12
    for text in ("[]", "{", '{"modules": {}}', '{"modules": [1]}', '{"modules": [{}]}'):
        path.write_text(text)
        with pytest.raises(Malformed):
            read_catalog(path)
    with pytest.raises(NotFound):
        read_catalog(tmp_path / "none.json")


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in WRITTEN.glob("*/module.yaml")), ids=lambda path: path.name
)
def test_written_module_can_be_published_as_it_stands(folder: Path) -> None:
    written = read_folder(folder)
    codes = sorted({item["competency"] for item in written["check"]["items"]})
    facts = {
        "minutes": 15,
        "content_type": "process",
        "delivery_mode": "async",
        "competencies": [{"code": code, "weight": 1 / len(codes)} for code in codes],
        "check": {"draw": 5, "pass_mark": 0.8},
    }
    try:
        content = read_content(with_facts(written, facts))
    except Invalid as error:
        pytest.fail(f"{folder.name}: {error.fields}")
    except ServiceError as error:
        pytest.fail(f"{folder.name}: {error.detail}")
    assert content.code == folder.name
    assert content.advice == ()
