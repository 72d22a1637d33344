"""From what somebody says of a badge, an achievement or an issuer to an EndorsementCredential (Open Badges 3.0, B.1.5;
VC Data Model 2.0). PURE.

Everything that may hold several values is an array; nothing is null or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT
from issuer.crypto.timestamps import format_timestamp

CREDENTIAL_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json"
CREDENTIAL_SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"


@dataclass(frozen=True, slots=True)
class EndorsementFacts:
    """Who endorses what, in which words. ``url`` is the endorsement's page and the credential's id.

    ``endorsed``  the id of the endorsed thing: a badge's or an achievement's address, or an issuer's DID.
    ``comment``   Markdown. ``issuer`` is the Profile of whoever signs, ``status`` its credentialStatus.
    """

    url: str
    name: str
    endorsed: str
    comment: str
    issuer: Mapping[str, Any]
    valid_from: datetime
    status: Any


def compose(facts: EndorsementFacts) -> dict[str, Any]:
    """The credential without a proof."""
    return {
        "@context": [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT],
        "id": facts.url,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": facts.name,
        "issuer": dict(facts.issuer),
        "validFrom": format_timestamp(facts.valid_from.replace(microsecond=0)),
        "credentialSubject": {
            "id": facts.endorsed,
            "type": ["EndorsementSubject"],
            "endorsementComment": facts.comment,
        },
        "credentialSchema": [{"id": CREDENTIAL_SCHEMA, "type": CREDENTIAL_SCHEMA_TYPE}],
        "credentialStatus": facts.status,
    }
