"""Replies kept for a while, the least used given up first; bounded in bytes. For the threads of one process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from issuer.base.fetching.asking import Reply

MOST_BYTES = 32 * 1024 * 1024
OVERHEAD = 1024
"""Bytes that a reply takes besides its body and headers."""


@dataclass(frozen=True, slots=True)
class Kept:
    """``until``: moment of the monotonic clock up to which the reply needs no question."""

    reply: Reply
    until: float


class Memory:
    """URL and Accept -> reply."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._bytes = 0

    @property
    def size(self) -> int:
        """Bytes that are held now."""
        return self._bytes

    def get(self, key: tuple[str, str]) -> Kept | None:
        """What is kept under ``key``, fresh or not."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: tuple[str, str], kept: Kept) -> None:
        """Keep a reply; one that would fill more than an eighth of the memory is not kept."""
        with self._lock:
            self._drop(key)
            size = _size(key, kept)
            if size > self._most // 8:
                return
            self._kept[key] = kept
            self._bytes += size
            while self._bytes > self._most:
                self._drop(next(iter(self._kept)))

    def forget(self, key: tuple[str, str]) -> None:
        """Give up what is kept under ``key``, if anything is."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: tuple[str, str]) -> None:
        if (gone := self._kept.pop(key, None)) is not None:
            self._bytes -= _size(key, gone)


def _size(key: tuple[str, str], kept: Kept) -> int:
    headers = sum(len(name) + len(value) for name, value in kept.reply.headers.items())
    return len(kept.reply.body) + headers + len(key[0]) + len(key[1]) + OVERHEAD
