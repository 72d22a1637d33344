"""Text to a credential or to an address: JSON, a compact JWS, an SD-JWT, a data: URL, or words around a link.

Text is what most badges are in the end, whatever they were baked into. Bounds come first: 1 MiB of text, 512 KiB of
token, 16 KiB of its header, before anything of it is decoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.receipts import tokens as receipts
from badges.verification.inputs import addresses
from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.kinds import BOM
from badges.verification.inputs.refused import Refused
from badges.verification.report import Check, Outcome
from issuer.crypto.errors import AlgorithmRefused, UnsupportedFormat
from issuer.crypto.strict_json import load_json, load_object
from issuer.crypto.vc_jwt import MAX_TOKEN_BYTES, parse_jwt, split_token
from issuer.vc.tokens import CREDENTIAL, PRESENTATION, parse_token

MAX_BYTES = 1024 * 1024
WRAPPERS = ("credential", "verifiableCredential", "verifiablePresentation", "vc", "compactJwsString", "jwt")
"""Members under which interfaces and wallets hand out a credential that stands alone (VC API; Open Badges 3.0, 6)."""

_ENVELOPE = "data:application/v"
_ENVELOPES = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})
_MEMBERS = frozenset({"@context", "type", "@type", "credentialSubject"})
_OPEN_BADGES_1 = frozenset({"recipient", "badge"})
_TOKEN_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=+/")
_OBJECT_IN_BASE64 = ("ey", "ew", "e3", "IH", "Cn", "DQ")
"""An opening brace before a quotation mark or a blank, or before its closing one; a blank or the end of a line before
it."""

_BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace() and (sign >= " " or sign in "\t\n\r"))
"""What a person pastes around a text without seeing it. The other control signs that Python calls space are no blanks
in JSON (RFC 8259, section 2), so what begins with one is no JSON."""

_MOST_WRAPPED = 3


def read_text(data: bytes) -> Given | Link:
    """UTF-8 text, with or without a byte order mark. Raises CryptoError and Refused."""
    if len(data) > MAX_BYTES:
        raise Refused("too_large", f"The text is larger than {MAX_BYTES} bytes.")
    try:
        text = data.removeprefix(BOM).decode("utf-8").strip(_BLANKS)
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", "The text is not UTF-8.") from error
    if not text:
        raise Refused("empty", "Only blanks were handed in.")
    return _from_text(text, wrapped=0)


def _from_text(text: str, *, wrapped: int) -> Given | Link:
    if text[0] in "{[" or (text[0] == text[-1] == '"' and len(text) > 1):
        return _from_json(load_json(text, max_bytes=MAX_BYTES), wrapped=wrapped)
    if _looks_like_token(text):
        return read_token(text)
    if (receipt := receipts.token_behind(text)) is not None:
        return read_token(receipt)
    if (link := addresses.find(text)) is not None:
        return link
    raise Refused("no_badge_found", "The text is neither JSON, nor a token, and has no address in it.")


def _looks_like_token(text: str) -> bool:
    """Parts with points between them, of which the first begins as the base64 of an object in JSON does: that is meant
    as a token even if it is none. The name of a host or of a file is not."""
    parts = text.partition("~")[0].split(".")
    plain = all(sign in _TOKEN_SIGNS for sign in text)
    return plain and len(parts) > 1 and parts[0].startswith(_OBJECT_IN_BASE64)


def read_token(text: str) -> Given:
    """A compact JWS or SD-JWT -> what it holds, with nothing trusted yet.

    A token under a refused algorithm is read all the same, with the failed check beside it: it is a badge, and a
    forged one. Raises TooLarge before anything is decoded, UnsupportedFormat, InvalidJson, TooDeep, Malformed.
    """
    if "~" in text:
        return _partial(text)
    if receipts.is_token(text):
        return Given(receipts.parts_of(text)[1], container="jwt", token=text)
    try:
        jwt = parse_jwt(text)
    except AlgorithmRefused as error:
        return _refused_algorithm(text, error)
    except UnsupportedFormat:
        return _other_token(text)
    return Given(dict(jwt.credential), jwt, container="jwt", token=text)


def _partial(text: str) -> Given:
    try:
        token = parse_token(text, CREDENTIAL)
    except UnsupportedFormat:
        token = parse_token(text, PRESENTATION)
    return Given(dict(token.document), container="jwt", token=text)


def _other_token(text: str) -> Given:
    """A token that is no credential of Open Badges' own form: a presentation, or a vc claim with newer contexts."""
    header, payload, *_ = split_token(text)
    claims = load_object(payload, max_bytes=MAX_TOKEN_BYTES)
    kind = PRESENTATION if _is_presentation(load_object(header), claims) else CREDENTIAL
    return Given(dict(parse_token(text, kind).document), container="jwt", token=text)


def _is_presentation(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
    return "vp" in claims or str(header.get("typ", "")).lower().removeprefix("application/").startswith("vp")


def _refused_algorithm(text: str, error: AlgorithmRefused) -> Given:
    _, payload, *_ = split_token(text)
    claims = load_object(payload, max_bytes=MAX_TOKEN_BYTES)
    inner = claims.get("vc")
    sentence = _l("It is signed in a way that anybody could forge, or that is not accepted.")
    fault = Check("signature", Outcome.FAIL, sentence, "RFC 8725, 3.1", code=error.code, reason=error.detail)
    return Given(inner if isinstance(inner, dict) else claims, container="jwt", token=text, fault=fault)


def _from_json(value: Any, *, wrapped: int) -> Given | Link:
    if wrapped > _MOST_WRAPPED:
        raise Refused("no_badge_found", "The JSON wraps and wraps, and holds nothing.")
    if isinstance(value, str) and value.strip(_BLANKS):
        return _from_text(value.strip(_BLANKS), wrapped=wrapped + 1)
    if isinstance(value, list):
        if len(value) > 1 and all(isinstance(item, dict | str) for item in value):
            raise Refused("several_badges", f"The JSON is an array of {len(value)}.")
        return _from_json(value[0] if len(value) == 1 else None, wrapped=wrapped + 1)
    if not isinstance(value, dict):
        raise Refused("no_badge_found", "The JSON is not an object.")
    if ("payload" in value and {"signature", "signatures"} & value.keys()) or "ciphertext" in value:
        raise UnsupportedFormat("It is a signature or an encryption in JSON, not in the compact form.")
    return _from_object(value, wrapped=wrapped)


def _from_object(value: dict[str, Any], *, wrapped: int) -> Given | Link:
    if (receipt := receipts.token_in(value)) is not None:
        return Given(value, token=receipt)
    if (token := _enveloped(value)) is not None:
        return read_token(token)
    if _MEMBERS & value.keys() or value.keys() >= _OPEN_BADGES_1:
        return Given(value)
    held = [value[name] for name in WRAPPERS if value.get(name)]
    if len(held) == 1:
        return _from_json(held[0], wrapped=wrapped + 1)
    raise Refused("no_badge_found", "The JSON has neither a context, nor a type, nor a subject.")


def _enveloped(value: Mapping[str, Any]) -> str | None:
    """The token in an enveloped credential or presentation (VC Data Model 2.0, 4.12), or None."""
    kinds = value.get("type")
    named = _ENVELOPES & {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}
    identifier = value.get("id")
    if not named or not isinstance(identifier, str) or not identifier.startswith(_ENVELOPE):
        return None
    return identifier.partition(",")[2]
