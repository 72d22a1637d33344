"""Whatever is handed in, what is kept is the pixels or the shapes alone; what could do more is refused by name."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from issuer.base import confined
from issuer.pictures.reading import LONGEST_SIDE, picture
from tests.factories.pictures import drawing, moving, png_of_chunks, raster

LAUGHS = (
    '<!DOCTYPE svg [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in ("ab", "bc", "cd", "de", "ef"))
    + "]>"
)
HOSTILE_DRAWINGS = {
    "script": (drawing("<script>alert(1)</script>"), "picture_svg_element"),
    "script of another space": (
        drawing('<x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script>'),
        "picture_svg_element",
    ),
    "handler": (drawing(root='onload="alert(1)"'), "picture_svg_attribute"),
    "foreign": (drawing("<foreignObject><b/></foreignObject>"), "picture_svg_element"),
    "image": (drawing('<image href="data:image/png;base64,"/>'), "picture_svg_element"),
    "link": (drawing('<a href="#a"><rect/></a>'), "picture_svg_element"),
    "animation": (drawing('<rect><animate attributeName="x"/></rect>'), "picture_svg_element"),
    "repetition": (drawing('<use href="#a"/>'), "picture_svg_element"),
    "styles": (drawing("<style>@import 'https://evil.example/a.css';</style>"), "picture_svg_element"),
    "style that asks": (
        drawing('<rect style="fill:url(https://evil.example/a)"/>'),
        "picture_svg_attribute",
    ),
    "style in disguise": (drawing(r'<rect style="fill:\75rl(//evil.example)"/>'), "picture_svg_attribute"),
    "paint that asks": (drawing('<rect fill="url(//evil.example/a#b)"/>'), "picture_svg_attribute"),
    "two paints": (drawing('<rect fill="url(#a) url(//evil.example)"/>'), "picture_svg_attribute"),
    "gradient from outside": (
        drawing('<linearGradient href="https://evil.example/#a"/>'),
        "picture_svg_attribute",
    ),
    "gradient by script": (drawing('<linearGradient href="javascript:alert(1)"/>'), "picture_svg_attribute"),
    "base": (drawing(root='xml:base="https://evil.example"'), "picture_svg_attribute"),
    "style sheet": (
        drawing(before='<?xml version="1.0"?><?xml-stylesheet href="https://evil.example"?>'),
        "picture_svg_element",
    ),
    "document type": (drawing(before='<!DOCTYPE svg SYSTEM "file:///etc/passwd">'), "picture_svg_declares"),
    "laughs": (drawing("<title>&f;</title>", before='<?xml version="1.0"?>' + LAUGHS), "picture_svg_declares"),
    "depth": (drawing("<g>" * 40 + "</g>" * 40), "picture_svg_too_large"),
    "many": (drawing("<g/>" * 6000), "picture_svg_too_large"),
    "cut off": (drawing()[:-4], "picture_damaged"),
    "no size": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "picture_svg_no_size"),
}


def refusal(data: bytes) -> str | None:
    code: str | None = picture(data)[0].get("refused")
    return code


@pytest.mark.parametrize("name", sorted(HOSTILE_DRAWINGS))
def test_a_drawing_that_could_do_more_than_be_seen_is_refused(name: str) -> None:
    data, code = HOSTILE_DRAWINGS[name]
    assert refusal(data) == code


def test_a_drawing_of_shapes_is_written_anew() -> None:
    inside = (
        '<!-- by hand --><defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient>'
        '<linearGradient id="b" href="#a"/></defs><title>A &lt;sun&gt;</title>'
        '<rect width="4" height="4" fill="url(#b)" style="stroke: #fff; stroke-width: 2"/>'
    )
    said, (content,) = picture(drawing(inside, before='<?xml version="1.0" encoding="utf-8"?>'))
    assert said["media_type"] == "image/svg+xml"
    assert b"by hand" not in content
    assert b'fill="url(#b)"' in content
    assert b"A &lt;sun&gt;" in content
    assert picture(content)[1] == (content,)


def test_of_a_photograph_only_the_pixels_stay_and_stand_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010E] = "taken at home"
    for kind in ("JPEG", "WEBP", "PNG"):
        data = raster(kind, exif=exif) + b"PK\x03\x04<script>alert(1)</script>"
        said, (content,) = picture(data)
        assert said == {"media_type": "image/png", "width": 20, "height": 40}
        assert all(trace not in content for trace in (b"home", b"script", b"PK\x03\x04", b"eXIf", b"EXIF"))
        with Image.open(io.BytesIO(content)) as kept:
            top, bottom = kept.convert("RGB").getpixel((10, 3)), kept.convert("RGB").getpixel((10, 36))
        assert top[0] > 200 > bottom[0]  # type: ignore[index]
        assert bottom[2] > 200 > top[2]  # type: ignore[index]


def test_clear_parts_stay_clear_and_large_pictures_become_smaller() -> None:
    held = io.BytesIO()
    Image.new("RGBA", (2000, 1000), (255, 0, 0, 0)).save(held, "PNG")
    said, (content,) = picture(held.getvalue())
    assert (said["width"], said["height"]) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.mode == "RGBA"
        assert kept.getpixel((5, 5))[3] == 0  # type: ignore[index]
    for mode in ("1", "L", "LA", "P", "I;16", "RGBA"):
        image = Image.new(mode, (8, 8))
        held = io.BytesIO()
        image.save(held, "PNG")
        assert refusal(held.getvalue()) is None, mode
    assert refusal(raster("JPEG", mode="CMYK")) is None


def test_what_moves_is_too_large_or_is_no_picture_is_refused() -> None:
    huge = png_of_chunks(4001, 4000, zlib.compress(b""))
    huge_webp = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\xff\x3f\x00\xff\x3f\x00"
    huge_lossless = b"RIFF\x00\x00\x00\x00WEBPVP8L\x0a\x00\x00\x00\x2f\xff\xff\xff\x0f" + bytes(5)
    expected = {
        "picture_animated": (moving("PNG"), moving("WEBP")),
        "picture_pixels": (huge, huge_webp, huge_lossless),
        "picture_kind": (moving("GIF"), b"<html><svg></svg></html>", b"<!DOCTYPE html><svg/>", b"x", b"%PDF-1.7"),
        "picture_damaged": (raster()[:-30], raster("JPEG")[:200], raster("WEBP")[:40], png_of_chunks(9, 9, b"no")),
    }
    for code, files in expected.items():
        assert [refusal(data) for data in files] == [code] * len(files), code


def test_a_bomb_of_pixels_ends_in_the_child_and_an_honest_picture_of_the_largest_size_is_read_there() -> None:
    task = "issuer.pictures.reading:picture"
    bomb = png_of_chunks(4000, 4, zlib.compress(bytes(200_000_000), 9))
    answer = confined.run(task, bomb)
    assert answer.value.get("refused") in (None, "picture_damaged")
    largest = io.BytesIO()
    Image.new("RGB", (4000, 4000), "green").save(largest, "JPEG")
    assert confined.run(task, largest.getvalue()).value["width"] == LONGEST_SIDE
    assert confined.run(task, raster("WEBP", mode="RGBA")).value["width"] == 40
    assert confined.run(task, drawing()).value["media_type"] == "image/svg+xml"
