"""Does this badge belong to ...: what the verifier typed against how the badge names its holder. PURE.

Open Badges 2.0, IdentityObject; Open Badges 3.0, 9.3 and B.1 (IdentityObject, credentialSubject.id). What was typed is
compared and forgotten: it is in no sentence, no reason and no log.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from badges.verification.report import Check, Outcome
from issuer.crypto.errors import CryptoError
from issuer.crypto.identity_hash import matches_identity

SECTION = "Open Badges 3.0, 9.3; Open Badges 2.0, IdentityObject"
MOST_IDENTITIES = 50
LONGEST_TYPED = 512
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_HASH = re.compile(r"(sha256|md5)\$[0-9a-f]+", re.IGNORECASE)
_NAMES = frozenset({"name"})
_PLAIN_TYPES = frozenset({"IdentityObject"})


@dataclass(frozen=True, slots=True)
class Identity:
    """One way in which a badge names its holder. ``kind``: email, name, url, id, telephone, or the type it gives."""

    kind: str
    value: str
    salt: str
    is_hashed: bool


@dataclass(frozen=True, slots=True)
class _Spelling:
    text: str
    how: str


def check_recipient(document: dict[str, Any], typed: str) -> Check | None:
    """The check "recipient", or None when nothing was asked. Never raises for what is in ``document``."""
    typed = typed.strip()
    if not typed:
        return None
    identities = [*_identities(document)]
    comparable = [each for each in identities if _may_be(each, typed)]
    for identity in comparable:
        if (how := _match(identity, typed)) is not None:
            return _matched(identity, how)
    if any(each.kind in _NAMES and not each.is_hashed and _could_be(each.value, typed) for each in comparable):
        sentence = _l("The name could be the one you typed: initials, or a part of it, stand for the rest.")
        return Check("recipient", Outcome.WARN, sentence, SECTION, "recipient_name_partial")
    if comparable:
        sentence = _l("It does not belong to whom you typed.")
        return Check("recipient", Outcome.FAIL, sentence, SECTION, "recipient_mismatch", _kinds(comparable))
    sentence = _l("It cannot be compared with what you typed: it names its holder in another way, or not at all.")
    reason = _kinds(identities) if identities else "The badge names no holder."
    return Check("recipient", Outcome.COULD_NOT_CHECK, sentence, SECTION, "recipient", reason)


def _kinds(identities: list[Identity]) -> str:
    return f"Compared by: {', '.join(sorted({each.kind[:40] for each in identities}))}."


def _matched(identity: Identity, how: str) -> Check:
    sentences = {
        "folded": _l("It belongs to the address you typed, written in small letters."),
        "similar": _l("It belongs to the name you typed, apart from accents, order or capital letters."),
    }
    sentence = sentences.get(how, _l("It belongs to whom you typed."))
    hashed = ", hashed" if identity.is_hashed else ""
    return Check("recipient", Outcome.PASS, sentence, SECTION, reason=f"By {identity.kind[:40]}{hashed}: {how}.")


def _identities(document: Mapping[str, Any]) -> Iterator[Identity]:
    recipients = _as_list(document.get("recipient"))[:MOST_IDENTITIES]
    for recipient in recipients:
        if isinstance(recipient, Mapping):
            yield from _identity(recipient, _kind_of(recipient.get("type")), recipient.get("identity"))
        elif isinstance(recipient, str) and recipient:
            yield Identity("email", recipient, _text(document.get("salt")), bool(_HASH.fullmatch(recipient)))
    for subject in _as_list(document.get("credentialSubject"))[:MOST_IDENTITIES]:
        if not isinstance(subject, Mapping):
            continue
        if isinstance(subject.get("id"), str) and subject["id"]:
            yield Identity("id", subject["id"], "", is_hashed=False)
        for entry in _as_list(subject.get("identifier"))[:MOST_IDENTITIES]:
            if isinstance(entry, Mapping):
                kind = _text(entry.get("identityType")) or "identifier"
                yield from _identity(entry, {"emailAddress": "email"}.get(kind, kind), entry.get("identityHash"))


def _identity(node: Mapping[str, Any], kind: str, value: Any) -> Iterator[Identity]:
    if isinstance(value, str) and value:
        yield Identity(kind, value, _text(node.get("salt")), node.get("hashed") is True or bool(_HASH.fullmatch(value)))


def _kind_of(kinds: Any) -> str:
    named = [kind for kind in _as_list(kinds) if isinstance(kind, str) and kind not in _PLAIN_TYPES]
    return named[0] if named else "email"


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _may_be(identity: Identity, typed: str) -> bool:
    """Whether what was typed is of the kind that the badge compares by: a name is no answer to an e-mail address."""
    looks = _looks_like(typed)
    match identity.kind:
        case "email":
            return looks == "email"
        case "url":
            return looks == "url"
        case "telephone":
            return looks == "telephone"
        case "name":
            return looks == "name"
        case "id":
            return (looks in ("did", "url") and _scheme(identity.value) == _scheme(typed)) or identity.value == typed
        case _:
            return True


def _scheme(text: str) -> str:
    scheme = text.partition(":")[0].lower()
    return {"http": "web", "https": "web"}.get(scheme, scheme)


def _looks_like(typed: str) -> str:
    if typed[:8].lower().startswith(("https://", "http://")):
        return "url"
    if re.match(r"(did|urn):", typed, re.IGNORECASE):
        return "did"
    if _EMAIL.fullmatch(typed.removeprefix("mailto:")):
        return "email"
    return "telephone" if re.fullmatch(r"\+?[\d\s().-]{5,32}", typed) else "name"


def _match(identity: Identity, typed: str) -> str | None:
    """How the two match: exact, folded, similar; None when they do not."""
    for spelling in _spellings(identity, typed[:LONGEST_TYPED]):
        if identity.is_hashed:
            if _has_hash(identity, spelling.text):
                return spelling.how
        elif identity.value.strip() == spelling.text:
            return spelling.how
    if identity.is_hashed:
        return None
    if identity.kind == "email":
        return "folded" if _folded_email(identity.value) == _folded_email(typed) != "" else None
    if identity.kind in _NAMES:
        return "similar" if _words(identity.value) and sorted(_words(identity.value)) == sorted(_words(typed)) else None
    if identity.kind == "telephone":
        return "exact" if _digits(identity.value) == _digits(typed) != "" else None
    return "exact" if identity.kind in ("url", "id") and _same_url(identity.value, typed) else None


def _has_hash(identity: Identity, text: str) -> bool:
    try:
        return matches_identity(identity.value, text, salt=identity.salt)
    except (CryptoError, UnicodeError):
        return False


def _spellings(identity: Identity, typed: str) -> Iterator[_Spelling]:
    """What may have been hashed: as typed first, then the usual ways of writing the same."""
    yield _Spelling(typed, "exact")
    composed = unicodedata.normalize("NFC", typed)
    if identity.kind in ("email", "identifier") or _looks_like(typed) == "email":
        bare = composed.removeprefix("mailto:")
        yield _Spelling(bare, "exact")
        local, _, host = bare.rpartition("@")
        hosts = (_punycode(host), _unicode_host(host), host.lower())
        yield from (_Spelling(f"{local}@{each}", "folded") for each in hosts if each)
        yield from (_Spelling(f"{local}@{each}".lower(), "folded") for each in hosts if each)
    if identity.kind == "telephone":
        yield _Spelling("+" + _digits(typed), "exact")
        yield _Spelling(_digits(typed), "exact")
    if identity.kind in _NAMES:
        yield _Spelling(composed, "exact")


def _folded_email(text: str) -> str:
    local, _, host = unicodedata.normalize("NFC", text.strip().removeprefix("mailto:")).rpartition("@")
    return f"{local.casefold()}@{_punycode(host.casefold()) or host.casefold()}" if local and host else ""


def _punycode(host: str) -> str:
    try:
        return host.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _unicode_host(host: str) -> str:
    try:
        return host.lower().encode("ascii").decode("idna")
    except UnicodeError:
        return ""


def _words(name: str) -> list[str]:
    """The words of a name without accents and case: "ÉTIENNE de La Tour" -> etienne, de, la, tour."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return re.findall(r"[^\W_]+", bare.casefold())


def _could_be(name: str, typed: str) -> bool:
    """Whether one name is the other with initials, or with words left out."""
    one, other = _words(name), _words(typed)
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    left = list(many)
    for word in few:
        found = next((each for each in left if each == word), None) or next(
            (each for each in left if min(len(each), len(word)) == 1 and each[0] == word[0]), None
        )
        if found is None:
            return False
        left.remove(found)
    return bool(few)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text, flags=re.ASCII)


def _same_url(one: str, other: str) -> bool:
    if _scheme(one) == "did" or _scheme(other) == "did":
        return one.partition("#")[0] == other.partition("#")[0]
    try:
        first, second = urlsplit(one), urlsplit(other)
        hosts = (first.hostname, first.port), (second.hostname, second.port)
    except ValueError:
        return False
    if hosts[0] != hosts[1] or not first.hostname:
        return False
    return (first.path.rstrip("/"), first.query) == (second.path.rstrip("/"), second.query)
