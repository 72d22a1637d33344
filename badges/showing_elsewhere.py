"""What shows a badge on somebody else's page: a frame, a still picture with a link, an e-mail signature, oEmbed 1.0."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from xml.etree import ElementTree

from flask import url_for
from flask_babel import gettext as _

from badges.models import Award
from issuer.access import settings

FRAME_WIDTH, FRAME_HEIGHT = 420, 190
LEAST_WIDTH, LEAST_HEIGHT = 220, 150
KEPT_SECONDS = 60


def at_home(path: str) -> str:
    """A path of this service as an address that works everywhere, whatever host the request named."""
    return f"{settings().base_url}{path}"


def frame_html(award: Award, *, width: int = FRAME_WIDTH, height: int = FRAME_HEIGHT) -> str:
    """An iframe with the badge as it stands whenever it is looked at."""
    address = at_home(url_for("elsewhere.embed", award_id=award.public_id))
    title = escape(_("Badge: %(name)s", name=award.achievement_version.name))
    return f'<iframe src="{address}" title="{title}" width="{width}" height="{height}" loading="lazy"></iframe>'


def still_html(award: Award) -> str:
    """A picture with a link, for pages that take no frames. It says nothing of how the badge stands."""
    version = award.achievement_version
    name, issuer = escape(version.name), escape(version.achievement.organisation.name)
    return (
        f'<a href="{_page(award)}"><img src="{_rosette(award)}" alt="" width="96" height="96"></a>\n'
        f'<p><a href="{_page(award)}">{name}</a><br>{issuer}</p>'
    )


def signature_html(award: Award) -> str:
    """A table, because programs for mail know little else; no style, no script, and nothing that follows readers."""
    version = award.achievement_version
    name, issuer = escape(version.name), escape(version.achievement.organisation.name)
    check = escape(_("Check this badge"))
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>\n'
        f'<td width="60"><a href="{_page(award)}">'
        f'<img src="{_rosette(award)}" alt="" width="48" height="48"></a></td>\n'
        f'<td><strong>{name}</strong><br>{issuer} · <a href="{_page(award)}">{check}</a></td>\n'
        "</tr></table>"
    )


def oembed_of(award: Award, *, thumbnail: str, most: tuple[int | None, int | None]) -> Mapping[str, str | int]:
    """The response of oEmbed 1.0 (2.3.4.4, type rich); ``most``: the width and height there is room for."""
    version = award.achievement_version
    width = max(LEAST_WIDTH, min(FRAME_WIDTH, most[0] or FRAME_WIDTH))
    height = max(LEAST_HEIGHT, min(FRAME_HEIGHT, most[1] or FRAME_HEIGHT))
    said: dict[str, str | int] = {
        "version": "1.0",
        "type": "rich",
        "title": version.name,
        "author_name": version.achievement.organisation.name,
        "author_url": at_home(url_for("issuers.issuer", slug=version.achievement.organisation.slug)),
        "provider_name": "Rosette",
        "provider_url": settings().base_url,
        "cache_age": KEPT_SECONDS,
        "html": frame_html(award, width=width, height=height),
        "width": width,
        "height": height,
    }
    if (most[0] is None or most[0] >= 1200) and (most[1] is None or most[1] >= 630):
        said |= {"thumbnail_url": thumbnail, "thumbnail_width": 1200, "thumbnail_height": 630}
    return said


def as_xml(said: Mapping[str, str | int]) -> bytes:
    """The same in XML."""
    root = ElementTree.Element("oembed")
    for name, value in said.items():
        ElementTree.SubElement(root, name).text = str(value)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _page(award: Award) -> str:
    return at_home(url_for("awards.badge", award_id=award.public_id))


def _rosette(award: Award) -> str:
    version = award.achievement_version
    path = url_for("achievements.image_png", achievement_id=version.achievement.public_id, version=version.number)
    return escape(at_home(path))
