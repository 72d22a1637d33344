"""Published samples of Open Badges 3.0 and CLR 2.0, the good and the faulty ones, as specimens.

Of a faulty one whose proof holds no change makes a valid one either. What is compared is what was signed: the
statements of a document without its own proof, or the signed bytes of a token. Tokens are taken out of their pictures.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from badges.verification.report import Verdict
from badges.verification.verifying import verify
from badges.verification.world import World
from issuer.crypto.errors import NothingPublished
from tests.fuzz.specimens import Specimen
from tests.oracles import SHARED

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_BAKED = re.compile(r"ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def sample_specimens() -> list[Specimen]:
    """One for each sample that is at hand; none where the samples are not."""
    if SHARED is None:
        return []
    samples = SHARED / "standards" / "samples"
    files = sorted([*samples.glob("ob30/*"), *samples.glob("ob30/*/*"), *samples.glob("clr20/*")])
    found = [(path, _content_of(path)) for path in files if path.is_file()]
    return [
        Specimen(f"sample {path.parent.name}/{path.name}", content, _checker(samples))
        for path, content in found
        if content is not None
    ]


def _content_of(path: Path) -> dict[str, Any] | str | None:
    if path.suffix in (".json", ""):
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return document
    token = _BAKED.search(path.read_bytes().decode("latin-1"))
    return token.group() if token is not None else None


def _checker(samples: Path) -> Any:
    listing = json.loads((samples / "ob30/bit-string-list/testlist").read_text(encoding="utf-8"))

    def fetch(url: str) -> dict[str, Any]:
        if url.endswith("/testlist"):
            return dict(listing)
        raise NothingPublished(f"There is nothing at {url[:200]}.")

    at = World(fetch=fetch, trust=lambda _: None, now=NOW)

    def is_valid(data: bytes) -> bool:
        return verify(data, at).verdict is Verdict.VALID

    return is_valid
