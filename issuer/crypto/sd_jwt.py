"""SD-JWT: a token whose holder decides which of its claims to show (RFC 9901), around a credential or presentation.

Securing Verifiable Credentials using JOSE and COSE 1.0, section 3.2. A hidden claim stands in the signed payload as the
digest of a disclosure; the disclosures follow the token, each after a "~". What a token says is the payload with the
claims of its disclosures put back, and that is what all other rules are about.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from issuer.crypto import strict_json, vc_jose
from issuer.crypto.errors import CryptoError, Malformed, TooDeep, TooLarge, UnsupportedFormat
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.signatures import Signer
from issuer.crypto.vc_jose import JoseToken
from issuer.crypto.vc_jwt import MAX_TOKEN_BYTES

HASH_NAME = "sha-256"
MAX_DISCLOSURES = 1_000

_RESERVED = frozenset({"_sd", "...", "_sd_alg"})
# Without these nobody could tell what the token is, or who answers for it.
_NEVER_HIDDEN = frozenset({"@context", "cnf", "iss", "nbf", "exp"})
_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]")

# A fresh salt of 128 random bits or more, base64url.
Salts = Callable[[], str]


@dataclass(frozen=True, slots=True)
class SdJwt:
    """A parsed and still unverified token. `document` is the payload with what is disclosed put back; `key_binding` the
    holder's own token at the end, or ""; `presented` is what that token's sd_hash is over."""

    token: JoseToken
    document: Mapping[str, Any]
    key_binding: str
    presented: str


def secure(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    kid: str,
    algorithm: str,
    disclosable: Sequence[str],
    salts: Salts,
    typ: str = vc_jose.SD_CREDENTIAL,
) -> str:
    """A document -> SD-JWT with all its disclosures. `disclosable`: paths such as "credentialSubject.name", "a.b[0]".

    Raises Malformed for a path to nothing or to what must be seen, ClaimMismatch, AlgorithmRefused.
    """
    whole = dict(document)
    strict_json.check_json(whole)
    vc_jose.check_claims(whole)
    _refuse_reserved(whole)
    payload, disclosures = deepcopy(whole), []
    # What lies deeper is hidden first, so that what contains it is hidden with the digest inside (section 4.2.6).
    for path in sorted({_steps(text) for text in disclosable}, key=len, reverse=True):
        disclosures.append(_hide(payload, path, salts))
    _sort_digests(payload)
    payload["_sd_alg"] = HASH_NAME
    token = vc_jose.sign_payload(payload, signer=signer, kid=kid, algorithm=algorithm, typ=typ)
    return "~".join((token, *disclosures, ""))


def parse(text: str | bytes, *, typ: str) -> SdJwt:
    """SD-JWT of the type `typ` -> its parts, with nothing trusted yet.

    Raises UnsupportedFormat, TooLarge, Malformed for disclosures that are misshapen, double or belong nowhere, and what
    `vc_jose.parse` raises.
    """
    if len(text) > MAX_TOKEN_BYTES:
        raise TooLarge(f"The token is larger than {MAX_TOKEN_BYTES} bytes.")
    try:
        plain = (text.encode("ascii") if isinstance(text, str) else text).decode("ascii").strip(" \t\r\n")
    except UnicodeError as error:
        raise UnsupportedFormat("The token is not an SD-JWT.") from error
    first, separator, rest = plain.partition("~")
    if not separator:
        raise UnsupportedFormat("The token has no disclosures, not even an empty list of them.")
    *disclosures, key_binding = rest.split("~")
    if len(disclosures) > MAX_DISCLOSURES:
        raise TooLarge(f"The token has more than {MAX_DISCLOSURES} disclosures.")
    token = vc_jose.parse(first, typ=typ)
    document = disclosed(token.payload, disclosures)
    vc_jose.check_claims(document)
    presented = plain[: len(plain) - len(key_binding)]
    return SdJwt(token, document, key_binding, presented)


def disclosed(payload: Mapping[str, Any], disclosures: Sequence[str]) -> dict[str, Any]:
    """The payload with the claims of the disclosures put back (section 7.1). Raises Malformed."""
    if payload.get("_sd_alg", HASH_NAME) != HASH_NAME:
        raise UnsupportedFormat(f"The digests of the token are not of the kind {HASH_NAME}.")
    opening = _Opening({digest(text): _read(text) for text in disclosures})
    if len(opening.known) != len(disclosures):
        raise Malformed("A disclosure stands twice in the token.")
    document = opening.object({name: value for name, value in payload.items() if name != "_sd_alg"})
    if opening.known.keys() - opening.met:
        raise Malformed("The token has a disclosure that belongs nowhere.")
    return document


def digest(disclosure: str) -> str:
    """The digest under which a disclosure stands in the payload (section 4.2.3)."""
    return encode_base64url(hashlib.sha256(disclosure.encode("ascii")).digest())


@dataclass(slots=True)
class _Opening:
    """Putting back what is disclosed; every digest, known or not, may be met once."""

    known: Mapping[str, list[Any]]
    met: set[str] = field(default_factory=set)
    depth: int = 0

    def value(self, value: Any) -> Any:
        if not isinstance(value, Mapping | list):
            return value
        # Each disclosure is within the limit; put into one another, a thousand of them are not.
        if self.depth >= strict_json.MAX_DEPTH:
            raise TooDeep(f"The document is nested deeper than {strict_json.MAX_DEPTH} levels.")
        self.depth += 1
        opened = self.object(value) if isinstance(value, Mapping) else self.array(value)
        self.depth -= 1
        return opened

    def object(self, value: Mapping[str, Any]) -> dict[str, Any]:
        if "..." in value or "_sd_alg" in value:
            raise Malformed("The token has a reserved name where none belongs.")
        opened = {name: self.value(member) for name, member in value.items() if name != "_sd"}
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise Malformed("The digests of hidden claims are not in an array.")
        for each in digests:
            claim = self.meet(each, parts=3)
            if claim is not None:
                name = claim[1]
                if name in opened:
                    raise Malformed("A disclosed claim is there already.")
                opened[name] = self.value(claim[2])
        return opened

    def array(self, items: list[Any]) -> list[Any]:
        opened = []
        for item in items:
            if not isinstance(item, Mapping) or "..." not in item:
                opened.append(self.value(item))
                continue
            if len(item) != 1:
                raise Malformed("A hidden item of an array says more than its digest.")
            element = self.meet(item["..."], parts=2)
            if element is not None:
                opened.append(self.value(element[1]))
        return opened

    def meet(self, each: Any, *, parts: int) -> list[Any] | None:
        """The disclosure of a digest, or None for what stays hidden."""
        if not isinstance(each, str) or each in self.met:
            raise Malformed("A digest is no text or stands twice in the token.")
        self.met.add(each)
        found = self.known.get(each)
        if found is not None and len(found) != parts:
            raise Malformed("A disclosure is of another kind than the place of its digest.")
        return found


def _read(disclosure: str) -> list[Any]:
    """[salt, name, value] or [salt, value]. Raises Malformed."""
    try:
        content = strict_json.load_json(decode_base64url(disclosure))
    except CryptoError as error:
        raise Malformed("A disclosure of the token cannot be read.") from error
    if not isinstance(content, list) or len(content) not in (2, 3) or not isinstance(content[0], str):
        raise Malformed("A disclosure of the token is misshapen.")
    if len(content) == 3 and (not isinstance(content[1], str) or content[1] in _RESERVED):
        raise Malformed("A disclosed claim has a name that is not allowed.")
    return content


def _hide(payload: dict[str, Any], path: tuple[str | int, ...], salts: Salts) -> str:
    """Put a digest in the place of what the path leads to; its disclosure."""
    parent: Any = payload
    for step in path[:-1]:
        parent = _member(parent, step)
    last = path[-1]
    value = _member(parent, last)
    if isinstance(last, int):
        disclosure = _written([salts(), value])
        parent[last] = {"...": digest(disclosure)}
        return disclosure
    if last in _RESERVED or (len(path) == 1 and last in _NEVER_HIDDEN):
        raise Malformed(f"The claim {last} cannot be hidden.")
    disclosure = _written([salts(), last, value])
    del parent[last]
    parent.setdefault("_sd", []).append(digest(disclosure))
    return disclosure


def _member(parent: Any, step: str | int) -> Any:
    """What one step of a path leads to: a name into an object, a number into an array."""
    if isinstance(step, int) and isinstance(parent, list) and step < len(parent):
        return parent[step]
    if isinstance(step, str) and isinstance(parent, dict) and step in parent:
        return parent[step]
    raise Malformed("A path of what may be disclosed leads to nothing.")


def _steps(text: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None:
            raise Malformed("A path of what may be disclosed cannot be read.")
        steps.append(found[1] if found[1] is not None else int(found[2]))
        place = found.end()
        if text[place : place + 1] == "." and place + 1 < len(text):
            place += 1
    if not steps:
        raise Malformed("A path of what may be disclosed is empty.")
    return tuple(steps)


def _refuse_reserved(value: Any) -> None:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            if _RESERVED & each.keys():
                raise Malformed("The document uses a name that SD-JWT reserves.")
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)


def _sort_digests(value: Any) -> None:
    """Digests in an order that tells nothing of the order of the claims (section 4.2.4.1)."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            if "_sd" in each:
                each["_sd"].sort()
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)


def _written(content: list[Any]) -> str:
    return encode_base64url(json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8"))
