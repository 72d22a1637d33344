"""``python -m tests.bench``: measures on this machine, prints each figure with its limit, writes bench.json."""

from __future__ import annotations

import json
import logging
import os
import platform
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from tests.bench import (
    awards,
    bulk,
    limits,
    pages,
    painting,
    profiles,
    revocations,
    signatures,
    status_lists,
    verifications,
)
from tests.bench.figures import Figure
from tests.databases import SQLiteDatabases
from tests.learners import load_demonstration
from tests.live import Instance, free_port

RESULTS = Path(__file__).resolve().parents[2] / "bench.json"


def figures(folder: Path) -> Iterator[Figure]:
    """Everything, one after the other: nothing else of ours runs while something is measured."""
    data = folder / "data"
    data.mkdir()
    instance = Instance(data, SQLiteDatabases(folder).make(data), free_port())
    load_demonstration(instance)
    raw = limits.measure(folder)
    yield Figure("limit: sign Ed25519", raw.ed25519_sign, "us")
    yield Figure("limit: verify Ed25519", raw.ed25519_verify, "us")
    yield Figure("limit: sign RS256", raw.rs256_sign, "us")
    yield Figure("limit: durable SQLite commit, CPU", raw.commit_cpu, "us")
    yield Figure("limit: durable SQLite commit, waiting included", raw.commit_wall, "us")
    yield from awards.measure(instance, raw)
    yield from signatures.measure(instance)
    yield from status_lists.measure(instance, raw)
    yield from pages.measure(instance, folder)
    yield from painting.measure(instance)
    yield from verifications.measure(instance, folder)
    yield from bulk.measure(instance)
    yield from revocations.measure(instance)
    yield from profiles.measure(instance)  # the last: it leaves a million awards behind


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    measured = []
    with tempfile.TemporaryDirectory(prefix="rosette-bench-") as folder:
        for figure in figures(Path(folder)):
            print(figure.line(), flush=True)
            measured.append(figure.as_json())
    machine = {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}
    RESULTS.write_text(json.dumps({"machine": machine, "figures": measured}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
