"""A learner's own entries of the ledger, a page at a time."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from competencies.evidence.models import Evidence, EvidenceCompetency
from competencies.learning.models import ModuleVersion
from issuer.base.paging import Page, newest_first


def evidence_page(account_id: int, *, limit: int, after: str | None) -> Page:
    """Newest first, each with its module version and competencies: three queries however long the page."""
    statement = (
        select(Evidence)
        .filter_by(account_id=account_id)
        .options(
            joinedload(Evidence.module_version).joinedload(ModuleVersion.module),
            selectinload(Evidence.competencies).joinedload(EvidenceCompetency.competency),
        )
    )
    return newest_first(statement, Evidence, limit=limit, after=after)
