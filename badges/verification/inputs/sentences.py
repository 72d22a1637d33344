"""Why something handed in is not read, in words for whoever handed it in, and as an error for whoever calls.

Each code has one sentence. A verification never raises these: they become the check "format". A door that answers with
errors instead, such as a form that takes a file, turns that check into one with `error_of`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from badges.verification.report import Check, Outcome
from issuer.base.errors import Invalid, Malformed, NotFound, ServiceError, TooLarge

SECTION = "Open Badges 3.0, 5 (formats)"


@dataclass(frozen=True, slots=True)
class Refusal:
    """``error``: what a code is for whoever calls; ``sentence``: for a person."""

    error: type[ServiceError]
    sentence: LazyString


REFUSALS = MappingProxyType(
    {
        "empty": Refusal(Malformed, _l("There is nothing in this.")),
        "not_utf8": Refusal(
            Malformed, _l("This cannot be read: it is neither text in UTF-8 nor a kind of file that holds badges.")
        ),
        "invalid_json": Refusal(Malformed, _l("This cannot be read: it is not well-formed JSON.")),
        "too_deep": Refusal(Malformed, _l("This is nested too deeply to be a badge.")),
        "malformed": Refusal(Malformed, _l("This cannot be read as a badge.")),
        "unsupported_format": Refusal(
            Malformed,
            _l("This is a token that holds no badge: encrypted, incomplete, or with several signatures."),
        ),
        "too_large": Refusal(TooLarge, _l("This is too large to be a badge.")),
        "too_much_work": Refusal(TooLarge, _l("Reading this would take more work than any badge needs.")),
        "pixel_limit": Refusal(TooLarge, _l("This picture has more pixels than any badge needs.")),
        "archive_bomb": Refusal(TooLarge, _l("This archive unpacks to far more than it should.")),
        "no_badge_found": Refusal(
            Invalid,
            _l(
                "This is not a badge: it is no credential in JSON, no signed token, no web address (those begin with"
                " https://) and no number of a badge of this service."
            ),
        ),
        "no_badge_in_picture": Refusal(
            Invalid, _l("This is a picture without a badge: nothing is written into it, and it shows no QR code.")
        ),
        "no_badge_in_code": Refusal(Invalid, _l("The picture has a QR code, but that code leads to no badge.")),
        "no_badge_in_pdf": Refusal(
            Invalid,
            _l(
                "This PDF has no badge attached, no link to one, and no picture of a QR code of one. Ask for the badge"
                " itself, or its address."
            ),
        ),
        "no_badge_on_page": Refusal(
            Invalid,
            _l("This page does not say where its badge is. Look on it for a download or a link to share."),
        ),
        "ambiguous_bake": Refusal(
            Invalid, _l("There is more than one badge in this, and they may contradict each other.")
        ),
        "several_badges": Refusal(Invalid, _l("There are several badges in this. Check them together, as a list.")),
        "bad_image": Refusal(Invalid, _l("This picture is damaged.")),
        "bad_pdf": Refusal(Invalid, _l("This PDF is damaged.")),
        "bad_archive": Refusal(Invalid, _l("This archive is damaged.")),
        "unreadable": Refusal(Invalid, _l("This file is damaged, or is not what it says it is.")),
        "unsupported_picture": Refusal(Invalid, _l("Pictures of this kind are not read. Badges are PNG or SVG.")),
        "compressed_file": Refusal(Invalid, _l("This file is compressed. Unpack it first.")),
        "polyglot": Refusal(Invalid, _l("This file is two files in one. Badges are not made like that.")),
        "encrypted": Refusal(Invalid, _l("This file is locked with a password.")),
        "dtd_forbidden": Refusal(Invalid, _l("This drawing declares what no badge has need of, and was not read.")),
        "credential_offer": Refusal(
            Invalid,
            _l("This offers a badge, and is not the badge. Open it in a wallet, then check what you get."),
        ),
        "presentation_request": Refusal(Invalid, _l("This asks a wallet for a badge. It is not a badge.")),
        "url_malformed": Refusal(Invalid, _l("This is not a web address.")),
        "url_not_allowed": Refusal(Invalid, _l("This address does not lead to the public web, and was not visited.")),
        "too_many_links": Refusal(Invalid, _l("This leads from one address to the next, and never to a badge.")),
        "not_found": Refusal(NotFound, _l("There is nothing at this address.")),
    }
)
"""A code that is not here is said as "malformed"."""

_SAID_AS = MappingProxyType(
    {
        "empty": "invalid_json",
        "not_utf8": "invalid_json",
        "no_badge_in_picture": "no_badge_found",
        "no_badge_in_code": "no_badge_found",
        "no_badge_in_pdf": "no_badge_found",
        "no_badge_on_page": "no_badge_found",
    }
)
"""Sentences for one and the same fault; programs read one code for it."""


_PLACE = re.compile(r"\bline (\d{1,9}), column (\d{1,9})\b")


def check_of(code: str, reason: str = "") -> Check:
    """A refusal as the check "format"; of JSON that is broken it says where, as far as ``reason`` does."""
    sentence = REFUSALS.get(code, REFUSALS["malformed"]).sentence
    if code == "invalid_json" and (place := _PLACE.search(reason)) is not None:
        where = {"line": place[1], "column": place[2]}
        sentence = _l("This cannot be read: at line %(line)s, column %(column)s it is not JSON.", **where)
    return Check("format", Outcome.FAIL, sentence, SECTION, code=_SAID_AS.get(code, code), reason=reason)


def error_for(code: str) -> ServiceError:
    """A refusal as an error."""
    refusal = REFUSALS.get(code, REFUSALS["malformed"])
    return refusal.error(_SAID_AS.get(code, code), str(refusal.sentence))


def error_of(check: Check) -> ServiceError | None:
    """The check "format" as an error for whoever called, or None when something could be read."""
    if check.name != "format" or check.outcome is not Outcome.FAIL:
        return None
    return REFUSALS.get(check.code, REFUSALS["malformed"]).error(check.code, str(check.sentence))
