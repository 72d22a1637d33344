"""What a program asks at the door: a body of JSON, a form with a file, or the file itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from badges.verification.schemas import LONGEST_RECIPIENT
from issuer.base.errors import Invalid, Malformed

FORM = "multipart/form-data"
JSON = "application/json"
URL_ENCODED = "application/x-www-form-urlencoded"
MOST_BYTES = 10 * 1024 * 1024
"""Of one file; each kind has a bound of its own below this one."""

YES = frozenset({"true", "yes", "1", "on"})
PREFER_LATER = "respond-async"


@dataclass(frozen=True, slots=True)
class Asked:
    """``data`` as it was handed in; ``name`` of the file, or ""; ``later``: the answer may be fetched afterwards."""

    data: bytes
    name: str = ""
    recipient: str = ""
    later: bool = False
    receipt: bool = False


def asked_as_json(body: Mapping[str, Any]) -> Asked:
    """A loaded VerificationBody; an object is as good as the text of it."""
    given = body["input"]
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return Asked(
        text.encode("utf-8", "surrogatepass"),
        recipient=body["recipient"].strip(),
        later=body["asynchronous"],
        receipt=body["receipt"],
    )


def asked_as_form(request: Request) -> Asked:
    """The fields ``file`` or ``input``, ``recipient``, ``async`` and ``receipt``. Raises Malformed (empty)."""
    file, form = request.files.get("file"), request.form
    recipient = form.get("recipient", "").strip()
    if len(recipient) > LONGEST_RECIPIENT:
        sentence = _("At most %(most)s characters.", most=LONGEST_RECIPIENT)
        raise Invalid("invalid", _("Some of the input is not acceptable."), fields={"recipient": [sentence]})
    name, data = _file(file) if file is not None else ("", form.get("input", "").encode("utf-8", "surrogatepass"))
    return Asked(
        _something(data),
        name=name,
        recipient=recipient,
        later=form.get("async", "").lower() in YES,
        receipt=form.get("receipt", "").lower() in YES,
    )


def asked_as_file(request: Request) -> Asked:
    """The body itself, whatever it calls itself: what it is, its bytes say. Raises Malformed (empty)."""
    return Asked(_something(request.get_data(cache=True)))


def prefers_later(request: Request) -> bool:
    """RFC 7240, section 4.1."""
    wishes = ",".join(request.headers.getlist("Prefer")).lower()
    return any(wish.partition(";")[0].strip() == PREFER_LATER for wish in wishes.split(","))


def _file(file: FileStorage) -> tuple[str, bytes]:
    return file.filename or "", file.stream.read(MOST_BYTES + 1)


def _something(data: bytes) -> bytes:
    if not data.strip():
        raise Malformed("invalid_json", _("There is nothing in this."))
    return data
