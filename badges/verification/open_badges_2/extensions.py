"""The check "extensions": each extension has its types, and what the published ones ask for. PURE.

Open Badges 2.0, "Extensions". The rules of the published extensions stand here, so that no schema of a stranger is
fetched and run; of an extension that is not known here only the form is judged, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.primitives import is_email, is_term, is_text, is_url
from badges.verification.open_badges_2.vocabulary import NAMESPACES, as_list, types_of
from badges.verification.report import Check, Outcome

SECTION = "Open Badges 2.0, Extensions"
_PREFIX = "extensions:"
_MOST = 20

Rule = Callable[[Mapping[str, Any]], Iterator[str]]


def _text(node: Mapping[str, Any], *names: str) -> Iterator[str]:
    """One of the names (of one property) has a text."""
    found = next((node[name] for name in names if name in node), None)
    if not is_text(found):
        yield f"{names[0]} is not text"


def _all(
    node: Mapping[str, Any], name: str, test: Callable[[Any], bool], kind: str, *, required: bool
) -> Iterator[str]:
    values = as_list(node.get(name))
    if required and not values:
        yield f"{name} is missing"
    if not all(test(value) for value in values):
        yield f"{name} is not {kind}"


def _example(node: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(node, "exampleProperty", "http://schema.org/text", "schema:text", "https://schema.org/text")


def _apply_link(node: Mapping[str, Any]) -> Iterator[str]:
    yield from _all(node, "url", is_url, "a URL", required=True)


def _location(node: Mapping[str, Any]) -> Iterator[str]:
    yield from _all(node, "name", is_text, "text", required=True)
    place = node.get("geo")
    if not isinstance(place, Mapping):
        yield "geo is not an object"
        return
    for name, limit in (("latitude", 90), ("longitude", 180)):
        value = place.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > limit:
            yield f"geo.{name} is not a number of degrees"


def _accessibility(node: Mapping[str, Any]) -> Iterator[str]:
    for name in ("accessibilityAPI", "accessibilityControl", "accessibilityFeature", "accessibilityHazard"):
        yield from _all(node, name, is_text, "text", required=False)
    yield from _all(node, "url", is_url, "a URL", required=False)


def _creator(node: Mapping[str, Any]) -> Iterator[str]:
    for name in ("url", "badgeClassUrl"):
        yield from _all(node, name, is_url, "a URL", required=False)
    yield from _all(node, "email", is_email, "an e-mail address", required=False)
    yield from _all(node, "name", is_text, "text", required=False)


def _recipient(node: Mapping[str, Any]) -> Iterator[str]:
    yield from _all(node, "name", is_text, "text", required=False)


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "ExampleExtension": _example,
        "ApplyLink": _apply_link,
        "GeoLocation": _location,
        "Accessibility": _accessibility,
        "OriginalCreator": _creator,
        "RecipientProfile": _recipient,
    }
)


def check_extensions(nodes: Mapping[str, Mapping[str, Any]]) -> Check:
    """``nodes``: class of a node -> the node. Unknown extensions are a warning: they decide nothing about the badge."""
    problems: list[str] = []
    unknown: list[str] = []
    count = 0
    for kind, node in nodes.items():
        for name, extension in _extensions_of(node):
            count += 1
            known, found = _judge(extension)
            problems += [f"Extension {name[:80]} did not validate on {kind}: {each}." for each in found]
            unknown += [name[:80]] if not known and not found else []
    if problems:
        sentence = _l("Something that was added to it is not what it says it is.")
        reason = " ".join(problems[:_MOST])
        return Check("extensions", Outcome.FAIL, sentence, SECTION, "extension_invalid", reason)
    if unknown:
        sentence = _l("Something was added to it that this service cannot judge. The badge itself is not affected.")
        reason = f"Extensions not known here: {', '.join(sorted(set(unknown)))[:500]}."
        return Check("extensions", Outcome.WARN, sentence, SECTION, "extension_unknown", reason)
    if not count:
        sentence = _l("Nothing was added to it beyond what the standard names.")
        return Check("extensions", Outcome.NOT_APPLICABLE, sentence, SECTION)
    return Check("extensions", Outcome.PASS, _l("What was added to it has the form that it should have."), SECTION)


def _extensions_of(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in node.items():
        if name.startswith((_PREFIX, NAMESPACES["extensions"])):
            yield from ((name, each) for each in as_list(value))
        elif isinstance(value, Mapping) and "Extension" in types_of(value):
            yield name, value


def _judge(extension: Any) -> tuple[bool, list[str]]:
    """Whether the extension is known here, and what is wrong with it."""
    if not isinstance(extension, Mapping):
        return False, ["it is not an object"]
    kinds = types_of(extension)
    if "Extension" not in kinds:
        return False, ["its type does not contain Extension"]
    own = [kind for kind in kinds if kind != "Extension"]
    if not own or not all(is_term(kind) for kind in own):
        return False, ["could not determine which extension it is"]
    names = [kind.removeprefix(_PREFIX).removeprefix(NAMESPACES["extensions"]) for kind in own]
    rules = [_RULES[name] for name in names if name in _RULES]
    return len(rules) == len(names), [problem for rule in rules for problem in rule(extension)]
