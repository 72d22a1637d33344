"""One request over one connection to an address that was judged: little time, little space, no cookies, no secrets."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from issuer.base.fetching.places import Place

CHUNK = 64 * 1024
MOST_ADDRESSES = 4
USER_AGENT = "Rosette-Verifier/1"
_GZIP = 16 + zlib.MAX_WBITS


class BodyTooLarge(Exception):
    """The body is larger than it may be; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a host said: status, headers by their names in lower case, and the body as it was before compression."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return media_type_of(self.headers)


@dataclass(frozen=True, slots=True)
class Bounds:
    """``deadline`` of the monotonic clock for all of it; ``connect`` in seconds; the bytes of a body, and of a picture
    or a PDF."""

    deadline: float
    connect: float
    max_bytes: int
    max_image_bytes: int

    def most_of(self, media_type: str) -> int:
        """The bytes that a body of that type may have."""
        is_image = media_type.startswith("image/") or media_type == "application/pdf"
        return self.max_image_bytes if is_image else self.max_bytes

    @property
    def remaining(self) -> float:
        """Seconds until the deadline. Raises TimeoutError when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def ask(
    place: Place,
    addresses: Sequence[str],
    *,
    headers: Mapping[str, str],
    bounds: Bounds,
    tls: ssl.SSLContext,
    posted: bytes | None = None,
) -> Reply:
    """GET ``place`` at one of ``addresses``, or POST what is to be ``posted``.

    Raises OSError, http.client.HTTPException, BodyTooLarge.
    """
    connection = _JudgedConnection(place, addresses, bounds=bounds, tls=tls)
    # A timeout of the socket begins anew with each byte; this one does not.
    clock = threading.Timer(bounds.remaining, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        method = "GET" if posted is None else "POST"
        connection.request(method, place.target, body=posted, headers={**headers, "User-Agent": USER_AGENT})
        response = connection.getresponse()
        said = _by_name(response.getheaders())
        most = bounds.most_of(media_type_of(said))
        body = _read(connection, response, bounds, most=most)
        return Reply(response.status, said, _plain(body, said, most))
    except (ValueError, zlib.error) as error:
        raise http.client.HTTPException("The reply is not as HTTP has it.") from error
    finally:
        clock.cancel()
        connection.close()


def _by_name(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Several lines of one name are one list (RFC 9110, 5.3)."""
    said: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        said[key] = f"{said[key]}, {value}" if key in said else value
    return said


def media_type_of(headers: Mapping[str, str]) -> str:
    """The type without its parameters, in lower case, or ""."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _read(
    connection: http.client.HTTPConnection, response: http.client.HTTPResponse, bounds: Bounds, *, most: int
) -> bytes:
    if (response.length or 0) > most:
        raise BodyTooLarge
    body = bytearray()
    while True:
        remaining = bounds.remaining
        if connection.sock is not None:
            connection.sock.settimeout(remaining)
        chunk = response.read1(CHUNK)
        body += chunk
        if len(body) > most:
            raise BodyTooLarge
        if not chunk:
            if response.length:
                raise http.client.IncompleteRead(bytes(body), response.length)
            return bytes(body)


def _plain(body: bytes, headers: Mapping[str, str], max_bytes: int) -> bytes:
    """The body uncompressed: some hosts compress although nothing but identity was asked for."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding in ("identity", ""):
        return body
    if coding not in ("gzip", "x-gzip"):
        raise http.client.HTTPException("The reply is in an encoding that was not asked for.")
    inflating = zlib.decompressobj(_GZIP)
    plain = inflating.decompress(body, max_bytes + 1)
    if len(plain) > max_bytes:
        raise BodyTooLarge
    if not inflating.eof:
        raise http.client.HTTPException("The compressed reply has no end.")
    return plain


class _JudgedConnection(http.client.HTTPConnection):
    """Speaks to an address that was judged, under the name that was asked for."""

    def __init__(self, place: Place, addresses: Sequence[str], *, bounds: Bounds, tls: ssl.SSLContext) -> None:
        super().__init__(place.host, place.port, timeout=bounds.connect)
        self._place, self._addresses = place, addresses
        self._bounds, self._tls = bounds, tls
        self._cut = threading.Event()

    def connect(self) -> None:
        """Open the socket to the first judged address that answers; TLS proves the name."""
        until = time.monotonic() + min(self._bounds.connect, self._bounds.remaining)
        self.sock = plain = self._open(until)
        if self._place.is_secure:
            plain.settimeout(max(until - time.monotonic(), 0.05))
            self.sock = self._tls.wrap_socket(plain, server_hostname=self._place.host)
        self.sock.settimeout(self._bounds.remaining)

    def _open(self, until: float) -> socket.socket:
        trouble: OSError = TimeoutError()
        for address in self._addresses[:MOST_ADDRESSES]:
            remaining = until - time.monotonic()
            if remaining <= 0 or self._cut.is_set():
                break
            try:
                return socket.create_connection((address, self._place.port), remaining)
            except OSError as error:
                trouble = error
        raise trouble

    def cut(self) -> None:
        """End whatever is being waited for, from another thread."""
        self._cut.set()
        if self.sock is not None:
            with contextlib.suppress(OSError):
                # Of the plain socket: the TLS layer of another thread is not to be touched.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
