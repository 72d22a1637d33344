"""The people of the demonstration. Their passwords are made from the installation's own secret: no two
installations share one, and a second run prints the same."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from issuer import accounts, organisations
from issuer.access import settings
from issuer.models import Account, Organisation

PASSWORD_CHARACTERS = 20


@dataclass(frozen=True, slots=True)
class Person:
    """``part``: the word under which the demonstration prints the person, and the role besides learner."""

    part: str
    email: str
    name: str


PEOPLE = (
    Person("learner", "amara.okafor@northbridge.example", "Amara Okafor"),
    Person("author", "lucie.tremblay@northbridge.example", "Lucie Tremblay"),
    Person("assessor", "mateus.ferreira@northbridge.example", "Mateus Ferreira"),
    Person("administrator", "ingrid.solberg@northbridge.example", "Ingrid Solberg"),
)


def password_of(person: Person) -> str:
    """The same on every run of one installation, unguessable from outside it."""
    digest = hmac.new(settings().secret_key.encode(), f"demonstration:{person.email}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:PASSWORD_CHARACTERS]


def ensure_people(organisation: Organisation) -> dict[str, Account]:
    """Every person with an account, a proven address and a role; by part."""
    found = {}
    for person in PEOPLE:
        account = accounts.ensure(email=person.email, name=person.name, password=password_of(person))
        membership = organisations.join(account, organisation, actor="system")
        wanted = frozenset({person.part})
        if not wanted <= organisations.roles_of(membership):
            organisations.change_roles(membership, wanted | organisations.roles_of(membership), actor="system")
        found[person.part] = account
    return found
