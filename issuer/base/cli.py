"""Commands that run the service."""

from __future__ import annotations

import signal
import sys
import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from issuer.base import jobs, serving
from issuer.base.commands import Command, CommandGroup

jobs_cli = CommandGroup("jobs", help="Background jobs.")


@jobs_cli.command("work")
@click.option("--name", default="worker-1", help="A name that stays the same when this worker is started again.")
def work_command(name: str) -> None:
    """Run jobs until stopped."""
    if not name.isprintable():
        raise click.BadParameter("A name is made of characters that can be shown.", param_hint="--name")
    stop = threading.Event()
    for number in serving.STOP_SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    jobs.work(_application(), name=name, stop=stop)


@jobs_cli.command("drain")
def drain_command() -> None:
    """Run the jobs that are waiting, then end."""
    jobs.drain(_application())


@click.command("serve", cls=Command)
@with_appcontext
def serve_command() -> None:
    """Run the web server and a job worker until Ctrl-C or SIGTERM."""
    settings = current_app.config["ROSETTE"]
    sys.exit(serving.serve(settings, on_ready=lambda: click.echo(f"serving: {settings.base_url}")))


def _application() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]
