"""One attack: a changed document is handed in, and must be refused by a verdict, soon."""

from __future__ import annotations

import json
import time

from hypothesis import strategies as st

from tests.fuzz.mutations import changed, changed_bytes, changed_tokens
from tests.fuzz.specimens import Specimen


class Passed(AssertionError):
    """A changed document was called valid."""


def changes_of(specimen: Specimen) -> st.SearchStrategy[bytes]:
    """The bytes of the specimen, changed."""
    if isinstance(specimen.content, str):
        return changed_tokens(specimen.content)
    documents = changed(specimen.content).map(_as_bytes)
    return st.one_of(documents, documents, documents, changed_bytes(specimen.data))


def _as_bytes(document: dict[str, object]) -> bytes:
    return json.dumps(document).encode("utf-8")


def refuse_if_passed(specimen: Specimen, data: bytes) -> float:
    """Hand in changed bytes; seconds of CPU it took. Raises Passed, and whatever the checker lets out."""
    begin = time.process_time()
    is_valid = specimen.is_valid(data)
    taken = time.process_time() - begin
    if is_valid and not specimen.says_the_same(data):
        raise Passed(f"{specimen.name}: {data!r}")
    return taken
