"""A token in an envelope: EnvelopedVerifiableCredential and EnvelopedVerifiablePresentation.

Verifiable Credentials Data Model 2.0, sections 4.12.1 and 4.13.2: an object that says nothing itself; its id is a data:
URL (RFC 2397) with the token.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.errors import Malformed, TooLarge, UnsupportedFormat

CREDENTIAL_TYPE = "EnvelopedVerifiableCredential"
PRESENTATION_TYPE = "EnvelopedVerifiablePresentation"
MAX_URL_LETTERS = 1024 * 1024

_DATA_URL = re.compile(
    r"data:(?P<media_type>[^;,]*)(?P<parameters>(?:;[^;,]*)*),(?P<data>.*)", re.IGNORECASE | re.DOTALL
)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ANY_TOKEN = frozenset({"application/jwt", "application/sd-jwt"})
# What VC-JOSE-COSE 1.0 registers, with the names of its drafts, which are still in use.
_FORMS = ("+jwt", "-ld+jwt", "+ld+jwt", "+sd-jwt", "-ld+sd-jwt", "+ld+json+sd-jwt")
_MEDIA_TYPES = MappingProxyType(
    {
        CREDENTIAL_TYPE: _ANY_TOKEN | {f"application/vc{form}" for form in _FORMS},
        PRESENTATION_TYPE: _ANY_TOKEN | {f"application/vp{form}" for form in _FORMS},
    }
)


@dataclass(frozen=True, slots=True)
class Enveloped:
    """What was in an envelope: a token, still unread, and the media type it is said to be of, in lower case."""

    media_type: str
    token: str


def envelope(token: str, *, media_type: str = "application/vc+jwt") -> dict[str, str]:
    """A token -> the envelope around it, of the kind that its media type is of."""
    kind = PRESENTATION_TYPE if media_type.startswith("application/vp") else CREDENTIAL_TYPE
    return {"@context": VC2_CONTEXT, "id": f"data:{media_type},{token}", "type": kind}


def open_envelope(document: Mapping[str, Any], *, kind: str = CREDENTIAL_TYPE) -> Enveloped:
    """The token in an envelope of the type `kind`; whatever else the envelope says is ignored, as nobody signed it.

    Raises Malformed for what is not quite such an envelope, TooLarge, UnsupportedFormat for one with something else in
    it than a token that is read here.
    """
    contexts = document.get("@context")
    if (contexts if isinstance(contexts, list) else [contexts])[:1] != [VC2_CONTEXT]:
        raise Malformed(f"@context of the envelope does not begin with {VC2_CONTEXT}.")
    types = document.get("type")
    if kind not in (types if isinstance(types, list) else [types]):
        raise Malformed(f"The type of the envelope is not {kind}.")
    identifier = document.get("id")
    if not isinstance(identifier, str):
        raise Malformed("id of the envelope is not a data: URL.")
    if len(identifier) > MAX_URL_LETTERS:
        raise TooLarge(f"The envelope is larger than {MAX_URL_LETTERS} letters.")
    url = _DATA_URL.fullmatch(identifier)
    if url is None:
        raise Malformed("id of the envelope is not a data: URL.")
    media_type = url["media_type"].lower()
    if media_type not in _MEDIA_TYPES[kind]:
        raise UnsupportedFormat("The envelope holds no token of a kind that is read here.")
    is_base64 = url["parameters"].lower().endswith(";base64")
    return Enveloped(media_type, _token_in(url["data"], is_base64=is_base64))


def _token_in(data: str, *, is_base64: bool) -> str:
    """The data of a data: URL as text. No letter of a token needs an escape, but any may be written as one."""
    if "," in data:
        raise Malformed("The data: URL of the envelope has more than one comma.")
    if _BROKEN_ESCAPE.search(data):
        raise Malformed("The data: URL of the envelope has a broken escape.")
    text = unquote(data)
    try:
        token = base64.b64decode(text, validate=True).decode("ascii") if is_base64 else text
    except (binascii.Error, ValueError) as error:
        raise Malformed("The data: URL of the envelope is not base64 of a token.") from error
    if not token:
        raise Malformed("The envelope is empty.")
    return token
