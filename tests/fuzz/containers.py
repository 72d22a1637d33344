"""Badges in pictures, papers and archives: what is around a badge is changed, or what is in it and wrapped again.

Each is read in a child process of its own, which takes time: they are tried less often than bare documents.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from badges.verification.inputs.given import Given
from badges.verification.inputs.reading import read
from tests.factories.baking import BADGES_3, cdata, international, make_pdf, make_png, make_svg, make_zip
from tests.fuzz.mutations import changed, changed_bytes
from tests.fuzz.specimens import Specimen, badge_specimens

MOST = 300
"""Of each kind in one run."""

Wrap = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Contained(Specimen):
    """A document in a container; of a changed container counts what can be read out of it."""

    wrap: Wrap

    @property
    def data(self) -> bytes:
        return self.wrap(json.dumps(self.content).encode("utf-8"))

    def says_the_same(self, data: bytes) -> bool:
        found, _ = read(data)
        return isinstance(found, Given) and Specimen.says_the_same(self, json.dumps(found.document).encode("utf-8"))

    def changes(self) -> st.SearchStrategy[bytes]:
        assert isinstance(self.content, dict)
        inside = changed(self.content).map(lambda document: self.wrap(json.dumps(document).encode("utf-8")))
        return st.one_of(inside, changed_bytes(self.data))


def contained_specimens() -> list[Contained]:
    """One badge in each kind of container."""
    bare = badge_specimens()[0]
    return [Contained(f"{bare.name} in a {name}", bare.content, bare.is_valid, wrap) for name, wrap in _WRAPS.items()]


def _in_svg(data: bytes) -> bytes:
    return make_svg(f"<openbadges:credential>{cdata(data)}</openbadges:credential>", names=BADGES_3)


_WRAPS: Mapping[str, Wrap] = {
    "PNG": lambda data: make_png(international("openbadgecredential", data)),
    "packed PNG": lambda data: make_png(international("openbadgecredential", data, compressed=True)),
    "SVG": _in_svg,
    "PDF": lambda data: make_pdf(attached={"badge.json": data}),
    "ZIP": lambda data: make_zip([("badge.json", data)]),
    "ZIP with a PNG": lambda data: make_zip([("badge.png", make_png(international("openbadgecredential", data)))]),
}
