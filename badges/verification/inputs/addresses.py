"""What people really paste for a badge: a code, an address in a sentence, a link that a mail program has wrapped.

Pure. The tables say which services wrap addresses, and where a service keeps the document behind its page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from badges.sharing import human_codes
from badges.verification.inputs.given import Link
from badges.verification.inputs.refused import Refused

LONGEST_ADDRESS = 4096
MOST_WRAPPINGS = 5
MOST_ADDRESSES = 50
"""So many are looked at in a text; one badge is looked for, and a long text is not from its holder."""

WEB = ("https://", "http://")

OFFERS = ("openid-credential-offer:", "openid-initiate-issuance:", "haip:", "dccrequest:", "org.dcconsortium:")
REQUESTS = ("openid4vp:", "mdoc-openid4vp:", "eudi-openid4vp:")
OFFER_PARAMETERS = frozenset({"credential_offer", "credential_offer_uri", "vc_request_url"})

_CODE = re.compile(r"[A-Za-z0-9_-]{22}")
_CODE_IN_TEXT = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[A-Za-z0-9_-]{22}(?![\w-])")
_PAPER_CODE_IN_TEXT = re.compile(r"(?<![\w-])[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}(?![\w-])")
_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
_TRAILING = ".,;:!?'*_…"
_CLOSING = {")": "(", "]": "[", "}": "{"}
_BADGE_LIKE = re.compile(r"badge|assertion|credential|certificat|/obi/|verif|award|insigne", re.IGNORECASE)
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A service that carries an address in a parameter of its own. ``host`` stands for its subdomains too."""

    host: str
    path: str
    parameters: tuple[str, ...]


WRAPPINGS = (
    Wrapping("linkedin.com", "/profile/add", ("certUrl",)),
    Wrapping("linkedin.com", "/safety/go", ("url",)),
    Wrapping("linkedin.com", "/redir/", ("url",)),
    Wrapping("linkedin.com", "/authwall", ("sessionRedirect",)),
    Wrapping("safelinks.protection.outlook.com", "/", ("url",)),
    Wrapping("google.com", "/url", ("q", "url")),
    Wrapping("facebook.com", "/l.php", ("u",)),
    Wrapping("urldefense.proofpoint.com", "/v1/url", ("u",)),
    Wrapping("badgecheck.io", "/", ("url",)),
    Wrapping("verifierplus.org", "/", ("vc",)),
)
ANYWHERE = ("certUrl", "vc")
"""Parameters that mean the address of a credential wherever they stand."""


def find(text: str) -> Link | None:
    """Pasted text -> where the badge lies, or None when there is no address and no code in it.

    Raises Refused: credential_offer, presentation_request, url_malformed, several_badges.
    """
    plain = text.strip().strip("<>").strip()
    if _CODE.fullmatch(plain):
        return Link("", code=plain)
    if (on_paper := human_codes.read(plain)) is not None:
        return Link("", code=on_paper)
    lower = plain.lower()
    if lower.startswith(OFFERS):
        raise Refused("credential_offer", "The address offers a credential to a wallet.")
    if lower.startswith(REQUESTS):
        raise Refused("presentation_request", "The address asks a wallet for a credential.")
    if lower.startswith(WEB) and not any(sign.isspace() for sign in plain):
        return Link(unwrapped(_without_trailing(plain)))
    written = (each.group() for each in islice(_ADDRESS.finditer(plain), MOST_ADDRESSES))
    found = list(dict.fromkeys(unwrapped(_without_trailing(each)) for each in written))
    if len(found) > 1:
        found = [url for url in found if looks_like_badge(url)] or found
    if len(found) > 1:
        raise Refused("several_badges", f"There are {len(found)} addresses in the text.")
    if found and lower.startswith(WEB) and " " not in plain:
        raise Refused("url_malformed", "The address is broken by a tab or by the end of a line.")
    if found:
        return Link(found[0])
    codes = set(_CODE_IN_TEXT.findall(plain))
    codes |= {code for each in _PAPER_CODE_IN_TEXT.findall(plain) if (code := human_codes.read(each)) is not None}
    return Link("", code=codes.pop()) if len(codes) == 1 and len(plain) <= LONGEST_ADDRESS else None


def unwrapped(url: str) -> str:
    """The address of the document: out of what carries it, and behind the page that shows it.

    Raises Refused credential_offer, url_malformed.
    """
    if len(url) > LONGEST_ADDRESS:
        raise Refused("url_malformed", f"The address is longer than {LONGEST_ADDRESS} characters.")
    if _names_no_host(url):
        raise Refused("url_malformed", "The address names no host.")
    for _ in range(MOST_WRAPPINGS):
        parts = _split(url)
        if parts is None:
            return url
        inner = _carried(parts)
        if inner is None:
            return _document_behind(parts) or url
        url = inner
    return url


def looks_like_badge(url: str) -> bool:
    """Whether an address among others is likely that of a badge, by what it says."""
    parts = _split(url)
    return parts is not None and _BADGE_LIKE.search(f"{parts.path}?{parts.query}#{parts.fragment}") is not None


def _names_no_host(url: str) -> bool:
    try:
        return not urlsplit(url).netloc
    except ValueError:
        return True


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.hostname and parts.scheme in ("https", "http") else None


def _without_trailing(url: str) -> str:
    """Without what closes the sentence around it; a bracket stays if it was opened within."""
    while url:
        last = url[-1]
        if last in _TRAILING or (last in _CLOSING and url.count(_CLOSING[last]) < url.count(last)):
            url = url[:-1]
        else:
            break
    return url


def _carried(parts: SplitResult) -> str | None:
    """The address inside an address, or None."""
    said = _parameters(parts)
    if OFFER_PARAMETERS & said.keys() or (_is_of(parts, "lcw.app") and parts.path.startswith("/request")):
        raise Refused("credential_offer", "The address offers a credential to a wallet.")
    for wrapping in WRAPPINGS:
        if _is_of(parts, wrapping.host) and (parts.path or "/").startswith(wrapping.path):
            for name in wrapping.parameters:
                if said.get(name, "").startswith(WEB):
                    return said[name]
    for name in ANYWHERE:
        if said.get(name, "").startswith(WEB):
            return said[name]
    return _verified(parts, said) or _defended(parts)


def _parameters(parts: SplitResult) -> dict[str, str]:
    """Of the query, and of a query within the fragment (#verify?vc=...); the first of each name."""
    queries = [parts.query, parts.fragment.partition("?")[2]]
    said: dict[str, str] = {}
    for query in queries:
        try:
            for name, values in parse_qs(query, max_num_fields=100).items():
                said.setdefault(name, values[0])
        except ValueError:
            continue
    # Written unencoded, an address takes all the rest with it.
    if "?vc=" in f"?{parts.fragment.partition('?')[2]}" and "%" not in parts.fragment:
        said["vc"] = f"?{parts.fragment.partition('?')[2]}".partition("?vc=")[2]
    return said


def _verified(parts: SplitResult, said: dict[str, str]) -> str | None:
    """The badge that a page such as ours is asked to check: /verify?badge=CODE or ADDRESS."""
    badge = said.get("badge", "")
    if not parts.path.rstrip("/").endswith("/verify"):
        return None
    if badge.startswith(WEB):
        return badge
    above = parts.path.rstrip("/").removesuffix("/verify")
    return f"{parts.scheme}://{parts.netloc}{above}/badges/{badge}" if _CODE.fullmatch(badge) else None


def _defended(parts: SplitResult) -> str | None:
    """Two forms in which mail gateways write an address."""
    if _is_of(parts, "urldefense.proofpoint.com") and parts.path == "/v2/url":
        coded = parse_qs(parts.query).get("u", [""])[0]
        inner = unquote(coded.replace("-", "%").replace("_", "/"))
        return inner if inner.startswith(WEB) else None
    if _is_of(parts, "urldefense.com") and parts.path.startswith("/v3/__"):
        rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
        inner = rest.removeprefix("/v3/__").partition("__;")[0]
        inner = re.sub(r"^(https?):/+", r"\1://", inner)
        return inner if inner.startswith(WEB) else None
    return None


def _is_of(parts: SplitResult, host: str) -> bool:
    name = (parts.hostname or "").lower()
    return name == host or name.endswith(f".{host}")


def _credly(parts: SplitResult) -> str | None:
    """A public page of Credly, or of Acclaim as it was called, shows what its open badge interface publishes."""
    name = (parts.hostname or "").lower()
    found = re.match(rf"/(?:users/[^/]+/)?badges/({_UUID})(?:/|$)", parts.path)
    of = _is_of(parts, "credly.com") or _is_of(parts, "youracclaim.com")
    if found is None or not of or name.startswith("api."):
        return None
    api = "sandbox-api.credly.com" if name.startswith("sandbox") else "api.credly.com"
    return f"https://{api}/v1/obi/v2/badge_assertions/{found.group(1).lower()}"


def _badgr(parts: SplitResult) -> str | None:
    """Badgr, today Canvas and Parchment: the page and the document share an address; the person's parameters go."""
    name = re.fullmatch(r"(?:api\.)?(?:(eu|ca|au|us)\.)?badgr\.(?:io|com)", (parts.hostname or "").lower())
    found = re.fullmatch(r"/public/assertions/([A-Za-z0-9_-]+)(?:\.json|/image|/)?", parts.path)
    if name is None or found is None:
        return None
    region = f"{name.group(1)}." if name.group(1) else ""
    return f"https://api.{region}badgr.io/public/assertions/{found.group(1)}"


def _open_badge_factory(parts: SplitResult) -> str | None:
    found = re.fullmatch(r"(/v1/assertion/[0-9A-Za-z_-]+)\.html", parts.path)
    of = _is_of(parts, "openbadgefactory.com")
    return f"https://{parts.netloc}{found.group(1)}" if of and found is not None else None


def _verifier_plus(parts: SplitResult) -> str | None:
    found = re.fullmatch(r"/credentials/([A-Za-z0-9_-]+)/?", parts.path)
    of = _is_of(parts, "verifierplus.org")
    return f"https://{parts.netloc}/api/credentials/{found.group(1)}" if of and found is not None else None


PAGES: tuple[Callable[[SplitResult], str | None], ...] = (_credly, _badgr, _open_badge_factory, _verifier_plus)
"""Services whose page for people and document for programs have different addresses."""


def _document_behind(parts: SplitResult) -> str | None:
    return next((document for page in PAGES if (document := page(parts)) is not None), None)
