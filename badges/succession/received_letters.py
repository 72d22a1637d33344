"""A holder is told of a badge that was given because of another one."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from badges.award_facts import badge_url
from badges.models import Award
from issuer import accounts, mail
from issuer.letters import Letter
from issuer.models import Organisation


def tell(award: Award, earlier_issuer: Organisation) -> None:
    """Written in the transaction of the award."""
    address = accounts.primary_address(award.account)
    if address is None:
        return
    organisation = award.achievement_version.achievement.organisation
    with force_locale(award.account.locale):
        opening = _(
            "%(organisation)s has given you a badge, because it accepts the one that you hold from %(issuer)s:",
            organisation=organisation.name,
            issuer=earlier_issuer.name,
        )
        meaning = _("The one you have stays as it is. Nobody but you sees the new one until you publish it.")
        parts = (opening, f"- {award.achievement_version.name}", meaning, badge_url(award))
        mail.send(address, Letter(_("You have a new badge"), "\n\n".join(parts) + "\n"))
