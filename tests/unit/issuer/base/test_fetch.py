"""Nothing is asked of a place that is not the public Internet, however its address is written."""

from __future__ import annotations

import contextlib
import ipaddress
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from issuer.base.errors import Invalid, TooLarge, Unavailable
from issuer.base.fetch import Fetcher, is_public


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1"),
        *("fc00::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "ff02::1", "2001::1"),
    ],
)
def test_v45_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/", "url_not_allowed"),
        ("https://example.org:8443/", "url_not_allowed"),
        ("http://localhost:8000/", "url_not_allowed"),
        ("file:///etc/passwd", "url_malformed"),
        ("gopher://example.org/", "url_not_allowed"),
        ("https://trusted.example@evil.example/", "url_malformed"),
        ("https://example.org\\@evil.example/", "url_malformed"),
        ("https://example.org/\r\nHost: evil", "url_malformed"),
        ("https://exam\tple.org/", "url_malformed"),
        ("https://１２７.0.0.1/", "url_not_allowed"),
        ("https://example.org:99999/", "url_malformed"),
        ("//example.org/", "url_not_allowed"),
        ("", "url_malformed"),
    ],
)
def test_v51_a_bad_url_is_refused_before_anything_is_resolved(url: str, code: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was resolved")

    with pytest.raises(Invalid) as refused:
        Fetcher(resolve=resolve).get(url)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:169.254.169.254"], ["fe80::1%eth0"]]
)
def test_v45_a_public_name_with_a_private_address_among_its_answers_is_refused(answer: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        Fetcher(resolve=lambda *_: answer).get("https://example.org/")
    assert refused.value.code == "url_not_allowed"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_v46_an_address_in_disguise_is_refused(host: str) -> None:
    with pytest.raises((Invalid, Unavailable)):
        Fetcher().get(f"https://{host}/")


def test_v48_a_name_is_resolved_once_and_only_the_judged_address_is_connected_to() -> None:
    answers = [["192.88.99.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    with pytest.raises(Invalid):
        Fetcher(resolve=resolve).get("https://rebinding.example/")
    assert asked == ["rebinding.example"]


def test_v48_a_second_answer_is_never_asked_for(loopback: str) -> None:
    port = int(loopback.rpartition(":")[2])
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    fetched = Fetcher(allow_loopback_http=True, resolve=lambda *_: next(answers)).get(
        f"http://localhost:{port}/document"
    )
    assert fetched.body == b'{"ok": true}'
    assert next(answers) == ["169.254.169.254"]


def test_an_answer_that_drips_is_cut_off(loopback: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issuer.base.fetch.TOTAL_SECONDS", 0.5)
    with pytest.raises(Unavailable) as failed:
        Fetcher(allow_loopback_http=True).get(f"{loopback}/drip")
    assert failed.value.code == "fetch_failed"


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/drip":
            self._drip()
            return
        places = {"/metadata": "http://169.254.169.254/", "/file": "file:///etc/passwd", "/loop": "/loop"}
        if self.path in places:
            self.send_response(302)
            self.send_header("Location", places[self.path])
            self.end_headers()
            return
        body = b"x" * 3000 if self.path == "/long" else b'{"ok": true}'
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """Headers, a byte at a time, for ever: each one comes soon enough for a timeout of the socket."""
        with contextlib.suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(600):
                self.wfile.write(b"X-Drip: 1\r\n"[:1])
                self.wfile.flush()
                time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def loopback() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_loopback_is_read_when_development_allows_it(loopback: str) -> None:
    fetched = Fetcher(allow_loopback_http=True).get(f"{loopback}/document")
    assert (fetched.media_type, fetched.body) == ("application/json", b'{"ok": true}')


@pytest.mark.parametrize("path", ["/metadata", "/file"])
def test_v50_a_redirect_to_a_forbidden_place_is_refused_at_that_hop(loopback: str, path: str) -> None:
    with pytest.raises(Invalid):
        Fetcher(allow_loopback_http=True).get(loopback + path)


@pytest.mark.parametrize("path", ["/loop", "/missing"])
def test_endless_redirects_and_error_answers_are_no_document(loopback: str, path: str) -> None:
    with pytest.raises(Unavailable) as failed:
        Fetcher(allow_loopback_http=True).get(loopback + path)
    assert failed.value.code == "fetch_failed"


def test_a_body_over_the_limit_is_cut_off(loopback: str) -> None:
    with pytest.raises(TooLarge):
        Fetcher(allow_loopback_http=True, max_bytes=1000).get(f"{loopback}/long")
