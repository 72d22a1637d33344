"""Tokens around a document: does the signature hold, whose is it, and what do the claims beside the document say.

RFC 7515 and 7519; Securing Verifiable Credentials using JOSE and COSE, section 3; VC Data Model 1.1, section 6.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.crypto.jwt_verification import verify_jwt
from issuer.crypto.vc_jwt import Jwt
from issuer.vc.keys import keys_of
from issuer.vc.proofs import BINDING, Demand, check_answers, check_unlisted, not_bound, not_passed
from issuer.vc.report import RANGE, Check, Outcome, failed, passed
from issuer.vc.world import World

SECTION = "RFC 7515, 5.2; VC-JOSE-COSE 1.0, 3"
TIMES = "RFC 7519, 4.1.4 and 4.1.5"


def check_token(token: Jwt, demand: Demand, world: World) -> tuple[Check, ...]:
    """The checks "proof", "key_binding" and "token_time", and those of the challenge and domain that were asked for."""
    keys = keys_of(demand.signer, world)
    found = verify_jwt(token, resolve_key=keys.resolve, list_keys=keys.listed, now=world.now, purpose=demand.purpose)
    if found.outcome == "verified":
        proof, binding = passed("proof", SECTION), passed("key_binding", BINDING)
    elif found.code == "key_not_bound" and found.signature_valid and found.method is not None:
        proof = passed("proof", SECTION)
        binding = check_unlisted(demand.signer, world) if found.method.id.startswith("did:key:") else not_bound()
    else:
        proof = not_passed("proof", SECTION, outcome=found.outcome, reason=found.code, detail=found.detail)
        detail = "Whose key it is does not matter, as the token does not hold."
        binding = Check("key_binding", Outcome.NOT_APPLICABLE, "", detail, BINDING)
    claims = token.claims
    answers = check_answers([(claims.get("nonce"), claims.get("aud"))], demand)
    return (proof, binding, _check_times(claims, world.now), *answers)


def _check_times(claims: Mapping[str, Any], now: datetime) -> Check:
    for name in ("nbf", "exp"):
        moment = claims.get(name)
        if moment is None:
            continue
        if isinstance(moment, bool) or not isinstance(moment, int | float):
            return failed("token_time", TIMES, f"The claim {name} is not a number.", reason="claim_malformed")
        if name == "nbf" and now.timestamp() < moment:
            return failed("token_time", TIMES, "The token is not valid yet.", code=RANGE, reason="not_yet_valid")
        if name == "exp" and now.timestamp() >= moment:
            return failed("token_time", TIMES, "The token has expired.", code=RANGE, reason="expired")
    return passed("token_time", TIMES)
