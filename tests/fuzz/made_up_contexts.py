"""Contexts made up at random, with everything that contexts can have, and documents in their words.

Published contexts use a part of JSON-LD, and a context that is pinned one day may use another part.
"""

from __future__ import annotations

import random
from typing import Any

from issuer.crypto.contexts import ContextSet

Context = dict[str, Any]
URLS = ("https://contexts.example/one", "https://contexts.example/two")
NAMES = ("id", "type", "a", "b", "c", "d", "e", "p", "A", "B", "C")
IRIS = ("urn:a", "urn:b", "https://terms.example/c", "p:d", "p:e", "@id", "@type", "@value", "@nest", "@graph")
TYPES = ("@id", "@vocab", "@json", "@none", "http://www.w3.org/2001/XMLSchema#date", "p:type")
CONTAINERS = ("@set", "@list", "@graph", "@language", "@index", "@id", "@type", ["@graph", "@set"])


class MakingUp:
    """Makes up context sets and documents, the same ones for a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def contexts(self) -> ContextSet:
        return ContextSet({url: {"@context": self._context(depth=0)} for url in URLS})

    def document(self) -> Context:
        urls = self.chance.choice(([URLS[0]], [URLS[0]], URLS[0], list(URLS), [URLS[1], URLS[0]]))
        return {"@context": urls, **self._object(depth=0)}

    def _context(self, *, depth: int) -> Any:
        if depth and self.chance.random() < 0.1:
            return self.chance.choice((None, {}, URLS[1]))
        context: Context = {"@version": 1.1, "id": "@id", "type": "@type", "p": "https://terms.example/p#"}
        if self.chance.random() < 0.2:
            context["@protected"] = True
        if self.chance.random() < 0.1:
            context["@propagate"] = self.chance.random() < 0.5
        if self.chance.random() < 0.02:
            context[self.chance.choice(("@vocab", "@language"))] = "en"
        for name in self.chance.sample(NAMES, self.chance.randint(1, 4) if depth else len(NAMES)):
            context[name] = self._term(name, depth=depth)
        return context

    def _term(self, name: str, *, depth: int) -> Any:
        if name in ("id", "type") and self.chance.random() < 0.98:
            return f"@{name}"
        if name == "p":
            return "https://terms.example/p#"
        iri = self.chance.choice(IRIS[: 5 if self.chance.random() < 0.97 else len(IRIS)])
        if self.chance.random() < 0.3:
            return iri if self.chance.random() < 0.97 else None
        term: Context = {"@id": iri}
        if self.chance.random() < 0.4:
            term["@type"] = self.chance.choice(TYPES)
        if self.chance.random() < 0.3:
            term["@container"] = self.chance.choice(CONTAINERS[: 3 if self.chance.random() < 0.95 else len(CONTAINERS)])
        if depth < 3 and self.chance.random() < (0.8 if name.isupper() else 0.35):
            term["@context"] = self._context(depth=depth + 1)
        if self.chance.random() < 0.02:
            more = {"@reverse": iri, "@language": "fr", "@direction": "rtl", "@prefix": True, "@protected": False}
            name = self.chance.choice(tuple(more))
            term[name] = more[name]
            if name == "@reverse":
                del term["@id"]
        return term

    def _object(self, *, depth: int) -> Context:
        made: Context = {}
        if self.chance.random() < 0.5:
            made[self.chance.choice(("id", "id", "@id"))] = self.chance.choice(("urn:x", "p:x", "https://x.example/"))
        if self.chance.random() < 0.6:
            types = self.chance.choices(("A", "B", "C", "urn:T"), k=self.chance.randint(1, 3))
            made[self.chance.choice(("type", "type", "@type"))] = types if len(types) > 1 else types[0]
        for name in self.chance.sample(("a", "b", "c", "d", "e", "A"), self.chance.randint(0, 3)):
            made[name] = self._value(depth=depth)
        if depth and self.chance.random() < 0.05:
            made["@context"] = self.chance.choice((URLS[0], URLS[1], [], None))
        return made

    def _value(self, *, depth: int) -> Any:
        kind = self.chance.randrange(10)
        if kind < 4 and depth < 4:
            return self._object(depth=depth + 1)
        if kind < 5:
            return [self._value(depth=depth + 1) for _ in range(self.chance.randint(0, 3))]
        tagged = {"@value": "text", "@language": "EN"}
        return self.chance.choice((*("urn:y", "p:y") * 8, "A", "text", 1, 2.5, True, None, tagged))
