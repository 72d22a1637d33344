"""Taking packages: twice the same changes nothing, a newer one changes what it says, and nothing held is lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from competencies.evidence.models import Mastery
from competencies.frameworks.importing import ImportReport, import_package
from competencies.frameworks.models import Association, Competency, Framework, Rubric
from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.base.errors import Invalid
from issuer.models import Organisation
from tests.factories.evidence import make_evidence
from tests.factories.frameworks import as_bytes, association, document, identifier_of, item, link, make_package
from tests.factories.people import make_account, make_organisation
from tests.oracles import needs_shared, shared_path

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def organisation(ctx: Any) -> Organisation:
    return make_organisation()


def take(organisation: Organisation, package: Any) -> ImportReport:
    return import_package(organisation, as_bytes(package), actor="somebody")


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.taken, report.updated, report.unchanged, len(report.deprecated)


def competency(number: int) -> Competency:
    return db.session.scalars(select(Competency).filter_by(case_identifier=identifier_of(number))).one()


def snapshot() -> list[Any]:
    """Every row of every table an import writes, as it is."""
    tables = [model.__table__ for model in (Framework, Competency, Association, Rubric)]
    return [list(map(tuple, db.session.execute(select(table).order_by(table.c.id)))) for table in tables]


def test_a_package_becomes_a_framework_with_its_competencies_in_order(organisation: Organisation) -> None:
    package = make_package()
    package["CFAssociations"][0]["sequenceNumber"] = 9
    report = take(organisation, package)
    framework = db.session.scalars(select(Framework)).one()
    assert (report.framework, report.title) == (framework.public_id, "What a guild can do")
    assert counts(report) == (3, 0, 0, 0)
    assert [each.human_code for each in framework.competencies] == ["T.2", "T.3", "T.1"]
    first = framework.competencies[0]
    assert (first.full_statement, first.level, first.item_type) == ("Can do thing 2.", "Foundation", "Competency")


def test_text_is_stored_verbatim(organisation: Organisation) -> None:
    statement = "<script>alert(1)</script> **bold** [x](javascript:alert(1)) \u202e é\u0301 'quoted' "
    take(organisation, make_package(CFItems=[item(1, fullStatement=statement)], CFAssociations=[]))
    assert competency(1).full_statement == statement


def test_importing_twice_changes_nothing(organisation: Organisation) -> None:
    take(organisation, make_package())
    db.session.commit()
    before, entries = snapshot(), db.session.scalar(select(func.count()).select_from(AuditEntry))
    report = take(organisation, make_package())
    db.session.commit()
    assert counts(report) == (0, 0, 3, 0)
    assert snapshot() == before
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == entries


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        "sales_competencies.case.json",
        "case_v1p0_smarterbalanced_dok.json",
        "case_v1p0_smarterbalanced_item_types.json",
    ],
)
def test_importing_a_real_package_twice_changes_nothing(organisation: Organisation, name: str) -> None:
    data = shared_path(f"data/{name}").read_bytes()
    first = import_package(organisation, data)
    before = snapshot()
    again = import_package(organisation, data)
    assert (again.taken, again.updated, again.deprecated) == (0, 0, ())
    assert again.unchanged == first.taken > 0
    assert snapshot() == before


def test_an_item_is_updated_by_its_identifier(organisation: Organisation) -> None:
    take(organisation, make_package())
    kept = competency(2).public_id
    package = make_package()
    package["CFItems"][1]["fullStatement"] = "Can do it better."
    assert counts(take(organisation, package)) == (0, 1, 2, 0)
    assert (competency(2).full_statement, competency(2).public_id) == ("Can do it better.", kept)


def test_an_update_leaves_the_mastery_rule_that_somebody_set(organisation: Organisation) -> None:
    take(organisation, make_package())
    competency(2).mastery_trust = 3
    db.session.flush()
    package = make_package()
    package["CFItems"][1]["fullStatement"] = "Can do it better."
    take(organisation, package)
    assert competency(2).mastery_trust == 3


def test_a_missing_item_is_deprecated_and_keeps_its_evidence(organisation: Organisation) -> None:
    take(organisation, make_package())
    account = make_account()
    make_evidence(account, competency(3))
    assert take(organisation, make_package(items=2)).deprecated == (identifier_of(3),)
    assert competency(3).state == "deprecated"
    assert db.session.scalars(select(Mastery).filter_by(account_id=account.id)).one().competency_id == competency(3).id


def test_what_is_deprecated_already_is_not_reported_again(organisation: Organisation) -> None:
    take(organisation, make_package())
    take(organisation, make_package(items=2))
    assert take(organisation, make_package(items=2)).deprecated == ()


def test_an_item_that_comes_back_is_active_again(organisation: Organisation) -> None:
    take(organisation, make_package())
    take(organisation, make_package(items=2))
    assert counts(take(organisation, make_package())) == (0, 1, 2, 0)
    assert competency(3).state == "active"


def test_a_replaced_item_is_deprecated(organisation: Organisation) -> None:
    take(organisation, make_package())
    package = make_package()
    package["CFAssociations"].append(association(200, "replacedBy", 1, 2))
    assert take(organisation, package).deprecated == (identifier_of(1),)
    assert (competency(1).state, competency(2).state) == ("deprecated", "active")


def test_associations_follow_the_package(organisation: Organisation) -> None:
    related = association(200, "isRelatedTo", 1, 999, destinationNodeURI=link("outside-skill", "Prospecting"))
    package = make_package()
    package["CFAssociations"].append(related)
    assert take(organisation, package).associations == 4
    assert take(organisation, make_package()).associations == 3
    assert db.session.scalar(select(func.count()).select_from(Association)) == 3


def test_a_refused_package_leaves_everything_as_it_was(organisation: Organisation) -> None:
    take(organisation, make_package())
    before = snapshot()
    package = make_package()
    package["CFItems"][0]["fullStatement"] = "Changed"
    package["CFAssociations"].append(association(200, "isChildOf", 1, 1))
    with pytest.raises(Invalid):
        take(organisation, package)
    assert snapshot() == before


def test_two_organisations_hold_the_same_framework_apart(organisation: Organisation) -> None:
    other = make_organisation()
    take(organisation, make_package())
    assert counts(take(other, make_package())) == (3, 0, 0, 0)
    take(other, make_package(items=1))
    states = db.session.scalars(
        select(Competency.state).join(Framework).where(Framework.organisation_id == organisation.id)
    )
    assert set(states) == {"active"}


def test_the_import_is_in_the_audit_record_with_who_did_it(organisation: Organisation) -> None:
    report = take(organisation, make_package())
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry).filter_by(action="framework.imported")).one()
    assert (entry.actor, entry.subject, entry.details["taken"]) == ("somebody", report.framework, 3)


def test_the_report_names_what_was_not_taken(organisation: Organisation) -> None:
    package = make_package()
    package["CFItems"][0]["colour"] = "red"
    (lost,) = take(organisation, package).not_taken
    assert (lost.part, lost.count, lost.identifiers) == ("CFItem.colour", 1, (identifier_of(1),))


def test_a_framework_of_twenty_thousand_items_is_taken(organisation: Organisation) -> None:
    number = 20_000
    items = [{**item(each), "fullStatement": f"S{each}"} for each in range(1, number + 1)]
    parents = [association(100_000 + each, "isChildOf", each, each // 50) for each in range(1, number + 1)]
    report = take(organisation, {"CFDocument": document(), "CFItems": items, "CFAssociations": parents})
    assert counts(report) == (number, 0, 0, 0)
    assert db.session.scalar(select(func.count()).select_from(Competency)) == number
