"""The command that gives a badge to all who hold another one."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from badges.succession import reissuing
from badges.trust import equivalences
from badges.trust.models import EquivalenceRule
from issuer.base.commands import Command
from issuer.base.db import db
from issuer.profile import find_organisation


@click.command("reissue", cls=Command)
@click.argument("rule_id")
@click.option("--organisation", "slug", required=True, help="Short name of the organisation whose rule it is.")
@click.option("--dry-run", is_flag=True, help="Check every badge and say who would get it; give nothing.")
@with_appcontext
def reissue_command(rule_id: str, slug: str, dry_run: bool) -> None:
    """Give our badge to all who hold the one that the rule RULE_ID accepts. Each is checked first."""
    rule = equivalences.find(find_organisation(slug), rule_id)
    if dry_run:
        _say_who_would(rule)
        return
    before = reissuing.reach_of(rule)
    for _part in reissuing.carry_out(rule.public_id):
        db.session.commit()
    reach = reissuing.reach_of(rule)
    click.echo(f"{reach.holders} holders: {reach.served - before.served} were given it, {before.served} had it")
    left = reach.holders - reach.served
    if left:
        click.echo(f"{left} do not meet the rule")


def _say_who_would(rule: EquivalenceRule) -> None:
    given = 0
    for award, missing in reissuing.would_get(rule):
        given += not missing
        if missing:
            click.echo(f"{award.public_id}: {', '.join(missing)}")
    click.echo(f"{given} would be given it; nothing was changed")
