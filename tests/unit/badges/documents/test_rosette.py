"""The rosette is drawn from the identity alone, stands on its own, and is small enough to send everywhere."""

from __future__ import annotations

import gzip
import io
import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from badges.documents.guilloche import INK_PAIRS, PAPER, plan_rosette
from badges.documents.rosette import SERVICE_IDENTITY, draw_rosette, draw_rosette_mark, rosette_png

SVG = "{http://www.w3.org/2000/svg}"
STATIC = Path(__file__).resolve().parents[4] / "static"
MARKUP = '</title><script>alert(1)</script>" onload="x" &amp; ]]> <use href="//evil.example"/>'
HOSTILE = MARKUP + "\x00\x08\x1b\ud800\ufffe\U0001f3f5"


def identity(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012d}"


def drawn(number: int = 1, **over: object) -> str:
    words = {"monogram": "PS", "level": 2, "title": "Prospecting Starter", "description": "Ten petals"} | over
    return draw_rosette(identity(number), **words)  # type: ignore[arg-type]


def strands(svg: str) -> list[str]:
    """The path data of the woven bands, without medallion or words."""
    sector = next(g for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("id"))
    return [path.attrib["d"] for path in sector.iter(f"{SVG}path")]


def picture(svg: str, size: int) -> Image.Image:
    return Image.open(io.BytesIO(rosette_png(svg, size=size))).convert("RGBA")


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (1 to 21). WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_same_identity_always_gives_the_same_document():
    assert drawn(7) == drawn(7)
    assert draw_rosette_mark(identity(7)) == draw_rosette_mark(identity(7))
    assert rosette_png(drawn(7), size=64) == rosette_png(drawn(7), size=64)


def test_the_title_and_the_level_do_not_change_the_weave():
    assert strands(drawn(3)) == strands(drawn(3, title="Renamed", level=3, monogram="X", description=""))


def test_no_two_of_two_thousand_achievements_share_a_figure():
    figures = set()
    for number in range(2000):
        plan = plan_rosette(identity(number))
        points = [
            round(edge(angle / 10), 1) for band in (*plan.field, *plan.border) for edge in (band.inner, band.outer)
            for angle in range(0, 12, 2)
        ]  # fmt: skip
        weave = [(band.waves, band.strands) for band in (*plan.field, *plan.border)]
        figures.add((plan.symmetry, tuple(points), tuple(weave)))
    assert len(figures) == 2000


def test_no_two_of_a_hundred_drawings_share_a_strand():
    seen = [strand for number in range(100) for strand in set(strands(drawn(number))[2:])]
    assert len(seen) == len(set(seen))


def test_identities_that_differ_in_one_letter_look_different():
    one, other = (
        picture(draw_rosette("urn:a", monogram="A", level=1, title="A"), 64),
        picture(draw_rosette("urn:b", monogram="A", level=1, title="A"), 64),
    )
    differing = sum(1 for pixel in ImageChops.difference(one, other).convert("L").tobytes() if pixel > 24)
    assert differing > 400


@pytest.mark.parametrize("number", range(40))
def test_a_rosette_stays_well_under_thirty_kilobytes(number: int):
    svg = drawn(number, monogram="WMQ", level=3, description="Criteria. " * 50)
    assert len(gzip.compress(svg.encode())) < 20_000
    assert len(draw_rosette_mark(identity(number), monogram="Q").encode()) < 12_000


@pytest.mark.parametrize("number", range(60))
def test_turning_a_band_by_one_sector_maps_its_strands_onto_each_other(number: int):
    plan = plan_rosette(identity(number))
    sector = 2 * math.pi / plan.symmetry
    for band in (*plan.field, *plan.border):
        p, q = band.waves
        assert band.strands % q == 0
        for strand in range(band.strands):
            onto = band.strand((strand + band.strands * p // q) % band.strands, plan.symmetry)
            x, y = band.strand(strand, plan.symmetry)(0.3 + sector)
            turned_x, turned_y = onto(0.3)
            assert math.hypot(x, y) == pytest.approx(math.hypot(turned_x, turned_y), abs=1e-6)


def turned_apart(whole: Image.Image, degrees: float) -> float:
    """How far the woven ring differs from itself turned: mean over blurred pixels, 0 to 255."""
    size = whole.width
    ring = Image.new("L", whole.size, 0)
    ImageDraw.Draw(ring).ellipse([size * 0.04] * 2 + [size * 0.96] * 2, fill=255)
    ImageDraw.Draw(ring).ellipse([size * 0.31] * 2 + [size * 0.69] * 2, fill=0)
    blurred = [
        image.filter(ImageFilter.BoxBlur(4)) for image in (whole, whole.rotate(degrees, Image.Resampling.BICUBIC))
    ]
    return ImageStat.Stat(ImageChops.difference(*blurred).convert("L"), mask=ring).mean[0]


@pytest.mark.parametrize("number", range(6))
def test_the_picture_looks_the_same_turned_by_a_petal_and_not_by_a_third_of_one(number: int):
    petal = 360 / plan_rosette(identity(number)).symmetry
    whole = picture(drawn(number, monogram=""), 480).convert("RGB")
    assert turned_apart(whole, petal) < turned_apart(whole, petal / 3) / 3


@pytest.mark.parametrize("number", range(30))
def test_everything_woven_stays_between_the_medallion_and_the_rim(number: int):
    plan = plan_rosette(identity(number))
    for band in (*plan.field, *plan.border):
        radii = [edge(math.tau * step / 720) for edge in (band.inner, band.outer) for step in range(720)]
        assert min(radii) > 193
        assert max(radii) < 481
        assert all(band.inner(math.tau * s / 720) <= band.outer(math.tau * s / 720) for s in range(720))


@pytest.mark.parametrize("draw", [drawn, lambda **over: draw_rosette_mark(identity(1), title=str(over["title"]))])
def test_a_hostile_title_stays_words(draw):
    root = ET.fromstring(draw(title=HOSTILE))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "circle", "use"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or name == "style"]
    said = root.get("aria-label") or root.findtext(f"{SVG}title") or ""
    assert "<script>alert(1)</script>" in said and "\U0001f3f5" in said
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", said)


def test_nothing_is_fetched_styled_or_run():
    for svg in (drawn(), draw_rosette_mark(identity(1), monogram="P", title="P")):
        root = ET.fromstring(svg)
        for element in root.iter():
            assert not {"style", "class", "{http://www.w3.org/1999/xlink}href"} & element.attrib.keys()
            assert element.get("href", "#").startswith("#")
        assert "url(" not in svg and "<text" not in svg and "<style" not in svg


def test_two_rosettes_in_one_page_do_not_clash():
    page = [drawn(1), drawn(2), drawn(1, level=3)]
    ids = [element.get("id") for svg in page for element in ET.fromstring(svg).iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 9
    assert not [e for e in ET.fromstring(draw_rosette_mark(identity(1))).iter() if e.get("id")]


def test_the_picture_is_named_for_those_who_do_not_see_it():
    root = ET.fromstring(drawn())
    named_by = {e.get("id"): e.text for e in root.iter() if e.get("id")}
    assert root.get("role") == "img"
    assert [named_by[i] for i in (root.get("aria-labelledby") or "").split()] == ["Prospecting Starter", "Ten petals"]
    assert ET.fromstring(draw_rosette_mark(identity(1))).get("aria-hidden") == "true"


@pytest.mark.parametrize(("level", "pips"), [(-4, 1), (1, 1), (2, 2), (3, 3), (9, 3)])
def test_the_level_is_shown_by_one_to_three_pips(level: int, pips: int):
    assert list(ET.fromstring(drawn(level=level)).iter(f"{SVG}path"))[-1].attrib["d"].count("M") == pips


@pytest.mark.parametrize("size", [512, 1200])
def test_the_png_has_the_size_asked_for_a_light_disc_and_clear_corners(size: int):
    image = picture(drawn(monogram=""), size)
    assert image.size == (size, size)
    assert image.getpixel((2, 2))[3] == 0
    assert image.getpixel((size // 2, size // 2)) == (0xFB, 0xFA, 0xF6, 255)
    opaque = sum(1 for value in image.getchannel("A").tobytes() if value == 255) / size**2
    assert opaque == pytest.approx(math.pi / 4, abs=0.01)


def test_every_ink_reads_on_the_paper():
    assert min(contrast(ink, PAPER) for pair in INK_PAIRS for ink in pair) >= 6


def test_the_service_wears_its_own_rosette():
    mark = draw_rosette_mark(SERVICE_IDENTITY, monogram="R", title="Rosette") + "\n"
    assert (STATIC / "favicon.svg").read_text() == mark
    assert (STATIC / "mark.svg").read_text() == mark
