"""What may stand in the variable parts of our addresses; anything else matches no route, so there is nothing there.

Without this a NUL or a number of thirty digits would reach the database, and each database answers them differently.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter


class NameConverter(BaseConverter):
    """One part of a path: 1 to 255 characters, none of them a control character."""

    regex = r"[^/\x00-\x1f\x7f]{1,255}"
    part_isolating = True


class PlaceConverter(IntegerConverter):
    """The place of a card, a question or a version: a number of one to six ASCII digits."""

    regex = r"[0-9]{1,6}"


def init_app(app: Flask) -> None:
    """To be called before any route is added."""
    app.url_map.converters |= {"default": NameConverter, "string": NameConverter, "int": PlaceConverter}
