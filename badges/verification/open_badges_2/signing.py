"""The checks "signature" and "issuer" of a signed assertion: a compact JWS by a key that its issuer lists as its own.

Open Badges 2.0, "Signed Verification" (SignedBadge); 1.0 and 1.1: ``verify.url`` leads to the key itself.
What the header of the token says of keys (jwk, jku, x5u, x5c, kid) is never looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.graph import Graph, Node, Trouble
from badges.verification.open_badges_2.primitives import host_of, is_same_address, is_url
from badges.verification.open_badges_2.properties import problems_of, type_problem
from badges.verification.open_badges_2.vocabulary import as_list, id_of, is_old
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome
from issuer.crypto.errors import CryptoError, KeyRefused, UnsupportedKey
from issuer.crypto.multikey import PublicKey, from_jwk, thumbprint, to_jwk
from issuer.crypto.signatures import verify_signature
from issuer.crypto.vc_jwt import Jwt

SECTION = "Open Badges 2.0, Signed Verification; RFC 7515"
IDENTITY = "Open Badges 2.0, CryptographicKey"
MOST_KEYS = 3


@dataclass(frozen=True, slots=True)
class Signed:
    """``key`` is the thumbprint of the key with which the signature holds, "" otherwise. ``is_bound``: the issuer's own
    host lists that key."""

    checks: tuple[Check, ...]
    key: str = ""
    is_bound: bool = False

    @property
    def holds(self) -> bool:
        return bool(self.key) and all(check.outcome is not Outcome.FAIL for check in self.checks)


@dataclass(frozen=True, slots=True)
class _Key:
    public: PublicKey
    problem: str = ""


def check_signed(given: Given, issuer: Node | None, graph: Graph) -> Signed:
    """Whether the token was signed by the issuer of the badge in it. ``issuer`` None when the profile was not had."""
    if given.jwt is None:
        sentence = _l("It says that it is signed, and is not: it is only the text of a badge.")
        unsigned = Check("signature", Outcome.FAIL, sentence, SECTION, "no_proof", "It is no compact JWS.")
        return Signed((unsigned, _not_asked(_l("Whose key it is does not matter: there is no signature."))))
    if issuer is None:
        sentence = _l("The signature could not be checked, because the issuer's keys could not be had.")
        unread = Check("signature", Outcome.COULD_NOT_CHECK, sentence, SECTION, "key_unavailable")
        return Signed((unread, _not_asked(_l("Whose key it is, is not known."))))
    found = _keys(given.document, issuer, graph)
    if isinstance(found, Check):
        unread = Check("signature", Outcome.COULD_NOT_CHECK, _NO_KEY, SECTION, found.code, found.reason)
        return Signed((unread, found)) if found.outcome is not Outcome.FAIL else Signed((_no_key(found), found))
    return _with(given.jwt, found, issuer)


_NO_KEY = _l("The signature could not be checked, because the key could not be had.")


def _no_key(found: Check) -> Check:
    return Check("signature", Outcome.NOT_APPLICABLE, _NO_KEY, SECTION, found.code, found.reason)


def _with(jwt: Jwt, keys: list[_Key], issuer: Node) -> Signed:
    held, refused = None, ""
    for key in keys:
        try:
            if verify_signature(key.public, jwt.signature, jwt.signing_input, alg=jwt.algorithm):
                held = key
                break
        except CryptoError as error:
            refused = error.detail
    if held is None:
        code = "alg_not_allowed" if refused else "signature"
        sentence = _l("The signature does not hold: this is not what was signed.")
        broken = Check("signature", Outcome.FAIL, sentence, SECTION, code, refused or "The signature failed.")
        return Signed((broken, _not_asked(_l("Whose key it is does not matter: the signature itself does not hold."))))
    sentence = _l("The signature holds: not a letter was changed since.")
    signature = Check("signature", Outcome.PASS, sentence, SECTION, reason=f"JWS with {jwt.algorithm}.")
    return Signed((signature, _whose(held, issuer)), thumbprint(held.public), bool(issuer.host) and not held.problem)


def _whose(key: _Key, issuer: Node) -> Check:
    if key.problem:
        return _not_bound(key.problem)
    if issuer.host:
        return Check("issuer", Outcome.PASS, _l("The key is one that the issuer publishes as its own."), IDENTITY)
    sentence = _l(
        "It was not altered since it was signed, but only the badge itself says whose key it is. Anybody could have "
        "made it."
    )
    reason = "The issuer's profile stands in the badge and at no address of the web."
    return Check("issuer", Outcome.WARN, sentence, IDENTITY, "issuer_unproven", reason)


def _not_asked(sentence: str) -> Check:
    return Check("issuer", Outcome.NOT_APPLICABLE, sentence, IDENTITY)


def _not_bound(reason: str) -> Check:
    sentence = _l("It was not signed by the issuer it names: the key is not one of the issuer's.")
    return Check("issuer", Outcome.FAIL, sentence, IDENTITY, "key_not_bound", reason)


def _keys(document: Mapping[str, Any], issuer: Node, graph: Graph) -> list[_Key] | Check:
    """The keys that may have signed, or the check that says why there is none."""
    if is_old(document):
        return _old_key(document, issuer, graph)
    verification = document.get("verification")
    creator = id_of(verification.get("creator")) if isinstance(verification, Mapping) else ""
    listed = as_list(issuer.document.get("publicKey"))
    if creator:
        listed = [each for each in listed if is_same_address(id_of(each), creator)]
        if not listed:
            return _not_bound(f"The key {creator[:200]} is not among those of the issuer's profile.")
    if not listed:
        sentence = _l("The issuer publishes no key, so it cannot have signed this.")
        return Check("issuer", Outcome.FAIL, sentence, IDENTITY, "key_not_bound", "The profile has no publicKey.")
    keys: list[_Key] = []
    trouble: Check | None = None
    for reference in listed[:MOST_KEYS]:
        found = _key(reference, issuer, graph)
        if isinstance(found, Check):
            trouble = found
        else:
            keys.append(found)
    return trouble if trouble is not None and not keys else keys


def _key(reference: Any, issuer: Node, graph: Graph) -> _Key | Check:
    if isinstance(reference, Mapping) and reference.get("publicKeyPem"):
        node: Node | Trouble = Node(reference, id_of(reference), issuer.host)
    else:
        node = graph.node(reference, within=issuer.host)
    if isinstance(node, Trouble):
        return _unread(node)
    problem = type_problem(node.document, {"CryptographicKey"}) or " ".join(
        problems_of(node.document, "CryptographicKey")
    )
    if problem:
        return Check("issuer", Outcome.FAIL, _l("The issuer's key is not a key."), IDENTITY, "key_refused", problem)
    try:
        public = public_key(node.document["publicKeyPem"])
    except UnsupportedKey as error:
        sentence = _l("The key is of a kind that this service cannot read.")
        return Check("issuer", Outcome.COULD_NOT_CHECK, sentence, IDENTITY, error.code, error.detail)
    except CryptoError as error:
        return Check("issuer", Outcome.FAIL, _l("The issuer's key is not a key."), IDENTITY, error.code, error.detail)
    owner = id_of(node.document.get("owner"))
    owned = any(is_same_address(owner, each) for each in (issuer.address, id_of(issuer.document)))
    return _Key(public, "" if owned else f"The owner of the key is {owner[:200]}, not the issuer.")


def _old_key(document: Mapping[str, Any], issuer: Node, graph: Graph) -> list[_Key] | Check:
    verify = document.get("verify")
    url = verify.get("url") if isinstance(verify, Mapping) else None
    if not isinstance(url, str) or not is_url(url) or host_of(url) != issuer.host:
        return _not_bound("The key is not at the host of the issuer.")
    answer = graph.answer(url)
    if isinstance(answer, Trouble):
        return _unread(answer)
    if answer.status != 200 or host_of(answer.url or url) != issuer.host:
        return _not_bound(f"The key at {url[:200]} was answered with status {answer.status}.")
    try:
        return [_Key(public_key(answer.body.decode("ascii", "replace")))]
    except CryptoError as error:
        return Check("issuer", Outcome.FAIL, _l("The issuer's key is not a key."), IDENTITY, error.code, error.detail)


def _unread(trouble: Trouble) -> Check:
    if trouble.outcome is Outcome.FAIL:
        return Check("issuer", Outcome.FAIL, trouble.sentence, IDENTITY, "key_not_found", trouble.reason)
    return Check("issuer", trouble.outcome, trouble.sentence, IDENTITY, "key_unavailable", trouble.reason)


def public_key(pem: Any) -> PublicKey:
    """publicKeyPem -> public key, of the kinds and sizes that are read anywhere here. Raises CryptoError."""
    text = pem if isinstance(pem, str) else ""
    if "PRIVATE" in text or not text.lstrip().startswith("-----BEGIN"):
        raise KeyRefused("The key is not a public key in PEM.")
    try:
        loaded = load_pem_public_key(text.strip().encode("utf-8", "surrogatepass"))
    except UnsupportedAlgorithm as error:
        raise UnsupportedKey("The key in PEM is of an unsupported kind.") from error
    except (ValueError, TypeError) as error:
        raise KeyRefused("The key in PEM cannot be read.") from error
    if not isinstance(loaded, PublicKey):
        raise UnsupportedKey("The key in PEM is of an unsupported kind.")
    return from_jwk(to_jwk(loaded))
