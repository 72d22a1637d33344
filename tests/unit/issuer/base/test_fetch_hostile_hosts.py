"""A host that wants to hold us up, fill our memory or send us elsewhere gets a little time, and that is all."""

from __future__ import annotations

import gzip
import socket
import threading
import time

import pytest

from issuer.base import fetch
from issuer.base.errors import Invalid, TooLarge, Unavailable
from issuer.base.fetch import Fetcher
from tests.loopback import LONGEST_TEST, Asked, Said, answering

SECONDS = 0.5


@pytest.fixture
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", SECONDS)


def fetcher(**over: object) -> Fetcher:
    return Fetcher(allow_loopback_http=True, resolve=lambda *_: ["127.0.0.1"], **over)  # type: ignore[arg-type]


def dripping(start: bytes, drop: bytes) -> object:
    """A host that begins an answer and goes on for ever, a drop at a time: never too slow for a timeout of a socket."""

    def host(asked: Asked) -> Said | None:
        until = time.monotonic() + LONGEST_TEST
        asked.write(start)
        while not asked.released.wait(0.02) and time.monotonic() < until:
            asked.write(drop)
        return None

    return host


DRIPPING = {
    "a status line without end": (b"HTTP/1.1 ", b"2"),
    "a header without end": (b"HTTP/1.1 200 OK\r\nX-Drip: ", b"x"),
    "headers without end": (b"HTTP/1.1 200 OK\r\n", b"X-Drip: 1\r\n"),
    "a body without end": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    "chunks without end": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "nothing but go on": (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "nothing": (b"", b""),
}


@pytest.mark.usefixtures("little_time")
@pytest.mark.parametrize("name", DRIPPING)
def test_an_answer_without_end_is_cut_off_in_time(name: str) -> None:
    with answering(dripping(*DRIPPING[name])) as host, pytest.raises(Unavailable) as trouble:  # type: ignore[arg-type]
        fetcher().read(host.base)
    assert trouble.value.code == "fetch_failed"
    assert "localhost" in trouble.value.detail


FLOODS = {
    "a hundred thousand headers": b"HTTP/1.1 200 OK\r\n" + b"X-Flood: 1\r\n" * 100_000 + b"\r\n",
    "a header of a megabyte": b"HTTP/1.1 200 OK\r\nX-Flood: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "no HTTP at all": b"220 mail.example ESMTP\r\n" * 10,
    "a chunk that is no number": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "less than was announced": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
    "a compressed body that breaks off": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}" * 999)[:-9]
    ),
    "a compressed body that is none": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{}",
    "an encoding nobody asked for": b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n{}",
}


@pytest.mark.parametrize("name", FLOODS)
def test_an_answer_that_is_not_as_http_has_it_is_trouble(name: str) -> None:
    def host(asked: Asked) -> Said | None:
        asked.write(FLOODS[name])
        return None

    with answering(host) as loopback, pytest.raises(Unavailable) as trouble:
        fetcher().read(loopback.base)
    assert trouble.value.code == "fetch_failed"


def test_a_bomb_is_not_unpacked_further_than_a_document_may_be() -> None:
    bomb = gzip.compress(b"\0" * 64 * 1024 * 1024)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    with answering(lambda _: Said(bomb, headers=headers)) as host, pytest.raises(TooLarge):
        fetcher().read(host.base)


def test_an_honest_body_that_is_compressed_all_the_same_is_read_and_nobody_asked_for_it() -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    with answering(lambda _: Said(gzip.compress(b'{"a": 1}'), headers=headers)) as host:
        assert fetcher().read(host.base).body == b'{"a": 1}'
        assert host.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(("media_type", "size", "fits"), [("image/png", 3000, True), ("text/html", 3000, False)])
def test_a_picture_may_be_larger_than_a_document(media_type: str, size: int, fits: bool) -> None:
    bounded = fetcher(max_bytes=1000, max_image_bytes=5000)
    with answering(lambda _: Said(b"x" * size, headers={"Content-Type": media_type})) as host:
        if fits:
            assert len(bounded.read(host.base).body) == size
        else:
            with pytest.raises(TooLarge):
                bounded.read(host.base)


def test_what_announces_itself_as_too_large_is_not_read() -> None:
    with answering(lambda _: Said(b"", headers={"Content-Length": "99999999"})) as host, pytest.raises(TooLarge):
        fetcher().read(host.base)


def test_nothing_of_one_answer_is_sent_with_the_next_question() -> None:
    headers = {"Set-Cookie": "id=1", "Content-Type": "application/json", "Cache-Control": "no-store"}
    with answering(lambda _: Said(headers=headers)) as host:
        asking = fetcher()
        asking.read(host.base)
        asking.read(host.base)
        assert set(host.asked[1].headers) == {"host", "accept", "accept-encoding", "user-agent"}


@pytest.mark.parametrize(
    "target",
    [
        *("http://169.254.169.254/latest/", "https://169.254.169.254/", "file:///etc/passwd", "gopher://localhost/x"),
        *("ftp://localhost/", "https://localhost:6379/", "//2130706433/", "http://localhost\\@evil.example/"),
        *("https://[::ffff:127.0.0.1]/", "http://[::1", "https://metadata.google.internal/"),
    ],
)
def test_v50_a_redirect_is_judged_like_any_other_address(target: str) -> None:
    with answering(lambda _: Said(b"", 302, {"Location": target})) as host:
        with pytest.raises(Invalid):
            fetcher().read(host.base)
        assert len(host.asked) == 1


def test_v50_a_chain_of_redirects_ends_after_the_third() -> None:
    def host(asked: Asked) -> Said:
        number = int(asked.path.strip("/") or 0)
        return Said(b"", 302, {"Location": f"/{number + 1}"}) if number < 9 else Said()

    with answering(host) as loopback:
        assert fetcher().read(f"{loopback.base}/6").url == f"{loopback.base}/9"
        with pytest.raises(Unavailable):
            fetcher().read(f"{loopback.base}/5")


def test_v48_each_hop_is_connected_to_the_address_that_was_judged_for_it() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["127.0.0.1"]])
    with answering(lambda _: Said(b"", 302, {"Location": "/again"})) as host:
        with pytest.raises(Invalid):
            Fetcher(allow_loopback_http=True, resolve=lambda *_: next(answers)).read(host.base)
        assert [each.path for each in host.asked] == ["/"]


def test_v48_the_connection_is_made_to_the_judged_number_whatever_the_name_leads_to_by_then() -> None:
    with answering(lambda _: Said()) as host:
        port = int(host.base.rpartition(":")[2])
        resolved = iter([["127.0.0.1"]])  # a second question would have no answer at all
        asking = Fetcher(allow_loopback_http=True, resolve=lambda *_: next(resolved))
        assert asking.read(f"http://localhost:{port}/").status == 200


def test_a_host_that_takes_no_connection_is_trouble_and_its_next_address_is_tried() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable) as trouble:
            fetcher().read(f"http://localhost:{taken.getsockname()[1]}/")
        assert trouble.value.code == "fetch_failed"
    with answering(lambda _: Said()) as host:
        asking = Fetcher(allow_loopback_http=True, resolve=lambda *_: ["127.0.0.99", "127.0.0.1"])
        assert asking.read(host.base).status == 200


@pytest.mark.usefixtures("little_time")
def test_a_name_service_that_does_not_answer_is_trouble_and_one_that_knows_no_such_name_is_certain() -> None:
    released = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        released.wait(LONGEST_TEST)
        return ["8.8.8.8"]

    def nothing(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with pytest.raises(Unavailable) as trouble:
        Fetcher(resolve=slow).read("https://slow.example/")
    released.set()
    assert (trouble.value.code, "slow.example" in trouble.value.detail) == ("fetch_failed", True)
    with pytest.raises(Unavailable) as certain:
        Fetcher(resolve=nothing).read("https://nowhere.example/")
    assert certain.value.code == "host_not_found"
