"""Whether a node has what its class asks for: each problem in one English sentence for an engineer. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from badges.verification.open_badges_2.primitives import (
    is_data_url,
    is_email,
    is_identity_hash,
    is_picture_inside,
    is_telephone,
    is_url,
)
from badges.verification.open_badges_2.rules import OLD_TABLES, TABLES, Property
from badges.verification.open_badges_2.vocabulary import HOSTED, PROFILES, SIGNED, as_list, id_of, text_of, types_of

Problems = Iterator[str]
DEEPEST = 4
_SHOWN = 80
_PICTURES_INSIDE = frozenset({"BadgeClass"})
_IDENTITIES = frozenset({"email", "url", "telephone", "id"})


def problems_of(node: Any, kind: str, *, is_old: bool = False) -> Problems:
    """What ``node`` lacks or has wrongly as a ``kind`` (a class of `rules.TABLES`)."""
    if not isinstance(node, Mapping):
        yield f"{kind} is not a JSON object."
        return
    yield from _table(node, kind, is_old=is_old, depth=0)
    yield from _images(node, kind)


def _table(node: Mapping[str, Any], kind: str, *, is_old: bool, depth: int) -> Problems:
    for rule in (OLD_TABLES if is_old else TABLES)[kind]:
        yield from _values(node, kind, rule, is_old=is_old, depth=depth)
    special = _SPECIAL.get(kind)
    if special is not None:
        yield from special(node)


def _values(node: Mapping[str, Any], kind: str, rule: Property, *, is_old: bool, depth: int) -> Problems:
    where = f"{kind} {_brief(id_of(node))}".strip()
    given = node.get(rule.name)
    if given is None and rule.name in ("id", "type"):
        given = node.get(f"@{rule.name}")
    values = as_list(given)
    if not values:
        if rule.required:
            yield f"Required property {rule.name} is not present in {where}."
        return
    if len(values) > 1 and not rule.many:
        yield f"Property {rule.name} in {where} has more than the single allowed value."
        return
    for value in values:
        if rule.of and isinstance(value, Mapping):
            if depth < DEEPEST:
                yield from _table(value, rule.of, is_old=is_old, depth=depth + 1)
        elif not rule.test(value):
            yield f"Property {rule.name} in {where} is not {rule.kind}: {_brief(value)}."


def _brief(value: Any) -> str:
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _images(node: Mapping[str, Any], kind: str) -> Problems:
    values = as_list(node.get("image"))
    if len(values) > 1:
        yield f"{kind} has more than one image."
        return
    for value in values:
        address = id_of(value)
        if is_data_url(address):
            if kind not in _PICTURES_INSIDE:
                yield f"The image of {kind} may not be a data: URL."
            elif not is_picture_inside(address):
                yield f"The image of {kind} is a data: URL, and not of PNG or SVG."
        elif not is_url(address):
            yield f"The image of {kind} is not a URL: {_brief(value)}."


def _identity(node: Mapping[str, Any]) -> Problems:
    identity, hashed = node.get("identity"), node.get("hashed")
    if hashed is True and not is_identity_hash(identity):
        yield "The identity must be a hash (sha256$... or md5$...), as hashed is true."
    if hashed is not False:
        return
    if is_identity_hash(identity):
        yield "The identity must not be a hash, as hashed is false."
    kinds = set(types_of(node))
    if "email" in kinds and not is_email(identity):
        yield "The identity of the type email is not an e-mail address."
    if "url" in kinds and not is_url(identity):
        yield "The identity of the type url is not a URL."
    if "telephone" in kinds and not is_telephone(identity):
        yield "The identity of the type telephone is not a telephone number (E.164)."


def _verification(node: Mapping[str, Any]) -> Problems:
    kinds = set(types_of(node))
    if not kinds & (HOSTED | SIGNED):
        yield "verification is neither HostedBadge nor SignedBadge."
    if kinds & HOSTED and kinds & SIGNED:
        yield "verification is both hosted and signed."


def _criteria(node: Mapping[str, Any]) -> Problems:
    if not text_of(node.get("narrative")) and not is_url(id_of(node)):
        yield "The criteria have neither an address nor a narrative."


def _listed(node: Mapping[str, Any]) -> Problems:
    if "revokedAssertions" not in node:
        yield "The RevocationList lacks the required property revokedAssertions."


_SPECIAL = {
    "IdentityObject": _identity,
    "VerificationObject": _verification,
    "OldVerification": _verification,
    "Criteria": _criteria,
    "RevocationList": _listed,
}


def unusual_identity(recipient: Any) -> str:
    """The type of an identity that is none of those that the specification names, or ""."""
    if not isinstance(recipient, Mapping):
        return ""
    kinds = [kind for kind in types_of(recipient) if kind != "IdentityObject"]
    return "" if not kinds or _IDENTITIES & set(kinds) else kinds[0][:_SHOWN]


def type_problem(node: Mapping[str, Any], allowed: frozenset[str] | set[str]) -> str:
    """Whether the node is of one of the classes that may stand there; "" if it is."""
    kinds = types_of(node)
    if set(kinds) & set(allowed) or (set(allowed) & PROFILES and set(kinds) & PROFILES):
        return ""
    said = ", ".join(map(_brief, kinds)) or "no type"
    return f"Node {_brief(id_of(node))} ({said}) is not among the allowed types: {', '.join(sorted(allowed))}."
