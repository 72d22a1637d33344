"""Who is asking, as the person that a proposal names."""

from __future__ import annotations

from flask_babel import gettext as _

from issuer import accounts
from issuer.access import current_actor
from issuer.base.errors import NotSignedIn
from issuer.models import Account


def asking_account() -> Account:
    """The caller's account. Raises NotSignedIn."""
    account_id = current_actor().account_id
    if account_id is None:
        raise NotSignedIn("sign_in_needed", _("Sign in first; then you come back here."))
    return accounts.get(account_id)
