"""The checks "signature", "suite" and "issuer", from what each proof is worth and what the issuer says of its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.proof import KEY_PROBLEMS, Demand, Secured, deciding, is_beside, secured_by
from badges.verification.open_badges_3.signing_keys import SigningKeys, Vouching
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome
from badges.verification.world import Signatory, World
from issuer.crypto.multikey import thumbprint

EMBEDDED = "Data Integrity 1.0, 4.3; Open Badges 3.0, 8.3"
TOKEN = "RFC 7515; Open Badges 3.0, 8.2"  # noqa: S105 - the name of a section
IDENTITY = "Controlled Identifiers 1.0, 2.3; DID Core 1.0, 5.3"
LEGACY_SUITES = frozenset({"eddsa-2022", "Ed25519Signature2020"})


@dataclass(frozen=True, slots=True)
class Signed:
    """The checks of the signatures, the check of whose they are, and who signed as far as that is proved.

    ``key``: the thumbprint of the key that decides, "" when it was not had. ``is_whole``: whether the proof covers
    ``jti`` and ``endorsementJwt`` too.
    """

    signatures: tuple[Check, ...]
    issuer: Check
    signatory: Signatory | None = None
    key: str = ""
    is_whole: bool = True

    @property
    def holds(self) -> bool:
        """Whether the proof covers what is said: then it may be shown."""
        return all(check.outcome is not Outcome.FAIL for check in self.signatures) and any(
            check.name == "signature" and check.outcome is Outcome.PASS for check in self.signatures
        )

    @property
    def checks(self) -> tuple[Check, ...]:
        return (*self.signatures, self.issuer)


def check_signed(given: Given, *, keys: SigningKeys, world: World, demand: Demand) -> Signed:
    """Whether the signatures of what was given hold, and whether they are by ``demand.signer``."""
    section = EMBEDDED if given.jwt is None else TOKEN
    found = secured_by(given, keys=keys, demand=demand, was_before=world.was_before)
    if not found:
        sentence = _l("It is not signed, so it proves nothing.")
        unsigned = Check("signature", Outcome.FAIL, sentence, section, "no_proof", "The document has no proof.")
        return Signed((unsigned,), _check_issuer(Secured("invalid", "no_proof", "", None), keys, world)[0])
    signatures = tuple(
        _beside(each, section) if is_beside(each, found) else _signature(each, section, place, len(found))
        for place, each in enumerate(found, start=1)
    )
    first = deciding(found)
    issuer, signatory = _check_issuer(first, keys, world)
    key = thumbprint(first.method.key) if first.method is not None else ""
    whole = all(each.covers_token_terms for each in found)
    return Signed(
        (*signatures, *_check_suites(found), *(() if whole else (_check_left_out(),))), issuer, signatory, key, whole
    )


def _signature(found: Secured, section: str, place: int, how_many: int) -> Check:
    which = f"Proof {place} of {how_many}: " if how_many > 1 else ""
    if found.holds:
        reason = f"{which}{found.suite}." if found.suite else ""
        sentence = _l("The signature holds: not a letter was changed since.")
        return Check("signature", Outcome.PASS, sentence, section, reason=reason)
    reason = which + found.detail
    if found.outcome == "unknown" or (found.signature_valid is None and found.code in KEY_PROBLEMS):
        sentence = _l("The signature could not be checked, because the key could not be had.")
        if found.code == "unsupported_cryptosuite":
            sentence = _l("The signature is of a kind that this service cannot check.")
        return Check("signature", Outcome.COULD_NOT_CHECK, sentence, section, code=found.code, reason=reason)
    sentence = _SENTENCES.get(found.code, _l("The signature does not hold: this is not what was signed."))
    return Check("signature", Outcome.FAIL, sentence, section, code=found.code, reason=reason)


def _beside(found: Secured, section: str) -> Check:
    sentence = _l("It has a further signature, of a kind that this service cannot check.")
    return Check("signature", Outcome.WARN, sentence, section, code=found.code, reason=f"{found.suite}: {found.detail}")


_SENTENCES = {
    "no_proof": _l("It is not signed, so it proves nothing."),
    "claim_mismatch": _l("The token around the badge says something else than the badge in it."),
    "unsigned_property": _l("It says something that its signature does not cover."),
    "context_not_allowed": _l(
        "It uses words from a vocabulary that is not a published one, or from an old draft. What they mean is not "
        "certain, so its signature proves nothing here."
    ),
    "alg_not_allowed": _l("It is signed in a way that proves nothing, because anybody could do so."),
    "proof_time": _l("The date of the signature cannot be right, or its time is over."),
    "purpose": _l("The signature was made for another purpose than to issue a badge."),
    "base_proof": _l("This is the holder's own master copy. Ask them for one that is made to be shown."),
    "canonicalization_budget": _l("It is made in a way that no honest badge is, so it was not checked to the end."),
}


def _check_suites(found: Sequence[Secured]) -> tuple[Check, ...]:
    old = sorted({each.suite for each in found} & LEGACY_SUITES)
    if not old:
        return ()
    sentence = _l("It was signed in a form that is no longer used for new badges. It can still be checked.")
    reason = f"Legacy proof: {', '.join(old)}."
    return (Check("suite", Outcome.WARN, sentence, "Data Integrity EdDSA 1.0, 3", "legacy_cryptosuite", reason),)


def _check_left_out() -> Check:
    sentence = _l("It carries something that its signature does not cover. That was left out of this report.")
    reason = "jti or endorsementJwt, under a text of the context that does not define them."
    return Check("terms", Outcome.WARN, sentence, "Open Badges 3.0, B.1 (context)", "not_covered", reason)


def _check_issuer(found: Secured, keys: SigningKeys, world: World) -> tuple[Check, Signatory | None]:
    if found.outcome == "verified" and found.method is not None:
        return _whose(found, keys, world)
    if found.code not in KEY_PROBLEMS:
        sentence = _l("Whose key it is does not matter: the signature itself does not hold.")
        return Check("issuer", Outcome.NOT_APPLICABLE, sentence, IDENTITY), None
    if found.outcome == "unknown":
        return _unread(found.code, found.detail), None
    sentence = _l("It was not signed by the issuer it names: the key is not one of the issuer's.")
    if found.code == "key_not_found":
        sentence = _l("It does not name a key that can be found, so nobody can tell who signed it.")
    end = found.method.revoked if found.code == "key_revoked" and found.method is not None else None
    if end is not None:
        sentence = _l(
            "The issuer has revoked the key since %(day)s, and it is not proved that this badge is older.",
            day=format_date(end, "long"),
        )
    return Check("issuer", Outcome.FAIL, sentence, IDENTITY, code=found.code, reason=found.detail), None


def _whose(found: Secured, keys: SigningKeys, world: World) -> tuple[Check, Signatory | None]:
    """Of a key with which the signature holds."""
    method = found.method
    assert method is not None
    key = thumbprint(method.key)
    vouching = keys.vouching(method.key)
    if vouching is Vouching.LISTED:
        sentence = _l("The key is one that the issuer publishes as its own.")
        if found.older_than is not None:
            sentence = _l(
                "The issuer has revoked the key since %(day)s. It is proved that this badge is older.",
                day=format_date(found.older_than, "long"),
            )
        return Check("issuer", Outcome.PASS, sentence, IDENTITY), Signatory(keys.issuer_id, key, keys.publication.host)
    stranger = Signatory("", key)
    known = world.trust(stranger)
    if known is not None:
        sentence = _l("The key is known here: %(how)s.", how=known)
        return Check("issuer", Outcome.PASS, sentence, IDENTITY), stranger
    if vouching is Vouching.UNREAD:
        trouble = keys.publication.trouble
        return _unread(trouble.code if trouble else "key_unavailable", trouble.detail if trouble else ""), stranger
    sentence = _l(
        "It was not altered since it was signed, but only the badge itself says whose key it is: the issuer it names "
        "publishes no key. Anybody could have made it."
    )
    reason = "The key stands in the badge, and nothing is published under the issuer's identifier."
    return Check("issuer", Outcome.WARN, sentence, IDENTITY, code="issuer_unproven", reason=reason), stranger


def _unread(code: str, detail: str) -> Check:
    sentence = _l("The issuer's keys could not be read, so it is not known who signed this.")
    return Check("issuer", Outcome.COULD_NOT_CHECK, sentence, IDENTITY, code=code, reason=detail)
