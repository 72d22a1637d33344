"""The map of personal data: for every table, what it has to do with a person, and what an erasure does to it.

``docs/privacy.md`` says the same in plain words. A table that is missing here, or a way to a person that is not
declared, is found by a test that walks the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a person's rows when the person is erased."""

    REMOVED = "removed"
    BLANKED = "blanked"
    KEPT = "kept"
    NOT_PERSONAL = "not personal"


@dataclass(frozen=True, slots=True)
class Held:
    """One table.

    ``ways``      from a row to its person: columns, from table to table, up to one that names an account.
    ``fate``      of the rows that these ways lead to. ``why`` in a sentence, wherever rows stay.
    ``names``     columns that name an account only as who did something; that account becomes an empty one.
    ``exported``  whether a person's export holds the rows; ``hidden`` columns are secrets, even from the person.
    """

    ways: tuple[str, ...] = ()
    fate: Fate = Fate.REMOVED
    why: str = ""
    names: tuple[str, ...] = ()
    exported: bool = True
    hidden: tuple[str, ...] = ()


def _not_personal(why: str, *names: str) -> Held:
    return Held(fate=Fate.NOT_PERSONAL, why=why, names=names, exported=False)


def _by_name(fate: Fate, why: str) -> Held:
    """No column leads to the person: rows are found by what they say, see badges.privacy.mentions."""
    return Held(fate=fate, why=why, exported=False)


_OWN = ("account_id",)
_OF_AWARD = ("award_id.account_id",)
_CATALOG = "What can be learned and earned; it is about nobody."
_TREE = "Digests that tell nothing without their blinding, which is removed."
_ORGANISATION = "What an organisation decided; who did it becomes an empty account."

DATA_MAP: Mapping[str, Held] = {
    "account": Held(
        ("id",), Fate.BLANKED, "Others' records hang on the row; it says nothing any more.", hidden=("password_hash",)
    ),
    "account_did": Held(_OWN),
    "address_reminder": Held(_OWN),
    "identity_challenge": Held(_OWN, hidden=("nonce_hash",)),
    "email_address": Held(_OWN),
    "membership": Held(_OWN),
    "membership_role": Held(("membership_id.account_id",)),
    "browser_session": Held(_OWN, hidden=("token_hash",)),
    "api_token": Held(_OWN, hidden=("token_hash",)),
    "erasure_request": Held(_OWN),
    "attempt": Held(_OWN),
    "answer": Held(("attempt_id.account_id",)),
    "reading": Held(_OWN),
    "completion": Held(_OWN),
    "mastery": Held(_OWN),
    "evidence": Held(_OWN, names=("assessor_id",)),
    "evidence_competency": Held(("evidence_id.account_id",)),
    "award": Held(_OWN),
    "credential": Held(_OF_AWARD),
    "shown_form": Held(_OF_AWARD),
    "bound_form": Held(_OF_AWARD),
    "share_link": Held(_OWN, hidden=("token_hash",)),
    "share_link_badge": Held(("share_link_id.account_id", "award_id.account_id")),
    "evidence_request": Held(_OF_AWARD),
    "problem_report": Held(_OF_AWARD, names=("closed_by_id",), hidden=("email",)),
    "badge_watch": Held(_OF_AWARD, names=("account_id",)),
    "revocation_item": Held(("account_id", "award_id.account_id")),
    "wallet_offer": Held(_OF_AWARD, hidden=("name_hash", "code_hash")),
    "wallet_access": Held(("offer_id.award_id.account_id",), hidden=("token_hash",)),
    "wallet_handover": Held(("access_id.offer_id.award_id.account_id",)),
    "endorsement": Held(_OF_AWARD),
    "endorsement_invitation": Held(_OF_AWARD, hidden=("token_hash",)),
    "endorsement_reminder": Held(_OF_AWARD),
    "signed_endorsement": Held(("endorsement_id.award_id.account_id",)),
    "asked_verification": Held(_OWN),
    "bulk_check": Held(
        _OWN,
        Fate.KEPT,
        "An organisation's work, with its own end; who began it becomes an empty account.",
        exported=True,
    ),
    "check_schedule": Held(_OWN, Fate.KEPT, "An organisation's work; it is stopped.", exported=True),
    "webhook": Held(
        _OWN, Fate.KEPT, "An organisation's address; who gave it becomes an empty account.", hidden=("secret",)
    ),
    "bulk_row": _by_name(Fate.REMOVED, "Rows that name the person's badge, address or identifier go."),
    "webhook_delivery": _by_name(Fate.REMOVED, "Rows that name the person's badge, address or identifier go."),
    "idempotent_reply": _by_name(Fate.REMOVED, "Replies to the person, and those that name a badge of theirs, go."),
    "issued_credential": _by_name(Fate.REMOVED, "Credentials about the person's address or identifier go."),
    "one_time_link": _by_name(Fate.REMOVED, "Links for the person's addresses go."),
    "outgoing_mail": _by_name(
        Fate.REMOVED, "Mails to the person, and those that name them, go; the export holds the former."
    ),
    "log_blinding": _by_name(Fate.REMOVED, "Without it a leaf of the log is a number without a meaning."),
    "signing_intent": _by_name(
        Fate.BLANKED, "That something was signed stays; what it was, and about which badge, goes."
    ),
    "status_entry": _by_name(
        Fate.BLANKED, "A place is given once and never again; what it was given to becomes a digest."
    ),
    "status_change": _by_name(Fate.REMOVED, "The reasons of changes may speak of a person."),
    "search_entry": _by_name(Fate.REMOVED, "The index follows the badges."),
    "audit_entry": _by_name(
        Fate.KEPT,
        "Each entry rests on the one before. It holds random ids, which lead to nobody; the export holds them.",
    ),
    "erasure": _not_personal("The digest of a random id, and when."),
    "erased_credential": _not_personal("The digest of a random address, its place in a status list, and when."),
    "erasure_door": _not_personal("It is empty."),
    "revocation_proposal": _not_personal(_ORGANISATION, "proposed_by_id", "confirmed_by_id"),
    "equivalence_rule": _not_personal(_ORGANISATION, "added_by_id"),
    "trust_registry": _not_personal(_ORGANISATION, "added_by_id"),
    "trusted_issuer": _not_personal(_ORGANISATION, "added_by_id"),
    "registered_issuer": _not_personal("What a register says of issuers."),
    "organisation": _not_personal("An issuer, not a person."),
    "signing_key": _not_personal("Public keys of issuers."),
    "succession_proposal": _not_personal(_ORGANISATION, "proposed_by_id", "confirmed_by_id"),
    "succession_statement": _not_personal("Published documents of issuers."),
    "succession_letter": Held(_OWN),
    "picture": _not_personal("Published pictures of issuers and of what they award."),
    "did_version": _not_personal("Published documents of issuers."),
    "status_list": _not_personal("Bits without names."),
    "conformance_status": _not_personal("Filled on instances for test suites only."),
    "wallet_spent_nonce": _not_personal("Digests of random texts, for minutes."),
    **dict.fromkeys(
        (
            "achievement",
            "achievement_competency",
            "achievement_version",
            "association",
            "competency",
            "figure",
            "framework",
            "item",
            "module",
            "module_competency",
            "module_version",
            "rubric",
        ),
        _not_personal(_CATALOG),
    ),
    **dict.fromkeys(
        ("log_checkpoint", "log_entry", "log_leaf", "log_node", "log_turn", "log_waiting"), _not_personal(_TREE)
    ),
}
