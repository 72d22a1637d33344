"""Trust in words: kinds of names, registries and their troubles, and what a badge counts as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import LazyString, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from badges.trust.counting import Conditions
from badges.trust.equivalences import Equivalence
from badges.trust.models import TrustedIssuer, TrustRegistry
from issuer import accounts
from issuer.models import Account

_KINDS: Mapping[str, LazyString] = {
    "id": _l("Issuer's id"),
    "domain": _l("Domain"),
    "key": _l("Key"),
}
_FORMS: Mapping[str, LazyString] = {
    "known_dids": _l("List of known DIDs"),
    "list": _l("List of issuers"),
    "federation": _l("OpenID Federation, signed"),
}
_MISSING: Mapping[str, LazyString] = {
    "not_valid": _l("the badge was not found valid"),
    "issuer_unproven": _l("it is not proved who issued it"),
    "issuer_unknown": _l("you do not know the issuer: it is neither on your trust list nor in a registry of yours"),
    "not_entitled": _l("nothing shows that the issuer may award this achievement"),
    "result_too_low": _l("it shows no result that is high enough"),
    "too_old": _l("it was awarded too long ago"),
    "too_short": _l("it does not stay valid long enough"),
}


def kind_words(kind: str) -> str:
    """By what an issuer is named."""
    return str(_KINDS[kind])


def form_words(form: str) -> str:
    """What kind of registry it is."""
    return str(_FORMS[form])


def person_words(account: Account | None) -> str:
    """Who did it, as administrators know the person."""
    if account is None:
        return str(_("An operator of the service"))
    return account.name or accounts.primary_address(account) or account.public_id


def period_words(entry: TrustedIssuer, *, now: datetime) -> tuple[str, str]:
    """(words, kind of mark): when an entry counts."""
    if entry.since is not None and now < entry.since:
        return _("Counts from %(day)s", day=format_date(entry.since, "long")), "neutral"
    if entry.until is not None and now >= entry.until:
        return _("Ended on %(day)s", day=format_date(entry.until, "long")), "warn"
    if entry.until is not None:
        return _("Counts until %(day)s", day=format_date(entry.until, "long")), "good"
    return _("Counts"), "good"


def registry_words(registry: TrustRegistry) -> tuple[str, str]:
    """(words, kind of mark): how a registry stands."""
    if registry.trouble:
        return _("Could not be read on %(day)s", day=format_date(registry.tried_at, "long")), "warn"
    return _("Read on %(day)s", day=format_date(registry.imported_at, "long")), "good"


def equivalence_words(equivalence: Equivalence) -> str:
    """What a rule says of a badge, in a sentence."""
    facts = {"requirement": equivalence.requirement_name, "organisation": equivalence.organisation}
    if equivalence.counts:
        return str(_("It counts as %(requirement)s at %(organisation)s.", **facts))
    reasons = "; ".join(str(_MISSING[each]) for each in equivalence.missing)
    sentence = _("It would count as %(requirement)s at %(organisation)s, but %(reasons)s.", **facts, reasons=reasons)
    return str(sentence)


def equivalences_as_json(found: Iterable[Equivalence]) -> list[dict[str, Any]]:
    """What rules say of a badge, for programs; as badges.trust.schemas.CountsAsSchema."""
    return [
        {
            "rule": each.rule_id,
            "requirementKind": each.requirement_kind,
            "requirement": each.requirement,
            "name": each.requirement_name,
            "counts": each.counts,
            "missing": list(each.missing),
            "sentence": equivalence_words(each),
        }
        for each in found
    ]


def condition_words(conditions: Conditions) -> list[str]:
    """What a rule asks, a few words each."""
    words = [
        _("only from issuers you know") if conditions.trusted_only else _("from the creator or whom it authorised")
    ]
    if conditions.minimum_result:
        kind = conditions.result_type or _("a result")
        words.append(_("%(kind)s of %(least)s or better", kind=kind, least=conditions.minimum_result))
    if conditions.most_days_old is not None:
        words.append(_("awarded in the last %(days)s days", days=conditions.most_days_old))
    if conditions.days_left is not None:
        words.append(_("valid for %(days)s more days", days=conditions.days_left))
    return words
