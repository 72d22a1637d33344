"""Credentials baked into a PNG: text chunks with the keywords of Open Badges 1.x to 3.0 and of CLR 2.0.

Only chunks are walked; no pixel is decoded. The whole file is looked at, because what stands twice, after the end or
with a wrong checksum is a reason to refuse: two readers would find two badges (PNG 1.2, sections 3 and 4.2.3; Open
Badges Baking Specification 2.0; Open Badges 3.0, section 5.3).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from badges.verification.inputs.refused import Refused, refusing

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORDS = frozenset({b"openbadgecredential", b"openbadges", b"clrcredential"})
MAX_PIXELS = 16_000_000
MAX_TEXT = 1024 * 1024
MAX_CHUNKS = 20_000
_TEXT_CHUNKS = frozenset({b"iTXt", b"tEXt", b"zTXt"})
_LENGTH = struct.Struct(">I")
_LONGEST_CHUNK = 2**31 - 1
_HEADER_BYTES = 13
_BLANK = b"\x00 \t\r\n"


@refusing
def credentials(data: bytes) -> tuple[Any, Sequence[bytes]]:
    """PNG -> {"keywords": of each credential found, "animated"}, and their texts.

    Refused: bad_image, pixel_limit, polyglot, too_large.
    """
    found: list[tuple[bytes, bytes]] = []
    animated = False
    for kind, body in _chunks(data):
        animated = animated or kind == b"acTL"
        if kind in _TEXT_CHUNKS and body.partition(b"\x00")[0] in KEYWORDS:
            found.append((body.partition(b"\x00")[0], _text(kind, body)))
    keywords = [keyword.decode("ascii") for keyword, _ in found]
    return {"keywords": keywords, "animated": animated}, [text for _, text in found]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        raise Refused("bad_image", "The signature of the PNG is damaged.")
    place, number, kind = len(SIGNATURE), 0, b""
    while kind != b"IEND":
        if number >= MAX_CHUNKS:
            raise Refused("bad_image", f"The PNG has more than {MAX_CHUNKS} chunks.")
        kind, body = _chunk(data, place)
        if number == 0:
            _check_header(kind, body)
        place, number = place + len(body) + 12, number + 1
        yield kind, body
    if data[place:].strip(_BLANK):
        raise Refused("polyglot", "Something follows the end of the PNG.")


def _chunk(data: bytes, place: int) -> tuple[bytes, bytes]:
    if len(data) < place + 12:
        raise Refused("bad_image", "The PNG ends before its end chunk.")
    length = _LENGTH.unpack_from(data, place)[0]
    if length > _LONGEST_CHUNK or len(data) < place + 12 + length:
        raise Refused("bad_image", "A chunk of the PNG is longer than the file.")
    kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
    if zlib.crc32(body, zlib.crc32(kind)) != _LENGTH.unpack_from(data, place + 8 + length)[0]:
        raise Refused("bad_image", "A chunk of the PNG does not match its checksum.")
    return kind, body


def _check_header(kind: bytes, body: bytes) -> None:
    if kind != b"IHDR" or len(body) != _HEADER_BYTES:
        raise Refused("bad_image", "The PNG does not begin with its header.")
    width, height = struct.unpack_from(">II", body)
    if not width or not height:
        raise Refused("bad_image", "The PNG has no pixels.")
    if width * height > MAX_PIXELS:
        raise Refused("pixel_limit", f"The PNG says that it has {width} x {height} pixels.")


def _text(kind: bytes, body: bytes) -> bytes:
    """The text of a chunk as UTF-8: tEXt is Latin-1, zTXt that compressed, iTXt UTF-8 compressed or not."""
    _keyword, separator, rest = body.partition(b"\x00")
    if not separator:
        raise Refused("bad_image", "A text chunk has a keyword and no text.")
    if kind == b"tEXt":
        text = rest.decode("latin-1").encode("utf-8")
    elif kind == b"zTXt":
        text = _inflated(rest[1:], method=rest[:1]).decode("latin-1").encode("utf-8")
    else:
        flag, method = rest[:1], rest[1:2]
        _language, _, rest = rest[2:].partition(b"\x00")
        _translated, _, text = rest.partition(b"\x00")
        text = _inflated(text, method=method) if flag == b"\x01" else text
    if len(text) > MAX_TEXT:
        raise Refused("too_large", f"A credential in the PNG is larger than {MAX_TEXT} bytes.")
    return text


def _inflated(data: bytes, *, method: bytes) -> bytes:
    if method != b"\x00":
        raise Refused("bad_image", "A text chunk is compressed in an unknown way.")
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, MAX_TEXT + 1)
    except zlib.error as error:
        raise Refused("bad_image", "The compressed text of a chunk is damaged.") from error
    if len(text) > MAX_TEXT:
        raise Refused("too_large", f"A credential in the PNG unpacks to more than {MAX_TEXT} bytes.")
    if not stream.eof:
        raise Refused("bad_image", "The compressed text of a chunk is cut off.")
    return text
