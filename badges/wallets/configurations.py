"""In which forms a badge can be put into a wallet, and how the issuer's metadata says so.

OpenID for Verifiable Credential Issuance 1.0, sections 12.2 and appendix A.1. Two formats; each bound to a key of the
wallet, or exactly as the badge was signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale, gettext

from issuer.access import settings
from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT
from issuer.keys.keystore import BADGE_JWT, BADGE_PROOF, keys_of
from issuer.models import Organisation
from issuer.profile import issuer_url

LDP_VC, JWT_VC_JSON = "ldp_vc", "jwt_vc_json"
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
BINDING_METHODS = ["did:key", "did:jwk", "jwk"]
PROOF_ALGORITHMS = ["EdDSA", "ES256"]
LANGUAGES = ("en", "fr")
_SUITES = {"EdDSA": "eddsa-rdfc-2022"}
_OTHER_SUITE = "ecdsa-rdfc-2019"


@dataclass(frozen=True, slots=True)
class Configuration:
    """``name`` is the credential_configuration_id; ``is_bound``: signed anew for a key that the wallet proves."""

    name: str
    format: str
    is_bound: bool


BOUND = (
    Configuration("OpenBadgeCredential_ldp_vc", LDP_VC, is_bound=True),
    Configuration("OpenBadgeCredential_jwt_vc_json", JWT_VC_JSON, is_bound=True),
)
AS_SIGNED = (
    Configuration("OpenBadgeCredential_as_signed_ldp_vc", LDP_VC, is_bound=False),
    Configuration("OpenBadgeCredential_as_signed_jwt_vc_json", JWT_VC_JSON, is_bound=False),
)
CONFIGURATIONS: Mapping[str, Configuration] = {each.name: each for each in (*BOUND, *AS_SIGNED)}


def credential_issuer(organisation: Organisation) -> str:
    """The Credential Issuer Identifier: the address of the organisation's page."""
    return issuer_url(organisation)


def issuer_metadata(organisation: Organisation) -> dict[str, Any]:
    """The Credential Issuer Metadata of an organisation (section 12.2.4)."""
    base = settings().base_url
    return {
        "credential_issuer": credential_issuer(organisation),
        "authorization_servers": [base],
        "credential_endpoint": f"{base}/wallets/credential",
        "nonce_endpoint": f"{base}/wallets/nonce",
        "notification_endpoint": f"{base}/wallets/notification",
        "credential_configurations_supported": {
            each.name: _described(each, organisation) for each in CONFIGURATIONS.values()
        },
        "display": [{"name": organisation.name, "logo": _logo(organisation)}],
    }


def server_metadata() -> dict[str, Any]:
    """The metadata of the authorization server, which is the instance (RFC 8414, section 2; section 12.3)."""
    base = settings().base_url
    return {
        "issuer": base,
        "token_endpoint": f"{base}/wallets/token",
        "token_endpoint_auth_methods_supported": ["none"],
        "response_types_supported": [],
        "grant_types_supported": ["urn:ietf:params:oauth:grant-type:pre-authorized_code"],
        "authorization_details_types_supported": ["openid_credential"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def _described(configuration: Configuration, organisation: Organisation) -> dict[str, Any]:
    is_linked_data = configuration.format == LDP_VC
    algorithms = sorted({key.algorithm for key in keys_of(organisation) if key.purpose == _purpose(configuration)})
    suites = list(dict.fromkeys(_SUITES.get(each, _OTHER_SUITE) for each in algorithms))
    contexts = {"@context": [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT]} if is_linked_data else {}
    described: dict[str, Any] = {
        "format": configuration.format,
        "credential_definition": {**contexts, "type": TYPES},
        "credential_metadata": {"display": [_shown(configuration, organisation, each) for each in LANGUAGES]},
    }
    if algorithms:
        described["credential_signing_alg_values_supported"] = suites if is_linked_data else algorithms
    if configuration.is_bound:
        described["cryptographic_binding_methods_supported"] = BINDING_METHODS
        described["proof_types_supported"] = {"jwt": {"proof_signing_alg_values_supported": PROOF_ALGORITHMS}}
    return described


def _purpose(configuration: Configuration) -> str:
    return BADGE_PROOF if configuration.format == LDP_VC else BADGE_JWT


def _shown(configuration: Configuration, organisation: Organisation, language: str) -> dict[str, Any]:
    with force_locale(language):
        name = gettext("Open Badge") if configuration.is_bound else gettext("Open Badge, as it was signed")
    return {"name": name, "locale": language, "logo": _logo(organisation)}


def _logo(organisation: Organisation) -> dict[str, str]:
    return {"uri": f"{issuer_url(organisation)}/image.png", "alt_text": organisation.name}
