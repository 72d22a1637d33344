"""Bodies of the JSON API: every blueprint of it reads them with the one strict reader, before its schema looks.

A number that no double can hold, a key written twice or half of a surrogate pair would mean one thing here and
another to the next program; a NUL can be kept by no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask_smorest
from flask import Request
from flask_babel import gettext
from webargs import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType

from issuer.base.errors import Invalid, Malformed
from issuer.crypto.errors import CryptoError
from issuer.crypto.strict_json import load_json


class _StrictParser(FlaskParser):
    """webargs with our reader of JSON."""

    def _raw_load_json(self, req: Request) -> Any:
        """The body, or ``missing``. Raises Malformed, Invalid, UnsupportedMediaType."""
        data = req.get_data(cache=True)
        if not data:
            return missing
        if not is_json_request(req):
            raise UnsupportedMediaType()
        try:
            body = load_json(data, max_bytes=len(data))
        except CryptoError as error:
            raise Malformed(error.code, error.detail) from error
        if any("\x00" in text for text in _texts_in(body)):
            raise Invalid("unstorable", gettext("There is a character or number in this that cannot be used."))
        return body


def _texts_in(value: Any) -> Iterator[str]:
    """Every text and key, in no particular order."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            pending += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            pending += item


class ApiBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A part of the JSON API."""

    ARGUMENTS_PARSER = _StrictParser()
