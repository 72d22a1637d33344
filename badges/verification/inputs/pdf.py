"""Credentials that travel with a PDF: as an attached file, as an associated file, or as a link on a page.

Nothing is rendered and no script is looked at. Read are the tree of embedded files, the associated files (/AF) of the
document and its pages, and the annotations that attach a file or lead to an address (ISO 32000-2: 7.11.4, 12.5.6.15,
12.6.4.8, 14.13).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PdfReader, filters, xmp
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from badges.verification.inputs.refused import Refused, refusing

MAX_PAGES = 200
MAX_FILES = 50
MAX_LINKS = 500
MAX_FILE_BYTES = 5 * 1024 * 1024
LONGEST_LINK = 2048
END = b"%%EOF"
LOADED = (filters, xmp)
"""Modules that a reader would load late; where this runs none can be loaded any more."""

_BLANK = b"\x00 \t\r\n"
FAULTS = (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError)


@refusing
def attachments(data: bytes) -> tuple[Any, Sequence[bytes]]:
    """PDF -> {"links": [address]}, and the attached files. Refused: bad_pdf, encrypted, polyglot, too_large."""
    _check_end(data)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted", "The PDF opens with a password only.")
        files: dict[str, bytes] = {}
        for stream in _streams(reader):
            content = stream.get_data()
            if len(content) > MAX_FILE_BYTES:
                raise Refused("too_large", f"A file in the PDF is larger than {MAX_FILE_BYTES} bytes.")
            files.setdefault(hashlib.sha256(content).hexdigest(), content)
            if len(files) > MAX_FILES:
                raise Refused("too_large", f"The PDF has more than {MAX_FILES} files in it.")
        links = list(dict.fromkeys(_links(reader)))[:MAX_LINKS]
    except FAULTS as error:
        raise Refused("bad_pdf", f"The PDF cannot be read: {type(error).__name__}.") from error
    return {"links": links}, list(files.values())


def _check_end(data: bytes) -> None:
    """Nothing but blanks follows the last end of file: no archive and no page for a browser hangs on it."""
    end = data.rfind(END)
    if end < 0:
        raise Refused("bad_pdf", "The PDF has no end.")
    if data[end + len(END) :].strip(_BLANK):
        raise Refused("polyglot", "Something follows the end of the PDF.")


def _streams(reader: PdfReader) -> Iterator[StreamObject]:
    root = dictionary(reader.trailer.get("/Root"))
    for specification in _specifications(reader, root):
        files = dictionary(specification.get("/EF"))
        for name in ("/UF", "/F"):
            stream = files.get(name)
            stream = stream.get_object() if stream is not None else None
            if isinstance(stream, StreamObject):
                yield stream
                break


def _specifications(reader: PdfReader, root: DictionaryObject) -> Iterator[DictionaryObject]:
    yield from _named(dictionary(dictionary(root.get("/Names")).get("/EmbeddedFiles")), depth=0)
    yield from map(dictionary, _array(root.get("/AF")))
    for page in pages(reader):
        yield from map(dictionary, _array(page.get("/AF")))
        for annotation in _annotations(page):
            if annotation.get("/Subtype") == "/FileAttachment":
                yield dictionary(annotation.get("/FS"))


def _named(node: DictionaryObject, *, depth: int) -> Iterator[DictionaryObject]:
    """The values of a name tree (ISO 32000-2, 7.9.6)."""
    if depth > 16:
        raise Refused("bad_pdf", "The tree of files in the PDF is too deep.")
    yield from map(dictionary, _array(node.get("/Names"))[1::2])
    for kid in _array(node.get("/Kids")):
        yield from _named(dictionary(kid), depth=depth + 1)


def _links(reader: PdfReader) -> Iterator[str]:
    for page in pages(reader):
        for annotation in _annotations(page):
            address = dictionary(annotation.get("/A")).get("/URI")
            address = address.get_object() if address is not None else None
            text = address.decode("ascii", "replace") if isinstance(address, bytes) else address
            if isinstance(text, str) and len(text) <= LONGEST_LINK:
                yield str(text)


def pages(reader: PdfReader) -> Iterator[DictionaryObject]:
    """The first pages, at most MAX_PAGES."""
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES:
            return
        yield page


def _annotations(page: DictionaryObject) -> Iterator[DictionaryObject]:
    yield from map(dictionary, _array(page.get("/Annots")))


def dictionary(value: Any) -> DictionaryObject:
    """What a value or a reference leads to, empty when that is no dictionary."""
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _array(value: Any) -> Sequence[Any]:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, ArrayObject) else ()
