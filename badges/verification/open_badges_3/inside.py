"""Credentials in a credential: endorsements of what it says, and the badges of a learner record or a presentation.

Each has a report of its own. What they say of the whole is one check each: a broken endorsement takes nothing from a
badge; a record or a presentation with an altered badge in it is not what it seems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.enveloped import read_inner
from badges.verification.open_badges_3.values import as_list, as_object
from badges.verification.reading import Given
from badges.verification.report import Check, Finding, Outcome, Part, Report, Verdict
from issuer.crypto.errors import CanonicalizationBudget
from issuer.vc.data_model import flattened

ENDORSEMENTS = "Open Badges 3.0, 9 (endorsements)"
CREDENTIALS = "CLR 2.0, 9; W3C VC Data Model 2.0, 4.13"
MOST_ENDORSEMENTS = 16
MOST_CREDENTIALS = 100
_NO_LONGER = frozenset({Finding.EXPIRED, Finding.REVOKED, Finding.SUSPENDED, Finding.SUPERSEDED, Finding.NOT_YET_VALID})

CheckOne = Callable[[Given, Check], Report]


@dataclass(frozen=True, slots=True)
class Inside:
    """What was found inside: a check for the whole, and the parts."""

    checks: tuple[Check, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A credential as it stands in a document, and for an endorsement the id of the thing in which it stands."""

    value: Any
    endorsed_id: Any = None


def endorsed(document: Mapping[str, Any]) -> list[Found]:
    """Every endorsement in a credential: of itself, its issuer, its achievements, and of their creators."""
    return list(_endorsements(document))


def _endorsements(document: Mapping[str, Any]) -> Iterator[Found]:
    achievements = [
        as_object(achievement)
        for subject in as_list(document.get("credentialSubject"))
        for achievement in as_list(as_object(subject).get("achievement"))
    ]
    profiles = [as_object(document.get("issuer")), *(as_object(each.get("creator")) for each in achievements)]
    for thing in (document, *achievements, *profiles):
        for name in ("endorsement", "endorsementJwt"):
            for value in as_list(thing.get(name)):
                yield Found(value, thing.get("id"))


def check_endorsements(found: list[Found], check: CheckOne) -> Inside:
    """The check "endorsements", and a part with the role "endorsement" for each."""
    if not found:
        return Inside()
    parts = _parts("endorsement", found[:MOST_ENDORSEMENTS], check)
    good = sum(part.report.verdict is Verdict.VALID for part in parts)
    how_many = len(found)
    if good == how_many:
        sentence = _l("Others endorse it: %(count)s, each genuine.", count=good)
        return Inside((Check("endorsements", Outcome.PASS, sentence, ENDORSEMENTS),), parts)
    sentence = _l(
        "Of %(count)s endorsements by others, %(good)s are genuine and valid. Do not count the rest; the badge itself "
        "does not depend on them.",
        count=how_many,
        good=good,
    )
    reason = f"{how_many - good} of {how_many} endorsements are not valid, or were not checked."
    return Inside(
        (Check("endorsements", Outcome.WARN, sentence, ENDORSEMENTS, "endorsement_not_valid", reason),), parts
    )


def check_credentials(value: Any, check: CheckOne) -> Inside:
    """The check "credentials", and a part with the role "credential" for each."""
    found = flattened(value)
    if not found:
        return Inside()
    if len(found) > MOST_CREDENTIALS:
        sentence = _l("There are more credentials in it than are checked at once.")
        return Inside((Check("credentials", Outcome.COULD_NOT_CHECK, sentence, CREDENTIALS, "work_limit"),))
    parts = _parts("credential", [Found(each) for each in found], check)
    return Inside((_say(parts),), parts)


def _parts(role: str, found: list[Found], check: CheckOne) -> tuple[Part, ...]:
    """Up to one that was more work than any honest one; what comes after it is left."""
    parts: list[Part] = []
    for each in found:
        parts.append(_part(role, each.value, check, each.endorsed_id))
        if _was_too_much(parts[-1].report):
            break
    return tuple(parts)


def _was_too_much(report: Report) -> bool:
    own = any(check.code == CanonicalizationBudget.code for check in report.checks)
    return own or any(_was_too_much(part.report) for part in report.parts)


def _say(parts: tuple[Part, ...]) -> Check:
    reports = [part.report for part in parts]
    reason = "; ".join(f"{number}: {report.finding.value}" for number, report in enumerate(reports, start=1))[:1000]
    broken = [each for each in reports if each.verdict in (Verdict.INVALID, Verdict.UNSUPPORTED)]
    if any(each.finding not in _NO_LONGER for each in broken):
        sentence = _l("At least one of the credentials in it is not genuine.")
        return Check("credentials", Outcome.FAIL, sentence, CREDENTIALS, "inner_not_valid", reason)
    if any(each.verdict is Verdict.UNKNOWN for each in reports):
        sentence = _l("Not every credential in it could be checked.")
        return Check("credentials", Outcome.COULD_NOT_CHECK, sentence, CREDENTIALS, "inner_unknown", reason)
    if broken:
        sentence = _l("Every credential in it is genuine, but not every one still holds.")
        return Check("credentials", Outcome.WARN, sentence, CREDENTIALS, "inner_no_longer_valid", reason)
    sentence = _l("Every credential in it was checked by itself, and is genuine.")
    return Check("credentials", Outcome.PASS, sentence, CREDENTIALS, reason=reason)


def _part(role: str, value: Any, check: CheckOne, endorsed_id: Any = None) -> Part:
    given, form = read_inner(value)
    if given is None:
        return Part(role, check(Given({}), form))
    report = check(given, form)
    if role == "endorsement":
        report = replace(report, checks=(*report.checks, _check_endorsed(given, endorsed_id)))
    return Part(role, report)


def _check_endorsed(given: Given, endorsed_id: Any) -> Check:
    """Whether it endorses the thing in which it stands: anybody can copy an endorsement of something else."""
    subject = as_object(given.document.get("credentialSubject"))
    if subject.get("id") == endorsed_id:
        return Check("endorsed", Outcome.PASS, _l("It is about what it stands in."), ENDORSEMENTS)
    sentence = _l("It endorses something else than what it stands in.")
    reason = f"It is about {ascii(subject.get('id'))[:200]}, and stands in {ascii(endorsed_id)[:200]}."
    return Check("endorsed", Outcome.FAIL, sentence, ENDORSEMENTS, "endorses_another", reason)
