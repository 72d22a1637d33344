"""How an issuer is known: by what is proved of whoever signed, and by nothing that only looks like it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from badges.trust import registries
from badges.trust.knowing import trust_for, trust_of
from badges.verification.world import Signatory
from issuer import profile
from issuer.base.db import db
from issuer.crypto.did import did_key_for
from issuer.crypto.multikey import thumbprint
from issuer.models import Organisation
from issuer.policy import Actor
from tests.factories.people import make_organisation
from tests.factories.trust import MEMBERS, make_registry, make_trusted
from tests.unit.issuer.crypto.making import make_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "badges.example.org"
DID = f"did:web:{HOST}:issuers:harbour"
KEY, OTHER_KEY = (thumbprint(make_key(seed).public_key()) for seed in (1, 2))
PROVED = Signatory(DID, KEY, HOST)


@pytest.fixture
def place(ctx: Flask) -> Organisation:
    return make_organisation()


def known(place: Organisation | None, signatory: Signatory = PROVED) -> str | None:
    return trust_of(place, now=NOW)(signatory)


@pytest.mark.parametrize(
    ("kind", "subject"), [("id", DID), ("domain", HOST), ("key", KEY), ("domain", "Badges.EXAMPLE.org.")]
)
def test_an_issuer_on_the_list_is_known(place: Organisation, kind: str, subject: str) -> None:
    make_trusted(place, subject, kind=kind)
    assert "Harbour Sales School" in str(known(place))


def test_whoever_is_on_no_list_is_not_known(place: Organisation) -> None:
    assert known(place) is None
    assert known(None) is None


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example.org", "example.org", "a.badges.example.org", "xbadges.example.org", "badges.example.org.evil"),
        *("badges.example.orga", "badges.example.or", "badges.example.org.", "xn--bdges-9xc.example.org", ""),
        *("badges.example.org:8443", "badges-example.org", "badges.example.org%00"),
    ],
)
def test_a_domain_is_that_very_host_and_no_other(place: Organisation, host: str) -> None:
    make_trusted(place, HOST, kind="domain")
    assert known(place, Signatory(f"did:web:{host}", KEY, host)) is None


def test_the_letters_of_a_host_may_be_large(place: Organisation) -> None:
    make_trusted(place, HOST, kind="domain")
    assert known(place, Signatory(f"https://{HOST.upper()}/issuers/1", KEY, HOST.upper()))


def test_a_claimed_id_counts_for_nothing_until_it_is_proved(place: Organisation) -> None:
    make_trusted(place, DID)
    assert known(place, Signatory(DID, KEY, "")) is None
    assert known(place, Signatory(DID, KEY, "evil.example")) is None
    assert known(place, Signatory(DID, KEY, f"{HOST}.evil.example")) is None


@pytest.mark.parametrize("twin", [f"{DID}:x", DID[:-1], DID.upper(), f"{DID}/", f"{DID}#key-1", f"https://{HOST}/"])
def test_an_id_that_only_looks_alike_is_not_known(place: Organisation, twin: str) -> None:
    make_trusted(place, DID)
    assert known(place, Signatory(twin, KEY, HOST)) is None


@pytest.mark.parametrize("ending", ["\u0000", "\ud800", "\u0430", "\n"])
def test_an_id_that_no_list_could_hold_is_not_looked_up(place: Organisation, ending: str) -> None:
    make_trusted(place, f"https://{HOST}/", name="By its id")
    make_trusted(place, KEY, kind="key", name="By its key")
    assert "By its id" in str(known(place, Signatory(f"https://{HOST}/", KEY, HOST)))
    assert "By its key" in str(known(place, Signatory(f"https://{HOST}/{ending}", KEY, HOST)))
    assert known(place, Signatory(f"https://{HOST}/{ending}", OTHER_KEY, HOST)) is None


def test_an_id_that_is_its_own_key_needs_that_key(place: Organisation) -> None:
    did = did_key_for(make_key(1).public_key())
    make_trusted(place, did)
    assert known(place, Signatory(did, KEY))
    assert known(place, Signatory(did, OTHER_KEY)) is None
    assert known(place, Signatory(did)) is None


def test_the_key_of_another_issuer_on_the_same_host_is_not_the_key(place: Organisation) -> None:
    make_trusted(place, KEY, kind="key")
    assert known(place, Signatory("", KEY))
    assert known(place, Signatory(DID, OTHER_KEY, HOST)) is None


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + timedelta(seconds=1), None, False),
        (None, NOW, False),
        (None, NOW + timedelta(seconds=1), True),
    ],
)
def test_an_entry_counts_in_its_time(
    place: Organisation, since: datetime | None, until: datetime | None, counts: bool
) -> None:
    make_trusted(place, DID, since=since, until=until)
    assert bool(known(place)) is counts


def test_the_list_of_another_organisation_says_nothing(place: Organisation) -> None:
    make_trusted(make_organisation(), DID)
    assert known(place) is None


def test_what_issues_here_is_known_to_everybody(place: Organisation) -> None:
    did = profile.issuer_did(place)
    assert "with this service" in str(known(None, Signatory(did)))
    for twin in (f"{did}x", did[:-1], f"{did}:x", did.upper(), "did:web:localhost%3A8000:issuers:", f"{did}\u0000"):
        assert known(None, Signatory(twin)) is None


def test_a_registry_is_named_with_the_day_of_its_import(place: Organisation) -> None:
    make_registry(place, now=datetime(2026, 2, 3, tzinfo=UTC))
    did = "did:web:north.example.edu"
    words = str(known(place, Signatory(did, KEY, "north.example.edu")))
    assert "Consortium" in words
    assert "North University" in words
    assert "February 3, 2026" in words
    assert known(place, Signatory(did, KEY, "south.example.edu")) is None


def test_a_visitor_is_told_about_registries_that_an_operator_shows(place: Organisation) -> None:
    registry = make_registry(place)
    did = next(did for did in MEMBERS if did.startswith("did:web:"))
    member = Signatory(did, KEY, did.removeprefix("did:web:"))
    assert known(None, member) is None
    assert known(make_organisation(), member) is None
    registries.show_to_everybody(registry, True)
    assert "Consortium" in str(known(None, member))
    assert "you imported" not in str(known(None, member))
    registries.show_to_everybody(registry, False)
    assert known(None, member) is None


def test_the_own_list_is_named_before_a_registry(place: Organisation) -> None:
    make_registry(place)
    make_trusted(place, "north.example.edu", kind="domain", name="Our partner")
    words = str(known(place, Signatory("did:web:north.example.edu", KEY, "north.example.edu")))
    assert "Our partner" in words


def test_a_learner_does_not_speak_for_the_organisation(place: Organisation) -> None:
    make_trusted(place, DID)

    def as_a(*roles: str) -> str | None:
        return trust_for(Actor(1, roles={place.id: frozenset(roles)}), now=NOW)(PROVED)

    assert as_a("learner") is None
    assert as_a("learner", "assessor")
    assert as_a("administrator")
    assert trust_for(Actor(), now=NOW)(PROVED) is None


def test_a_verification_asks_the_database_twice_at_most(place: Organisation) -> None:
    statements: list[str] = []
    db.session.commit()
    trust = trust_of(place, now=NOW)
    event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))
    assert trust(PROVED) is None
    assert len(statements) == 2
    assert trust(PROVED) is None
    assert len(statements) == 2
