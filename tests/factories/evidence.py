"""Evidence for tests, recorded the way the product records it. Every ``over`` replaces a field of a working default."""

from __future__ import annotations

import uuid
from typing import Any

from competencies.evidence.ledger import Happening, record
from competencies.evidence.models import Evidence
from competencies.frameworks.models import Competency
from issuer.models import Account
from tests.factories.frameworks import make_competency
from tests.factories.learning import NOON
from tests.factories.people import make_account


def make_happening(account: Account | None = None, competency: Competency | None = None, **over: Any) -> Happening:
    """A passed check at noon about one competency alone; trust 3 brings its own assessor."""
    if over.get("trust") == 3:
        over.setdefault("assessor", make_account(name="Femi Assessor"))
    fields: dict[str, Any] = {
        "account": account or make_account(),
        "kind": "knowledge_check",
        "score": 0.9,
        "met": True,
        "trust": 2,
        "source": "rosette:check",
        "earned_at": NOON,
        "idempotency_key": f"test:{uuid.uuid4()}",
        **over,
    }
    if "competencies" not in fields:
        fields["competencies"] = [(competency or make_competency(), 1.0)]
    return Happening(**fields)


def make_evidence(account: Account | None = None, competency: Competency | None = None, **over: Any) -> Evidence:
    """A recorded piece of evidence, with everything that follows from it."""
    return record(make_happening(account, competency, **over))
