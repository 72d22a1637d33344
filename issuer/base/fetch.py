"""The only outbound HTTP of the service.

A URL is read once, its host resolved once, every address of the answer judged by our own table, and the
connection made to the judged address: a name that answers differently the second time gains nothing.
Redirects are judged afresh. No cookies, no credentials, little time and little space.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from flask_babel import gettext

from issuer.base.errors import Invalid, TooLarge, Unavailable

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 5.0
MAX_BYTES = 1024 * 1024
MAX_REDIRECTS = 3
CHUNK = 64 * 1024
USER_AGENT = "Rosette-Verifier/1"
LOOPBACK_NAMES = frozenset({"localhost"})

FORBIDDEN = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
        *("2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
"""Every range of the IANA special-purpose registries of IPv4 and IPv6 that is not the public Internet, and the
forms that carry an IPv4 address inside an IPv6 one (mapped, compatible, NAT64, 6to4)."""

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A 200 answer: the URL it came from in the end, its media type without parameters, and its bytes."""

    url: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches public documents. ``allow_loopback_http``: http://localhost too, for development."""

    allow_loopback_http: bool = False
    max_bytes: int = MAX_BYTES
    resolve: Resolve | None = None

    def get(self, url: str, *, accept: str = "application/json, */*;q=0.1") -> Fetched:
        """GET ``url``. Raises Invalid (url_malformed, url_not_allowed), TooLarge, Unavailable (fetch_failed)."""
        deadline = time.monotonic() + TOTAL_SECONDS
        for _ in range(MAX_REDIRECTS + 1):
            parts = self._judge_url(url)
            status, headers, body = self._ask(parts, accept=accept, deadline=deadline)
            if status in (301, 302, 303, 307, 308) and headers.get("Location"):
                url = urljoin(url, headers["Location"])
                continue
            if status != 200:
                raise Unavailable(
                    "fetch_failed",
                    gettext("%(host)s answered with status %(status)s.", host=parts.hostname, status=status),
                )
            return Fetched(url, headers.get("Content-Type", "").split(";")[0].strip().lower(), body)
        raise Unavailable(
            "fetch_failed",
            gettext("%(host)s redirects more than %(most)s times.", host=urlsplit(url).hostname, most=MAX_REDIRECTS),
        )

    def _judge_url(self, url: str) -> SplitResult:
        if not url.isascii() or any(character <= " " or character in '\\"<>^`{|}\x7f' for character in url):
            raise Invalid("url_malformed", gettext("This is not a web address."))
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Invalid("url_malformed", gettext("This is not a web address.")) from error
        if not parts.hostname or parts.username is not None or parts.password is not None:
            raise Invalid("url_malformed", gettext("This is not a web address."))
        if self._is_loopback(parts):
            return parts
        if parts.scheme != "https" or port not in (None, 443):
            raise Invalid("url_not_allowed", gettext("Only https addresses on the usual port are read."))
        return parts

    def _is_loopback(self, parts: SplitResult) -> bool:
        return self.allow_loopback_http and parts.scheme == "http" and parts.hostname in LOOPBACK_NAMES

    def _address(self, parts: SplitResult) -> tuple[str, int]:
        assert parts.hostname is not None
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            answers = (self.resolve or _resolve)(parts.hostname, port)
        except OSError as error:
            raise Unavailable("fetch_failed", gettext("%(host)s could not be found.", host=parts.hostname)) from error
        addresses = [ipaddress.ip_address(answer.split("%")[0]) for answer in answers]
        loopback = self._is_loopback(parts)
        if not addresses or not all(address.is_loopback if loopback else is_public(address) for address in addresses):
            raise Invalid("url_not_allowed", gettext("This address does not lead to the public Internet."))
        return str(addresses[0]), port

    def _ask(self, parts: SplitResult, *, accept: str, deadline: float) -> tuple[int, http.client.HTTPMessage, bytes]:
        address, port = self._address(parts)
        connection = _JudgedConnection(parts, address, port)
        # A timeout of the socket begins anew with each byte; this one does not.
        clock = threading.Timer(max(deadline - time.monotonic(), 0.0), connection.cut)
        clock.daemon = True
        clock.start()
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"Accept": accept, "User-Agent": USER_AGENT})
            response = connection.getresponse()
            return response.status, response.headers, self._read(connection, response, deadline)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(
                "fetch_failed", gettext("%(host)s did not answer as expected.", host=parts.hostname)
            ) from error
        finally:
            clock.cancel()
            connection.close()

    def _read(
        self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse, deadline: float
    ) -> bytes:
        body = b""
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            if connection.sock is not None:
                connection.sock.settimeout(remaining)
            chunk = response.read1(CHUNK)
            if not chunk:
                return body
            body += chunk
            if len(body) > self.max_bytes:
                raise TooLarge("too_large", gettext("The document is larger than %(most)s bytes.", most=self.max_bytes))


class _JudgedConnection(http.client.HTTPConnection):
    """Speaks to the address that was judged, under the name that was asked for."""

    def __init__(self, parts: SplitResult, address: str, port: int) -> None:
        assert parts.hostname is not None
        super().__init__(parts.hostname, port, timeout=CONNECT_SECONDS)
        self._judged = (address, port)
        self._secure = parts.scheme == "https"

    def connect(self) -> None:
        """Open the socket to the judged address; TLS proves the name."""
        self.sock = plain = socket.create_connection(self._judged, CONNECT_SECONDS)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End whatever is being waited for, from another thread."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether the address is one of the public Internet by our own table."""
    return not any(address in network for network in FORBIDDEN if network.version == address.version)


def _resolve(host: str, port: int) -> list[str]:
    return [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
