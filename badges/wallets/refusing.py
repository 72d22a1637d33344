"""How the protocol says no: the standards' own names of errors, in the members ``error`` and ``error_description``.

OpenID for Verifiable Credential Issuance 1.0, sections 6.3, 8.3.1.2 and 11.3; RFC 6749, 5.2; RFC 6750, 3.1.
The descriptions are for whoever writes a wallet, so they are English, and ASCII as RFC 6749 asks.
"""

from __future__ import annotations

from issuer.base.errors import Malformed, NotSignedIn

INVALID_REQUEST = "invalid_request"
INVALID_GRANT = "invalid_grant"
INVALID_CLIENT = "invalid_client"
UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
INVALID_AUTHORIZATION_DETAILS = "invalid_authorization_details"
INVALID_TOKEN = "invalid_token"  # noqa: S105 - the name of an error
INVALID_CREDENTIAL_REQUEST = "invalid_credential_request"
UNKNOWN_CONFIGURATION = "unknown_credential_configuration"
UNKNOWN_IDENTIFIER = "unknown_credential_identifier"
INVALID_PROOF = "invalid_proof"
INVALID_NONCE = "invalid_nonce"
INVALID_ENCRYPTION = "invalid_encryption_parameters"
REQUEST_DENIED = "credential_request_denied"
INVALID_NOTIFICATION_ID = "invalid_notification_id"
INVALID_NOTIFICATION_REQUEST = "invalid_notification_request"


class Refused(Malformed):
    """A request of a wallet that is not carried out; ``code`` is one of the names above."""


class WrongTransactionCode(Refused):
    """A guess that was wrong and has to be remembered, although it is refused."""

    def __init__(self) -> None:
        super().__init__(INVALID_GRANT, "The transaction code is not the one that was shown to the holder.")


class Unauthorised(NotSignedIn):
    """No access token, or not one that may be used now; or a client that says it is somebody."""
