"""The name that others read in a badge."""

from __future__ import annotations

from typing import Any

import pytest

from badges.sharing.presenting import initials_of, presented


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Amara Okafor", "A. O."),
        ("Zoë van der Berg", "Z. v. d. B."),
        ("Jean-Luc Roy", "J.-L. R."),
        ("Madonna", "M."),
        ("  Ana   Lima ", "A. L."),
        ("مريم الأسدي", "م. ا."),
        ("-", ""),
        ("", ""),
    ],
)
def test_initials_are_of_every_part_of_a_name(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def said(*identifiers: dict[str, Any]) -> dict[str, Any]:
    subject: dict[str, Any] = {"id": "urn:uuid:1", "achievement": {"name": "Target List"}}
    if identifiers:
        subject["identifier"] = list(identifiers)
    return {"id": "https://x/badges/1", "credentialSubject": subject, "proof": {"type": "DataIntegrityProof"}}


NAME = {"type": "IdentityObject", "hashed": False, "identityHash": "Amara Okafor", "identityType": "name"}
MAIL = {"type": "IdentityObject", "hashed": True, "identityHash": "sha256$00", "identityType": "emailAddress"}


def test_without_a_name_no_identifier_is_left_and_all_else_stays() -> None:
    document = presented(said(NAME, MAIL), "hidden")
    assert document == {
        "id": "https://x/badges/1",
        "credentialSubject": {"id": "urn:uuid:1", "achievement": {"name": "Target List"}},
    }


def test_with_initials_only_the_shortened_name_is_left() -> None:
    document = presented(said(NAME, MAIL), "initials")
    assert document["credentialSubject"]["identifier"] == [{**NAME, "identityHash": "A. O."}]


def test_in_full_it_says_what_it_said() -> None:
    document = presented(said(NAME, MAIL), "full")
    assert document["credentialSubject"]["identifier"] == [NAME, MAIL]
    assert "proof" not in document


@pytest.mark.parametrize("shown_name", ["full", "initials", "hidden"])
def test_whoever_gave_no_name_is_not_named(shown_name: str) -> None:
    assert "identifier" not in presented(said(), shown_name)["credentialSubject"]


def test_a_name_without_a_letter_of_its_own_leaves_nothing() -> None:
    assert "identifier" not in presented(said({**NAME, "identityHash": "- -"}), "initials")["credentialSubject"]


def test_what_was_given_is_not_changed() -> None:
    document = said(NAME)
    presented(document, "hidden")
    assert document == said(NAME)
