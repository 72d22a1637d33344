"""Asking the policy from an edge: which permission a view needs, and who is asking now.

Every view says ``@requires("permission")``. The check itself is made in one place before any view runs;
a view that says nothing is refused, so forgetting is safe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_babel import gettext as _

from issuer.base.errors import Forbidden, NotFound, NotSignedIn
from issuer.policy import ANONYMOUS, PERMISSIONS, Actor, Who, permits

View = TypeVar("View", bound=Callable[..., Any])
ActorLoader = Callable[[], Actor]

_ATTRIBUTE = "rosette_permission"
_OWN_TOKEN = "rosette_own_token"  # noqa: S105 - the name of a mark


def requires(permission: str) -> Callable[[View], View]:
    """Mark a view with the permission it needs; an unknown name is refused at import."""
    if permission not in PERMISSIONS:
        raise LookupError(permission)

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return mark


def with_own_token(view: View) -> View:
    """Mark a view that reads the bearer token itself, as it is not one of an account: nobody is signed in there."""
    setattr(view, _OWN_TOKEN, True)
    return view


def permission_of(app: Flask, endpoint: str) -> str | None:
    """The permission an endpoint needs, or None for one that was never marked."""
    if endpoint == "static" or endpoint.endswith(".static") or endpoint.startswith("api-docs."):
        return "public.read"
    return getattr(app.view_functions.get(endpoint), _ATTRIBUTE, None)


def current_actor() -> Actor:
    """Who is asking: never None, ANONYMOUS when nobody is signed in."""
    actor: Actor = g.get("actor", ANONYMOUS)
    return actor


def init_app(app: Flask, load_actor: ActorLoader) -> None:
    """Find out who asks, then ask the policy, before every view."""

    @app.before_request
    def _ask_policy() -> None:
        if request.endpoint == "static":
            return
        has_own_token = getattr(app.view_functions.get(request.endpoint or ""), _OWN_TOKEN, False)
        g.actor = ANONYMOUS if has_own_token else load_actor()
        g.caller = g.actor.public_id if g.actor.is_signed_in else None
        if request.endpoint is None:
            return  # nothing is there; the page that says so still knows who is signed in
        permission = permission_of(app, request.endpoint)
        if permission is None or not permits(g.actor, permission):
            _refuse(g.actor, permission)


def _refuse(actor: Actor, permission: str | None) -> None:
    if permission is not None and not actor.is_signed_in and PERMISSIONS[permission].who is not Who.ANYONE:
        raise NotSignedIn("sign_in_needed", _("Sign in first; then you come back here."))
    raise Forbidden("not_allowed", _("Your account may not do this."))


def authorise(permission: str, organisation_id: int) -> Actor:
    """Ask the policy about a thing of one organisation.

    Raises NotFound, not Forbidden, for a thing of an organisation one does not belong to: that it exists
    is nobody else's business.
    """
    actor = current_actor()
    if permits(actor, permission, organisation_id=organisation_id):
        return actor
    if organisation_id not in actor.roles:
        raise NotFound("not_found", _("There is nothing at this address."))
    raise Forbidden("not_allowed", _("Your role in this organisation does not allow this."))


def settings() -> Any:
    """The frozen Settings of the running application."""
    return current_app.config["ROSETTE"]
