"""A web process dies at every place that has a name, in the middle of the request that earns a badge."""

from __future__ import annotations

import http.client
import re
from pathlib import Path

import pytest

from tests.faults.invariants import awards_of, broken, state_of
from tests.learners import make_ready
from tests.live import Instance, running

HOUSE = Path(__file__).resolve().parents[2]
LOST = (OSError, http.client.HTTPException)
"""What a program sees when the other side dies: the connection ends without a reply."""

AFTER_COMMIT = {"http.after_commit"}
ELSEWHERE = {
    *("vc.after_store", "resigning.after_part", "log.after_numbering", "log.after_checkpoint"),
    *("revoking.after_confirm", "revoking.after_batch", "revoking.after_mails"),
    *("bulk_checks.after_first_batch", "bulk_checks.after_batch"),
    *("privacy.after_register", "succession.after_confirm", "succession.after_mails", "reissuing.after_part"),
}
"""Points that this request does not pass; who kills there is tested beside what they belong to."""


def points() -> list[str]:
    """Every name that the product's source gives to a fault point."""
    files = [path for floor in ("issuer", "competencies", "badges") for path in (HOUSE / floor).rglob("*.py")]
    named = re.compile(r'\bfault_point\("([a-z_.]+)"\)')
    return sorted({name for path in files for name in named.findall(path.read_text(encoding="utf-8"))} - ELSEWHERE)


def test_the_places_around_the_commit_and_the_signature_have_names() -> None:
    assert set(points()) >= {"http.before_commit", "http.after_commit", "signing.before_sign", "signing.after_sign"}


@pytest.mark.fault
@pytest.mark.parametrize("point", points())
def test_a_kill_leaves_nothing_half_made_and_a_second_try_earns_the_badge_once(instance: Instance, point: str) -> None:
    (learner,) = make_ready(instance, 1)
    with running(instance, with_worker=False, fault=point) as doomed:
        with pytest.raises(LOST):
            learner.submit(key="once")
        doomed.kill()
    assert broken(instance) == []
    assert (state_of(instance, learner) == "marked") is (point in AFTER_COMMIT)

    with running(instance, with_worker=False) as restarted:
        said = learner.submit(key="once")
        assert (said.status, said.json()["passed"]) == (200, True)
        assert ("idempotency-replayed" in said.headers) is (point in AFTER_COMMIT)
        restarted.kill()
    assert awards_of(instance, learner) == ["C-PRO.1"]
    assert broken(instance) == []
