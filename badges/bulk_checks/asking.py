"""For which organisation somebody checks or watches badges, and which checks and watches are theirs to see."""

from __future__ import annotations

from flask_babel import gettext as _

from badges.bulk_checks import jobs, schedules, watches, webhooks
from badges.bulk_checks.models import BadgeWatch, BulkCheck, CheckSchedule, Webhook
from badges.public_names import shaped
from issuer import organisations
from issuer.access import authorise, current_actor
from issuer.base.errors import Invalid, NotFound
from issuer.models import Organisation
from issuer.policy import permits


def own_ids(permission: str) -> list[int]:
    """The organisations (internal ids) in which the caller has the permission."""
    actor = current_actor()
    return [place for place in actor.roles if permits(actor, permission, organisation_id=place)]


def organisation_for(slug: str, permission: str) -> Organisation:
    """The organisation with that short name; without one the only one the caller can mean.

    Raises NotFound, Forbidden; Invalid where it is not clear which one is meant.
    """
    if not slug:
        own = own_ids(permission)
        if len(own) != 1:
            sentence = _("Say for which organisation.")
            raise Invalid("invalid", sentence, fields={"organisation": [sentence]})
        return organisations.with_ids(own)[0]
    organisation = organisations.by_slug(shaped(slug))
    if organisation is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    authorise(permission, organisation.id)
    return organisation


def own_check(check_id: str, permission: str = "checks.read") -> BulkCheck:
    """The check with that public id. Raises NotFound for those of other organisations."""
    check = jobs.find(shaped(check_id))
    authorise(permission, check.organisation_id)
    return check


def own_schedule(schedule_id: str) -> CheckSchedule:
    schedule = schedules.find(shaped(schedule_id))
    authorise("checks.run", schedule.organisation_id)
    return schedule


def own_webhook(webhook_id: str) -> Webhook:
    webhook = webhooks.find(shaped(webhook_id))
    authorise("webhooks.edit", webhook.organisation_id)
    return webhook


def own_watch(watch_id: str) -> BadgeWatch:
    """The watch that the caller's organisation asked for. Raises NotFound for those of others."""
    watch = watches.find(shaped(watch_id))
    authorise("watches.edit", watch.organisation_id)
    return watch
