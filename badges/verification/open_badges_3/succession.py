"""What an issuer has stated about its future: that it moves, or has closed, and who answers for its badges.

Read only where the issuer's own document leads to it, and believed only when one of the issuer's own keys has signed
it. It never changes the verdict: a badge of an issuer that is gone is as genuine as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.enveloped import as_given
from badges.verification.open_badges_3.proof import Demand
from badges.verification.open_badges_3.signature import check_signed
from badges.verification.open_badges_3.signing_keys import SigningKeys
from badges.verification.report import Check, Outcome
from badges.verification.world import World
from issuer.crypto.errors import CryptoError
from issuer.succession.statement import Succession, read_member
from issuer.succession.wording import sentence_of

SECTION = "Rosette: succession; DID Core 1.0, 5.4"


def check_succession(keys: SigningKeys, issuer_name: str, world: World) -> tuple[Check, ...]:
    """At most one check: none for an issuer that has stated nothing, or that it is open."""
    url = keys.publication.succession
    if not url:
        return ()
    try:
        document = world.fetch(url)
    except CryptoError as error:
        sentence = _l("Its issuer has stated something about its future, which could not be read now.")
        return (Check("succession", Outcome.NOT_APPLICABLE, sentence, SECTION, "succession_unread", error.detail),)
    said = _believed(document, keys, world)
    if said is None:
        sentence = _l("A statement about its issuer's future is published that the issuer has not signed. Ignore it.")
        return (Check("succession", Outcome.WARN, sentence, SECTION, code="succession_not_signed"),)
    if said.state == "open":
        return ()
    code = "issuer_closed" if said.is_closed(world.now) else "issuer_moving"
    words = sentence_of(said, issuer_name, now=world.now)
    return (Check("succession", Outcome.WARN, words, SECTION, code=code, reason=_reason(said, url)),)


def _believed(document: Mapping[str, Any], keys: SigningKeys, world: World) -> Succession | None:
    if document.get("issuer") != keys.issuer_id:
        return None
    signed = check_signed(as_given(document), keys=keys, world=world, demand=Demand(keys.issuer_id, world.now))
    return read_member(document) if signed.holds and signed.issuer.outcome is Outcome.PASS else None


def _reason(said: Succession, url: str) -> str:
    """For an engineer: where it stands, and whom it names."""
    return f"{url} names {said.successor.id}." if said.successor is not None else f"{url} names no successor."
