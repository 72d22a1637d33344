"""How often something may be tried. One table; the counts live where the settings say.

The client's address is believed from a proxy only if the settings trust one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.errors import ConfigurationError
from werkzeug.middleware.proxy_fix import ProxyFix

from issuer.base.errors import TooMany
from issuer.base.settings import SettingsError
from issuer.secret_text import hash_of

LIMITS: Mapping[str, RateLimitItem] = {
    "sign_in": parse("10 per 5 minutes"),
    "sign_in_from_one_place": parse("200 per 5 minutes"),
    "link": parse("5 per 15 minutes"),
    "link_from_one_place": parse("200 per 15 minutes"),
    "guess": parse("60 per 5 minutes"),
    "answering": parse("240 per minute"),
    "verifying": parse("60 per minute"),
    "share_guess": parse("60 per 5 minutes"),
    "asking": parse("10 per hour"),
    "bundling": parse("20 per hour"),
    "wallet_offer": parse("30 per hour"),
    "wallet_from_one_place": parse("240 per 5 minutes"),
}
"""What is counted -> how often. One place is one address of the network: a whole school may be behind it."""

_EXTENSION = "rosette_limiter"


def init_app(app: Flask) -> None:
    """Count in the storage of the settings, over a moving window; see clients through the trusted proxies."""
    proxies = app.config["ROSETTE"].trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    try:
        app.extensions[_EXTENSION] = Limiter(client_address, app=app)
    except ConfigurationError as error:
        raise SettingsError(f"ROSETTE_RATE_LIMIT_STORAGE cannot be used: {error}.") from error


def client_address() -> str:
    """The network address of who asks."""
    return request.remote_addr or "unknown"


def spend(name: str, *who: str) -> None:
    """Count one try of ``name`` by ``who``. Raises TooMany with the seconds until the next is allowed.

    ``who`` (an address, an account) is kept as a hash only. Raises LookupError for a limit that is not in the
    table: that is a mistake in the wiring.
    """
    limit, key = LIMITS[name], hash_of("\0".join(who))
    counter = current_app.extensions[_EXTENSION].limiter
    if counter.hit(limit, name, key):
        return
    reset_time = counter.get_window_stats(limit, name, key).reset_time
    seconds = max(1, math.ceil(reset_time - time.time()))
    raise TooMany("too_many_tries", _("Too many tries. Wait a little, then try again."), retry_after=seconds)
