"""Stating what becomes of an organisation: proposed by one administrator, confirmed by another, then signed.

Whoever runs the service can state it too, for an organisation that has nobody left who could (``flask succession``).
A statement is never taken back; a newer one counts instead. What closes is taken up again by stating "open".
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from issuer import organisations, signing
from issuer.base import audit, facts
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Forbidden, NotFound
from issuer.base.faults import fault_point
from issuer.crypto.timestamps import format_timestamp
from issuer.keys import history, keystore
from issuer.keys.purposes import DID_HISTORY
from issuer.models import Account, Organisation
from issuer.plain_text import clean_line, refuse, required_line
from issuer.profile import issuer_did
from issuer.succession.models import SuccessionProposal, SuccessionStatement
from issuer.succession.standing import newest, statement_url
from issuer.succession.statement import STATES, Succession, Successor, as_member
from issuer.succession.wording import sentence_of

LONGEST_ID, LONGEST_NAME, LONGEST_URL, LONGEST_NOTE = 300, 200, 500, 1000
STATED = "succession.stated"


def wanted(
    organisation: Organisation,
    *,
    state: str,
    since: str,
    successor_id: str = "",
    successor_name: str = "",
    successor_url: str = "",
    takes_over: bool = False,
    note: str = "",
) -> Succession:
    """What somebody wrote -> what could be stated. ``since``: a day, YYYY-MM-DD. Raises Invalid naming the field."""
    if state not in STATES:
        raise refuse("state", _("Choose open, moving or closed."))
    day, said = _day(since), clean_line(note, field="note", longest=LONGEST_NOTE)
    if state == "open":
        return Succession(state, day, None, said)
    named = clean_line(successor_id, field="successor_id", longest=LONGEST_ID)
    if not named:
        if state == "moving":
            raise refuse("successor_id", _("Name the issuer that it moves to, by its DID or its web address."))
        return Succession(state, day, None, said)
    successor = Successor(
        _issuer_id(organisation, named),
        required_line(successor_name, field="successor_name", longest=LONGEST_NAME),
        _web_address(clean_line(successor_url, field="successor_url", longest=LONGEST_URL)),
        takes_over,
    )
    return Succession(state, day, successor, said)


def propose(organisation: Organisation, said: Succession, *, proposer: Account) -> SuccessionProposal:
    """Write down what is to be stated; nothing changes yet.

    Raises Forbidden for no administrator, Conflict "proposal_waits" while another proposal waits.
    """
    _refuse_others(proposer, organisation)
    successor = said.successor or Successor("", "")
    proposal = SuccessionProposal(
        organisation=organisation,
        state=said.state,
        since=said.since,
        successor_id=successor.id,
        successor_name=successor.name,
        successor_url=successor.url,
        successor_takes_over=successor.takes_over,
        note=said.note,
        outcome="waiting",
        proposed_by=proposer,
    )
    try:
        with db.session.begin_nested():
            db.session.add(proposal)
            db.session.flush()
    except IntegrityError as error:
        raise Conflict(
            "proposal_waits", _("Another proposal waits to be confirmed. Withdraw that one first.")
        ) from error
    audit.record("succession.proposed", proposal.public_id, actor=proposer.public_id, state=said.state)
    return proposal


def confirm(proposal: SuccessionProposal, *, confirmer: Account) -> SuccessionStatement:
    """Agree to what somebody else proposed: it is signed and published.

    Raises Forbidden for the proposer or no administrator, Conflict for what is closed or whose proposer has left,
    NotSigned and KeyUnusable when it cannot be signed now.
    """
    _refuse_others(confirmer, proposal.organisation)
    _lock(proposal)
    if proposal.outcome != "waiting":
        raise Conflict("proposal_closed", _("This was decided already."))
    if proposal.proposed_by_id == confirmer.id:
        raise Forbidden("separation_of_duties", _("Another administrator has to confirm what you have proposed."))
    if not _administers(proposal.proposed_by, proposal.organisation):
        raise Conflict("proposer_left", _("Who proposed this is no administrator any more. Propose it anew."))
    proposal.outcome, proposal.confirmed_by, proposal.ended_at = "stated", confirmer, utc_now()
    db.session.flush()
    fault_point("succession.after_confirm")
    return state(proposal.organisation, said_in(proposal), actor=confirmer.public_id)


def withdraw(proposal: SuccessionProposal, *, actor: Account) -> None:
    """Take a proposal back, by any administrator; a second time changes nothing. Raises Conflict once it is stated."""
    _refuse_others(actor, proposal.organisation)
    _lock(proposal)
    if proposal.outcome == "stated":
        raise Conflict("proposal_closed", _("This was decided already."))
    if proposal.outcome == "waiting":
        proposal.outcome, proposal.ended_at = "withdrawn", utc_now()
        db.session.flush()
        audit.record("succession.withdrawn", proposal.public_id, actor=actor.public_id)


def state(organisation: Organisation, said: Succession, *, actor: str) -> SuccessionStatement:
    """Sign and publish it, as the newest statement. Announces "succession.stated". Raises NotSigned, KeyUnusable."""
    keystore.ensure_keys(organisation, purposes=(DID_HISTORY,))
    db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update())
    db.session.refresh(organisation)
    now, number = utc_now().replace(microsecond=0), organisation.statement_number + 1
    document = _compose(organisation, said, number=number, now=now)
    signed = signing.sign(signing.prepare_succession(document, organisation=organisation, now=now), now=now)
    statement = SuccessionStatement(
        organisation_id=organisation.id,
        number=number,
        state=said.state,
        since=said.since,
        document=signed.document,
        sha256=hashlib.sha256(signed.document).hexdigest(),
        signed_kid=signed.proof_kid,
        created_at=now,
    )
    db.session.add(statement)
    organisation.statement_number = number
    db.session.flush()
    history.keep(organisation)
    audit.record("succession.stated", organisation.public_id, actor=actor, state=said.state, number=number)
    facts.announce(STATED, statement=statement)
    return statement


def said_in(proposal: SuccessionProposal) -> Succession:
    successor = Successor(
        proposal.successor_id, proposal.successor_name, proposal.successor_url, proposal.successor_takes_over
    )
    return Succession(proposal.state, proposal.since, successor if successor.id else None, proposal.note)


def sentence_for(organisation: Organisation, said: Succession) -> str:
    """What it would tell people, in one sentence."""
    words = sentence_of(said, organisation.name, now=utc_now())
    return words or str(_("%(issuer)s is open, and issues badges again.", issuer=organisation.name))


def waiting(organisation: Organisation) -> SuccessionProposal | None:
    """The proposal that waits to be confirmed, if any."""
    return db.session.scalar(select(SuccessionProposal).filter_by(organisation_id=organisation.id, outcome="waiting"))


def find_proposal(organisation: Organisation, public_id: str) -> SuccessionProposal:
    """Raises NotFound."""
    found = db.session.scalar(
        select(SuccessionProposal).filter_by(organisation_id=organisation.id, public_id=public_id)
    )
    if found is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return found


def _compose(organisation: Organisation, said: Succession, *, number: int, now: datetime) -> dict[str, object]:
    document: dict[str, object] = {
        "id": statement_url(organisation, number),
        "issuer": issuer_did(organisation),
        "versionId": str(number),
        "versionTime": format_timestamp(now),
        "succession": as_member(said),
    }
    before = newest(organisation)
    if before is None:
        return document
    digest = base64.b64encode(bytes.fromhex(before.sha256)).decode("ascii")
    reference = {"id": statement_url(organisation, before.number), "digestSRI": f"sha256-{digest}"}
    return {**document, "previousVersion": reference}


def _day(text: str) -> datetime:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise refuse("since", _("Write a day, such as 2027-05-03.")) from None
    if not 2000 <= day.year < 3000:
        raise refuse("since", _("Write a day, such as 2027-05-03."))
    return datetime.combine(day, time(), UTC)


def _issuer_id(organisation: Organisation, named: str) -> str:
    if not named.startswith(("did:", "https://")) or " " in named or not named.isascii():
        raise refuse("successor_id", _("Name it by its DID (did:...) or by its web address (https://...)."))
    if named == issuer_did(organisation):
        raise refuse("successor_id", _("An issuer cannot succeed itself."))
    return named


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if url and (parts.scheme != "https" or not parts.hostname):
        raise refuse("successor_url", _("Write a web address that begins with https://."))
    return url


def _lock(proposal: SuccessionProposal) -> None:
    wanted_row = select(SuccessionProposal).filter_by(id=proposal.id).with_for_update()
    db.session.execute(wanted_row.execution_options(populate_existing=True))


def _refuse_others(account: Account, organisation: Organisation) -> None:
    if not _administers(account, organisation):
        raise Forbidden("not_allowed", _("Only administrators of the organisation may do this."))


def _administers(account: Account, organisation: Organisation) -> bool:
    membership = organisations.membership_of(account.id, organisation.id)
    return membership is not None and "administrator" in organisations.roles_of(membership)
