"""From an address to the badge that lies there: what was pasted, baked into an old picture, or linked on a page.

Only ``World.read`` touches the network, with its own bounds. What a host says is information: 410 is how Open Badges
2.0 withdraws a hosted badge, 404 means that nobody hosts it. Trouble on the way is neither.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from badges.sharing import human_codes
from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.reading import read
from badges.verification.inputs.sentences import SECTION, check_of
from badges.verification.report import Check, Outcome
from badges.verification.world import Answer, World
from issuer.crypto.errors import KeyUnavailable, NothingPublished, UrlNotAllowed

MOST_LINKS = 3
"""From a picture to a page, from the page to its document: that is how far honest badges lead."""

HOSTED = "Open Badges 2.0, hosted verification"
_OK, _NOT_FOUND, _GONE = 200, 404, 410
_BAKED = frozenset({"png", "svg"})


def follow(link: Link, world: World) -> tuple[Given | None, Check]:
    """Read what lies at an address, and what that leads to. ``Given.address`` is where it was found in the end.

    Without a badge the check says why: "format" that failed or could not be made; "status" where a host says that what
    was hosted there is withdrawn, or is not there.
    """
    seen: set[str] = set()
    container = link.container
    for _ in range(MOST_LINKS):
        url = _url_of(link, world)
        if not url or url in seen:
            break
        seen.add(url)
        answer = _read(url, world)
        if isinstance(answer, Check):
            return None, answer
        if answer.status != _OK and not _says_more(answer):
            return None, _without(answer, is_baked=container in _BAKED)
        found, form = read(answer.body, address=answer.url)
        if isinstance(found, Given):
            kept = container if container in _BAKED or container == "pdf" else found.container
            return replace(found, address=answer.url, container=kept), form
        if found is None:
            return None, form if answer.status == _OK else _without(answer, is_baked=container in _BAKED)
        link = found
    return None, check_of("too_many_links" if seen else "no_badge_found", f"{len(seen)} addresses were read.")


def _url_of(link: Link, world: World) -> str:
    if link.code:
        folder = "badges" if human_codes.read(link.code) is None else "c"
        return f"{world.home}/{folder}/{link.code}" if world.home else ""
    return link.url


def _read(url: str, world: World) -> Answer | Check:
    host = urlsplit(url).hostname if url.isascii() and "[" not in url else ""
    try:
        return world.read(url)
    except UrlNotAllowed as error:
        return check_of(error.code, error.detail)
    except NothingPublished as error:
        return check_of("not_found", error.detail)
    except KeyUnavailable as error:
        sentence = _l("%(host)s did not answer as it should. Try again later.", host=host or url[:100])
        return Check("format", Outcome.COULD_NOT_CHECK, sentence, SECTION, code="fetch_failed", reason=error.detail)


def _says_more(answer: Answer) -> bool:
    """A host that withdraws a badge may still send it, marked as revoked."""
    return answer.status == _GONE and answer.body.lstrip()[:1] == b"{"


def _without(answer: Answer, *, is_baked: bool) -> Check:
    reason = f"{answer.url[:200]} answered with status {answer.status}."
    if answer.status == _GONE:
        sentence = _l("Its issuer has withdrawn it: the address says that it is gone.")
        return Check("status", Outcome.FAIL, sentence, HOSTED, code="revoked", reason=reason)
    if answer.status == _NOT_FOUND and is_baked:
        sentence = _l("Its issuer does not host it any more, or never did: there is nothing at its address.")
        return Check("status", Outcome.FAIL, sentence, HOSTED, code="not_hosted", reason=reason)
    if answer.status == _NOT_FOUND:
        return check_of("not_found", reason)
    sentence = _l("The address did not give anything to read. Try again later, or ask for the badge itself.")
    return Check("format", Outcome.COULD_NOT_CHECK, sentence, SECTION, code="fetch_failed", reason=reason)
