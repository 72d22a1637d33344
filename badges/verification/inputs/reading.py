"""From whatever a person hands in to a credential, or to the address where one lies.

1 what it is (by its bytes)   2 is it within bounds   3 out of its container, in a child process   4 the text in it
Nothing is trusted yet, and nothing is fetched. Hostile bytes become a FAIL of the check "format", never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from flask_babel import lazy_gettext as _l

from badges.verification.inputs import addresses, archive, texts
from badges.verification.inputs.asking import ask
from badges.verification.inputs.data_urls import content_of
from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.kinds import BOM, Kind, kind_of
from badges.verification.inputs.refused import Refused
from badges.verification.inputs.sentences import SECTION, check_of
from badges.verification.inputs.unzipping import MAX_PACKED
from badges.verification.inputs.web_page import absolute
from badges.verification.report import Check, Outcome
from issuer.base.confined import TooMuchWork, Unreadable
from issuer.base.errors import ServiceError, Unavailable
from issuer.crypto.errors import CryptoError

MAX_BYTES = texts.MAX_BYTES
"""As text: JSON, a token, an address, a page."""

MAX_FILE_BYTES = MAX_PACKED
"""As a file of any kind; each kind has its own bound below."""

_IMAGE = 5 * 1024 * 1024
_LIMITS = MappingProxyType(
    {Kind.PDF: 10 * 1024 * 1024, Kind.ZIP: MAX_FILE_BYTES}
    | dict.fromkeys((Kind.PNG, Kind.SVG, Kind.JPEG, Kind.WEBP, Kind.GIF), _IMAGE)
)
_MOST_NESTED = 2
_TABLES = (".csv", ".tsv")

Found = Given | Link


def read(data: bytes, *, name: str = "", address: str = "") -> tuple[Found | None, Check]:
    """Bytes of a file, a form or a fetched document -> what they hold, and the check "format".

    ``name``: what the file was called, used for a hint only. ``address``: the URL at which it was found. None when it
    is nothing that is read here: then the check says why. A check that could not be made means: try again.
    """
    try:
        found = _found(data, address=address, nested=0)
    except Refused as refused:
        return None, _named(check_of(refused.code, refused.reason), name)
    except CryptoError as error:
        return None, _named(check_of(error.code, error.detail), name)
    except Unavailable as error:
        return None, Check("format", Outcome.COULD_NOT_CHECK, error.detail, SECTION, code=error.code)
    except ServiceError as error:
        return None, check_of(error.code)
    if isinstance(found, Given):
        found = replace(found, address=address)
    return found, Check("format", Outcome.PASS, _SENTENCES[_said_as(found)], SECTION)


def _named(check: Check, name: str) -> Check:
    """Whoever hands in a table here is told where tables go."""
    is_table = check.code in ("no_badge_found", "invalid_json") and name.lower().endswith(_TABLES)
    return check_of("several_badges", check.reason) if is_table else check


def _found(data: bytes, *, address: str, nested: int) -> Found:
    kind = kind_of(data)
    if len(data) > _LIMITS.get(kind, MAX_BYTES):
        raise Refused("too_large", f"A file of the kind {kind} is larger than {_LIMITS.get(kind, MAX_BYTES)} bytes.")
    if nested > _MOST_NESTED:
        raise Refused("no_badge_found", "One container lies in another, and that in a third.")
    if kind in _REFUSED:
        raise Refused(_REFUSED[kind])
    if kind is Kind.TEXT:
        return _text(data, nested=nested)
    return _READERS[kind](data, address, nested)


def _text(data: bytes, *, nested: int) -> Found:
    text = data.removeprefix(BOM).strip()
    if text[:5].lower() == b"data:":
        return _found(content_of(text), address="", nested=nested + 1)
    return texts.read_text(data)


def _png(data: bytes, _address: str, _nested: int) -> Found:
    baked = ask("png:credentials", data).blobs
    return _baked(baked, "png") if baked else _picture(data, _address, _nested)


def _svg(data: bytes, _address: str, _nested: int) -> Found:
    answer = ask("svg:credentials", data)
    said, baked = answer.value["found"], answer.blobs
    # Open Badges 2.0: an address in ``verify`` and the assertion beside it are one badge, and what the address says
    # counts, as the assertion is hosted there.
    if len(baked) == 2 and {each["keyword"] for each in said} == {"openbadges"} and said[0]["verify"]:
        baked = baked[:1]
    if not baked:
        raise Refused("no_badge_in_picture", "The SVG has no credential element.")
    return _baked(baked, "svg")


def _baked(baked: tuple[bytes, ...], container: str) -> Found:
    if len(baked) > 1:
        raise Refused("ambiguous_bake", f"There are {len(baked)} credentials in one picture.")
    return replace(texts.read_text(baked[0]), container=container)


def _picture(data: bytes, _address: str, _nested: int) -> Found:
    codes = ask("qr:codes", data).blobs
    if not codes:
        raise Refused("no_badge_in_picture", "No code was found in the picture.")
    return _only(codes, _code, container="qr", otherwise="no_badge_in_code")


def _code(data: bytes) -> Found:
    return texts.read_text(data)


def _pdf(data: bytes, _address: str, nested: int) -> Found:
    answer = ask("pdf:attachments", data)

    def attached(content: bytes) -> Found:
        return _found(content, address="", nested=nested + 1)

    try:
        return _only(answer.blobs, attached, container="pdf", otherwise="no_badge_in_pdf")
    except Refused as refused:
        if refused.code != "no_badge_in_pdf":
            raise
    links = [addresses.unwrapped(url) for url in answer.value["links"] if url.startswith(addresses.WEB)]
    if not any(map(addresses.looks_like_badge, links)) and (printed := _printed(data)) is not None:
        return printed
    if not links:
        raise Refused("no_badge_in_pdf", "The PDF has no badge attached, no link, and no code that leads to one.")
    return Link(_linked(links), container="pdf")


def _printed(data: bytes) -> Found | None:
    """What a code on a page leads to, or None. That its pictures take too much work does not spoil the rest of it."""
    try:
        codes = ask("pdf_codes:codes", data).blobs
    except (TooMuchWork, Unreadable):
        return None
    try:
        return _only(codes, _code, container="pdf", otherwise="no_badge_in_pdf")
    except Refused as refused:
        if refused.code != "no_badge_in_pdf":
            raise
        return None


def _linked(links: list[str]) -> str:
    """The one address that a document leads to, or of several the one that looks like a badge's."""
    distinct = list(dict.fromkeys(links))
    likely = [url for url in distinct if addresses.looks_like_badge(url)] if len(distinct) > 1 else distinct
    if len(likely) > 1:
        raise Refused("several_badges", f"The document has {len(likely)} links that could be badges.")
    if not likely:
        raise Refused("no_badge_in_pdf", "None of the links looks like that of a badge.")
    return likely[0]


def _zip(data: bytes, _address: str, nested: int) -> Found:
    files = archive.readable(data)
    if len(files) > 1:
        raise Refused("several_badges", f"The archive has {len(files)} files.")
    if not files:
        raise Refused("no_badge_found", "The archive has no file that can be read.")
    return _found(files[0].data, address="", nested=nested + 1)


def _page(data: bytes, address: str, _nested: int) -> Found:
    """A page of the web: the badge in it, or the address it gives of one. Only a page that was fetched has links."""
    answer = ask("web_page:badges", data)
    try:
        return _only(answer.blobs, texts.read_text, container="page", otherwise="no_badge_on_page")
    except Refused as refused:
        if refused.code != "no_badge_on_page":
            raise
    written = [*answer.value["alternates"], *answer.value["metas"]]
    urls = [absolute(url, page=address, base=answer.value["base"]) for url in written]
    found = [url for url in dict.fromkeys(urls) if url and url != address]
    if not found:
        raise Refused("no_badge_on_page", "The page has neither a link to a badge nor one in it.")
    return Link(found[0], container="page")


def _only(blobs: Iterable[bytes], read_one: Callable[[bytes], Found], *, container: str, otherwise: str) -> Found:
    """What one of several holds; the others must hold nothing. Raises Refused ``otherwise``, ambiguous_bake."""
    found: list[Found] = []
    refusals: list[str] = []
    for blob in blobs:
        try:
            found.append(replace(read_one(blob), container=container))
        except Refused as refused:
            refusals.append(refused.code)
        except CryptoError as error:
            refusals.append(error.code)
    if len(found) > 1:
        raise Refused("ambiguous_bake", f"There are {len(found)} credentials in one file.")
    if not found:
        offered = next((code for code in refusals if code in _TELLING), otherwise)
        raise Refused(offered, f"Nothing in it is a badge: {', '.join(sorted(set(refusals)))}." if refusals else "")
    return found[0]


_TELLING = frozenset({"credential_offer", "presentation_request", "ambiguous_bake", "encrypted", "dtd_forbidden"})
"""Refusals of a part that say more than that there is no badge in the whole."""

_REFUSED: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.EMPTY: "empty",
        Kind.NOT_UTF8: "not_utf8",
        Kind.GZIP: "compressed_file",
        Kind.GIF: "unsupported_picture",
    }
)

_READERS: Mapping[Kind, Callable[[bytes, str, int], Found]] = MappingProxyType(
    {
        Kind.PNG: _png,
        Kind.SVG: _svg,
        Kind.JPEG: _picture,
        Kind.WEBP: _picture,
        Kind.PDF: _pdf,
        Kind.ZIP: _zip,
        Kind.HTML: _page,
    }
)


def _said_as(found: Found) -> str:
    if isinstance(found, Link):
        return "link"
    return found.container if found.container in _SENTENCES else "json"


_SENTENCES = MappingProxyType(
    {
        "json": _l("It is a credential in JSON with a proof inside."),
        "jwt": _l("It is a signed token (JWT)."),
        "png": _l("It is a picture (PNG) with a credential in it."),
        "svg": _l("It is a drawing (SVG) with a credential in it."),
        "pdf": _l("It is a PDF with a credential in it."),
        "qr": _l("It is a picture of a QR code that holds a credential."),
        "page": _l("It is a web page with a credential in it."),
        "link": _l("It is the address of a badge."),
    }
)
