"""Commands about badges."""

from __future__ import annotations

from pathlib import Path

import click

from badges import awards, checking, issuing
from issuer.base.commands import CommandGroup
from issuer.base.db import db, utc_now
from issuer.status.reasons import OTHER, REVOCATION_CODES, SUSPENSION_CODES

badge_cli = CommandGroup("badge", help="Awarded badges.")


@badge_cli.command("export")
@click.argument("award_id", metavar="ID")
@click.option("--format", "form", type=click.Choice(["json", "jwt"]), default="json", help="The form to write.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
def export_command(award_id: str, form: str, out: Path) -> None:
    """Write the badge ID to a file, byte for byte as it was signed."""
    credential = awards.credential_of(awards.find_award(award_id))
    try:
        out.write_bytes(credential.document if form == "json" else credential.jwt)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from error
    click.echo(f"{out}")


@badge_cli.command("revoke")
@click.argument("award_id", metavar="ID")
@click.option("--reason", required=True, help="Why, in a sentence; the holder reads it.")
@click.option("--reason-code", type=click.Choice(tuple(REVOCATION_CODES)), default=OTHER, show_default=True)
def revoke_command(award_id: str, reason: str, reason_code: str) -> None:
    """Take the badge ID back, for ever. Its holder is told."""
    entry = awards.revoke(awards.find_award(award_id), reason=reason, actor="system", code=reason_code)
    db.session.commit()
    click.echo(f"revoked: {award_id} at {entry.set_at:%Y-%m-%dT%H:%M:%SZ}")


@badge_cli.command("suspend")
@click.argument("award_id", metavar="ID")
@click.option("--reason", required=True, help="Why, in a sentence; the holder reads it.")
@click.option("--reason-code", type=click.Choice(tuple(SUSPENSION_CODES)), default=OTHER, show_default=True)
def suspend_command(award_id: str, reason: str, reason_code: str) -> None:
    """Suspend the badge ID until that is lifted. Its holder is told."""
    entry = awards.suspend(awards.find_award(award_id), reason=reason, actor="system", code=reason_code)
    db.session.commit()
    click.echo(f"suspended: {award_id} since {entry.set_at:%Y-%m-%dT%H:%M:%SZ}")


@badge_cli.command("lift")
@click.argument("award_id", metavar="ID")
@click.option("--reason", required=True, help="Why, in a sentence; the holder reads it.")
def lift_command(award_id: str, reason: str) -> None:
    """Let the suspended badge ID count again. Its holder is told."""
    awards.lift(awards.find_award(award_id), reason=reason, actor="system")
    db.session.commit()
    click.echo(f"not suspended: {award_id}")


@badge_cli.command("sign-pending")
def sign_pending_command() -> None:
    """Have a worker sign every badge that could not be signed, after its key was mended."""
    count = issuing.request_signatures(because=utc_now().isoformat())
    db.session.commit()
    click.echo(f"{count} to sign")


@badge_cli.command("check")
def check_command() -> None:
    """Check every stored badge against its digest and our published keys; fails if one does not verify."""
    found = checking.check_stored()
    for fault in found.faults:
        click.echo(f"{fault.credential_id}\t{fault.code}", err=True)
    click.echo(f"{found.checked} checked, {len(found.faults)} failed")
    if found.faults:
        raise SystemExit(1)
