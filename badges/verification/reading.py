"""From what a person hands in to a credential: JSON with an embedded proof, or a compact JWS.

Nothing is trusted yet; hostile bytes become a FAIL of the check "format".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.report import Check, Outcome
from issuer.crypto.errors import CryptoError, InvalidJson, TooDeep, TooLarge
from issuer.crypto.strict_json import load_json
from issuer.crypto.vc_jwt import Jwt, parse_jwt

MAX_BYTES = 1024 * 1024
SECTION = "Open Badges 3.0, 5 (formats)"
ENVELOPE = "data:application/vc+jwt,"


@dataclass(frozen=True, slots=True)
class Given:
    """A credential as it was handed in. ``jwt`` is None for an embedded proof; ``document`` is never changed.

    ``address``: the URL at which it was found, "" when it was handed in; a hosted badge is what lies at its address.
    ``container``: what it was found in: json, jwt, png, svg, pdf.
    """

    document: dict[str, Any]
    jwt: Jwt | None = None
    address: str = ""
    container: str = "json"


def read(data: bytes) -> tuple[Given | None, Check]:
    """Bytes of a file or a form -> the credential, and the check "format". None when it is no credential we read."""
    try:
        given = _read(data)
    except CryptoError as error:
        return None, _refused(error)
    if given is None:
        sentence = _l("This is not a badge: neither a credential in JSON nor a signed token.")
        return None, Check("format", Outcome.FAIL, sentence, SECTION, code="no_badge_found")
    form = (
        _l("It is a credential in JSON with a proof inside.")
        if given.jwt is None
        else _l("It is a signed token (JWT).")
    )
    return given, Check("format", Outcome.PASS, form, SECTION)


def _read(data: bytes) -> Given | None:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"The input is larger than {MAX_BYTES} bytes.")
    text = data.strip().removeprefix(b"\xef\xbb\xbf").strip()
    if text.startswith(b"{") or not _looks_like_token(text):
        return _from_json(load_json(data, max_bytes=MAX_BYTES))
    jwt = parse_jwt(text)
    return Given(dict(jwt.credential), jwt)


def _looks_like_token(text: bytes) -> bool:
    return text.count(b".") >= 1 and not any(character in text for character in b'{}[]" \n')


def _from_json(value: Any) -> Given | None:
    if not isinstance(value, Mapping):
        return None
    envelope = value.get("id")
    if "EnvelopedVerifiableCredential" in _types(value) and isinstance(envelope, str) and envelope.startswith(ENVELOPE):
        jwt = parse_jwt(envelope.removeprefix(ENVELOPE))
        return Given(dict(jwt.credential), jwt)
    return Given(dict(value)) if "@context" in value or "credentialSubject" in value else None


def _types(value: Mapping[str, Any]) -> list[Any]:
    kinds = value.get("type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def _refused(error: CryptoError) -> Check:
    sentences = {
        TooLarge: _l("This is too large to be a badge."),
        TooDeep: _l("This is nested too deeply to be a badge."),
        InvalidJson: _l("This cannot be read: it is not well-formed JSON."),
    }
    default = _l("This cannot be read as a badge.")
    sentence = next((words for kind, words in sentences.items() if isinstance(error, kind)), default)
    return Check("format", Outcome.FAIL, sentence, SECTION, code=error.code, reason=error.detail)
