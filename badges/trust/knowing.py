"""How the issuer of a badge is known to whoever checks it: one Trust, made of everything that may vouch for it.

First that it issues with this service, then the organisation's own list, then its registries, then those that an
operator shows to everybody. A name counts only as far as it is proved: an id when the signing key was found under that
very place (or is the id itself), a domain when the key is published on that very host.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, false, or_, select

from badges.trust.models import RegisteredIssuer, TrustedIssuer, TrustRegistry
from badges.trust.naming import DOMAIN, ID, KEY, Named, host_of, key_in_name
from badges.verification.world import Signatory, Trust
from issuer.access import settings
from issuer.base.db import db, utc_now
from issuer.crypto.did import did_web_for
from issuer.models import Organisation
from issuer.policy import Actor

REMEMBERED = 1024
THEIR_ROLES = frozenset({"administrator", "author", "assessor"})
"""Who speaks for an organisation when checking a badge; anybody may enrol as its learner."""


def trust_of(organisation: Organisation | None, *, now: datetime | None = None) -> Trust:
    """A Trust of one organisation, or of a visitor without one. It remembers what it answered; make one a verification
    or a batch."""
    return _trust_of((organisation.id,) if organisation is not None else (), now=now or utc_now())


def trust_for(actor: Actor, *, now: datetime | None = None) -> Trust:
    """A Trust of whoever asks: of the organisations for which they speak."""
    return _trust_of(places_of(actor), now=now or utc_now())


def places_of(actor: Actor) -> tuple[int, ...]:
    """The organisations (internal ids) for which somebody speaks when checking a badge."""
    return tuple(sorted(place for place, roles in actor.roles.items() if roles & THEIR_ROLES))


def _trust_of(organisation_ids: Collection[int], *, now: datetime) -> Trust:
    own = tuple(organisation_ids)

    @lru_cache(maxsize=REMEMBERED)
    def trust(signatory: Signatory) -> str | None:
        if _issues_here(signatory.issuer_id):
            return str(_("it issues with this service"))
        names = proved_names(signatory)
        if not names:
            return None
        return (_on_a_list(names, own, now=now) if own else None) or _in_a_registry(names, own)

    return trust


def proved_names(signatory: Signatory) -> tuple[Named, ...]:
    """The names under which whoever signed may be looked up; none that no list could hold, as one with NUL. PURE."""
    domain, issuer_id = signatory.domain.lower(), signatory.issuer_id
    names = [Named(KEY, signatory.thumbprint)] if signatory.thumbprint else []
    if domain:
        names.append(Named(DOMAIN, domain))
    host = host_of(issuer_id)
    if (host and domain and domain in (host, host.partition(":")[0])) or (
        signatory.thumbprint and key_in_name(issuer_id) == signatory.thumbprint
    ):
        names.append(Named(ID, issuer_id))
    return tuple(each for each in names if each.subject.isascii() and each.subject.isprintable())


def _issues_here(issuer_id: str) -> bool:
    """By its DID, or by the address of its profile of Open Badges 2.0, which nobody else answers at."""
    prefix = did_web_for(settings().base_url, "issuers") + ":"
    hosted = f"{settings().base_url}/issuers/"
    if issuer_id.startswith(hosted) and issuer_id.endswith(".ob2.json"):
        issuer_id = prefix + issuer_id.removeprefix(hosted).removesuffix(".ob2.json")
    slug = issuer_id.removeprefix(prefix)
    if not issuer_id.startswith(prefix) or not slug or not slug.isascii() or not slug.isprintable():
        return False
    return db.session.scalar(select(Organisation.id).filter_by(slug=slug)) is not None


def _on_a_list(names: Collection[Named], own: Collection[int], *, now: datetime) -> str | None:
    begun = or_(TrustedIssuer.since.is_(None), TrustedIssuer.since <= now)
    lasting = or_(TrustedIssuer.until.is_(None), TrustedIssuer.until > now)
    wanted = select(TrustedIssuer.name, TrustedIssuer.kind).where(
        TrustedIssuer.organisation_id.in_(own), _is_named(TrustedIssuer, names), begun, lasting
    )
    found = db.session.execute(wanted.order_by(TrustedIssuer.id).limit(1)).first()
    if found is None:
        return None
    words: dict[str, str] = {
        ID: _("it is on your trust list as %(name)s", name=found.name),
        DOMAIN: _("its domain is on your trust list as %(name)s", name=found.name),
        KEY: _("its key is on your trust list as %(name)s", name=found.name),
    }
    return words[found.kind]


def _in_a_registry(names: Collection[Named], own: Collection[int]) -> str | None:
    wanted = (
        select(RegisteredIssuer.name, TrustRegistry)
        .join(TrustRegistry, TrustRegistry.id == RegisteredIssuer.registry_id)
        .where(_is_named(RegisteredIssuer, names))
        .where(or_(TrustRegistry.is_public, TrustRegistry.organisation_id.in_(own) if own else false()))
    )
    rows = db.session.execute(wanted).all()
    if not rows:
        return None
    name, registry = min(rows, key=lambda row: (row[1].organisation_id not in own, row[1].id))
    facts = {"registry": registry.name, "name": name, "day": format_date(registry.imported_at, "long")}
    if registry.organisation_id in own:
        return str(_("it is in the registry %(registry)s as %(name)s, which you imported on %(day)s", **facts))
    return str(_("it is in the registry %(registry)s as %(name)s, imported here on %(day)s", **facts))


def _is_named(model: type[TrustedIssuer] | type[RegisteredIssuer], names: Collection[Named]) -> ColumnElement[bool]:
    return or_(*(and_(model.kind == each.kind, model.subject == each.subject) for each in names))
