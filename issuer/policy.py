"""Who may do what: one table, asked by every edge.

A permission is open to anyone, to anyone signed in, or to the holders of a role in the organisation that
the thing belongs to. A program acting with an API token needs the permission's scope besides: a token can
do less than its owner, never more. What the table does not name is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Who(StrEnum):
    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Permission:
    """``roles`` matter for Who.ROLE only; ``scope`` None means that no token can carry it."""

    who: Who
    roles: frozenset[str] = frozenset()
    scope: str | None = None


def _role(*roles: str, scope: str | None) -> Permission:
    return Permission(Who.ROLE, frozenset(roles), scope)


PERMISSIONS: Mapping[str, Permission] = {
    "public.read": Permission(Who.ANYONE),
    "verify": Permission(Who.ANYONE),
    "sign_in": Permission(Who.ANYONE),
    "badges.ask": Permission(Who.ANYONE),
    "wallets.fetch": Permission(Who.ANYONE),
    "account.own": Permission(Who.SIGNED_IN),
    "learn": Permission(Who.SIGNED_IN, scope="learn"),
    "profile.own": Permission(Who.SIGNED_IN, scope="profile:read"),
    "awards.own": Permission(Who.SIGNED_IN, scope="awards:read"),
    "awards.hand_over": Permission(Who.SIGNED_IN, scope="awards:hand_over"),
    "awards.publish": Permission(Who.SIGNED_IN, scope="awards:publish"),
    "frameworks.import": _role("administrator", "author", scope="frameworks:write"),
    "modules.edit": _role("administrator", "author", scope="modules:write"),
    "achievements.edit": _role("administrator", "author", scope="achievements:write"),
    "credentials.derive": Permission(Who.SIGNED_IN, scope="credentials:derive"),
    "credentials.verify": Permission(Who.SIGNED_IN, scope="credentials:verify"),
    "credentials.issue": _role("administrator", "author", scope="credentials:issue"),
    "problems.handle": _role("administrator", scope="problems:write"),
    "endorsements.give": _role("administrator", scope="endorsements:write"),
    "awards.revoke": _role("administrator", scope="awards:revoke"),
    "trust.read": _role("administrator", "author", "assessor", scope="trust:read"),
    "trust.edit": _role("administrator", scope="trust:write"),
    "checks.read": _role("administrator", "author", "assessor", scope="checks:read"),
    "checks.run": _role("administrator", "author", "assessor", scope="checks:write"),
    "watches.edit": _role("administrator", "author", "assessor", scope="watches:write"),
    "webhooks.edit": _role("administrator", scope="webhooks:write"),
    "organisation.administer": _role("administrator", scope="organisation:write"),
    "audit.read": _role("administrator", scope="audit:read"),
}

SCOPES: tuple[str, ...] = tuple(sorted({p.scope for p in PERMISSIONS.values() if p.scope}))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. ``roles``: organisation's internal id -> roles there. ``scopes`` None: a person in a browser."""

    account_id: int | None = None
    public_id: str = "anonymous"
    name: str = ""
    locale: str | None = None
    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)
    scopes: frozenset[str] | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def is_administrator(self) -> bool:
        return any("administrator" in roles for roles in self.roles.values())

    @property
    def is_author(self) -> bool:
        return any(roles & {"administrator", "author"} for roles in self.roles.values())


ANONYMOUS = Actor()


def permits(actor: Actor, name: str, *, organisation_id: int | None = None) -> bool:
    """Whether ``actor`` has the permission; for a role, in that organisation, or in any if none is given."""
    permission = PERMISSIONS.get(name)
    if permission is None:
        return False
    if permission.who is Who.ANYONE:
        return True
    if not actor.is_signed_in or not _scope_allows(actor, permission):
        return False
    if permission.who is Who.SIGNED_IN:
        return True
    held = actor.roles.values() if organisation_id is None else [actor.roles.get(organisation_id, frozenset())]
    return any(permission.roles & roles for roles in held)


def _scope_allows(actor: Actor, permission: Permission) -> bool:
    return actor.scopes is None or permission.scope in actor.scopes
