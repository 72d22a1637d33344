"""Good badges of Open Badges 2.0: signed, where no change may pass, and hosted, where only the hosted copy counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from badges.verification.report import Report, Verdict
from badges.verification.verifying import verify
from badges.verification.world import World
from tests.fuzz.specimens import Specimen
from tests.oracles import SHARED
from tests.unit.badges.verification.open_badges_2.hosts import assertion, hosted, signed_assertion, token, world
from tests.unit.badges.verification.open_badges_2.test_samples import SAMPLES, sample_world


@dataclass(frozen=True, slots=True)
class HostedSpecimen(Specimen):
    """A changed copy of it may say less; what is shown is what its issuer hosts, or nothing."""

    at: World

    def says_the_same(self, data: bytes) -> bool:
        facts = verify(data, self.at).facts
        return facts is None or facts == verify(self.data, self.at).facts


def open_badges_2_specimens() -> list[Specimen]:
    """Of a stranger, and the published samples where these are at hand."""
    at = world(hosted())
    found: list[Specimen] = [
        Specimen("signed badge of version 2", token(signed_assertion()), lambda data: _is_valid(verify(data, at))),
        HostedSpecimen("hosted badge of version 2", assertion(), lambda data: _is_valid(verify(data, at)), at),
    ]
    return found + (_samples() if SHARED is not None else [])


def _samples() -> list[Specimen]:
    at = sample_world()

    def is_valid(data: bytes) -> bool:
        return _is_valid(verify(data, at))

    signed = [Specimen(f"sample ob20/{path.name}", path.read_text().strip(), is_valid) for path in _files("*.jwt")]
    hosted_ones = [
        HostedSpecimen(f"sample ob20/{path.name}", json.loads(path.read_text(encoding="utf-8")), is_valid, at)
        for path in [*_files("*.json"), *_files("rdf-validation/*.json")]
    ]
    return [*signed, *hosted_ones]


def _files(pattern: str) -> list[Path]:
    return sorted(SAMPLES.glob(pattern))


def _is_valid(report: Report) -> bool:
    return report.verdict is Verdict.VALID
