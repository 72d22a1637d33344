"""The refresh service: the issuer may keep a newer edition of a credential at an address that the credential names.

Open Badges 3.0, 9.1, step 3: asked once, after the proof held; if it fails, what was handed in counts. A newer edition
is believed only when it is itself signed by the same issuer, for the same credential.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.enveloped import read_inner
from badges.verification.open_badges_3.values import as_list, as_object, issuer_id_of, text_of, time_of, types_of
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome, Report
from badges.verification.world import World
from issuer.crypto.errors import CryptoError

SECTION = "Open Badges 3.0, 9.1 (refresh)"
SERVICE = "1EdTechCredentialRefresh"

Walk = Callable[[Given, Check], Report]


def refresh_address(document: Mapping[str, Any]) -> str | None:
    """Where a newer edition would lie, or None."""
    for service in as_list(document.get("refreshService")):
        if SERVICE in types_of(service):
            return text_of(as_object(service).get("id")) or None
    return None


def check_refresh(report: Report, address: str, world: World, walk: Walk) -> Report:
    """The report with the check "refresh": of the newer edition where there is one that can be believed, else of what
    was handed in."""
    if report.facts is None or report.document is None:
        sentence = _l("Its issuer was not asked for a newer edition, because its signature does not hold.")
        return _with(report, Check("refresh", Outcome.NOT_APPLICABLE, sentence, SECTION))
    try:
        given, form = read_inner(world.fetch(address))
    except CryptoError as error:
        return _with(report, _unread(error.detail))
    if given is None:
        return _with(report, _unread(form.reason))
    newer = walk(given, replace(form, sentence=_l("It is a newer edition, read from its issuer.")))
    return _chosen(report, newer)


def _unread(reason: str) -> Check:
    sentence = _l("Its issuer offers newer editions, but none could be read. This report is of the one handed in.")
    return Check("refresh", Outcome.WARN, sentence, SECTION, "refresh_unavailable", reason)


def _chosen(report: Report, newer: Report) -> Report:
    old, new = as_object(report.document), as_object(newer.document)
    is_genuine = newer.facts is not None and _same_signer(report, newer)
    if not is_genuine or _identity(old) != _identity(new):
        sentence = _l(
            "At the address for newer editions lies something that is not one. This report is of the one handed in."
        )
        return _with(report, Check("refresh", Outcome.WARN, sentence, SECTION, "refresh_refused"))
    if not _is_newer(new, old):
        sentence = _l("Its issuer has no newer edition.")
        return _with(report, Check("refresh", Outcome.PASS, sentence, SECTION))
    sentence = _l("Its issuer has a newer edition. This report is of that one, not of the one handed in.")
    return _with(newer, Check("refresh", Outcome.WARN, sentence, SECTION, "refreshed"))


def _same_signer(report: Report, newer: Report) -> bool:
    """Whether the issuer is proved for both; or for neither, and both are by the very same key."""
    before, after = report.check("issuer"), newer.check("issuer")
    if before is None or after is None:
        return False
    if after.outcome is Outcome.PASS:
        return before.outcome is Outcome.PASS
    keys = [_key_names(each.document) for each in (report, newer)]
    return before.outcome is after.outcome is Outcome.WARN and bool(keys[0]) and keys[0] == keys[1]


def _key_names(document: Mapping[str, Any] | None) -> list[str]:
    """The keys that embedded proofs name; a token names none here."""
    return [text_of(as_object(proof).get("verificationMethod")) for proof in as_list(as_object(document).get("proof"))]


def _identity(document: Mapping[str, Any]) -> tuple[str, str]:
    """Open Badges 3.0, 9.2: two are the same credential when issuer and id are, blanks around them aside."""
    return issuer_id_of(document).strip(), text_of(document.get("id")).strip()


def _is_newer(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    since = [time_of(each.get("validFrom", each.get("issuanceDate"))) for each in (new, old)]
    return since[0] is not None and since[1] is not None and since[0] > since[1]


def _with(report: Report, check: Check) -> Report:
    return replace(report, checks=(*report.checks, check))
