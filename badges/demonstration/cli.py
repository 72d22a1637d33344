"""Commands of the demonstration: load it, play a learner through a module, show a badge and go on serving."""

from __future__ import annotations

import json
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from badges import awards
from badges.demonstration import learning, people, seed
from badges.models import Award
from badges.verification.report import Report
from badges.verification.sources import check_award
from badges.verification.wording import sentence_of
from competencies.learning import publications
from issuer import accounts, organisations
from issuer.base import serving
from issuer.base.commands import Command
from issuer.base.db import db, utc_now
from issuer.base.errors import ServiceError
from issuer.models import Account
from issuer.policy import Actor

FIRST_MODULE = "M01"


@click.command("seed", cls=Command)
@with_appcontext
def seed_command() -> None:
    """Load the demonstration organisation, people, framework, modules and badges; a second time changes nothing."""
    loaded = seed.ensure_demonstration()
    db.session.commit()
    report = loaded.framework
    click.echo(f"organisation: {loaded.organisation.name}")
    click.echo(f"framework: {report.title}, {report.items} items, {report.rubrics} rubrics")
    opened = sum(module.state == "open" for module in loaded.modules.values())
    click.echo(f"modules: {len(loaded.modules)}, {opened} of them open")
    click.echo(f"badges: {loaded.achievements}")


@click.command("learn", cls=Command)
@click.option("--learner", required=True, help="E-mail address of the learner.")
@click.option("--module", "code", required=True, help="Code of the module, such as M01.")
@click.option("--answers", type=click.Choice(["right", "wrong"]), default="right", show_default=True)
@click.option("--organisation", "slug", default=seed.SLUG, show_default=True)
@with_appcontext
def learn_command(learner: str, code: str, answers: str, slug: str) -> None:
    """Play a learner through one module; prints evidence, masteries, awards and URLs as JSON."""
    try:
        account = _account(learner)
        organisation = organisations.by_slug(slug)
        if organisation is None:
            raise click.UsageError(f"There is no organisation {slug!r}. Run `flask seed` first.")
        played = learning.play(account, publications.module_of(organisation, code), answers=answers, now=utc_now())
        db.session.commit()
    except ServiceError as error:
        db.session.rollback()
        click.echo(json.dumps({"code": error.code, "detail": str(error.detail)}), err=True)
        sys.exit(1)
    click.echo(json.dumps(learning.as_json(played), indent=2, ensure_ascii=False))


def _account(email: str) -> Account:
    address = accounts.address_of(email)
    if address is None:
        raise click.UsageError(f"Nobody has the address {email!r}.")
    return address.account


@click.command("demo", cls=Command)
@click.option("--serve/--no-serve", default=True, help="Go on serving afterwards.")
@with_appcontext
def demo_command(serve: bool) -> None:
    """Load the demonstration, let the learner earn and publish one badge, print it and its report, go on serving."""
    loaded = seed.ensure_demonstration()
    award = _earned_badge(loaded)
    db.session.commit()
    settings = current_app.config["ROSETTE"]
    if not settings.is_production:
        click.echo(f"data: {settings.data_dir} (database, encrypted keys, and the secrets made for development)")
    click.echo(f"badge: {settings.base_url}/badges/{award.public_id}")
    for person in people.PEOPLE:
        click.echo(f"{person.part}: {person.email} {people.password_of(person)}")
    _print_report(check_award(award))
    db.session.remove()
    if serve:
        sys.exit(serving.serve(settings, on_ready=lambda: click.echo(f"serving: {settings.base_url}")))


def _earned_badge(loaded: seed.Demonstration) -> Award:
    """The learner's first badge, earned and published by the first run and found by every later one."""
    learner = loaded.people["learner"]
    award: Award | None = db.session.scalar(
        db.select(Award).filter_by(account_id=learner.id).order_by(Award.id).limit(1)
    )
    if award is not None:
        return award
    award = learning.play(learner, loaded.modules[FIRST_MODULE], answers="right", now=utc_now()).awards[0]
    awards.publish(Actor(account_id=learner.id, public_id=learner.public_id), award.public_id)
    return award


def _print_report(report: Report) -> None:
    click.echo(f"verification: {report.verdict.value} - {sentence_of(report)}")
    for number, check in enumerate(report.checks, start=1):
        click.echo(f"  {number}. {check.name:<11} {check.outcome.value:<15} {check.sentence}")
