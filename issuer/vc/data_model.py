"""What W3C asks of a credential or a presentation before anybody looks at a signature. Pure; a rule never raises.

Verifiable Credentials Data Model 2.0, section 4 and 5; and 1.1, section 4 and 5, for a document whose first context is
that of version 1. Each rule is a small function from the document to the sentences that say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.crypto.contexts import VC1_CONTEXT, VC2_CONTEXT, ContextSet
from issuer.vc.dates import malformed_dates
from issuer.vc.identifiers import as_list, identifier_of, is_url, is_version_1, types_of
from issuer.vc.language_values import is_language_value
from issuer.vc.related_resources import KNOWN_RESOURCES, KnownResources, check_related_resources
from issuer.vc.report import Check, failed, passed
from issuer.vc.terms import check_terms

CREDENTIAL = "VerifiableCredential"
PRESENTATION = "VerifiablePresentation"
ISSUANCE_DATE = "issuance_date"

_TYPED_PARTS = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence", "proof")
_RESERVED_PARTS = ("confidenceMethod", "renderMethod")
_NAMED = ("name", "description")

Problems = Iterator[str]
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule under the name of its check, and the section where it stands."""

    name: str
    section: str
    problems: Callable[[Document], Problems]


def check_credential(
    document: Document, *, contexts: ContextSet | None = None, known_resources: KnownResources = KNOWN_RESOURCES
) -> tuple[Check, ...]:
    """Every check of a credential that needs no key, no clock and no network, in order.

    Whoever issues refuses to sign while one of them hinders; a status entry of an unknown type is fine here.
    """
    rules = (*CREDENTIAL_RULES, ISSUANCE_DATE_RULE) if is_version_1(document) else CREDENTIAL_RULES
    shape = tuple(check for rule in rules for check in _follow(rule, document))
    resources = check_related_resources(document, known_resources)
    return (*shape, *resources, check_terms(document, contexts=contexts))


def check_presentation(document: Document, *, contexts: ContextSet | None = None) -> tuple[Check, ...]:
    """The same for a presentation; the credentials in it are each checked by themselves."""
    shape = tuple(check for rule in PRESENTATION_RULES for check in _follow(rule, document))
    return (*shape, check_terms(document, contexts=contexts))


def _follow(rule: Rule, document: Document) -> Iterator[Check]:
    problems = list(rule.problems(document))
    if not problems:
        yield passed(rule.name, rule.section)
    for problem in problems:
        yield failed(rule.name, rule.section, problem)


def _contexts(document: Document) -> Problems:
    contexts = document.get("@context")
    if not isinstance(contexts, list):
        yield "@context is missing or is not an array."
        return
    if contexts[:1] not in ([VC2_CONTEXT], [VC1_CONTEXT]):
        yield f"@context does not begin with {VC2_CONTEXT}."
    for context in contexts:
        if not is_url(context) and not isinstance(context, Mapping):
            yield "@context has an item that is neither a URL nor an object."


def _types_with(name: str) -> Callable[[Document], Problems]:
    def problems(document: Document) -> Problems:
        types = types_of(document)
        if not all(isinstance(type_, str) and type_ for type_ in types):
            yield "type has a value that is not a text."
        if name not in types:
            yield f"type does not contain {name}."

    return problems


def _identifier(document: Document) -> Problems:
    if "id" in document and not is_url(document["id"]):
        yield "id is not a single URL."


def _texts(document: Document) -> Problems:
    for name in _NAMED:
        if name in document and not is_language_value(document[name]):
            yield f"{name} is neither a text nor a language value object."
        issuer = document.get("issuer")
        if isinstance(issuer, Mapping) and name in issuer and not is_language_value(issuer[name]):
            yield f"{name} of the issuer is neither a text nor a language value object."


def _issuer(document: Document) -> Problems:
    if not is_url(identifier_of(document.get("issuer"))):
        yield "issuer is neither a URL nor an object with a URL as its id."


def _holder(document: Document) -> Problems:
    if "holder" in document and not is_url(identifier_of(document["holder"])):
        yield "holder is neither a URL nor an object with a URL as its id."


def _subject(document: Document) -> Problems:
    subjects = as_list(document.get("credentialSubject"))
    if not subjects:
        yield "credentialSubject is missing."
    for subject in subjects:
        if not isinstance(subject, Mapping) or not subject:
            yield "credentialSubject is not an object that says something."
        elif "id" in subject and not is_url(subject["id"]):
            yield "id of credentialSubject is not a single URL."


def _dates(document: Document) -> Problems:
    return malformed_dates(document)


def _issuance_date(document: Document) -> Problems:
    if "issuanceDate" not in document:
        yield "issuanceDate is missing."


def _parts(document: Document) -> Problems:
    for name in (*_TYPED_PARTS, *_RESERVED_PARTS):
        if name in document:
            yield from _problems_of_parts(name, document[name])


def _problems_of_parts(name: str, value: Any) -> Problems:
    if not as_list(value):
        yield f"{name} is empty."
    for part in as_list(value):
        if not isinstance(part, Mapping):
            yield f"{name} is not an object."
            continue
        types = types_of(part)
        if not types or not all(isinstance(type_, str) and type_ for type_ in types):
            yield f"{name} has no type."
        if "id" in part and not is_url(part["id"]):
            yield f"id of {name} is not a single URL."


def _schemas(document: Document) -> Problems:
    for schema in as_list(document.get("credentialSchema")):
        if isinstance(schema, Mapping) and "id" not in schema:
            yield "credentialSchema has no id."


def _credentials(document: Document) -> Problems:
    for credential in flattened(document.get("verifiableCredential")):
        if not isinstance(credential, Mapping):
            yield "verifiableCredential has a value that is not an object."


def flattened(value: Any) -> list[Any]:
    """The values in an array, in arrays in it and so on; one value stands for an array of one."""
    found: list[Any] = []
    pending = as_list(value)[::-1]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending += item[::-1]
        else:
            found.append(item)
    return found


CREDENTIAL_RULES = (
    Rule("context", "VC Data Model 2.0, 4.3", _contexts),
    Rule("type", "VC Data Model 2.0, 4.5", _types_with(CREDENTIAL)),
    Rule("identifier", "VC Data Model 2.0, 4.4", _identifier),
    Rule("names", "VC Data Model 2.0, 4.6", _texts),
    Rule("issuer", "VC Data Model 2.0, 4.7", _issuer),
    Rule("subject", "VC Data Model 2.0, 4.8", _subject),
    Rule("dates", "VC Data Model 2.0, 4.9", _dates),
    Rule("parts", "VC Data Model 2.0, 4.5, 4.10 and 5.4 to 5.6", _parts),
    Rule("schema", "VC Data Model 2.0, 4.11", _schemas),
)
ISSUANCE_DATE_RULE = Rule(ISSUANCE_DATE, "VC Data Model 1.1, 4.6", _issuance_date)
PRESENTATION_RULES = (
    Rule("context", "VC Data Model 2.0, 4.3", _contexts),
    Rule("type", "VC Data Model 2.0, 4.13", _types_with(PRESENTATION)),
    Rule("identifier", "VC Data Model 2.0, 4.4", _identifier),
    Rule("holder", "VC Data Model 2.0, 4.13", _holder),
    Rule("parts", "VC Data Model 2.0, 4.5 and 5.5", _parts),
    Rule("credentials", "VC Data Model 2.0, 4.13", _credentials),
)
