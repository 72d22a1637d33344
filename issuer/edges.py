"""The edges of this floor, in the order in which the roof hangs them up."""

from __future__ import annotations

from click import Command
from flask import Blueprint, Flask
from flask_smorest import Blueprint as ApiBlueprint

from issuer import access, account_pages, api_reference, documents, identity, identity_pages, limits, passwords
from issuer.base import forms, languages, logging, templating
from issuer.base.cli import jobs_cli, serve_command
from issuer.keys_cli import keys_cli, status_cli

PAGES: tuple[Blueprint, ...] = (api_reference.pages, account_pages.pages, documents.blueprint)
API: tuple[ApiBlueprint, ...] = ()
COMMANDS: tuple[Command, ...] = (serve_command, jobs_cli, keys_cli, status_cli)


def install(app: Flask) -> None:
    """What stands before every view: who asks, whether that may be, from our own pages, in which language."""
    logging.configure(app.config["ROSETTE"])
    passwords.init_app(app)
    limits.init_app(app)
    identity.init_app(app)
    forms.init_app(app)
    languages.init_app(app, lambda: access.current_actor().locale)
    templating.init_app(app, access.current_actor)
    identity_pages.answer_with_sign_in(app)
