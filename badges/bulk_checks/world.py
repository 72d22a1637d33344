"""The world of a batch of verifications: what lies here is read once, what lies elsewhere is fetched side by side.

A verification that needs a document of another host does not wait for it: the document is noted as wanted, and the
verification is made again when it is there. So one thread verifies, and only requests run beside each other: eight in
all, two to one host, and whoever has not begun when the time is over is left for later.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from badges.verification.sources import MOST_FETCHES
from badges.verification.world import Answer, World
from issuer.crypto.errors import CryptoError, KeyUnavailable, NothingPublished
from issuer.own_addresses import own_path

AT_ONCE = 8
AT_ONCE_PER_HOST = 2

FETCH, READ = "fetch", "read"
Wanted = tuple[str, str]
"""FETCH (a JSON object) or READ (whatever lies there), and the URL."""

Asking = Callable[[Wanted], Any]
"""Asks another host; raises CryptoError. Runs in a thread of its own."""


@dataclass(slots=True)
class Row:
    """What one verification asked of others: ``open`` has not been fetched yet, ``hosts`` were in the way."""

    asked: set[str] = field(default_factory=set)
    open: set[Wanted] = field(default_factory=set)
    hosts: list[str] = field(default_factory=list)


class Batch:
    """The documents of one batch, each read once."""

    def __init__(self, home: World, asking: Asking) -> None:
        self._home = home
        self._asking = asking
        self._kept: dict[Wanted, Any] = {}

    def world_of(self, row: Row) -> World:
        """The world in which one row is verified; what it needs of others is noted in ``row``."""
        row.open.clear()

        def fetch(url: str) -> dict[str, Any]:
            found: dict[str, Any] = self._look((FETCH, url), row)
            return found

        def read(url: str) -> Answer:
            found: Answer = self._look((READ, url), row)
            return found

        return replace(self._home, fetch=fetch, read=read)

    def fetch(self, wanted: Iterable[Wanted], *, seconds: float) -> None:
        """Ask for all of it; what was not begun within ``seconds`` stays unknown. Never raises for a host."""
        lanes: dict[str, deque[Wanted]] = {}
        for each in wanted:
            lanes.setdefault(host_of(each[1]), deque()).append(each)
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bulk-check") as threads:
            running: dict[Future[Any], Wanted] = {}
            open_of: Counter[str] = Counter()
            while lanes or running:
                if time.monotonic() >= until:
                    lanes.clear()
                self._begin(threads, lanes, running, open_of)
                if not running:
                    break
                done, _still = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    name = running.pop(future)
                    open_of[host_of(name[1])] -= 1
                    self._keep(name, future)

    def has(self, wanted: Iterable[Wanted]) -> bool:
        """Whether all of it is known by now."""
        return all(each in self._kept for each in wanted)

    def _begin(
        self,
        threads: ThreadPoolExecutor,
        lanes: dict[str, deque[Wanted]],
        running: dict[Future[Any], Wanted],
        open_of: Counter[str],
    ) -> None:
        for host in list(lanes):
            while lanes[host] and open_of[host] < AT_ONCE_PER_HOST and len(running) < AT_ONCE:
                name = lanes[host].popleft()
                open_of[host] += 1
                running[threads.submit(self._asking, name)] = name
            if not lanes[host]:
                del lanes[host]

    def _keep(self, name: Wanted, future: Future[Any]) -> None:
        trouble = future.exception()
        if trouble is not None and not isinstance(trouble, CryptoError):
            raise trouble
        self._kept[name] = trouble if trouble is not None else future.result()

    def _look(self, name: Wanted, row: Row) -> Any:
        if name not in self._kept and own_path(name[1]) is not None:
            self._kept[name] = self._at_home(name)
        if name not in self._kept:
            return self._note(name, row)
        found = self._kept[name]
        if isinstance(found, KeyUnavailable) and not isinstance(found, NothingPublished):
            row.hosts.append(host_of(name[1]))
        if isinstance(found, Exception):
            raise found
        return found

    def _note(self, name: Wanted, row: Row) -> Any:
        if len(row.asked | {name[1]}) > MOST_FETCHES:
            raise KeyUnavailable(f"More than {MOST_FETCHES} documents would have to be read.")
        row.asked.add(name[1])
        row.open.add(name)
        raise KeyUnavailable(f"{host_of(name[1])} has not been asked yet.")

    def _at_home(self, name: Wanted) -> Any:
        kind, url = name
        try:
            return self._home.fetch(url) if kind == FETCH else self._home.read(url)
        except CryptoError as error:
            return error


def host_of(url: str) -> str:
    """The host that a URL names, "" for none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
