"""One attack: a changed document is handed in, and must be refused by a verdict, soon."""

from __future__ import annotations

import time

from hypothesis import strategies as st

from tests.fuzz.specimens import Specimen


class Passed(AssertionError):
    """A changed document was called valid."""


def changes_of(specimen: Specimen) -> st.SearchStrategy[bytes]:
    """The bytes of the specimen, changed."""
    return specimen.changes()


def refuse_if_passed(specimen: Specimen, data: bytes) -> float:
    """Hand in changed bytes; seconds of CPU it took. Raises Passed, and whatever the checker lets out."""
    begin = time.process_time()
    is_valid = specimen.is_valid(data)
    taken = time.process_time() - begin
    if is_valid and not specimen.says_the_same(data):
        raise Passed(f"{specimen.name}: {data!r}")
    return taken
