"""Asking the name service, for a limited time.

The system's resolver cannot be interrupted, so it is asked in a thread that is left behind when it takes too long; how
many such threads there may be is bounded.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable

from issuer.base.fetching.places import NEVER_PUBLISHED

MOST_ASKED_AT_ONCE = 32
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

Resolve = Callable[[str, int], list[str]]
"""Host and port -> IP addresses as text. Raises OSError; socket.gaierror with EAI_NONAME when there is no such name."""


class Resolver:
    """The system's resolver with a bound on how many questions are open, answered or forgotten."""

    def __init__(self, resolve: Resolve | None = None, *, at_once: int = MOST_ASKED_AT_ONCE) -> None:
        self._resolve = resolve or _ask_system
        self._free = threading.BoundedSemaphore(at_once)

    def addresses(self, host: str, port: int, *, seconds: float) -> list[str]:
        """The addresses of a host. Raises OSError, TimeoutError when there is no answer within ``seconds``."""
        if host == NEVER_PUBLISHED or host.endswith(f".{NEVER_PUBLISHED}"):
            raise socket.gaierror(socket.EAI_NONAME, "No name ends like this.")
        if not self._free.acquire(timeout=max(seconds, 0.0)):
            raise TimeoutError
        answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()
        threading.Thread(target=self._ask, args=(host, port, answer), daemon=True).start()
        try:
            found = answer.get(timeout=max(seconds, 0.0))
        except queue.Empty as error:
            raise TimeoutError from error
        if isinstance(found, Exception):
            raise found
        return found

    def _ask(self, host: str, port: int, answer: queue.SimpleQueue[list[str] | Exception]) -> None:
        try:
            answer.put(self._resolve(host, port))
        except Exception as error:  # whoever waits for the answer judges it
            answer.put(error)
        finally:
            self._free.release()


def is_no_such_name(error: OSError) -> bool:
    """Whether the name service said for certain that there is no such host; anything else is trouble."""
    return isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME


def _ask_system(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
