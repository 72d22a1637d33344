"""Receipts of checks that were made the way the product makes them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from badges import awards
from badges.models import Award
from badges.receipts.making import Receipt, as_json, receipt_of
from badges.verification import sources
from tests.factories.badges import make_award


def make_receipt(award: Award | None = None) -> Receipt:
    """The signed receipt of a check of a badge of this service."""
    data = awards.credential_of(award or make_award()).document
    return receipt_of(sources.check(data), hashlib.sha256(data).hexdigest())


def saved(receipt: Receipt, **over: Any) -> bytes:
    """The saved file, with members replaced by ``over``."""
    return json.dumps({**as_json(receipt), **over}).encode()
