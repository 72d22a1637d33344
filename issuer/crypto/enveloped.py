"""A token in an envelope: EnvelopedVerifiableCredential and EnvelopedVerifiablePresentation.

Verifiable Credentials Data Model 2.0, sections 4.12.1 and 4.13.2: an object that says nothing itself; its id is a data:
URL (RFC 2397) with the token.
"""

from issuer.crypto.contexts import VC2_CONTEXT

CREDENTIAL_TYPE = "EnvelopedVerifiableCredential"
PRESENTATION_TYPE = "EnvelopedVerifiablePresentation"


def envelope(token: str, *, media_type: str = "application/vc+jwt") -> dict[str, str]:
    """A token -> the envelope around it, of the kind that its media type is of."""
    kind = PRESENTATION_TYPE if media_type.startswith("application/vp") else CREDENTIAL_TYPE
    return {"@context": VC2_CONTEXT, "id": f"data:{media_type},{token}", "type": kind}
