"""What each check asks, as the heading over its answer; and what the thing is called that was handed in."""

from __future__ import annotations

from badges.verification.wording.speech import _

DECIDING = ("signature", "hosted", "issuer", "trust", "status", "period", "recipient")
"""The checks that a person asks for, in this order; all others stand behind them."""


def title_of(name: str) -> str:
    """The question of a check; for one of another room that is not listed, its name as words."""
    titles = {
        "format": _("Can it be read?"),
        "data_model": _("Is it well-formed?"),
        "open_badge": _("Is it a complete badge?"),
        "schema": _("Does it follow the schema it names?"),
        "signature": _("Is it unchanged?"),
        "issuer": _("Did the issuer sign it?"),
        "trust": _("Do we know the issuer?"),
        "succession": _("Is its issuer still there?"),
        "authority": _("May this issuer award it?"),
        "refresh": _("Is there a newer copy?"),
        "period": _("Is it valid today?"),
        "status": _("Has it been withdrawn?"),
        "recipient": _("Does it belong to whom you asked about?"),
        "endorsements": _("Do others vouch for it?"),
        "credentials": _("Do the credentials inside it stand?"),
        "extensions": _("Are its extensions in order?"),
        "image": _("Is its picture in order?"),
        "evidence": _("Does the evidence stand?"),
        "criteria": _("Are its criteria still the same?"),
        "log": _("Is it in the issuance log?"),
        "said": _("What did it say?"),
        "hosted": _("Does its issuer's host say the same?"),
        "types": _("Is everything in it of the right kind?"),
        "properties": _("Does it say all that a badge must?"),
        "graph": _("Could what it leads to be read?"),
        "claim": _("Is it about what it stands in?"),
        "achievement": _("Is what was achieved described?"),
        "holder": _("Did its holder present it?"),
        "context": _("Is it of the current edition of the standard?"),
        "suite": _("Was it signed in a form of today?"),
        "claims": _("Does the token around it say the same?"),
        "terms": _("Does every word in it mean something?"),
        "disclosure": _("Is all of it shown?"),
        "endorsed": _("Is it about what it stands in?"),
    }
    return titles.get(name) or f"{name.replace('_', ' ').capitalize()}?"


def thing_of(kind: str) -> str:
    """What was handed in, as a noun with its article: the subject of a sentence."""
    things = {
        "clr": _("This learning record"),
        "endorsement": _("This endorsement"),
        "credential": _("This credential"),
        "presentation": _("This presentation"),
        "receipt": _("This receipt"),
    }
    return things.get(kind) or _("This badge")


def kind_words(kind: str) -> str:
    """Which standard it follows, for the line over its name; "" when it was not recognised."""
    kinds = {
        "open_badge_3": _("Open Badge 3.0"),
        "open_badge_2": _("Open Badge 2.0"),
        "open_badge_1": _("Open Badge 1.0"),
        "clr": _("Comprehensive Learner Record"),
        "endorsement": _("Endorsement"),
        "credential": _("Verifiable credential"),
        "presentation": _("Verifiable presentation"),
        "receipt": _("Receipt of a check"),
    }
    return kinds.get(kind, "")


def role_words(role: str, kind: str) -> str:
    """What a part is within the whole."""
    if role == "endorsement":
        return _("Endorsement")
    return kind_words(kind) or _("Credential inside")
