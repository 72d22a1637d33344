"""Which addresses may be asked: the form of a URL, its host by name, and the numbers the name leads to. Pure.

Everything is judged by tables of our own, and refused when in doubt: a name that only some programs read as a number
(2130706433, 0x7f.1) is never handed on to one that might.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from flask_babel import gettext

from issuer.base.errors import Invalid

LONGEST_URL = 4096
LOOPBACK_NAMES = frozenset({"localhost"})
HTTPS_PORT, HTTP_PORT = 443, 80

FORBIDDEN = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
        *("::/3", "4000::/2", "8000::/1"),
    )
)
"""Every range of the IANA special-purpose registries of IPv4 and IPv6 that is not the public Internet, the forms that
carry an IPv4 address inside an IPv6 one (mapped, compatible, translated, NAT64, 6to4, and Teredo within 2001::/23), and
last whatever is not global unicast (RFC 4291, 2.4)."""

PRIVATE_NAMES = (
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa"),
    *("in-addr.arpa", "ip6.arpa", "onion", "alt"),
)
"""Names that lead inside, wherever they are asked (RFC 6761, RFC 6762, RFC 8375, RFC 9476; ICANN's .internal, under
which clouds keep their metadata)."""

NEVER_PUBLISHED = "invalid"
"""Nothing is ever found under this name (RFC 6761, 6.4)."""

_NEVER_IN_A_URL = frozenset('\\"<>^`{|}\x7f')
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Place:
    """A URL that may be asked, taken apart. ``target``: path and query as they are sent; ``url``: without fragment."""

    url: str
    host: str
    port: int
    target: str
    is_loopback: bool = False

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https:")

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}"


def judge(url: str, *, allow_loopback_http: bool = False) -> Place:
    """A URL -> the place it names. Nothing is resolved. Raises Invalid (url_malformed, url_not_allowed).

    https on port 443 only; with ``allow_loopback_http`` http://localhost on any port besides.
    """
    written = _in_ascii(url)
    try:
        parts = urlsplit(written)
        port, host = parts.port, (parts.hostname or "").removesuffix(".")
    except ValueError as error:
        raise _malformed() from error
    if not host or parts.username is not None or parts.password is not None:
        raise _malformed()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    clean = parts._replace(fragment="").geturl()
    if allow_loopback_http and parts.scheme == "http" and host in LOOPBACK_NAMES:
        return Place(clean, host, port or HTTP_PORT, target, is_loopback=True)
    if parts.scheme != "https" or port not in (None, HTTPS_PORT):
        raise Invalid("url_not_allowed", gettext("Only https addresses on the usual port are read."))
    _judge_host(host)
    return Place(clean, host, HTTPS_PORT, target)


def judge_addresses(place: Place, answers: Sequence[str]) -> list[str]:
    """The numbers that a name led to, when every one of them may be asked. Raises Invalid (url_not_allowed)."""
    try:
        addresses = [ipaddress.ip_address(answer.partition("%")[0]) for answer in answers]
    except ValueError as error:
        raise _not_public() from error
    for address in addresses:
        if not (address.is_loopback if place.is_loopback else is_public(address)):
            raise _not_public()
    if not addresses:
        raise _not_public()
    return [str(address) for address in addresses]


def is_public(address: IpAddress) -> bool:
    """Whether the address is one of the public Internet by our own table."""
    return not any(address in network for network in FORBIDDEN if network.version == address.version)


def _judge_host(host: str) -> None:
    """Refuse a host that leads inside by its name, or by what another reader might take for a number."""
    labels = host.split(".")
    if ":" in host or _NUMBER.fullmatch(labels[-1]):
        try:
            address = ipaddress.ip_address(host)
        except ValueError as error:
            raise _not_public() from error
        if not is_public(address):
            raise _not_public()
        return
    if any(host == name or host.endswith(f".{name}") for name in PRIVATE_NAMES):
        raise _not_public()
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise _malformed()
    if len(labels) < 2:
        raise _not_public()


def _in_ascii(url: str) -> str:
    """The URL as it is sent: its host by IDNA, the rest percent-encoded. Raises Invalid.

    White space, control characters and backslashes are read as different things by different programs.
    """
    if not url or len(url) > LONGEST_URL:
        raise _malformed()
    if any(character <= " " or character in _NEVER_IN_A_URL for character in url):
        raise _malformed()
    if url.isascii():
        return url
    scheme, separator, rest = url.partition("://")
    ends = [place for place in map(rest.find, "/?#") if place >= 0]
    host, tail = rest[: min(ends, default=len(rest))], rest[min(ends, default=len(rest)) :]
    if not separator or not scheme.isascii() or not all(map(_may_be_encoded, url)):
        raise _malformed()
    plain = unicodedata.normalize("NFKC", host)
    try:
        named = plain if plain.isascii() else plain.encode("idna").decode("ascii")
        encoded = quote(tail, safe="/?#[]@!$&'()*+,;=:%-._~")
    except UnicodeError as error:
        raise _malformed() from error
    return f"{scheme}://{named}{encoded}"


def _may_be_encoded(character: str) -> bool:
    return character.isascii() or not (character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs"))


def _malformed() -> Invalid:
    return Invalid("url_malformed", gettext("This is not a web address."))


def _not_public() -> Invalid:
    return Invalid("url_not_allowed", gettext("This address does not lead to the public Internet."))
