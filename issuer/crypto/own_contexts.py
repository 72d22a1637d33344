"""JSON-LD contexts that no installed package carries, built from what each says of its terms.

Per term: the IRI it stands for, the type of its values, whether it is a set, and which terms hold inside it. Where a
package carries the next version of a context, only the differences from that one stand here. What is built expands
documents to the same statements as the published file; a test compares the two wherever the files are at hand.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

Context = dict[str, Any]
Documents = Mapping[str, Mapping[str, Any]]

_SECURITY = "https://w3id.org/security#"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_STATUS_2021 = "https://w3id.org/vc/status-list#"
_DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
_MULTIBASE = _SECURITY + "multibase"
_PURL = "https://purl.imsglobal.org/spec/"
_OB = _PURL + "vc/ob/vocab.html#"
_RELATIONSHIPS = {
    "assertionMethod": "assertionMethod",
    "authentication": "authenticationMethod",
    "capabilityInvocation": "capabilityInvocationMethod",
    "capabilityDelegation": "capabilityDelegationMethod",
    "keyAgreement": "keyAgreementMethod",
}


def _term(iri: str, type_: str = "", *, is_set: bool = False, inside: Context | None = None) -> Context:
    term: Context = {"@id": iri}
    if type_:
        term["@type"] = type_
    if is_set:
        term["@container"] = "@set"
    if inside is not None:
        term["@context"] = inside
    return term


def _scope(**terms: Any) -> Context:
    """Terms that nobody may redefine, with the two names for what every node has."""
    return {"@protected": True, "id": "@id", "type": "@type", **terms}


def _relationships() -> Context:
    return {name: _term(_SECURITY + iri, "@id", is_set=True) for name, iri in _RELATIONSHIPS.items()}


def _data_integrity_v1(_documents: Documents) -> Context:
    inside = _scope(
        challenge=_term(_SECURITY + "challenge"),
        created=_term("http://purl.org/dc/terms/created", _DATE_TIME),
        domain=_term(_SECURITY + "domain"),
        expires=_term(_SECURITY + "expiration", _DATE_TIME),
        nonce=_term(_SECURITY + "nonce"),
        proofPurpose=_term(_SECURITY + "proofPurpose", "@vocab", inside=_scope(**_relationships())),
        cryptosuite=_term(_SECURITY + "cryptosuite"),
        proofValue=_term(_SECURITY + "proofValue", _MULTIBASE),
        verificationMethod=_term(_SECURITY + "verificationMethod", "@id"),
    )
    proof = {**_term(_SECURITY + "proof", "@id"), "@container": "@graph"}
    return _scope(proof=proof, DataIntegrityProof=_term(_SECURITY + "DataIntegrityProof", inside=inside))


def _key_type(name: str, *, type_: str) -> Context:
    """A type of verification method, with its public and its secret form."""
    public, secret = (
        ("publicKeyJwk", "secretKeyJwk") if type_ == "@json" else ("publicKeyMultibase", "secretKeyMultibase")
    )
    inside = _scope(
        controller=_term(_SECURITY + "controller", "@id"),
        revoked=_term(_SECURITY + "revoked", _DATE_TIME),
        expires=_term(_SECURITY + "expiration", _DATE_TIME),
        **{public: _term(_SECURITY + public, type_), secret: _term(_SECURITY + secret, type_)},
    )
    return _term(_SECURITY + name, inside=inside)


def _jwk_v1(_documents: Documents) -> Context:
    return _scope(JsonWebKey=_key_type("JsonWebKey", type_="@json"))


def _cid_v1(_documents: Documents) -> Context:
    endpoint = _scope(serviceEndpoint=_term("https://www.w3.org/ns/did#serviceEndpoint", "@id"))
    return _scope(
        alsoKnownAs=_term("https://www.w3.org/ns/activitystreams#alsoKnownAs", "@id"),
        **_relationships(),
        controller=_term(_SECURITY + "controller", "@id"),
        service=_term("https://www.w3.org/ns/did#service", "@id", inside=endpoint),
        verificationMethod=_term(_SECURITY + "verificationMethod", "@id"),
        Multikey=_key_type("Multikey", type_=_MULTIBASE),
        JsonWebKey=_key_type("JsonWebKey", type_="@json"),
    )


def _status_v1(_documents: Documents) -> Context:
    listing = _scope(
        encodedList=_term(_STATUS + "encodedList", _MULTIBASE),
        statusPurpose=_term(_STATUS + "statusPurpose"),
        ttl=_term(_STATUS + "ttl"),
    )
    message = _scope(message=_term(_STATUS + "message"), status=_term(_STATUS + "status"))
    entry = _scope(
        statusListCredential=_term(_STATUS + "statusListCredential", "@id"),
        statusListIndex=_term(_STATUS + "statusListIndex"),
        statusPurpose=_term(_STATUS + "statusPurpose"),
        statusMessage=_term(_STATUS + "statusMessage", inside=message),
        statusReference=_term(_STATUS + "statusReference", "@id"),
        statusSize=_term(_STATUS + "statusSize", "https://www.w3.org/2001/XMLSchema#integer"),
    )
    return _scope(
        BitstringStatusListCredential=_term(_STATUS + "BitstringStatusListCredential"),
        BitstringStatusList=_term(_STATUS + "BitstringStatusList", inside=listing),
        BitstringStatusListEntry=_term(_STATUS + "BitstringStatusListEntry", inside=entry),
    )


def _status_list_2021(_documents: Documents) -> Context:
    named = _scope(description=_term("http://schema.org/description"), name=_term("http://schema.org/name"))
    purpose = _term(_STATUS_2021 + "statusPurpose")
    listing = _scope(statusPurpose=purpose, encodedList=_term(_STATUS_2021 + "encodedList"))
    entry = _scope(
        statusPurpose=purpose,
        statusListIndex=_term(_STATUS_2021 + "statusListIndex"),
        statusListCredential=_term(_STATUS_2021 + "statusListCredential", "@id"),
    )
    return {
        "@protected": True,
        "StatusList2021Credential": _term(_STATUS_2021 + "StatusList2021Credential", inside=named),
        "StatusList2021": _term(_STATUS_2021 + "StatusList2021", inside=listing),
        "StatusList2021Entry": _term(_STATUS_2021 + "StatusList2021Entry", inside=entry),
    }


def _open_badges_first(documents: Documents) -> Context:
    """The first context of Open Badges 3.0, as what differs in it from 3.0.1: other IRIs, types that name classes."""
    context: Context = copy.deepcopy(dict(documents[_PURL + "ob/v3p0/context-3.0.1.json"]["@context"]))
    inside = {name: context[name]["@context"] for name in _TYPES_OF_FIRST}
    for name, terms in _TYPES_OF_FIRST.items():
        for term, type_ in terms.items():
            inside[name][term]["@type"] = type_
    for name in ("Achievement", "AchievementSubject", "Profile"):
        del inside[name]["image"]
    inside["Achievement"]["creator"]["@id"] = _OB + "Profile"
    inside["AchievementSubject"]["achievement"]["@id"] = _OB + "Achievement"
    inside["Profile"]["address"] = _term(_OB + "Address")
    inside["Profile"]["phone"]["@id"] = _OB + "PhoneNumber"
    context["Alignment"]["@id"] = "https://schema.org/Alignment"
    del context["awardedDate"]
    for name, class_ in (
        ("alignment", "Alignment"),
        ("endorsement", "EndorsementCredential"),
        ("image", "Image"),
    ):
        if name in context:
            context[name]["@type"] = _OB + class_
    return context


_TYPES_OF_FIRST: dict[str, dict[str, str]] = {
    "Achievement": {
        "alignment": _OB + "Alignment",
        "otherIdentifier": _OB + "IdentifierEntry",
        "related": _OB + "Related",
        "resultDescription": _OB + "ResultDescription",
    },
    "AchievementSubject": {
        "identifier": _OB + "IdentityObject",
        "result": _OB + "Result",
        "source": _OB + "Profile",
    },
    "Profile": {
        "otherIdentifier": _OB + "IdentifierEntry",
        "parentOrg": "xsd:string",
    },
    "ResultDescription": {"rubricCriterionLevel": _OB + "RubricCriterionLevel"},
}


def _clr_first(documents: Documents) -> Context:
    """The first context of CLR 2.0, as what is not yet in it and what 2.0.1 names otherwise."""
    context: Context = copy.deepcopy(dict(documents[_PURL + "clr/v2p0/context-2.0.1.json"]["@context"]))
    del context["ClrCredential"]["@context"]["partial"]
    subject = context["ClrSubject"]["@context"]
    subject["obi"] = _PURL + "ob/v3p0/vocab.html#"
    del subject["identifier"]
    return context


_BUILDERS: dict[str, Callable[[Documents], Context]] = {
    "https://w3id.org/security/data-integrity/v1": _data_integrity_v1,
    "https://w3id.org/security/jwk/v1": _jwk_v1,
    "https://www.w3.org/ns/cid/v1": _cid_v1,
    "https://www.w3.org/ns/credentials/status/v1": _status_v1,
    "https://w3id.org/vc/status-list/2021/v1": _status_list_2021,
    _PURL + "ob/v3p0/context.json": _open_badges_first,
    _PURL + "clr/v2p0/context.json": _clr_first,
}


def own_contexts(documents: Documents) -> dict[str, Context]:
    """URL -> context document, for those that are built here. ``documents``: the ones that packages carry."""
    return {url: {"@context": build(documents)} for url, build in _BUILDERS.items()}
