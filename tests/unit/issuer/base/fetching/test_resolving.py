"""The name service gets a limited time, and only "there is no such name" is certain."""

from __future__ import annotations

import socket
import threading

import pytest

from issuer.base.fetching.resolving import Resolver, is_no_such_name


def test_a_name_service_that_never_answers_is_left_behind() -> None:
    released = threading.Event()

    def never(host: str, port: int) -> list[str]:
        released.wait(10)
        return []

    resolver = Resolver(never, at_once=2)
    try:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                resolver.addresses("slow.example", 443, seconds=0.02)
    finally:
        released.set()


def test_what_the_name_service_raises_comes_out() -> None:
    def fails(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    with pytest.raises(socket.gaierror) as trouble:
        Resolver(fails).addresses("a.example", 443, seconds=1)
    assert not is_no_such_name(trouble.value)


def test_no_name_ends_in_invalid_and_nobody_is_asked_for_one() -> None:
    def asked(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(socket.gaierror) as missing:
        Resolver(asked).addresses("issuer.invalid", 443, seconds=1)
    assert is_no_such_name(missing.value)


def test_only_no_such_name_is_certain() -> None:
    assert is_no_such_name(socket.gaierror(socket.EAI_NONAME, ""))
    for error in (socket.gaierror(socket.EAI_FAIL, ""), TimeoutError(), ConnectionRefusedError()):
        assert not is_no_such_name(error)
