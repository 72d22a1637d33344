"""The short way from JSON to statements beside the general one: the same statements, or no answer.

``python -m tests.fuzz.two_ways [COUNT] [SEED]`` tries that many changed documents.
"""

from __future__ import annotations

import copy
import json
import random
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from issuer.crypto import rdfc
from issuer.crypto.compact_quads import compact_quads
from issuer.crypto.compiled_contexts import CompiledContexts
from issuer.crypto.contexts import ContextSet, contexts_with, pinned_contexts
from issuer.crypto.errors import CanonicalizationBudget, CryptoError
from issuer.crypto.jsonld import general_quads
from issuer.crypto.quads import Quad
from issuer.crypto.safe_expansion import SafeProcessor
from issuer.crypto.strict_json import check_json
from tests.fuzz.made_up_contexts import MakingUp
from tests.oracles import SHARED
from tests.unit.issuer.crypto.making import make_credential, make_signed

Document = dict[str, Any]
UNUSUAL = (
    *("@id", "@type", "@value", "@language", "@direction", "@graph", "@included", "@reverse", "@set", "@list"),
    *("@index", "@nest", "@none", "@json", "@vocab", "@base", "undefined", "", "schema:name", "sec:proof", "cred:x"),
    *("https://example.org/term", "_:b0", "@unknown", "xsd:string", "id ", "type\n"),
)
TEXTS = (
    *("", " ", "urn:x", "urn:x y", "relative", "#part", "_:b1", "@id", "@type", "@json", "sec:key", "xsd:int", "a:b"),
    *(
        "did:key:z6Mk",
        "https://example.org/<",
        "http:",
        ":x",
        "assertionMethod",
        'with "marks"\n',
        "\x7f\x00é\U0001f33f",
    ),
)
LOOSE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 7, 1.5, 1e21, -0.0, 2**53 - 1, 1e-7, [], {}, [None], [[]], [{}], [None, "x"], [["x"]]),
    *({"id": "urn:x"}, {"id": "urn:x", "type": []}, {"type": "Achievement"}, {"id": None}, {"type": None}),
    *({"@value": "x"}, {"@value": "x", "@language": "en"}, {"@value": 1, "@type": "xsd:int"}, {"@id": "urn:x"}),
    *({"@set": ["x"]}, {"@list": ["x"]}, {"@graph": []}, {"id": "urn:x", "@id": "urn:y"}, {"@type": "Achievement"}),
    *({"type": "Achievement", "@type": "Profile"}, {"id": "rel"}, {"@context": []}, {"@context": None}, {"name": "x"}),
)


@dataclass(slots=True)
class TwoWays:
    """Both ways with the same contexts; ``answered``: how often the short way had an answer."""

    contexts: ContextSet
    tried: int = 0
    answered: int = 0
    short: CompiledContexts = field(init=False)

    def __post_init__(self) -> None:
        # Not with the processor of the general way: nothing that one remembers can help the other.
        self.short = CompiledContexts(SafeProcessor(self.contexts), self.contexts)

    def compare(self, document: Document) -> None:
        """Raises AssertionError where the short way says something else than the general one."""
        self.tried += 1
        try:
            check_json(document)
        except CryptoError:
            return
        before = json.dumps(document)
        found = compact_quads(document, self.short)
        assert json.dumps(document) == before, "the document was changed"
        if found is None:
            return
        self.answered += 1
        try:
            expected = general_quads(document, contexts=self.contexts)
        except CryptoError as error:
            raise AssertionError(f"the short way takes what is refused: {error.code}: {before}") from error
        assert len(found) == len(expected), before
        assert canonical(found) == canonical(expected), before


def canonical(quads: frozenset[Quad]) -> str:
    """The canonical text, or that it would take too much work."""
    try:
        return rdfc.canonicalize(quads, work_limit=20_000)
    except CanonicalizationBudget as error:
        return f"{error.code} {sorted(quad.predicate for quad in quads)}"


@cache
def known_contexts() -> ContextSet:
    """The pinned contexts, those that come with no package as they are published where these are at hand."""
    return pinned_contexts() if SHARED is None else contexts_with(SHARED / "standards" / "contexts")


@cache
def documents() -> tuple[Document, ...]:
    """Good documents: ours, and those of the published vectors and samples that name known contexts only; with each
    the configurations of its proofs, which are read in its contexts."""
    found = [make_credential(), make_signed(), *_published()]
    configured = [
        {"@context": document["@context"], **{name: value for name, value in proof.items() if name != "proofValue"}}
        for document in found
        for proof in _objects(document.get("proof"))
    ]
    unsecured = [{name: value for name, value in each.items() if name != "proof"} for each in found if "proof" in each]
    return (*found, *unsecured, *configured)


def _objects(value: Any) -> list[Document]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _published() -> Iterator[Document]:
    folder = None if SHARED is None else SHARED / "standards"
    for path in sorted([*folder.glob("samples/**/*"), *folder.glob("vectors/**/*")]) if folder else ():
        if path.suffix not in (".json", ".jsonld", "") or not path.is_file():
            continue
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        yield from (each for each in _within(read) if "@context" in each and len(json.dumps(each)) < 40_000)


def _within(value: Any) -> Iterator[Document]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _within(inner)


def _texts(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


@cache
def names() -> tuple[str, ...]:
    """Every term that a known context defines, at any depth."""
    found: set[str] = set()
    pending: list[Any] = list(known_contexts().documents.values())
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            found.update(name for name in value if not name.startswith("@"))
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return tuple(sorted(found))


class Changing:
    """Changes documents at random, with what other documents have in the same or in another place."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.objects = [each for document in documents() for each in _within(document)]
        self.alike: dict[str, list[Any]] = {}
        for each in self.objects:
            for name, value in each.items():
                self.alike.setdefault(name, []).append(value)
        self.values = [value for each in self.objects for value in each.values() if len(json.dumps(value)) < 2_000]

    def changed(self) -> Document:
        """A copy of some document with up to four places changed."""
        document = copy.deepcopy(self.chance.choice(documents()))
        for _ in range(self.chance.choice((0, 1, 1, 1, 2, 2, 3, 4))):
            self._change(document)
        return document

    def _change(self, document: Document) -> None:
        objects = list(_within(document))
        place = self.chance.choice(objects)
        name = self.chance.choice([*place, self._name()])
        how = self.chance.randrange(16)
        if how > 9 and name in self.alike:
            place[name] = copy.deepcopy(self.chance.choice(self.alike[name]))
        elif how == 0:
            place.pop(name, None)
        elif how == 1:
            place[self._name()] = place.pop(name, None)
        elif how == 2:
            place[name] = self._type() if self.chance.random() < 0.5 else [self._type(), self._type()]
        elif how == 3:
            place[self.chance.choice(("type", "type", "@type"))] = [*_texts(place.get("type")), self._type()]
        elif how == 4:
            place["@context"] = self.chance.choice((self._context(), [self._context(), self._context()]))
        elif how == 5 and isinstance(place.get(name), list):
            place[name].insert(self.chance.randint(0, len(place[name])), self._value())
        elif how == 6:
            place[name] = [place.get(name), self._value()]
        elif how == 7:
            place[self._name()] = copy.deepcopy(self.chance.choice(objects))
        else:
            place[name] = self._value()

    def _name(self) -> str:
        return self.chance.choice(UNUSUAL) if self.chance.random() < 0.1 else self.chance.choice(names())

    def _type(self) -> str:
        return self.chance.choice(TEXTS) if self.chance.random() < 0.1 else self.chance.choice(names())

    def _context(self) -> Any:
        return self.chance.choice((*known_contexts().documents, "relative", "https://unknown.example/", {}, None, []))

    def _value(self) -> Any:
        kind = self.chance.randrange(4)
        pool = (TEXTS, LOOSE, self.values, self.objects)[kind]
        return copy.deepcopy(self.chance.choice(pool))


def in_made_up_contexts(count: int, seed: int) -> tuple[int, int]:
    """Compare so many documents in contexts that were never published; how many, and how many were answered."""
    making, tried, answered = MakingUp(seed), 0, 0
    while tried < count:
        ways = TwoWays(making.contexts())
        for _ in range(min(40, count - tried)):
            ways.compare(making.document())
        tried, answered = tried + ways.tried, answered + ways.answered
    return tried, answered


def main(arguments: list[str]) -> int:
    warnings.simplefilter("ignore")
    count, seed = (int(arguments[0]) if arguments else 100_000), (int(arguments[1]) if arguments[1:] else 1)
    ways, changing, begin = TwoWays(known_contexts()), Changing(seed), time.monotonic()
    for document in documents():
        ways.compare(document)
    print(f"{ways.answered} of {ways.tried} documents understood", flush=True)
    for _ in range(count):
        ways.compare(changing.changed())
    print(f"{ways.tried} compared, {ways.answered} answered both ways, {time.monotonic() - begin:.0f} s", flush=True)
    tried, answered = in_made_up_contexts(count, seed)
    print(f"{tried} in made-up contexts, {answered} answered both ways, {time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
