"""How an issuer is named: by its id, by its domain, or by its key. PURE.

A name is brought into one form before it is kept, so that the database can say whether it is there already, and what
merely looks like it is something else: a host is kept in the letters of the DNS (punycode), which no look-alike shares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from flask_babel import gettext as _

from issuer.base.errors import Invalid
from issuer.crypto.did import document_in_name
from issuer.crypto.errors import CryptoError
from issuer.crypto.multikey import from_jwk, from_multikey, thumbprint

ID, DOMAIN, KEY = "id", "domain", "key"
KINDS = (ID, DOMAIN, KEY)
LONGEST = 1000

_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._%-]", re.ASCII)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+$){_LABEL}", re.ASCII)
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """An issuer by one of its names, in the form in which it is kept. ``kind``: id, domain or key."""

    kind: str
    subject: str


def named(kind: str, text: str) -> Named:
    """What somebody wrote as the name of an issuer -> the name as it is kept.

    Raises Invalid naming the field ``subject`` (or ``kind``, for a kind that there is not).
    """
    readers = {ID: _read_id, DOMAIN: _read_domain, KEY: _read_key}
    if kind not in readers:
        raise _wrong(_("An issuer is named by its id, its domain or its key."), field="kind")
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise _wrong(_("Write who the issuer is."))
    return Named(kind, readers[kind](text))


def kind_of(text: str) -> str:
    """The kind of name that ``text`` looks like; for lists that do not say."""
    text = text.strip()
    if text.startswith(("did:", "https://", "http://")):
        return ID
    return KEY if _THUMBPRINT.fullmatch(text) or (text.startswith("z") and "." not in text) else DOMAIN


def host_of(issuer_id: str) -> str:
    """The host, with its port if it says one, that answers for an https or did:web id; "" for any other."""
    if issuer_id.startswith("did:web:"):
        return unquote(issuer_id.removeprefix("did:web:").split(":")[0]).lower()
    if issuer_id.startswith(("https://", "http://")):
        try:
            parts = urlsplit(issuer_id)
            return parts.netloc.lower() if parts.username is None and parts.password is None else ""
        except ValueError:
            return ""
    return ""


def key_in_name(issuer_id: str) -> str:
    """The thumbprint of the key that a did:key or did:jwk is, or "" for any other id."""
    try:
        document = document_in_name(issuer_id)
        if document is None:
            return ""
        method = document["verificationMethod"][0]
        jwk = method.get("publicKeyJwk")
        return thumbprint(from_jwk(jwk) if jwk is not None else from_multikey(method["publicKeyMultibase"]))
    except CryptoError:
        return ""


def _read_id(text: str) -> str:
    if text.startswith("did:"):
        return _read_did(text)
    parts = _split(text)
    if parts is None or parts.scheme != "https" or parts.username is not None or parts.fragment or "#" in text:
        raise _wrong(_("An issuer's id is a DID, or the https address that its badges give as the issuer's id."))
    return text


def _read_did(text: str) -> str:
    if not _DID.fullmatch(text):
        raise _wrong(_("This is not a DID. Example: did:web:badges.example.org"))
    if text.startswith(("did:key:", "did:jwk:")) and not key_in_name(text):
        raise _wrong(_("The key in this DID cannot be read."))
    if text.startswith("did:web:"):
        place, colon, path = text.removeprefix("did:web:").partition(":")
        return f"did:web:{place.lower().replace('%3a', '%3A')}{colon}{path}"
    return text


def _read_domain(text: str) -> str:
    sentence = _("This is not a domain. Write it without https and without a path, as in badges.example.org")
    try:
        host = text.removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise _wrong(sentence) from error
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise _wrong(sentence)
    return host


def _read_key(text: str) -> str:
    if _THUMBPRINT.fullmatch(text):
        return text
    try:
        return thumbprint(from_multikey(text))
    except CryptoError as error:
        sentence = _("This is not a key. Write its thumbprint (RFC 7638, SHA-256), or the key as a Multikey (z6Mk...).")
        raise _wrong(sentence) from error


def _split(text: str) -> SplitResult | None:
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _wrong(sentence: str, *, field: str = "subject") -> Invalid:
    return Invalid("invalid", sentence, fields={field: [sentence]})
