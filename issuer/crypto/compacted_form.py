"""The JSON says what the signed statements say (Data Integrity 1.0, section 2.4.1, context validation).

A proof over canonical RDF covers statements, while everybody reads JSON. The same statements can be respelled: a term
as its full IRI, an object's members moved to another mention of its id, a value as an object. Then the proof still
holds, but "validUntil" or "credentialStatus" is no longer where a reader looks for it. So only the plain compacted form
that Verifiable Credentials 2.0 demands (section 6.1) is accepted.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from issuer.crypto.errors import Malformed

_TEXT_MEMBERS = frozenset({"@value", "@language", "@direction"})
_NESTING = (dict, list)
# What makes a node a credential in force. For one id, all of it stands in one object.
_CREDENTIAL_MEMBERS = frozenset(
    {
        "issuer",
        "holder",
        "credentialSubject",
        "credentialStatus",
        "credentialSchema",
        "validFrom",
        "validUntil",
        "issuanceDate",
        "expirationDate",
        "refreshService",
        "termsOfUse",
        "verifiableCredential",
    }
)


def check_compacted_form(document: Mapping[str, Any]) -> None:
    """Refuse a JSON-LD document that spells its statements in another way than by terms. Raises Malformed."""
    credentials: dict[str, list[dict[str, Any]]] = defaultdict(list)
    pending: list[Any] = [dict(document)]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend([item for item in value if isinstance(item, _NESTING)])
            continue
        pending.extend(_checked_members(value))
        identifier = value.get("id")
        if isinstance(identifier, str) and not _CREDENTIAL_MEMBERS.isdisjoint(value):
            credentials[identifier].append(value)
    for nodes in credentials.values():
        if any(node != nodes[0] for node in nodes):
            raise Malformed("What one credential says is spread over several objects.")


def _checked_members(node: dict[str, Any]) -> list[Any]:
    """The arrays and objects in an object, which is looked at itself."""
    if "@value" in node:
        if not node.keys() <= _TEXT_MEMBERS:
            raise Malformed("A value is spelled out as an object with more than a text and its language.")
        return [member for member in node.values() if isinstance(member, _NESTING)]
    found: list[Any] = []
    for name, member in node.items():
        if name == "@context":
            continue
        if ":" in name or name.startswith("@"):
            raise Malformed(f"The property {ascii(name)[:80]} is not a term, so readers would not look for it.")
        if isinstance(member, str):
            _check_text(member)
        elif isinstance(member, list):
            found.append(member)
            for item in member:
                if isinstance(item, str):
                    _check_text(item)
                elif isinstance(item, list):
                    raise Malformed("An array stands directly in an array.")
        elif isinstance(member, dict):
            found.append(member)
    return found


def _check_text(text: str) -> None:
    if text.startswith("_:"):
        raise Malformed("A blank node has a name, which Verifiable Credentials do not allow.")
