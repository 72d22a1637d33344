"""Whose profile is asked for: always one's own."""

from __future__ import annotations

from flask_babel import gettext

from issuer.access import current_actor
from issuer.base.errors import NotSignedIn


def own_account_id() -> int:
    """The internal id of the account that asks. Raises NotSignedIn."""
    account_id = current_actor().account_id
    if account_id is None:
        raise NotSignedIn("sign_in_needed", gettext("Sign in first; then you come back here."))
    return account_id
