"""Pictures that may come with a module, and the many that may not."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from competencies.learning.pictures import read_picture
from issuer.base.errors import Invalid

OPEN = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def svg(inside: str) -> bytes:
    return OPEN + inside.encode() + b"</svg>"


def raster(form: str, size: tuple[int, int] = (8, 8)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, form)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.svg", svg('<title>A</title><g fill="none"><path d="M0 0h9"/><text>x</text></g>'), "image/svg+xml"),
        ("a.svg", svg('<defs><path id="p" d="M0 0"/></defs><use href="#p"/><use xlink:href="#p"/>'), "image/svg+xml"),
        ("a.svg", svg('<linearGradient id="g"/><rect fill="url(#g)"/>'), "image/svg+xml"),
        ("a.png", raster("PNG"), "image/png"),
        ("a.jpg", raster("JPEG"), "image/jpeg"),
        ("a.webp", raster("WEBP"), "image/webp"),
    ],
)
def test_drawing_is_taken_as_it_is(name: str, data: bytes, media_type: str) -> None:
    picture = read_picture(name, data, "figures")
    assert (picture.data, picture.media_type) == (data, media_type)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="https://evil.example"><path d="M0 0"/></a>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<image href="https://evil.example/x.png"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<use href="other.svg#p"/>',
        '<use xlink:href="https://evil.example/#p"/>',
        '<path d="M0 0" onload="alert(1)"/>',
        '<path d="M0 0" ONCLICK="alert(1)"/>',
        '<path style="background:url(https://evil.example)"/>',
        '<rect fill="url(https://evil.example/#g)"/>',
        '<rect fill="url( https://evil.example/#g)"/>',
        "<style>@import url(https://evil.example)</style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
        '<?xml-stylesheet href="https://evil.example/x.css"?>',
    ],
)
def test_drawing_that_could_act_or_fetch_is_refused(inside: str) -> None:
    with pytest.raises(Invalid):
        read_picture("a.svg", svg(inside), "figures")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a drawing",
        b"<svg>",
        b'<svg viewBox="0 0 1 1"/>',
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("<text>&a;</text>"),
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + svg(""),
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16"),
        svg("")[:-3],
        b'<html xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"/></html>',
        svg("<g>" * 3 + "</g>" * 2),
    ],
)
def test_file_that_is_no_clean_svg_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_picture("a.svg", data, "figures")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", raster("PNG")[:-20]),
        ("a.png", raster("JPEG")),
        ("a.png", svg("")),
        ("a.png", raster("PNG", (4_001, 1))),
        ("a.jpg", b"\xff\xd8\xff"),
        ("a.svg", b" " * (1024 * 1024 + 1)),
        ("a.svg", "text"),
    ],
)
def test_picture_that_is_broken_huge_or_another_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(Invalid):
        read_picture(name, data, "figures")


@pytest.mark.parametrize("name", ["../a.svg", "a/b.svg", "A.svg", ".svg", "a.html", "a.svg.exe", "a b.svg", "", 5])
def test_name_that_is_no_plain_file_name_is_refused(name: object) -> None:
    with pytest.raises(Invalid):
        read_picture(name, svg(""), "figures")  # type: ignore[arg-type]
