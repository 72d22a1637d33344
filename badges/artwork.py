"""What badges and issuers look like: the picture that was handed in, or a rosette, drawn once and kept.

As SVG for pages, as PNG for everywhere else. A picture handed in stands in an SVG as one embedded image, so whatever
takes a drawing takes it too.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from html import escape

from flask import url_for
from markupsafe import Markup

from badges.documents.monogram import initials
from badges.documents.rosette import draw_rosette, rosette_png
from badges.models import AchievementVersion
from issuer.models import Organisation
from issuer.pictures import keeping
from issuer.profile import issuer_did

LEVELS = {"Foundation": 1, "Practitioner": 2, "Advanced": 3}
"""A level -> its pips; any other level has one."""

PNG_SIZES = (512, 1200)
"""Pixels: for wallets and for link previews."""

_SIDE = 512
_DRAWINGS_KEPT = 512
_PNGS_KEPT = 64


def drawing_of(version: AchievementVersion) -> str:
    """The SVG of an achievement. Its weave belongs to the achievement and stays in every version."""
    if version.picture:
        return _framed(version.picture, version.name, version.image_alt)
    level = LEVELS.get(version.level, 1)
    return _drawn(version.achievement.public_id, version.monogram, level, version.name, version.image_alt)


def art_of(version: AchievementVersion) -> Markup:
    """The same, to stand in a page; a picture that was handed in stands there as a file of its own."""
    if version.picture:
        address = url_for("pictures.image_kept", digest=version.picture)
        tag = Markup('<img src="{}" alt="{}" width="{}" height="{}">')
        return tag.format(address, version.image_alt, _SIDE, _SIDE)
    return Markup(drawing_of(version))  # noqa: S704 - drawn by us, with every word in it escaped


def png_of(version: AchievementVersion, *, size: int) -> bytes:
    """The same as PNG, ``size`` pixels square."""
    return _painted(drawing_of(version), size)


def emblem_of(organisation: Organisation) -> str:
    """The SVG of an issuer's logo; without one its emblem, woven from its DID, with the first letters of its name."""
    if organisation.logo:
        return _framed(organisation.logo, organisation.name, "")
    did = issuer_did(organisation)
    return _drawn(did, initials(organisation.name), 1, organisation.name, "")


def emblem_png_of(organisation: Organisation) -> bytes:
    """The same as PNG, for wallets."""
    return _painted(emblem_of(organisation), PNG_SIZES[0])


def _framed(digest: str, title: str, description: str) -> str:
    """A square with the picture in it, as large as it fits; nothing beside it is painted."""
    picture = keeping.find(digest)
    data = f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode('ascii')}"
    said = f"<title>{escape(title)}</title>" + (f"<desc>{escape(description)}</desc>" if description else "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}" role="img">{said}'
        f'<image href="{data}" width="{_SIDE}" height="{_SIDE}"/></svg>'
    )


@lru_cache(maxsize=_DRAWINGS_KEPT)
def _drawn(identity: str, monogram: str, level: int, title: str, description: str) -> str:
    return draw_rosette(identity, monogram=monogram, level=level, title=title, description=description)


@lru_cache(maxsize=_PNGS_KEPT)
def _painted(drawing: str, size: int) -> bytes:
    return rosette_png(drawing, size=size)
