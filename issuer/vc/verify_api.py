"""POST /credentials/verify and /presentations/verify: the VC API for anybody's credentials (VC API, sections 3.3, 3.4).

The answer is 200 with the report when everything holds, and 400 with the same report when something does not. The
caller is a program with a token, or anybody on an instance for test suites.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext

from issuer import limits
from issuer.access import current_actor, requires, settings
from issuer.base.errors import Forbidden, NotSignedIn, TooLarge
from issuer.crypto.contexts import ContextSet
from issuer.crypto.strict_json import MAX_BYTES
from issuer.policy import permits
from issuer.vc.exchange import answer_in_json, options_of, read_body, unreadable
from issuer.vc.presentations import verify_presentation
from issuer.vc.report import VcReport, as_json
from issuer.vc.sources import this_world
from issuer.vc.verifying import verify_credential
from issuer.vc.world import STRICT, Policy

blueprint = Blueprint("verifying", __name__)
answer_in_json(blueprint)

PERMISSION = "credentials.verify"
Verify = Callable[..., VcReport]


@blueprint.post("/credentials/verify")
@requires("verify")
def credential() -> Response:
    _ask_leave()
    return answer_credential()


@blueprint.post("/presentations/verify")
@requires("verify")
def presentation() -> Response:
    _ask_leave()
    return answer_presentation()


def answer_credential(*, contexts: ContextSet | None = None, policy: Policy = STRICT) -> Response:
    """The answer to {"verifiableCredential", "options"?}. Raises Refused, TooLarge."""
    return _answer("verifiableCredential", verify_credential, contexts=contexts, policy=policy)


def answer_presentation(*, contexts: ContextSet | None = None, policy: Policy = STRICT) -> Response:
    """The answer to {"verifiablePresentation", "options"?}. Raises Refused, TooLarge."""
    return _answer("verifiablePresentation", verify_presentation, contexts=contexts, policy=policy)


def _answer(name: str, verify: Verify, *, contexts: ContextSet | None, policy: Policy) -> Response:
    if len(request.get_data()) > MAX_BYTES:
        raise TooLarge("too_large", gettext("That is more than this service reads in one request."))
    body = read_body()
    if name not in body:
        raise unreadable(gettext("The request has no %(name)s.", name=name))
    report = verify(body[name], this_world(contexts=contexts, policy=policy), **_demands(options_of(body)))
    response = jsonify(as_json(report))
    response.status_code = 200 if report.verified else 400
    return response


def _demands(options: dict[str, Any]) -> dict[str, str]:
    """What the caller wants of the proofs. ``checks`` is not looked at: no check can be switched off."""
    demands = {}
    for option, demand in (("challenge", "challenge"), ("domain", "domain"), ("expectedProofPurpose", "purpose")):
        value = options.get(option)
        if value is not None and not isinstance(value, str):
            raise unreadable(gettext("The option %(name)s must be a text.", name=option))
        if value is not None:
            demands[demand] = value
    return demands


def _ask_leave() -> None:
    """Production asks for a token with the scope, an instance for test suites for nothing."""
    if settings().conformance:
        return
    actor = current_actor()
    if not actor.is_signed_in:
        raise NotSignedIn("sign_in_needed", gettext("Send an access token that may verify credentials."))
    if not permits(actor, PERMISSION):
        raise Forbidden("not_allowed", gettext("This token may not verify credentials."))
    limits.spend("verifying", actor.public_id)
