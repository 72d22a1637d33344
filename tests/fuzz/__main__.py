"""``python -m tests.fuzz [COUNT]``: that many changed documents; the longest time of a kind, the first that passes."""

from __future__ import annotations

import sys
import time
import warnings

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.attacks import changes_of, refuse_if_passed
from tests.fuzz.containers import MOST, contained_specimens
from tests.fuzz.open_badges_2 import open_badges_2_specimens
from tests.fuzz.published import sample_specimens
from tests.fuzz.specimens import Specimen, badge_specimens
from tests.unit.badges.verification.strangers import speaking_english
from tests.unit.issuer.vc.test_nothing_changed_passes import SPECIMENS

LONGEST_SECONDS = 3.0


def attack(specimen: Specimen, count: int) -> tuple[int, float]:
    """How many were tried, and the longest that one took in seconds of CPU."""
    tried, longest = 0, 0.0

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def once(data: st.DataObject) -> None:
        nonlocal tried, longest
        longest = max(longest, refuse_if_passed(specimen, data.draw(changes_of(specimen))))
        tried += 1

    once()
    return tried, longest


def main(arguments: list[str]) -> int:
    warnings.simplefilter("ignore")
    specimens = [*badge_specimens(), *open_badges_2_specimens(), *sample_specimens(), *SPECIMENS]
    count = int(arguments[0]) if arguments else 100_000
    contained = contained_specimens()
    in_each = min(MOST, count // 20 // len(contained) + 1)
    each = (count - in_each * len(contained)) // len(specimens) + 1
    total = 0
    with speaking_english():
        for specimen, most in [*((one, each) for one in specimens), *((one, in_each) for one in contained)]:
            begin = time.monotonic()
            tried, longest = attack(specimen, most)
            total += tried
            print(f"{specimen.name}: {tried} changed, 0 passed, longest {longest:.3f} s", flush=True)
            print(f"  {time.monotonic() - begin:.0f} s in all", flush=True)
            if longest > LONGEST_SECONDS:
                print("  too long")
                return 1
    print(f"{total} changed documents: none valid, none crashed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
