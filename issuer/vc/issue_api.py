"""POST /credentials/issue, /credentials/derive and /credentials/status, for programs with a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify
from flask_babel import gettext

from issuer import organisations
from issuer.access import authorise, current_actor, requires, settings
from issuer.base.db import utc_now
from issuer.base.errors import Forbidden, Invalid, NotFound
from issuer.crypto.did import did_web_for
from issuer.models import Organisation
from issuer.policy import Actor, permits
from issuer.succession.standing import refuse_closed
from issuer.vc import deriving, issuing, revoking
from issuer.vc.exchange import answer_in_json, given, made, member, options_of, read_body
from issuer.vc.status_changes import read_change

blueprint = Blueprint("vc_issuing", __name__, url_prefix="/credentials")
answer_in_json(blueprint)

ISSUE = "credentials.issue"


@blueprint.post("/issue")
@requires(ISSUE)
def issue() -> Response:
    body = read_body()
    credential, options = member(body, "credential"), options_of(body)
    organisation = _organisation_for(credential, options)
    refuse_closed(organisation)
    wanted = issuing.read_wanted(options)
    actor = current_actor().public_id
    issued = issuing.issue(credential, organisation=organisation, wanted=wanted, actor=actor, now=utc_now())
    return given(issued.document)


@blueprint.post("/derive")
@requires("credentials.derive")
def derive() -> Response:
    return made(deriving.derive(read_body()))


@blueprint.post("/status")
@requires(ISSUE)
def status() -> Response:
    change = read_change(read_body())
    issued = issuing.find(change.credential_id)
    if issued is None:
        raise NotFound("not_found", gettext("There is no such credential, or it has no such status."))
    actor = authorise(ISSUE, issued.organisation_id)
    revoking.change_status(issued, change, actor=actor.public_id)
    return jsonify({"credentialId": change.credential_id, "statusPurpose": change.purpose, "status": change.status})


def _organisation_for(credential: Mapping[str, Any], options: Mapping[str, Any]) -> Organisation:
    """The one that the option ``organisation`` names (a public id), else the one that the credential's issuer is, else
    the only one for which the caller may issue. Raises NotFound, Forbidden, Invalid."""
    actor = current_actor()
    if isinstance(chosen := options.get("organisation"), str):
        organisation = organisations.get(chosen)
        authorise(ISSUE, organisation.id)
        return organisation
    issuer = credential.get("issuer")
    named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if isinstance(named, str):
        return _with_did(named, actor)
    own = organisations.with_ids([place for place in actor.roles if permits(actor, ISSUE, organisation_id=place)])
    if len(own) != 1:
        sentence = gettext("Say which of your organisations is to sign.")
        raise Invalid("which_organisation", sentence, fields={"organisation": [sentence]})
    return own[0]


def _with_did(did: str, actor: Actor) -> Organisation:
    prefix = did_web_for(settings().base_url, "issuers") + ":"
    organisation = organisations.by_slug(did.removeprefix(prefix)) if did.startswith(prefix) else None
    if organisation is None:
        sentence = gettext("The issuer is none of the organisations of this service.")
        raise Invalid("foreign_issuer", sentence, fields={"issuer": [sentence]})
    if not permits(actor, ISSUE, organisation_id=organisation.id):
        raise Forbidden("not_allowed", gettext("Your account may not issue for this organisation."))
    return organisation
