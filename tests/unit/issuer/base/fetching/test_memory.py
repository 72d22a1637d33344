"""What is kept stays within its bound, whatever hosts send."""

from __future__ import annotations

from issuer.base.fetching.asking import Reply
from issuer.base.fetching.memory import Kept, Memory

MOST = 100_000


def kept(size: int = 1000) -> Kept:
    return Kept(Reply(200, {"etag": '"1"'}, b"x" * size), until=1.0)


def test_what_was_kept_is_found_under_its_address_and_form() -> None:
    memory = Memory(MOST)
    memory.put(("https://a.example/", "json"), kept())
    assert memory.get(("https://a.example/", "json")) == kept()
    assert memory.get(("https://a.example/", "html")) is None


def test_the_longest_unused_goes_first() -> None:
    memory = Memory(MOST)
    for number in range(1000):
        memory.put((f"https://a.example/{number}", ""), kept())
        assert memory.get(("https://a.example/0", "")) is not None
        assert memory.size <= MOST
    assert memory.get(("https://a.example/1", "")) is None
    assert memory.get(("https://a.example/999", "")) is not None


def test_what_would_push_out_everything_else_is_not_kept() -> None:
    memory = Memory(MOST)
    memory.put(("https://a.example/", ""), kept())
    memory.put(("https://b.example/", ""), kept(MOST))
    assert memory.get(("https://b.example/", "")) is None
    assert memory.get(("https://a.example/", "")) is not None


def test_a_newer_reply_takes_the_place_of_the_older_and_what_is_forgotten_is_gone() -> None:
    memory = Memory(MOST)
    memory.put(("https://a.example/", ""), kept(2000))
    memory.put(("https://a.example/", ""), kept(10))
    size = memory.size
    memory.put(("https://b.example/", ""), kept(2000))
    memory.forget(("https://b.example/", ""))
    assert memory.size == size
    memory.forget(("https://a.example/", ""))
    assert memory.size == 0
