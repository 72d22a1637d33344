"""Every file that a badge can be had as, and the bytes of each: the same signed badge in the same bytes, every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from badges import artwork
from badges.award_facts import badge_url
from badges.documents import twin
from badges.documents.baking import OPEN_BADGES_2, OPEN_BADGES_3, bake_png, bake_svg
from badges.documents.certificate import certificate_of
from badges.models import Award
from badges.sharing.models import SignedForm
from issuer.keys.statements import content_of

PNG_SIZE = 512
"""Pixels, square."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to have a badge. ``suffix`` follows the address of its page; ``words`` say what it is good for."""

    name: str
    suffix: str
    media_type: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    words: LazyString
    is_twin: bool = False


_KINDS: Mapping[str, _Kind] = {
    ".png": _Kind("image/png", _l("Picture with the badge in it (PNG)")),
    ".svg": _Kind("image/svg+xml", _l("Drawing with the badge in it (SVG)")),
    ".pdf": _Kind("application/pdf", _l("Certificate for print, with the badge attached (PDF)")),
    ".json": _Kind("application/vc", _l("Signed document (JSON-LD)")),
    ".jwt": _Kind("application/vc+jwt", _l("Signed token (JWT)")),
    ".ob2.json": _Kind("application/ld+json", _l("For programs of Open Badges 2.0: the hosted badge"), is_twin=True),
    ".ob2.jws": _Kind("application/jose", _l("For programs of Open Badges 2.0: the signed badge"), is_twin=True),
    ".ob2.png": _Kind("image/png", _l("For programs of Open Badges 2.0: a picture with the badge in it"), is_twin=True),
    ".ob2.svg": _Kind(
        "image/svg+xml", _l("For programs of Open Badges 2.0: a drawing with the badge in it"), is_twin=True
    ),
}


def forms_of(award: Award) -> tuple[Form, ...]:
    """The forms that an award which is signed can be had in, the most useful first."""
    address = badge_url(award)
    has_twin = twin.has_twin(award.achievement_version.achievement.organisation)
    return tuple(
        Form(suffix.removeprefix("."), suffix, kind.media_type, address + suffix, str(kind.words))
        for suffix, kind in _KINDS.items()
        if has_twin or not kind.is_twin
    )


def as_png(award: Award, form: SignedForm) -> bytes:
    """The picture of the achievement with the signed JSON baked in."""
    return bake_png(_picture(award), form.document, mould=OPEN_BADGES_3)


def as_token_png(award: Award, form: SignedForm) -> bytes:
    """The same with the JWS baked in."""
    return bake_png(_picture(award), form.jwt, mould=OPEN_BADGES_3)


def as_svg(award: Award, form: SignedForm) -> bytes:
    """The drawing of the achievement with the signed JSON baked in."""
    return bake_svg(_drawing(award), form.document, mould=OPEN_BADGES_3)


def as_token_svg(award: Award, form: SignedForm) -> bytes:
    """The same with the JWS baked in."""
    return bake_svg(_drawing(award), form.jwt, mould=OPEN_BADGES_3)


def as_pdf(award: Award, form: SignedForm) -> bytes:
    """The certificate on one page, with the signed JSON attached."""
    return certificate_of(award, form)


def as_twin_png(award: Award, form: SignedForm) -> bytes:
    """The picture with the hosted Assertion of version 2 baked in."""
    return bake_png(_picture(award), content_of(twin.hosted_assertion(award, form)), mould=OPEN_BADGES_2)


def as_twin_svg(award: Award, form: SignedForm) -> bytes:
    """The drawing with the hosted Assertion of version 2 baked in, and where it lies."""
    assertion = twin.hosted_assertion(award, form)
    return bake_svg(_drawing(award), content_of(assertion), mould=OPEN_BADGES_2, address=assertion["id"])


def as_picture_for_address(award: Award, form: SignedForm) -> bytes:
    """For its holder to hand on: the picture with the signed Assertion that has the digest of their address."""
    return bake_png(_picture(award), twin.assertion_for_address(award, form), mould=OPEN_BADGES_2)


Making = Callable[[Award, SignedForm], bytes]


def _picture(award: Award) -> bytes:
    return artwork.png_of(award.achievement_version, size=PNG_SIZE)


def _drawing(award: Award) -> str:
    return artwork.drawing_of(award.achievement_version)
