"""The files of one badge, and what its check needs: as they are stored or published, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from badges.awards import credential_of
from badges.documents import forms, twin
from badges.endorsements import finding
from badges.models import Award
from badges.offering import document_of
from badges.sharing.models import ShownForm, SignedForm
from badges.showcase import showcase_of
from badges.showcase_values import Showcase
from badges.wallets.models import BoundForm
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import format_timestamp
from issuer.keys import history
from issuer.keys.statements import content_of
from issuer.log import keys as log_keys
from issuer.log import proofs
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.profile import issuer_did_document, issuer_profile
from issuer.status.places import status_list_url

Files = Iterator[tuple[str, bytes]]


def files_of_badge(award: Award) -> Files:
    """Name below the badge's folder, and bytes. Raises Conflict for a badge that is not signed yet."""
    edition = credential_of(award)
    yield "badge.json", edition.document
    yield "badge.jwt", edition.jwt
    yield "badge.png", forms.as_png(award, edition)
    yield "badge.svg", forms.as_svg(award, edition)
    yield "badge.pdf", forms.as_pdf(award, edition)
    yield from _twin_of(award, edition)
    for number, form in enumerate(_other_forms(award), 1):
        yield f"other-forms/{number}.json", form.document
        yield f"other-forms/{number}.jwt", form.jwt
    for endorsement in finding.endorsements_of(award):
        signed = endorsement.signed
        yield from _if_there(f"endorsements/{endorsement.public_id}.json", signed.document)
        yield from _if_there(f"endorsements/{endorsement.public_id}.jwt", signed.jwt)
    shown = showcase_of(award)
    yield "achievement.json", content_of(document_of(award.achievement_version))
    yield "criteria.md", f"{shown.achievement.criteria.strip()}\n".encode()
    yield "evidence.json", content_of(evidence_summary(shown))
    proof = log_proof_of(edition)
    if proof is not None:
        yield "log-proof.json", content_of(proof)


def evidence_summary(shown: Showcase) -> dict[str, Any]:
    """How a badge was earned, piece by piece, as its page says it; the records themselves stay with the issuer."""
    return {
        "badge": shown.url,
        "evidence": [
            {
                "title": piece.title,
                "kind": piece.kind,
                "score": piece.score,
                "trust": piece.trust_sentence or piece.trust,
                "earnedAt": format_timestamp(piece.earned_at),
                "mode": piece.mode,
                "supervised": piece.supervised,
                "identityChecked": piece.identity_checked,
                "sha256": piece.digest,
            }
            for piece in shown.evidence
        ],
    }


def log_proof_of(edition: SignedForm) -> dict[str, Any] | None:
    """The proof that an edition is in the issuance log, as the log gives it; None while it has none."""
    found = proofs.inclusion_of(hashlib.sha256(edition.document).digest())
    return None if found is None else proofs.described(found)


def lists_of(award: Award) -> dict[str, StatusList]:
    """Address -> each status list in which the badge has a place and which has been published."""
    held = (
        select(StatusList)
        .join(StatusEntry, StatusEntry.status_list_id == StatusList.id)
        .where(StatusEntry.subject == award.public_id, StatusList.signed.is_not(None))
        .order_by(StatusList.id)
    )
    return {status_list_url(each): each for each in db.session.scalars(held)}


def files_of_issuer(organisation: Organisation) -> Files:
    """Name below the issuer's folder, and bytes: who it says it is, and every key that it ever published."""
    yield "profile.json", content_of(issuer_profile(organisation))
    yield "did.json", content_of(issuer_did_document(organisation))
    yield "did-history.json", content_of(history.listing(organisation))
    for version in history.versions_of(organisation):
        yield f"did/{version.number}.json", version.document


def log_verifier_keys() -> list[str]:
    """Every key of the log, in the form in which monitors take it."""
    return [log_keys.named(key) for key in log_keys.log_keys().values()]


def what_to_check(award: Award) -> dict[str, Any]:
    """What the viewer needs of one badge."""
    edition = credential_of(award)
    return {
        "jwt": edition.jwt.decode("ascii"),
        "json": edition.document.decode("utf-8"),
        "lists": {url: load_object(each.signed or b"{}") for url, each in lists_of(award).items()},
        "log": log_proof_of(edition),
    }


def _twin_of(award: Award, edition: SignedForm) -> Files:
    """The badge in the words of version 2, unless it was withdrawn or its issuer has no address."""
    if not twin.has_twin(award.achievement_version.achievement.organisation) or twin.withdrawn_assertion(award):
        return
    yield "badge.ob2.json", content_of(twin.hosted_assertion(award, edition))
    yield "badge.ob2.jws", twin.signed_assertion(award, edition)
    yield "badge.ob2.png", forms.as_twin_png(award, edition)
    yield "badge.ob2.svg", forms.as_twin_svg(award, edition)


def _other_forms(award: Award) -> Iterator[SignedForm]:
    """Older editions, and the badge under another name or for the key of a wallet."""
    yield from (each for each in award.editions if each.edition != award.edition)
    yield from db.session.scalars(select(ShownForm).filter_by(award_id=award.id).order_by(ShownForm.id))
    yield from db.session.scalars(select(BoundForm).filter_by(award_id=award.id).order_by(BoundForm.id))


def _if_there(name: str, body: bytes | None) -> Files:
    if body is not None:
        yield name, body
