"""The least that the work itself costs on this machine: bare signatures and one durable commit, nothing around them."""

from __future__ import annotations

import sqlite3
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.bench.figures import cpu_microseconds

SAMPLE = b"x" * 64
"""Two SHA-256 digests: what an Ed25519 proof signs."""
COMMITS = 400
ROW_BYTES = 8000
"""About what an award and its two signed forms take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Microseconds; of CPU, but for ``commit_wall``, which waits for the disk."""

    ed25519_sign: float
    ed25519_verify: float
    rs256_sign: float
    rs256_verify: float
    commit_cpu: float
    commit_wall: float

    @property
    def award_cpu(self) -> float:
        """Both signatures and one durable commit, in microseconds of CPU."""
        return self.ed25519_sign + self.rs256_sign + self.commit_cpu

    @property
    def awards_a_second(self) -> float:
        """One after the other, waiting for the disk each time."""
        return 1e6 / (self.ed25519_sign + self.rs256_sign + self.commit_wall)


def measure(folder: Path) -> Limits:
    """Measure them all; ``folder`` must lie on the disk that the service uses."""
    edwards, rivest = ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)
    edwards_signature = edwards.sign(SAMPLE)
    rivest_signature = rivest.sign(SAMPLE, padding.PKCS1v15(), SHA256())
    edwards_public, rivest_public = edwards.public_key(), rivest.public_key()
    commit_cpu, commit_wall = _durable_commit(folder / "limit.db")
    return Limits(
        ed25519_sign=cpu_microseconds(lambda: edwards.sign(SAMPLE)),
        ed25519_verify=cpu_microseconds(lambda: edwards_public.verify(edwards_signature, SAMPLE)),
        rs256_sign=cpu_microseconds(lambda: rivest.sign(SAMPLE, padding.PKCS1v15(), SHA256())),
        rs256_verify=cpu_microseconds(
            lambda: rivest_public.verify(rivest_signature, SAMPLE, padding.PKCS1v15(), SHA256())
        ),
        commit_cpu=commit_cpu,
        commit_wall=commit_wall,
    )


def _durable_commit(path: Path) -> tuple[float, float]:
    """Median CPU and wall time of one INSERT and COMMIT that survives a power cut (WAL, synchronous=FULL)."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE kept (bytes BLOB);")
    cpu, wall, row = [], [], b"x" * ROW_BYTES
    for _ in range(COMMITS):
        begin_cpu, begin_wall = time.process_time(), time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO kept VALUES (?)", (row,))
        connection.execute("COMMIT")
        cpu.append(time.process_time() - begin_cpu)
        wall.append(time.perf_counter() - begin_wall)
    connection.close()
    return statistics.median(cpu) * 1e6, statistics.median(wall) * 1e6
