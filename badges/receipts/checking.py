"""Checking a receipt later: is it genuine, how old is it, and what did it say then.

A genuine receipt proves that a service found this at that time. It does not prove that the badge still stands: for
that the badge is checked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from badges.receipts.statements import Statement, is_well_formed, opened, readable_differs
from badges.receipts.tokens import token_in, type_of
from badges.verification.inputs.given import Given
from badges.verification.report import BadgeFacts, Check, Outcome, Report, Verdict
from badges.verification.world import Signatory, World
from issuer.crypto.errors import CryptoError, KeyUnavailable, NothingPublished
from issuer.crypto.multikey import PublicKey, from_jwk, thumbprint
from issuer.crypto.signatures import verify_signature
from issuer.crypto.timestamps import parse_timestamp
from issuer.crypto.vc_jwt import signing_algorithm
from issuer.keys.purposes import VERIFICATION_RECEIPT

KIND = "receipt"
CLOCK_SKEW = timedelta(minutes=5)
LOOPBACK = ("localhost", "127.0.0.1", "::1")

_CLAIMS = frozenset({"iss", "jti", "iat"})
_OF_CREDENTIALS = frozenset({"@context", "type", "vc", "vp"})
_TOKEN = "RFC 7515, 5.2"  # noqa: S105 - a section, not a token
_OURS = "Rosette: receipts"


@dataclass(frozen=True, slots=True)
class _Key:
    """The key that was named, if it could be read and is for receipts; otherwise the check that says why not."""

    key: PublicKey | None
    check: Check


def is_mine(document: Mapping[str, Any]) -> bool:
    """Whether a document is a receipt: a saved file that holds the token, or the claims of a bare token."""
    if token_in(document) is not None:
        return True
    return document.keys() >= _CLAIMS and not _OF_CREDENTIALS & document.keys()


def is_receipt(given: Given) -> bool:
    """The same of what was handed in, by the type that its token names."""
    return opened(given) is not None


def check(given: Given, form: Check, world: World) -> Report:
    """Check a receipt of this service or of another of its kind. Never raises for what is given."""
    statement = opened(given)
    if statement is None:
        sentence = _l("It looks like a receipt, but bears no signature.")
        unsigned = Check("signature", Outcome.FAIL, sentence, _TOKEN, code="no_proof")
        return Report((form, unsigned), world.now, document=given.document, kind=KIND)
    model = _check_model(statement, given.document)
    found = _key_of(statement, world)
    signature = _check_signature(statement, found.key)
    holds = signature.outcome is Outcome.PASS and model.outcome is Outcome.PASS
    checks = (form, model, signature, found.check, _check_age(statement.claims, world.now))
    if not holds:
        return Report(checks, world.now, document=given.document, kind=KIND)
    trust = _check_trust(statement, found, world)
    return Report(
        (*checks, trust, _check_said(statement)),
        world.now,
        facts=_facts_of(statement.claims),
        document=given.document,
        kind=KIND,
    )


def _check_model(statement: Statement, document: Mapping[str, Any]) -> Check:
    if not type_of(statement.header) or not is_well_formed(statement):
        sentence = _l("It is not the receipt that a service of this kind writes.")
        return Check("data_model", Outcome.FAIL, sentence, _OURS, code="malformed")
    differs = readable_differs(statement, document)
    if differs:
        sentence = _l("What can be read in the file is not what was signed.")
        return Check("data_model", Outcome.FAIL, sentence, _OURS, code="claim_mismatch", reason=", ".join(differs))
    return Check("data_model", Outcome.PASS, _l("It says everything that a receipt must say."), _OURS)


def _key_of(statement: Statement, world: World) -> _Key:
    """The key lies at the address of whoever signed, and says that it is for receipts."""
    issuer, kid = statement.issuer, str(statement.header.get("kid", ""))
    name = kid.removeprefix(f"{issuer}/keys/")
    if not _is_web(issuer, world) or name == kid or "/" in name:
        sentence = _l("The key it names is not one of the service that it names.")
        return _Key(None, Check("issuer", Outcome.FAIL, sentence, _OURS, code="key_not_bound", reason=kid))
    try:
        published = world.fetch(kid)
        key = from_jwk(published)
    except NothingPublished as error:
        sentence = _l("The service that it names publishes no such key.")
        return _Key(None, Check("issuer", Outcome.FAIL, sentence, _OURS, code="key_not_found", reason=error.detail))
    except KeyUnavailable as error:
        sentence = _l("The key of the service that it names could not be read now.")
        code, reason = "key_unavailable", error.detail
        return _Key(None, Check("issuer", Outcome.COULD_NOT_CHECK, sentence, _OURS, code=code, reason=reason))
    except CryptoError as error:
        sentence = _l("What the service publishes as its key is none.")
        return _Key(None, Check("issuer", Outcome.FAIL, sentence, _OURS, code=error.code, reason=error.detail))
    return _Key(key, _check_issuer(published, key, name=name, issuer=issuer))


def _check_issuer(published: Mapping[str, Any], key: PublicKey, *, name: str, issuer: str) -> Check:
    if thumbprint(key) != name or published.get("iss") != issuer:
        sentence = _l("What lies at the address of the key is another key.")
        return Check("issuer", Outcome.FAIL, sentence, "RFC 7638", code="key_not_bound")
    if published.get("purpose") != VERIFICATION_RECEIPT:
        sentence = _l("The key that signed it is not for receipts.")
        return Check("issuer", Outcome.FAIL, sentence, _OURS, code="key_purpose")
    if published.get("revoked"):
        sentence = _l("The key that signed it was lost: others may sign with it, and write any date.")
        return Check("issuer", Outcome.FAIL, sentence, _OURS, code="key_compromised")
    sentence = _l("It was signed with a key that %(service)s publishes for receipts.", service=_host_of(issuer))
    return Check("issuer", Outcome.PASS, sentence, _OURS)


def _check_signature(statement: Statement, key: PublicKey | None) -> Check:
    if key is None:
        sentence = _l("Without the key its signature cannot be checked.")
        return Check("signature", Outcome.COULD_NOT_CHECK, sentence, _TOKEN, code="key_unavailable")
    try:
        algorithm = signing_algorithm(statement.header)
        holds = verify_signature(key, statement.signature, statement.signed, alg=algorithm)
    except CryptoError as error:
        sentence = _l("It is signed in a way that is not accepted.")
        return Check("signature", Outcome.FAIL, sentence, _TOKEN, code=error.code, reason=error.detail)
    if not holds:
        sentence = _l("It was changed after it was signed.")
        return Check("signature", Outcome.FAIL, sentence, _TOKEN, code="signature")
    return Check("signature", Outcome.PASS, _l("It is unchanged since it was signed."), _TOKEN)


def _check_age(claims: Mapping[str, Any], now: datetime) -> Check:
    made = _made_at(claims)
    if made is None or made > now + CLOCK_SKEW:
        sentence = _l("It bears a date that lies in the future, or none.")
        return Check("period", Outcome.FAIL, sentence, "RFC 7519, 4.1.6", code="not_yet_valid")
    days = (now - made).days
    if days < 1:
        return Check("period", Outcome.PASS, _l("It was made in the last 24 hours."), "RFC 7519, 4.1.6")
    sentence = _l("It was made %(days)s days ago. What it says was true then; check the badge again.", days=days)
    return Check("period", Outcome.PASS, sentence, "RFC 7519, 4.1.6")


def _check_trust(statement: Statement, found: _Key, world: World) -> Check:
    issuer = statement.issuer
    if issuer == world.home:
        return Check("trust", Outcome.PASS, _l("This service itself made it."), "Rosette: trust")
    name = thumbprint(found.key) if found.key is not None else ""
    known = world.trust(Signatory(issuer, thumbprint=name, domain=_host_of(issuer)))
    if known is not None:
        sentence = _l("The service that made it is known here: %(how)s.", how=known)
        return Check("trust", Outcome.PASS, sentence, "Rosette: trust")
    sentence = _l("Another service made it: %(service)s. Ask yourself whether you know it.", service=_host_of(issuer))
    return Check("trust", Outcome.WARN, sentence, "Rosette: trust", code="issuer_unknown")


def _check_said(statement: Statement) -> Check:
    """What it said then, in the words of whoever said it."""
    claims = statement.claims
    day = f"{_made_at(claims):%Y-%m-%d}"
    verdict = str(claims.get("verdict", ""))
    said = str(claims.get("sentence") or _verdict_words(verdict))
    sentence = _l(
        "A genuine receipt. On %(day)s %(service)s found: “%(said)s”",
        day=day,
        service=_host_of(statement.issuer),
        said=said,
    )
    if verdict in ("", Verdict.VALID.value):
        return Check("said", Outcome.PASS, sentence, _OURS)
    return Check("said", Outcome.WARN, sentence, _OURS, code="was_not_valid", reason=str(claims.get("finding", "")))


def _verdict_words(verdict: str) -> str:
    words = {
        "valid": gettext("Genuine and valid."),
        "invalid": gettext("Not valid."),
        "unknown": gettext("It could not be checked."),
        "unsupported": gettext("This is not a badge."),
    }
    return str(words.get(verdict, gettext("Many badges were checked.")))


def _facts_of(claims: Mapping[str, Any]) -> BadgeFacts | None:
    """What the receipt says of the badge; as it is a receipt, its signature covers that it was found so."""
    said = claims.get("credential")
    if not isinstance(said, Mapping):
        return None
    words = {name: value for name, value in said.items() if isinstance(value, str)}
    return BadgeFacts(
        credential_id=words.get("id", ""),
        name=words.get("name", ""),
        description="",
        holder=words.get("holder", ""),
        issuer_id=words.get("issuerId", ""),
        issuer_name=words.get("issuerName", ""),
        achievement_id=words.get("achievementId", ""),
        achievement_type="",
        issued_at=_moment(words.get("issuedAt")),
        valid_until=_moment(words.get("validUntil")),
    )


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_timestamp(text)
    except CryptoError:
        return None


def _made_at(claims: Mapping[str, Any]) -> datetime | None:
    issued = claims.get("iat")
    if not isinstance(issued, int) or isinstance(issued, bool):
        return None
    try:
        return datetime.fromtimestamp(issued, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _is_web(issuer: str, world: World) -> bool:
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    loopback = world.allow_loopback_http and parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or loopback) and not (parts.query or parts.fragment)


def _host_of(issuer: str) -> str:
    return urlsplit(issuer).netloc.rpartition("@")[2]
