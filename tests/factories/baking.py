"""Containers with badges in them, made by hand: right ones, and wrong in the way their name says."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import segno
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import Link as PdfLink
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from tests.factories.credentials import make_token, make_vc, secured

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BADGES_3 = 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
BADGES_2 = 'xmlns:openbadges="http://openbadges.org"'
CLR = 'xmlns:clr="https://purl.imsglobal.org/clr/v2p0"'

PACKED = ".z"
"""What is associated or pinned under such a name is said to be compressed already."""


def make_document(**over: Any) -> dict[str, Any]:
    """A signed credential."""
    return secured(make_vc(**over))


def document_bytes(**over: Any) -> bytes:
    return json.dumps(make_document(**over)).encode()


def token_text() -> str:
    return make_token(make_vc())


def chunk(kind: bytes, body: bytes, *, crc: int | None = None, length: int | None = None) -> bytes:
    """A chunk of a PNG, with a checksum or a length that may lie."""
    summed = zlib.crc32(body, zlib.crc32(kind)) if crc is None else crc
    return struct.pack(">I", len(body) if length is None else length) + kind + body + struct.pack(">I", summed)


def header(width: int = 1, height: int = 1) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def international(keyword: str, text: bytes, *, compressed: bool = False) -> bytes:
    """An iTXt chunk."""
    flag = b"\x01\x00" if compressed else b"\x00\x00"
    return chunk(
        b"iTXt", keyword.encode() + b"\x00" + flag + b"\x00\x00" + (zlib.compress(text) if compressed else text)
    )


def latin(keyword: str, text: bytes) -> bytes:
    """A tEXt chunk."""
    return chunk(b"tEXt", keyword.encode() + b"\x00" + text)


def make_png(*chunks: bytes, head: bytes | None = None, end: bytes | None = None, after: bytes = b"") -> bytes:
    """A PNG of one grey point with these chunks in it."""
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    return b"".join(
        (
            SIGNATURE,
            header() if head is None else head,
            pixels,
            *chunks,
            chunk(b"IEND", b"") if end is None else end,
            after,
        )
    )


def make_svg(inside: str = "", *, names: str = BADGES_3, before: str = "") -> bytes:
    """A drawing with this XML in it."""
    top = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{top}{before}<svg xmlns="http://www.w3.org/2000/svg" {names}>{inside}<path d="M0 0"/></svg>'.encode()


def cdata(document: Mapping[str, Any] | bytes) -> str:
    text = document.decode() if isinstance(document, bytes) else json.dumps(document)
    return f"<![CDATA[{text}]]>"


def make_qr(text: str, *, kind: str = "PNG", scale: int = 4) -> bytes:
    """A picture with a QR code."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=scale, border=4)
    picture = Image.open(drawn).convert("RGB")
    saved = io.BytesIO()
    picture.save(saved, kind)
    return saved.getvalue()


def make_picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture of nothing."""
    saved = io.BytesIO()
    Image.new("RGB", size, "teal").save(saved, kind)
    return saved.getvalue()


def make_pdf(
    *,
    attached: Mapping[str, bytes] | None = None,
    associated: Mapping[str, bytes] | None = None,
    pinned: Mapping[str, bytes] | None = None,
    links: Sequence[str] = (),
    password: str = "",
    printed: Sequence[Image.Image] = (),
) -> bytes:
    """A PDF of one page. ``attached``: in the tree of files; ``associated``: under /AF; ``pinned``: by annotations;
    ``printed``: pictures among the resources of the page."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    if printed:
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): _printed(writer, printed)})
    for name, content in (attached or {}).items():
        writer.add_attachment(name, content)
    if associated:
        writer.root_object[NameObject("/AF")] = ArrayObject(_specifications(writer, associated))
    for url in links:
        writer.add_annotation(0, PdfLink(rect=(1, 1, 50, 20), url=url))
    for specification in _specifications(writer, pinned or {}):
        page.setdefault(NameObject("/Annots"), ArrayObject())
        annotation = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/FileAttachment"), "/FS": specification}
        page[NameObject("/Annots")].append(  # type: ignore[attr-defined]
            writer._add_object(DictionaryObject({NameObject(name): value for name, value in annotation.items()}))
        )
    if password:
        writer.encrypt(password, algorithm="AES-256")
    saved = io.BytesIO()
    writer.write(saved)
    return saved.getvalue()


def _printed(writer: PdfWriter, pictures: Sequence[Image.Image]) -> DictionaryObject:
    return DictionaryObject(
        {NameObject(f"/Im{number}"): writer._add_object(make_pdf_picture(each)) for number, each in enumerate(pictures)}
    )


def make_pdf_picture(picture: Image.Image, *, width: int | None = None) -> DecodedStreamObject:
    """A grey picture as PDF holds it; ``width``: what it says of itself, if not the truth."""
    stream = DecodedStreamObject()
    stream.set_data(picture.convert("L").tobytes())
    said: dict[str, Any] = {"/Type": NameObject("/XObject"), "/Subtype": NameObject("/Image")}
    said |= {"/ColorSpace": NameObject("/DeviceGray"), "/BitsPerComponent": NumberObject(8)}
    said |= {"/Width": NumberObject(width or picture.width), "/Height": NumberObject(picture.height)}
    stream.update({NameObject(key): value for key, value in said.items()})
    return stream


def _specifications(writer: PdfWriter, files: Mapping[str, bytes]) -> list[Any]:
    made = []
    for name, content in files.items():
        stream = DecodedStreamObject()
        stream.set_data(content)
        if name.endswith(PACKED):
            stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        held = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
        members = {"/Type": NameObject("/Filespec"), "/F": TextStringObject(name), "/EF": held}
        made.append(writer._add_object(DictionaryObject({NameObject(key): value for key, value in members.items()})))
    return made


def make_zip(files: Iterable[tuple[str, bytes]], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files, in this order, double names too."""
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return saved.getvalue()


def make_page(head: str = "", body: str = "") -> bytes:
    """A page of the web."""
    return f"<!DOCTYPE html><html><head><title>Well done</title>{head}</head><body>{body}</body></html>".encode()
