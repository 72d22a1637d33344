"""`flask badge revoke-many` and `flask badge revocation`: the same two people, at a command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from badges.revoking import proposals, reading
from badges.revoking.criteria import Criteria, asked, read_names
from badges.revoking.models import RevocationProposal
from badges.revoking.reading import ShownBadge
from badges.revoking.selection import LeftOut, select_badges
from issuer import accounts
from issuer.base.commands import Command
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid
from issuer.models import Account
from issuer.profile import find_organisation
from issuer.status.reasons import OTHER, REVOCATION_CODES, read_reason

LEFT_OUT_SHOWN = 20


@click.command("revoke-many", cls=Command)
@click.option("--organisation", "slug", required=True, help="Short name of the issuer.")
@click.option("--achievement", default="", help="Only badges of this achievement.")
@click.option("--version", type=click.IntRange(1), help="Only of this version of it.")
@click.option("--from", "awarded_from", default="", help="Awarded on this day or later: 2026-01-31.")
@click.option("--until", "awarded_until", default="", help="Awarded on this day or earlier.")
@click.option("--key", default="", help="Signed with this key (kid).")
@click.option("--module", default="", help="Rests on evidence of this module.")
@click.option("--evidence", default="", help="Rests on this piece of evidence.")
@click.option("--badges", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV of badges.")
@click.option("--reason", default="", help="Why, in a sentence; the holders read it.")
@click.option("--reason-code", type=click.Choice(tuple(REVOCATION_CODES)), default=OTHER, show_default=True)
@click.option("--reason-public", is_flag=True, help="Others may read the reason too.")
@click.option("--dry-run", is_flag=True, help="Say which badges are meant; write nothing down.")
@click.option("--proposed-by", "proposer", metavar="E-MAIL", help="The administrator who proposes it.")
@click.option("--confirmed-by", "confirmer", metavar="E-MAIL", help="Another administrator, who agrees now.")
@with_appcontext
def revoke_many_command(slug: str, file: Path | None, dry_run: bool, **given: Any) -> None:
    """Revoke all badges that meet every condition given: proposed by one administrator, confirmed by another.

    Without --confirmed-by it is only proposed; see flask badge revocation.
    """
    organisation = find_organisation(slug)
    criteria = _criteria(file, given)
    if dry_run:
        selection = select_badges(organisation, criteria)
        _say_which(reading.sample_from(selection), count=len(selection.chosen), learners=selection.learners)
        _say_left_out(selection.left_out)
        click.echo("nothing was changed")
        return
    if given["proposer"] is None:
        raise click.UsageError("Say who proposes it (--proposed-by), or --dry-run.")
    reason = read_reason(given["reason"], given["reason_code"], REVOCATION_CODES, is_public=given["reason_public"])
    proposal = proposals.propose(
        organisation, criteria, reason=reason, proposer=_person(given["proposer"]), now=utc_now()
    )
    _say_which(reading.sample_of(proposal), count=proposal.badges, learners=proposal.learners)
    if given["confirmer"] is not None:
        proposals.confirm(proposal.public_id, confirmer=_person(given["confirmer"]), now=utc_now())
    db.session.commit()
    _say(proposal)


@click.command("revocation", cls=Command)
@click.argument("proposal_id", metavar="ID")
@click.option("--confirmed-by", "confirmer", metavar="E-MAIL", help="Another administrator, who agrees now.")
@click.option("--withdrawn-by", "withdrawer", metavar="E-MAIL", help="Who proposed it, and takes it back.")
@with_appcontext
def revocation_command(proposal_id: str, confirmer: str | None, withdrawer: str | None) -> None:
    """Show the proposal ID and how far it is; confirm it, or withdraw it."""
    if confirmer is not None and withdrawer is not None:
        raise click.UsageError("Confirm it or withdraw it, not both.")
    proposal = proposals.find(proposal_id)
    if confirmer is not None:
        proposals.confirm(proposal_id, confirmer=_person(confirmer), now=utc_now())
    if withdrawer is not None:
        proposals.withdraw(proposal_id, actor=_person(withdrawer), now=utc_now())
    db.session.commit()
    _say_which(reading.sample_of(proposal), count=proposal.badges, learners=proposal.learners)
    _say(proposal)


def _person(email: str) -> Account:
    address = accounts.address_of(email)
    if address is None:
        raise click.UsageError(f"Nobody has the address {email!r}.")
    return address.account


def _criteria(file: Path | None, given: dict[str, Any]) -> Criteria:
    try:
        named = read_names(file.read_bytes()) if file is not None else ()
    except OSError as error:
        raise Invalid("unreadable", f"{file} cannot be read: {error.strerror}.") from error
    alone = ("achievement", "version", "awarded_from", "awarded_until", "key", "module", "evidence")
    return asked(**{name: given[name] for name in alone}, named=named)


def _say_which(sample: list[ShownBadge], *, count: int, learners: int) -> None:
    click.echo(f"{count} badges of {learners} learners")
    for badge in sample:
        click.echo(
            f"  {badge.award_id}  {badge.awarded_at:%Y-%m-%d}  {badge.achievement} v{badge.version}  {badge.learner}"
        )
    if count > len(sample):
        click.echo(f"  and {count - len(sample)} more")


def _say_left_out(left_out: tuple[LeftOut, ...]) -> None:
    for each in left_out[:LEFT_OUT_SHOWN]:
        click.echo(f"row {each.row}: {each.value}: {each.reason}")
    if len(left_out) > LEFT_OUT_SHOWN:
        click.echo(f"and {len(left_out) - LEFT_OUT_SHOWN} more rows left out")


def _say(proposal: RevocationProposal) -> None:
    progress = reading.progress_of(proposal)
    click.echo(
        f"{proposal.public_id}\t{reading.state_of(proposal, now=utc_now())}\t"
        f"{progress.revoked} revoked, {progress.waiting} to go, {progress.already} revoked before"
    )
