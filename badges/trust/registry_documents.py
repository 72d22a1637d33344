"""The list of issuers in a document that a registry publishes. PURE.

Read are the DCC form ({"registry": {did: {"name", "url", "location"}}}), a plain list of objects ({"id" | "did" |
"domain" | "key", "name", "url"}, alone or under "issuers"), and, in badges.trust.federation, signed statements.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _

from badges.trust.naming import DOMAIN, ID, KEY, Named, named
from issuer.base.errors import Invalid, Malformed, TooLarge
from issuer.crypto.errors import CryptoError
from issuer.crypto.jcs import canonicalize
from issuer.crypto.strict_json import load_json
from issuer.plain_text import required_line

KNOWN_DIDS, LIST, FEDERATION = "known_dids", "list", "federation"
MOST_BYTES = 1024 * 1024
MOST_ISSUERS = 10_000
MOST_DEPTH = 8

_NAMES: Mapping[str, str] = {"id": ID, "did": ID, "domain": DOMAIN, "key": KEY}


@dataclass(frozen=True, slots=True)
class Listed:
    """An issuer as a registry names it. ``url``: its home page, or ""."""

    issuer: Named
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a registry says. ``anchor`` and ``anchor_keys`` (thumbprints): of a federation, whose statements it is."""

    form: str
    issuers: tuple[Listed, ...]
    anchor: str = ""
    anchor_keys: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over which issuers with which names, in whatever order."""
        told = sorted([each.issuer.kind, each.issuer.subject, each.name, each.url] for each in self.issuers)
        return hashlib.sha256(canonicalize([self.anchor, told])).hexdigest()


def read_listing(data: bytes) -> Listing:
    """A document in JSON -> what it lists.

    Raises TooLarge; Malformed for what is no JSON; Invalid for what is no registry, is empty, names an issuer twice, or
    has an issuer that cannot be read.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge("registry_too_large", _("A registry has at most %(most)s bytes.", most=MOST_BYTES))
    try:
        document = load_json(data, max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
    except CryptoError as error:
        raise Malformed("no_registry", _("This is no registry: it is not well-formed JSON.")) from error
    form, entries = _entries(document)
    return Listing(form, without_duplicates(entries))


def without_duplicates(entries: Iterator[Listed]) -> tuple[Listed, ...]:
    """All of them. Raises Invalid for an issuer that stands there twice and for none at all, TooLarge for too many."""
    found: dict[Named, Listed] = {}
    for each in entries:
        if len(found) == MOST_ISSUERS:
            raise TooLarge("registry_too_large", _("A registry has at most %(most)s issuers.", most=MOST_ISSUERS))
        if each.issuer in found:
            raise wrong(_("The registry names %(issuer)s twice.", issuer=each.issuer.subject), "registry_names_twice")
        found[each.issuer] = each
    if not found:
        raise wrong(_("There is no issuer in this registry."), "registry_empty")
    return tuple(found.values())


def listed(kind: str, subject: Any, facts: Any, *, where: str) -> Listed:
    """One issuer of a registry. Raises Invalid that says ``where`` it stands."""
    try:
        if not isinstance(subject, str) or not isinstance(facts, Mapping) or not isinstance(facts.get("name"), str):
            raise wrong(_("It has no name."))
        url = facts.get("url")
        return Listed(named(kind, subject), required_line(facts["name"], field="name"), _home_page(url))
    except Invalid as error:
        what = next((sentences[0] for sentences in error.fields.values()), error.detail)
        raise wrong(_("%(where)s cannot be read: %(what)s", where=where, what=what)) from error


def wrong(sentence: str, code: str = "registry_wrong") -> Invalid:
    return Invalid(code, sentence, fields={"registry": [sentence]})


def no_registry() -> Invalid:
    sentence = _(
        "This is no registry that is read here: a list of issuers in JSON, or an OpenID Federation, whose address ends"
        " in /.well-known/openid-federation"
    )
    return wrong(sentence, "no_registry")


def _entries(document: Any) -> tuple[str, Iterator[Listed]]:
    if isinstance(document, Mapping) and isinstance(document.get("registry"), Mapping):
        return KNOWN_DIDS, _known_dids(document["registry"])
    rows = document.get("issuers") if isinstance(document, Mapping) else document
    if not isinstance(rows, list):
        raise no_registry()
    return LIST, _list(rows)


def _known_dids(registry: Mapping[str, Any]) -> Iterator[Listed]:
    for did, facts in registry.items():
        yield listed(ID, did, facts, where=_shortened(did))


def _list(rows: list[Any]) -> Iterator[Listed]:
    for number, row in enumerate(rows, start=1):
        where = _("Entry %(number)s", number=number)
        names = [name for name in _NAMES if isinstance(row, Mapping) and row.get(name)]
        if len(names) != 1:
            raise wrong(_("%(where)s does not say by exactly one of id, did, domain or key who it is.", where=where))
        yield listed(_NAMES[names[0]], row[names[0]], row, where=where)


def _home_page(url: Any) -> str:
    """An http or https address of a sane length; whatever else a registry says there is left out."""
    if not isinstance(url, str) or len(url) > 500 or not url.isascii() or not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("https", "http") and parts.hostname and not parts.username else ""
    except ValueError:
        return ""


def _shortened(text: str) -> str:
    """So much of a foreign text as can be shown in a sentence."""
    return ascii(text)[1:-1][:100]
