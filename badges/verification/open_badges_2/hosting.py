"""The check "hosted": an assertion is what lies at its own address, on a host that its issuer speaks from.

Open Badges 2.0, "Verification" (HostedBadge) and "VerificationObject" of the issuer; 1.0 and 1.1: ``verify.url``.
A copy that was handed in proves nothing by itself. It is compared with what is hosted, and what is hosted counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.graph import Graph, Node, Trouble
from badges.verification.open_badges_2.primitives import host_of, is_same_address, is_url
from badges.verification.open_badges_2.sameness import difference
from badges.verification.open_badges_2.vocabulary import as_list, id_of, is_old
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome

SECTION = "Open Badges 2.0, Hosted Verification"


@dataclass(frozen=True, slots=True)
class Hosted:
    """``copy``: what lies at the assertion's own address, None when it was not had; ``trouble``: why not;
    ``fault``: what already speaks against it."""

    address: str
    copy: Node | None = None
    trouble: Trouble | None = None
    fault: Check | None = None

    @property
    def is_withdrawn(self) -> bool:
        return self.trouble is not None and self.trouble.code == "gone"


def address_of(document: Mapping[str, Any]) -> str:
    """Where a hosted assertion says that it lies, or ""."""
    verify = document.get("verify")
    named = verify.get("url") if is_old(document) and isinstance(verify, Mapping) else None
    return named if isinstance(named, str) else id_of(document)


def find_hosted(given: Given, graph: Graph) -> Hosted:
    """Read the hosted copy of an assertion, and compare."""
    own = address_of(given.document)
    if not is_url(own):
        sentence = _l("It should lie at an address of its issuer, and names none.")
        return Hosted(own, fault=_failed("no_address", sentence, "A hosted assertion has an http(s) id."))
    found = graph.document(own)
    if isinstance(found, Trouble):
        return Hosted(own, trouble=found, fault=_missing(given, own, found))
    said = address_of(found.document)
    if said and not is_same_address(said, own):
        reason = f"{own[:200]} holds an assertion whose id is {said[:200]}."
        return Hosted(own, fault=_failed("hosted_id_mismatch", _ELSEWHERE, reason))
    changed = difference(given.document, found.document)
    if changed:
        sentence = _l("This copy was altered: its issuer's own copy says something else.")
        return Hosted(own, found, fault=_failed("altered", sentence, f"Different from the hosted copy: {changed}."))
    return Hosted(own, found)


_NOWHERE = _l("Its issuer does not have it: it is not at its address.")
_OUTSIDE = _l("It lies at an address that does not belong to the issuer it names.")
_ELSEWHERE = _l("It is not what its issuer has at the address of this badge.")


def _missing(given: Given, own: str, trouble: Trouble) -> Check | None:
    if trouble.outcome is Outcome.COULD_NOT_CHECK:
        return Check("hosted", trouble.outcome, trouble.sentence, SECTION, trouble.code, trouble.reason)
    if trouble.code in ("gone", "not_published") and (not given.address or is_same_address(given.address, own)):
        return None
    if given.address and not is_same_address(given.address, own):
        reason = f"Found at {given.address[:200]}, its id is {own[:200]}. {trouble.reason}"
        return None if trouble.code == "gone" else _failed("hosted_id_mismatch", _ELSEWHERE, reason)
    code = "url_not_allowed" if trouble.code == "url_not_allowed" else "not_hosted"
    return _failed(code, _NOWHERE, trouble.reason)


def check_hosted(hosted: Hosted, issuer: Node | None) -> Check:
    """Whether the copy lies where its issuer may have it; ``issuer`` None when the profile was not had."""
    if hosted.fault is not None:
        return hosted.fault
    if hosted.trouble is not None and hosted.is_withdrawn:
        sentence = _l("The address of the badge answers that it was withdrawn.")
        return Check("hosted", Outcome.PASS, sentence, SECTION, reason=hosted.trouble.reason)
    if issuer is None:
        sentence = _l("Whether its issuer has it there is not known, as the issuer is not known.")
        return Check("hosted", Outcome.NOT_APPLICABLE, sentence, SECTION)
    if hosted.copy is None:
        return _unanswered(hosted, issuer)
    problem = scope_problem(hosted.address, hosted.copy.host, issuer)
    if problem:
        return _failed("hosted_scope", _OUTSIDE, problem)
    sentence = _l("Its issuer has it, at %(host)s, and it says the same.", host=hosted.copy.host)
    return Check("hosted", Outcome.PASS, sentence, SECTION, reason=" ".join(hosted.copy.notes))


def _unanswered(hosted: Hosted, issuer: Node) -> Check:
    """Nothing answered for the badge's own address, though the issuer's profile was read from the same host: only a
    set of documents that somebody collected has such a gap."""
    reason = hosted.trouble.reason if hosted.trouble else ""
    problem = scope_problem(hosted.address, host_of(hosted.address), issuer)
    if problem:
        return _failed("hosted_scope", _OUTSIDE, problem)
    if host_of(hosted.address) != issuer.host:
        return _failed("not_hosted", _NOWHERE, reason)
    sentence = _l("The issuer's own copy was not among what was read, so only this copy says what the badge says.")
    return Check("hosted", Outcome.WARN, sentence, SECTION, "issuer_unproven", reason)


def scope_problem(address: str, host: str, issuer: Node) -> str:
    """Why an assertion at ``address``, served by ``host``, is outside what its issuer speaks from; "" when inside.

    Without a policy of the issuer: the issuer's own host. Served by another host after a redirect, it must be one that
    the issuer allows.
    """
    policy = issuer.document.get("verification")
    policy = policy if isinstance(policy, Mapping) else {}
    permitted = {issuer.host}
    if "startsWith" in policy:
        starts = [each for each in as_list(policy["startsWith"]) if isinstance(each, str) and _is_below(address, each)]
        if not starts:
            return f"{address[:200]} does not start with any permitted value of the issuer's verification policy."
        permitted = {host_of(each) for each in starts}
    if "allowedOrigins" in policy:
        permitted = {each.lower() for each in as_list(policy["allowedOrigins"]) if isinstance(each, str)}
    if host_of(address) not in permitted:
        return f"{address[:200]} is not hosted at {', '.join(sorted(permitted))[:200]}."
    if host not in permitted | {issuer.host}:
        return f"{address[:200]} led to {host}, where the issuer does not have its badges."
    return ""


def _is_below(address: str, start: str) -> bool:
    """By the text, and by the host: ``https://a.org`` is no start of ``https://a.org.evil.net``."""
    return host_of(address) == host_of(start) != "" and address.partition("://")[2].startswith(
        start.partition("://")[2]
    )


def _failed(code: str, sentence: str, reason: str) -> Check:
    return Check("hosted", Outcome.FAIL, sentence, SECTION, code, reason)
