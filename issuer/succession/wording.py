"""What a statement means, in one sentence for people."""

from __future__ import annotations

from datetime import datetime

from flask_babel import format_date
from flask_babel import gettext as _

from issuer.succession.statement import Succession


def sentence_of(said: Succession, issuer: str, *, now: datetime) -> str:
    """The sentence, in the reader's language; "" for an issuer that is open."""
    if said.state == "open":
        return ""
    words = {"issuer": issuer or _("The issuer"), "day": format_date(said.since, "long")}
    if said.successor is not None:
        words["successor"] = said.successor.name
    return _of_closing(said, words, now) if said.state == "closed" else _of_moving(said, words, now)


def _of_closing(said: Succession, words: dict[str, str], now: datetime) -> str:
    if said.since <= now:
        if said.successor is None:
            return str(_("%(issuer)s closed on %(day)s. What it signed can still be checked.", **words))
        return str(
            _("%(issuer)s closed on %(day)s. Its successor is %(successor)s, which answers for its badges.", **words)
        )
    if said.successor is None:
        return str(_("%(issuer)s closes on %(day)s. What it signed can be checked afterwards too.", **words))
    return str(_("%(issuer)s closes on %(day)s. From then on %(successor)s answers for its badges.", **words))


def _of_moving(said: Succession, words: dict[str, str], now: datetime) -> str:
    if said.successor is None:
        return str(_("%(issuer)s is moving. What it signed can still be checked.", **words))
    if said.since <= now:
        return str(_("%(issuer)s has moved: since %(day)s %(successor)s answers for its badges.", **words))
    return str(_("%(issuer)s is moving: from %(day)s on %(successor)s answers for its badges.", **words))
