"""From a report to its receipt: what was checked, when, by whom, and what came of it.

The claims are made with the report, and signed when somebody wants to keep them: both files of one check carry the
same token, byte for byte, as Ed25519 is deterministic.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import get_locale

from badges.receipts.signing import RECEIPT_TYPE, sign_statement
from badges.receipts.tokens import MEMBER, address_of
from badges.verification.report import BadgeFacts, Check, Part, Report
from badges.verification.wording import sentence_of
from issuer.access import settings
from issuer.base.db import new_public_id
from issuer.base.version import VERSION
from issuer.crypto.errors import CryptoError
from issuer.crypto.jcs import canonicalize

LONGEST_TEXT = 1000
MOST_CHECKS = 60
MOST_PARTS = 40
MOST_LISTS = 40
LONGEST_ADDRESS = 1800
"""Characters behind a QR code that a phone still reads off paper."""

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """``token`` says everything in ``claims``; ``short`` the verdict and what it is about, for a QR code."""

    token: str
    short: str
    claims: Mapping[str, Any]

    @property
    def receipt_id(self) -> str:
        return str(self.claims["jti"])

    @property
    def address(self) -> str:
        """What the QR code holds."""
        return address_of(self.short, base_url=settings().base_url)


def receipt_of(report: Report, data_sha256: str) -> Receipt:
    """The signed receipt of a report; ``data_sha256`` of the bytes handed in, in hex. Raises NotSigned, KeyUnusable."""
    return sign(claims_of(report, data_sha256))


def claims_of(report: Report, data_sha256: str) -> Claims:
    """What a receipt says; ``iat`` is the time of the check. Only what a proof covers is named as fact."""
    locale = get_locale()
    return {
        "iss": settings().base_url,
        "iat": int(report.checked_at.timestamp()),
        "jti": new_public_id(),
        "checkedAt": _moment(report.checked_at),
        "service": {"name": "Rosette", "url": settings().base_url, "version": VERSION},
        "language": locale.language if locale else "en",
        "given": _given(report, data_sha256),
        "credential": _credential(report.facts) if report.facts else None,
        "verdict": report.verdict.value,
        "finding": report.finding.value,
        "sentence": _text(sentence_of(report)),
        "checks": [_check(check) for check in report.checks[:MOST_CHECKS]],
        "parts": [_part(part) for part in report.parts[:MOST_PARTS]],
        "statusLists": [
            {"url": _text(source.url), "sha256": source.sha256, "issuedAt": _moment(source.issued_at)}
            for source in report.status_sources[:MOST_LISTS]
        ],
    }


def sign(claims: Mapping[str, Any]) -> Receipt:
    """Sign claims that were made here. Raises NotSigned, KeyUnusable."""
    token = sign_statement(claims, typ=RECEIPT_TYPE)
    short = sign_statement(_short(claims, token, names=True), typ=RECEIPT_TYPE)
    if len(address_of(short, base_url=settings().base_url)) > LONGEST_ADDRESS:
        short = sign_statement(_short(claims, token, names=False), typ=RECEIPT_TYPE)
    return Receipt(token, short, claims)


def as_json(receipt: Receipt) -> dict[str, Any]:
    """The file: the token, the address in the QR code, and what the token says, for people to read."""
    return {MEMBER: receipt.token, "checkAt": receipt.address, **receipt.claims}


def as_file(receipt: Receipt) -> bytes:
    """The same as the bytes of a file, UTF-8."""
    return json.dumps(as_json(receipt), ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


def _short(claims: Mapping[str, Any], token: str, *, names: bool) -> Claims:
    """``whole`` ties it to the receipt of which it is the short form."""
    kept = {name: claims[name] for name in ("iss", "iat", "jti", "checkedAt", "verdict", "finding")}
    credential = claims.get("credential")
    if names and credential:
        kept["credential"] = {name: credential[name] for name in ("id", "name", "issuerName", "holder")}
    whole = hashlib.sha256(token.encode("ascii")).hexdigest()
    return {**kept, "given": {"sha256": claims["given"]["sha256"]}, "whole": whole}


def _given(report: Report, data_sha256: str) -> Claims:
    """The digest of the bytes, and of what they say: the same badge may travel as a file, a picture or an address."""
    try:
        document = hashlib.sha256(canonicalize(report.document)).hexdigest() if report.document else None
    except CryptoError:
        document = None
    return {"sha256": data_sha256, "documentSha256": document, "kind": report.kind or None}


def _credential(facts: BadgeFacts) -> Claims:
    return {
        "id": _text(facts.credential_id),
        "name": _text(facts.name),
        "achievementId": _text(facts.achievement_id),
        "issuerId": _text(facts.issuer_id),
        "issuerName": _text(facts.issuer_name),
        "holder": _text(facts.holder),
        "issuedAt": _moment(facts.issued_at),
        "validUntil": _moment(facts.valid_until),
    }


def _check(check: Check) -> Claims:
    return {
        "name": check.name,
        "outcome": check.outcome.value,
        "sentence": _text(check.sentence),
        "reason": _text(check.reason),
        "code": check.code or None,
        "section": _text(check.section),
    }


def _part(part: Part) -> Claims:
    return {
        "role": part.role,
        "kind": part.report.kind or None,
        "name": _text(part.report.facts.name) if part.report.facts else "",
        "verdict": part.report.verdict.value,
        "finding": part.report.finding.value,
    }


def _text(words: object) -> str:
    """Bounded, and never half of a pair of surrogates, which no JSON can carry."""
    text = str(words).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
