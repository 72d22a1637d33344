"""The issuers of an OpenID Federation, in the form of the DCC member registry. Nothing is believed that is not signed.

The trust anchor publishes its entity configuration under /.well-known/openid-federation, and there where it lists its
subordinates (federation_list_endpoint, a JSON array of ids) and where it makes a statement about each
(federation_fetch_endpoint?sub=). One level is read: a subordinate that is itself an intermediate is an issuer like any
other, and what it lists is not followed. OpenID Federation 1.0, 3.1 (entity statements), 8.1 (fetch), 8.2 (list), 9.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from flask_babel import gettext as _

from badges.trust.naming import ID
from badges.trust.registry_documents import FEDERATION, Listed, Listing, listed, no_registry, without_duplicates, wrong
from issuer.base.errors import Invalid, Malformed, TooLarge
from issuer.crypto.errors import AlgorithmRefused, CryptoError, SignatureInvalid
from issuer.crypto.multikey import PublicKey, from_jwk, thumbprint
from issuer.crypto.signatures import verify_signature
from issuer.crypto.strict_json import load_json, load_object
from issuer.crypto.vc_jwt import MAX_TOKEN_BYTES, signing_algorithm, split_token

WELL_KNOWN = "/.well-known/openid-federation"
MEDIA_TYPE = "entity-statement+jwt"
ALGORITHMS = frozenset({"ES256", "RS256", "EdDSA", "Ed25519"})
CLOCK_SKEW = timedelta(minutes=1)
MOST_SUBORDINATES = 1000
MOST_KEYS = 20
LONGEST_ENTITY = 500

Ask = Callable[[str], bytes]
"""URL -> the bytes of a 200 answer. Raises ServiceError."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A trust anchor, by its own configuration: its id, its keys by their ``kid``, and its metadata."""

    entity: str
    keys: Mapping[str, PublicKey]
    metadata: Mapping[str, Any]

    @property
    def thumbprints(self) -> tuple[str, ...]:
        return tuple(sorted(thumbprint(key) for key in self.keys.values()))


def is_statement(data: bytes) -> bool:
    """Whether it looks like a compact JWS, or several in lines."""
    lines = data.split()
    return bool(lines) and all(line.count(b".") == 2 and line.startswith(b"ey") for line in lines)


def read_federation(
    configuration: bytes, *, address: str, ask: Ask, pinned: Collection[str] = (), now: datetime
) -> Listing:
    """The issuers that the anchor at ``address`` vouches for now, each by a statement of its own.

    ``configuration``: what lies at the address; ``pinned``: thumbprints of the keys it is held to, none at the first
    time. Raises Invalid for what is not signed as it should be, has run out or leads in a circle; what ``ask`` raises.
    """
    anchor = read_anchor(configuration, pinned=pinned, now=now)
    if address not in (f"{anchor.entity.removesuffix('/')}{WELL_KNOWN}", anchor.entity):
        raise wrong(_("The configuration at this address is that of somebody else."), "registry_of_another")
    metadata = anchor.metadata.get("federation_entity")
    endpoints = [
        metadata.get(name) if isinstance(metadata, Mapping) else None
        for name in ("federation_list_endpoint", "federation_fetch_endpoint")
    ]
    listing, fetching = (endpoint if isinstance(endpoint, str) else "" for endpoint in endpoints)
    if not listing or not fetching:
        raise wrong(_("This federation does not say where it lists its members."))
    members = _members(ask(listing), anchor)
    joiner = "&" if urlsplit(fetching).query else "?"
    statements = (
        _statement_about(member, ask(f"{fetching}{joiner}sub={quote(member, safe='')}"), anchor, now=now)
        for member in members
    )
    return _listing(anchor, statements)


def read_uploaded(data: bytes, *, pinned: Collection[str] = (), now: datetime) -> Listing:
    """The same from a file: the anchor's configuration in the first line, then a statement a line. Raises Invalid."""
    first, *others = data.split()
    anchor = read_anchor(first, pinned=pinned, now=now)
    if len(others) > MOST_SUBORDINATES:
        raise _too_many()
    statements = (_statement_about(None, statement, anchor, now=now) for statement in others)
    return _listing(anchor, statements)


def read_anchor(configuration: bytes, *, pinned: Collection[str], now: datetime) -> Anchor:
    """An entity configuration: it is signed with a key that it lists itself, and one that is ``pinned`` if any is.

    A key that a pinned key's configuration lists besides is its successor, and pinned from then on. Raises Invalid.
    """
    header, claims, signed = _parsed(configuration)
    keys = _keys(claims)
    entity = claims.get("iss")
    if not isinstance(entity, str) or entity != claims.get("sub") or len(entity) > LONGEST_ENTITY:
        raise no_registry()
    if not entity.startswith(("https://", "http://localhost")) or "#" in entity or not entity.isascii():
        raise no_registry()
    key = keys.get(str(header.get("kid")))
    if key is None:
        raise _unsigned()
    if pinned and thumbprint(key) not in pinned:
        sentence = _("It is not signed with the key that this registry is held to. Ask who keeps it before you go on.")
        raise wrong(sentence, "anchor_key_changed")
    _check_signed(key, header, signed)
    _check_times(claims, now=now)
    metadata = claims.get("metadata")
    return Anchor(entity, keys, metadata if isinstance(metadata, Mapping) else {})


def _members(data: bytes, anchor: Anchor) -> list[str]:
    try:
        members = load_json(data)
    except CryptoError as error:
        raise Malformed("registry_wrong", _("The federation's list of members is not well-formed JSON.")) from error
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        raise wrong(_("The federation's list of members is not a list of ids."))
    if len(members) > MOST_SUBORDINATES:
        raise _too_many()
    if anchor.entity in members:
        raise wrong(_("The federation lists itself as its member: that leads in a circle."), "registry_cyclic")
    return members


def _statement_about(member: str | None, statement: bytes, anchor: Anchor, *, now: datetime) -> Listed:
    header, claims, signed = _parsed(statement)
    key = anchor.keys.get(str(header.get("kid")))
    if key is None or claims.get("iss") != anchor.entity:
        raise _unsigned()
    _check_signed(key, header, signed)
    _check_times(claims, now=now)
    subject = claims.get("sub")
    if subject == anchor.entity:
        raise wrong(_("The federation lists itself as its member: that leads in a circle."), "registry_cyclic")
    if member is not None and subject != member:
        raise wrong(_("The federation answers with a statement about somebody else."), "registry_of_another")
    metadata = claims.get("metadata")
    entity = metadata.get("federation_entity") if isinstance(metadata, Mapping) else None
    facts = entity if isinstance(entity, Mapping) else {}
    told = {"name": facts.get("organization_name"), "url": facts.get("homepage_uri")}
    return listed(ID, subject, told, where=ascii(subject)[1:-1][:100])


def _listing(anchor: Anchor, statements: Iterator[Listed]) -> Listing:
    return Listing(FEDERATION, without_duplicates(statements), anchor.entity, anchor.thumbprints)


_Signed = tuple[bytes, bytes]


def _parsed(statement: bytes) -> tuple[Mapping[str, Any], Mapping[str, Any], _Signed]:
    """Header, claims, and (signing input, signature) of an entity statement. Raises Invalid."""
    try:
        protected, payload, signature, signing_input = split_token(statement)
        header = load_object(protected)
        claims = load_object(payload, max_bytes=MAX_TOKEN_BYTES)
    except CryptoError as error:
        raise wrong(_("A statement of this federation cannot be read.")) from error
    if header.get("typ") != MEDIA_TYPE or "crit" in claims:
        raise wrong(_("What this federation signs is no entity statement."))
    return header, claims, (signing_input, signature)


def _keys(claims: Mapping[str, Any]) -> dict[str, PublicKey]:
    jwks = claims.get("jwks")
    listed_keys: Sequence[Any] = jwks.get("keys", ()) if isinstance(jwks, Mapping) else ()
    if not isinstance(listed_keys, list) or not 0 < len(listed_keys) <= MOST_KEYS:
        raise wrong(_("This federation does not say which keys are its own."))
    keys: dict[str, PublicKey] = {}
    for jwk in listed_keys:
        kid = jwk.get("kid") if isinstance(jwk, Mapping) else None
        if not isinstance(kid, str) or kid in keys:
            raise wrong(_("This federation does not say which keys are its own."))
        try:
            keys[kid] = from_jwk(jwk)
        except CryptoError:
            continue  # a key of a kind that signs nothing here
    return keys


def _check_signed(key: PublicKey, header: Mapping[str, Any], signed: _Signed) -> None:
    signing_input, signature = signed
    try:
        if header.get("alg") not in ALGORITHMS:
            raise AlgorithmRefused("The algorithm is not one of those that statements are signed with here.")
        if not verify_signature(key, signature, signing_input, alg=signing_algorithm(header)):
            raise SignatureInvalid("The signature does not match.")
    except CryptoError as error:
        raise _unsigned() from error


def _check_times(claims: Mapping[str, Any], *, now: datetime) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not all(isinstance(time, int | float) and not isinstance(time, bool) for time in (issued, expires)):
        raise wrong(_("A statement of this federation does not say how long it holds."))
    if float(expires or 0) <= now.timestamp():
        raise wrong(_("A statement of this federation has run out."), "registry_expired")
    if float(issued or 0) > (now + CLOCK_SKEW).timestamp():
        raise wrong(_("A statement of this federation is dated in the future."))


def _unsigned() -> Invalid:
    return wrong(_("A statement of this federation is not signed by it."), "registry_signature")


def _too_many() -> TooLarge:
    return TooLarge("registry_too_large", _("A federation has at most %(most)s members.", most=MOST_SUBORDINATES))
