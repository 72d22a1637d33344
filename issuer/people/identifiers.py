"""Identifiers that people hold by themselves (DIDs), each shown to be theirs by something that they signed for us.

A person asks for a text, signs it with the key of the identifier, and hands it in as a compact JWS:

    header   {"alg": "EdDSA" | "ES256", "kid": "did:...#key"}
    payload  {"aud": address of this service, "nonce": the text, "iat": seconds}

RFC 7515, RFC 7519; DID Core 1.0, sections 5.2 and 5.3. did:key, did:jwk and did:web are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from issuer.access import settings
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound, Unavailable
from issuer.crypto.controller_documents import resolve_verification_method
from issuer.crypto.errors import CryptoError, KeyUnavailable
from issuer.crypto.signatures import verify_signature
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import signing_algorithm, split_token
from issuer.crypto.verification_method import VerificationMethod
from issuer.models import Account
from issuer.outbound import this_fetcher
from issuer.people.models import LONGEST_DID, AccountDid, IdentityChallenge
from issuer.people.telling import tell_addresses
from issuer.published import OwnDocument, Published
from issuer.secret_text import hash_of, new_secret

LIFETIME = timedelta(minutes=10)
CLOCK_SKEW = timedelta(minutes=1)
MOST_IDENTIFIERS = 10
MOST_OPEN = 5
"""Texts of one person that wait for their signature; the oldest gives way."""
LONGEST_TOKEN = 16 * 1024
ALGORITHMS = frozenset({"EdDSA", "ES256"})
_METHODS = ("did:key:", "did:jwk:", "did:web:")
_NEVER = ("jwk", "jku", "x5u", "x5c", "trust_chain")
"""A key that the header brings along shows nothing of who holds the identifier."""
_PURPOSES = frozenset({"authentication", "assertionMethod"})


@dataclass(frozen=True, slots=True)
class Challenge:
    """What to sign: ``nonce`` for ``audience``, until ``expires_at``."""

    nonce: str
    audience: str
    expires_at: datetime


def identifiers_of(account_id: int) -> Sequence[AccountDid]:
    """Those that the person has shown to hold, the newest first."""
    held = select(AccountDid).filter_by(account_id=account_id)
    return db.session.scalars(held.order_by(AccountDid.id.desc())).all()


def challenge(account: Account) -> Challenge:
    """A text for the person to sign within ten minutes, once."""
    now = utc_now()
    mine = select(IdentityChallenge.id).filter_by(account_id=account.id).order_by(IdentityChallenge.id.desc())
    older = db.session.scalars(mine.offset(MOST_OPEN - 1)).all()
    db.session.execute(delete(IdentityChallenge).where(IdentityChallenge.id.in_(older)))
    nonce = new_secret()
    expires_at = now + LIFETIME
    db.session.add(IdentityChallenge(account_id=account.id, nonce_hash=hash_of(nonce), expires_at=expires_at))
    db.session.flush()
    return Challenge(nonce, settings().base_url, expires_at)


def prove(account: Account, token: str) -> AccountDid:
    """Add the identifier whose key has signed the text; once more changes nothing. Its owner is told by mail.

    Raises Invalid "bad_proof" for whatever does not show it, Conflict for somebody else's or too many, Unavailable when
    the document of a did:web cannot be read now.
    """
    now = utc_now()
    did, claims = _signed(token.strip())
    _check_claims(claims, did=did, now=now)
    _spend(account, str(claims["nonce"]), now=now)
    known = db.session.scalar(select(AccountDid).filter_by(did=did))
    if known is not None and known.account_id == account.id:
        return known
    if known is not None:
        raise Conflict("identifier_taken", _("This identifier belongs to another account."))
    held = select(func.count()).select_from(AccountDid).filter_by(account_id=account.id)
    if (db.session.scalar(held) or 0) >= MOST_IDENTIFIERS:
        raise Conflict("too_many_identifiers", _("You have %(most)s. Remove one first.", most=MOST_IDENTIFIERS))
    return _added(account, did, now=now)


def remove(account: Account, public_id: str) -> None:
    """Take an identifier off the account; badges that were signed for it stay as they are. Raises NotFound."""
    held = db.session.scalar(select(AccountDid).filter_by(public_id=public_id, account_id=account.id))
    if held is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    did = held.did
    db.session.delete(held)
    db.session.flush()
    audit.record("account.identifier_removed", account.public_id, actor=account.public_id)
    tell_addresses(account, _("An identifier was removed from your account"), did)


def own_identifier(account_id: int | None, public_id: str) -> AccountDid:
    """Raises NotFound, also for somebody else's."""
    held = db.session.scalar(select(AccountDid).filter_by(public_id=public_id, account_id=account_id))
    if held is None or account_id is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return held


def forget_challenges() -> int:
    """Chore: what can no longer be signed; how many."""
    old = delete(IdentityChallenge).where(IdentityChallenge.expires_at < utc_now())
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def _added(account: Account, did: str, *, now: datetime) -> AccountDid:
    held = AccountDid(account_id=account.id, did=did, proven_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(held)
    except IntegrityError as error:
        raise Conflict("identifier_taken", _("This identifier belongs to another account.")) from error
    audit.record("account.identifier_added", account.public_id, actor=account.public_id)
    tell_addresses(account, _("An identifier was added to your account"), did)
    return held


def _signed(token: str) -> tuple[str, Mapping[str, Any]]:
    """The identifier and what its key has signed."""
    if not token or len(token) > LONGEST_TOKEN:
        raise _refused(_("Paste the signed text: three parts with dots between them."))
    try:
        protected, payload, signature, signed = split_token(token)
        header, claims = load_object(protected), load_object(payload)
        algorithm = signing_algorithm(header)
        method = _method(header, algorithm)
        holds = verify_signature(method.key, signature, signed, alg=algorithm)
    except KeyUnavailable as error:
        sentence = _("The document of this identifier cannot be read now. Try again later.")
        raise Unavailable("identifier_unavailable", sentence) from error
    except CryptoError as error:
        raise _refused(_("It cannot be used: %(reason)s", reason=error.detail)) from error
    if not holds:
        raise _refused(_("The signature does not fit the key of the identifier."))
    return method.id.partition("#")[0], claims


def _method(header: Mapping[str, Any], algorithm: str) -> VerificationMethod:
    """The key that the identifier's own document lists, never one that the header brings along."""
    kid = header.get("kid")
    if algorithm not in ALGORITHMS:
        raise _refused(_("It has to be signed with EdDSA or ES256."))
    if any(name in header for name in _NEVER):
        raise _refused(_("Name the key by the identifier in kid, and in no other way."))
    if not isinstance(kid, str) or not kid.startswith(_METHODS) or len(kid) > 2 * LONGEST_DID:
        raise _refused(_("kid has to be a key of a did:key, did:jwk or did:web."))
    did = kid.partition("#")[0]
    if len(did) > LONGEST_DID:
        raise _refused(_("This identifier is too long."))
    fetch = Published(this_fetcher(), _nothing_of_ours).fetch
    allowed = settings().allows_loopback_http
    method = resolve_verification_method(kid, fetch=fetch, allow_loopback_http=allowed)
    if method.controller != did or not method.purposes & _PURPOSES or method.revoked is not None:
        raise _refused(_("The document of the identifier does not list this key as one to sign in or to assert with."))
    return method


def _nothing_of_ours(_path: str) -> OwnDocument:
    """Identifiers under our own address are those of issuers."""
    raise NotFound("not_found", "There is no identifier of a person here.")


def _check_claims(claims: Mapping[str, Any], *, did: str, now: datetime) -> None:
    audience, made = claims.get("aud"), claims.get("iat")
    if audience not in (settings().base_url, [settings().base_url]):
        raise _refused(_("It was signed for another service: aud has to be %(url)s.", url=settings().base_url))
    if claims.get("iss", did) != did:
        raise _refused(_("Its iss is somebody else than the identifier."))
    if type(made) is not int or not (now - LIFETIME - CLOCK_SKEW).timestamp() <= made <= (now + CLOCK_SKEW).timestamp():
        raise _refused(_("iat has to be the time of signing, in seconds; it is missing, too old, or in the future."))
    if not isinstance(claims.get("nonce"), str):
        raise _refused(_("It has no nonce: sign the text that you were given here."))


def _spend(account: Account, nonce: str, *, now: datetime) -> None:
    """One person's text, once."""
    waiting = update(IdentityChallenge).where(
        IdentityChallenge.account_id == account.id,
        IdentityChallenge.nonce_hash == hash_of(nonce),
        IdentityChallenge.used_at.is_(None),
        IdentityChallenge.expires_at > now,
    )
    if not db.session.execute(waiting.values(used_at=now)).rowcount:  # type: ignore[attr-defined]
        raise _refused(_("This text was not given to you, was used already, or is too old. Ask for a new one."))


def _refused(sentence: str) -> Invalid:
    return Invalid("bad_proof", sentence, fields={"token": [sentence]})
