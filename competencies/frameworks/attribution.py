"""Where outside items come from, and the sentence that has to stand wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Items whose URI begins with one of ``prefixes``. ``resolves``: the address leads to the item.

    ``sentence`` is prescribed by the owner of the data and is therefore not translated.
    """

    name: str
    prefixes: tuple[str, ...]
    sentence: str
    resolves: bool


SOURCES = (
    Source(
        name="O*NET",
        prefixes=("https://www.onetcenter.org/", "https://www.onetonline.org/", "http://www.onetcenter.org/"),
        sentence=(
            "This page includes information from the O*NET 18.1 Database by the U.S. Department of Labor, Employment "
            "and Training Administration (USDOL/ETA). O*NET(R) is a trademark of USDOL/ETA. We have selected and "
            "modified some of this information; USDOL/ETA has not approved, endorsed or tested these modifications."
        ),
        resolves=False,
    ),
    Source(
        name="ESCO",
        prefixes=("http://data.europa.eu/esco/", "https://data.europa.eu/esco/"),
        sentence="This service uses the ESCO classification of the European Commission.",
        resolves=True,
    ),
)


def source_of(uri: str) -> Source | None:
    """The known source of an item with this URI."""
    return next((source for source in SOURCES if uri.startswith(source.prefixes)), None)


def sentences_for(uris: Iterable[str]) -> tuple[str, ...]:
    """What has to be said on a page that shows these items; each sentence once."""
    found = {source for uri in uris if (source := source_of(uri)) is not None}
    return tuple(source.sentence for source in SOURCES if source in found)
