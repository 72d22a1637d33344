"""A CASE package: hostile bytes to frozen values, or an answer that says what is wrong with which identifier.

CASE 1.0 and 1.1 are both read. What makes the package ambiguous or impossible refuses it as a whole: wrong
types, missing members, an identifier twice, an item under itself. What merely cannot be kept is left out and
reported: associations that lead nowhere, parts of other documents, members nobody knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext, ngettext

from competencies.frameworks import case_shapes as shapes
from competencies.frameworks.hierarchy import Edge, deeper_than, on_cycles
from issuer.base.errors import Invalid, Malformed, TooLarge
from issuer.crypto import errors as crypto
from issuer.crypto.strict_json import load_json

MAX_BYTES = 20 * 1024 * 1024
MAX_JSON_DEPTH = 32
MAX_OBJECTS = 1_000_000
"""Objects and lists in one package: empty ones cost a hundred times their size in memory."""
MAX_LEVELS = 50
FAULTS_TOLD = 100
IDENTIFIERS_TOLD = 20
NAMES_TOLD = 500
"""Different members that nobody knows; further ones are told together."""
MOST_PARTS = 100_000
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Node:
    """One end of an association."""

    identifier: str
    uri: str
    title: str


@dataclass(frozen=True, slots=True)
class CFDocument:
    """``members`` is the whole part as it came, without what the package says elsewhere."""

    identifier: str
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CFItem:
    identifier: str
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CFAssociation:
    identifier: str
    association_type: str
    origin: Node
    destination: Node
    sequence_number: int | None
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CFRubric:
    identifier: str
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What was left out: ``part`` (such as "CFItem.colour"), why, how often, and the first identifiers."""

    part: str
    reason: str
    count: int
    identifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CFPackage:
    """``rest`` holds CFDefinitions and extensions of the package, kept for the export."""

    document: CFDocument
    items: tuple[CFItem, ...]
    associations: tuple[CFAssociation, ...]
    rubrics: tuple[CFRubric, ...]
    rest: Mapping[str, Any]
    not_taken: tuple[NotTaken, ...]

    def edges(self) -> list[Edge]:
        """The isChildOf associations."""
        return [
            Edge(each.origin.identifier, each.destination.identifier, each.sequence_number)
            for each in self.associations
            if each.association_type == "isChildOf"
        ]


@dataclass(slots=True)
class _Notes:
    """What is found while reading: faults by identifier, and what is left out by part and reason."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def fault(self, where: str, sentence: str) -> None:
        if where in self.faults or len(self.faults) < FAULTS_TOLD:
            self.faults.setdefault(where, []).append(sentence)

    def leave_out(self, part: str, reason: str, identifier: str) -> None:
        if (part, reason) not in self.left_out and len(self.left_out) >= NAMES_TOLD:
            part = f"{part.partition('.')[0]}.*"
        self.left_out.setdefault((part, reason), []).append(identifier)

    def not_taken(self) -> tuple[NotTaken, ...]:
        return tuple(
            NotTaken(part, reason, len(identifiers), tuple(identifiers[:IDENTIFIERS_TOLD]))
            for (part, reason), identifiers in self.left_out.items()
        )


def read_package(data: bytes) -> CFPackage:
    """Bytes of a CFPackage -> its values.

    Raises TooLarge, Malformed for what is not JSON, and Invalid with the faults by identifier for what is
    not a package that can be taken.
    """
    package = _load(data)
    notes = _Notes()
    document = _document(package, notes)
    items = _items(package, document, notes)
    known = {document.identifier} | {item.identifier for item in items}
    associations = _associations(package, known, notes)
    rubrics = _rubrics(package, known, notes)
    rest = _rest(package, notes)
    result = CFPackage(document, items, associations, rubrics, rest, notes.not_taken())
    _refuse_impossible_trees(result, notes)
    if notes.faults:
        sentence = ngettext(
            "The package was not taken: something is wrong with one of its parts.",
            "The package was not taken: something is wrong with %(num)s of its parts.",
            len(notes.faults),
        )
        raise Invalid("package_refused", sentence, fields=notes.faults)
    return result


def _load(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES or data.count(b"{") + data.count(b"[") > MAX_OBJECTS:
        raise TooLarge("package_too_large", gettext("A package has at most %(most)s MiB.", most=MAX_BYTES // 1024**2))
    try:
        package = load_json(data, max_bytes=MAX_BYTES, max_depth=MAX_JSON_DEPTH)
    except crypto.TooLarge as error:
        raise TooLarge("package_too_large", error.detail) from error
    except crypto.TooDeep as error:
        raise Invalid("too_deep", error.detail) from error
    except crypto.CryptoError as error:
        raise Malformed("invalid_json", error.detail) from error
    if not isinstance(package, dict) or not isinstance(package.get("CFDocument"), dict):
        raise Invalid("not_a_package", gettext("This is not a CASE package: it has no CFDocument."))
    return package


def _parts(package: Mapping[str, Any], name: str, notes: _Notes) -> list[tuple[str, dict[str, Any]]]:
    """The objects of one list with what to call each: its identifier, or its place when it has none."""
    found = package.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        notes.fault(name, gettext("%(name)s must be a list.", name=name))
        return []
    if len(found) > MOST_PARTS:
        notes.fault(name, gettext("%(name)s has more than %(most)s members.", name=name, most=MOST_PARTS))
        return []
    parts: list[tuple[str, dict[str, Any]]] = []
    for place, part in enumerate(found):
        if isinstance(part, dict):
            identifier = part.get("identifier")
            has_name = isinstance(identifier, str) and 0 < len(identifier) <= LONGEST_NAME
            parts.append((str(identifier) if has_name else f"{name}[{place}]", part))
        else:
            notes.fault(f"{name}[{place}]", gettext("Must be an object."))
    for name_twice, count in Counter(called for called, _ in parts).items():
        if count > 1:
            notes.fault(
                name_twice, gettext("This identifier stands %(count)s times in %(name)s.", count=count, name=name)
            )
    return parts


def _checked(
    shape: shapes.Shape, called: str, document: Mapping[str, Any], *, part: str, notes: _Notes
) -> Mapping[str, Any] | None:
    """The members that are right, or None when the part cannot be used at all."""
    checked = shapes.check(shape, document)
    for sentence in checked.faults:
        notes.fault(called, f"{sentence}.")
    _leave_out_unknown(part, checked.unknown, called, notes)
    return None if checked.faults else checked.members


def _leave_out_unknown(part: str, names: Collection[str], called: str, notes: _Notes) -> None:
    reason = gettext("No such member in CASE 1.1.") if names else ""
    for name in names:
        notes.leave_out(f"{part}.{name[:LONGEST_NAME]}", reason, called)


def _document(package: Mapping[str, Any], notes: _Notes) -> CFDocument:
    part = package["CFDocument"]
    identifier = part.get("identifier")
    members = _checked(shapes.DOCUMENT, "CFDocument", part, part="CFDocument", notes=notes)
    return CFDocument(identifier if isinstance(identifier, str) else "", members or {})


def _items(package: Mapping[str, Any], document: CFDocument, notes: _Notes) -> tuple[CFItem, ...]:
    items = []
    for called, part in _parts(package, "CFItems", notes):
        if called == document.identifier:
            notes.fault(called, gettext("An item has the identifier of the document."))
        home = part.get("CFDocumentURI")
        if isinstance(home, dict) and home.get("identifier") not in (None, document.identifier):
            notes.leave_out("CFItem", gettext("It belongs to another document."), called)
            continue
        members = _checked(shapes.ITEM, called, part, part="CFItem", notes=notes)
        if members is not None and not members["fullStatement"].strip():
            notes.fault(called, gettext("fullStatement is empty."))
        elif members is not None:
            items.append(CFItem(called, members))
    return tuple(items)


def _associations(package: Mapping[str, Any], known: set[str], notes: _Notes) -> tuple[CFAssociation, ...]:
    associations = []
    for called, part in _parts(package, "CFAssociations", notes):
        members = _checked(shapes.ASSOCIATION, called, part, part="CFAssociation", notes=notes)
        if members is None:
            continue
        association = CFAssociation(
            identifier=called,
            association_type=members["associationType"],
            origin=_node(members["originNodeURI"]),
            destination=_node(members["destinationNodeURI"]),
            sequence_number=members.get("sequenceNumber"),
            members=members,
        )
        if (reason := _leads_nowhere(association, known)) is None:
            associations.append(association)
        else:
            notes.leave_out("CFAssociation", reason, called)
    return tuple(associations)


def _node(link: Mapping[str, Any]) -> Node:
    return Node(link["identifier"], link["uri"], link.get("title", ""))


def _leads_nowhere(association: CFAssociation, known: set[str]) -> str | None:
    kind = association.association_type
    origin, destination = association.origin.identifier in known, association.destination.identifier in known
    if kind not in shapes.ASSOCIATION_TYPES and not shapes.EXTENDED_TYPE.fullmatch(kind):
        return str(gettext("No such associationType in CASE 1.1."))
    if kind == "isChildOf" and not (origin and destination):
        return str(gettext("The child or the parent is not in this package."))
    return None if origin or destination else str(gettext("Neither end is in this package."))


def _rubrics(package: Mapping[str, Any], known: set[str], notes: _Notes) -> tuple[CFRubric, ...]:
    rubrics = []
    for called, part in _parts(package, "CFRubrics", notes):
        members = _checked(shapes.RUBRIC, called, part, part="CFRubric", notes=notes)
        criteria = [
            _criterion(name, inner, known=known, notes=notes) for name, inner in _parts(part, "CFRubricCriteria", notes)
        ]
        if members is not None:
            rubrics.append(CFRubric(called, {**members, "CFRubricCriteria": criteria}))
    return tuple(rubrics)


def _criterion(called: str, part: Mapping[str, Any], *, known: set[str], notes: _Notes) -> dict[str, Any]:
    members = dict(_checked(shapes.CRITERION, called, part, part="CFRubricCriterion", notes=notes) or {})
    if "CFItemURI" in members and members["CFItemURI"]["identifier"] not in known:
        del members["CFItemURI"]
        notes.leave_out("CFRubricCriterion.CFItemURI", gettext("The item is not in this package."), called)
    if "CFItemURI" in members:
        members["CFItemURI"] = shapes.plain_link(members["CFItemURI"])
    levels = [
        dict(_checked(shapes.CRITERION_LEVEL, name, inner, part="CFRubricCriterionLevel", notes=notes) or {})
        for name, inner in _parts(part, "CFRubricCriterionLevels", notes)
    ]
    return {**members, "CFRubricCriterionLevels": levels}


def _rest(package: Mapping[str, Any], notes: _Notes) -> dict[str, Any]:
    rest: dict[str, Any] = {}
    known = {"CFDocument", "CFItems", "CFAssociations", "CFRubrics", "CFDefinitions", "extensions"}
    _leave_out_unknown("CFPackage", package.keys() - known, "CFPackage", notes)
    for name in ("CFDefinitions", "extensions"):
        if package.get(name) is not None and not isinstance(package[name], dict):
            notes.fault(name, gettext("Must be an object."))
        elif package.get(name):
            rest[name] = package[name]
    if "CFDefinitions" in rest:
        rest["CFDefinitions"] = _definitions(rest["CFDefinitions"], notes)
    return rest


def _definitions(part: Mapping[str, Any], notes: _Notes) -> dict[str, Any]:
    _leave_out_unknown("CFDefinitions", part.keys() - {*shapes.DEFINITION_LISTS, "extensions"}, "CFDefinitions", notes)
    definitions: dict[str, Any] = {}
    for name in shapes.DEFINITION_LISTS:
        read = [
            _checked(shapes.DEFINITION, called, inner, part=name.removesuffix("s"), notes=notes)
            for called, inner in _parts(part, name, notes)
        ]
        definitions[name] = [dict(members) for members in read if members is not None]
    return {name: found for name, found in definitions.items() if found}


def _refuse_impossible_trees(package: CFPackage, notes: _Notes) -> None:
    edges = package.edges()
    circling = on_cycles(edges)
    for identifier in circling:
        notes.fault(identifier, gettext("By isChildOf it stands under itself, or between two that do."))
    if not circling:
        for identifier in deeper_than(MAX_LEVELS + 1, edges):
            notes.fault(identifier, gettext("It stands more than %(most)s levels deep.", most=MAX_LEVELS))
