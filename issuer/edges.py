"""The edges of this floor, in the order in which the roof hangs them up."""

from __future__ import annotations

from click import Command
from flask import Blueprint, Flask

from issuer import (
    access,
    account_pages,
    administration_pages,
    api,
    api_reference,
    cli,
    documents,
    health,
    identity,
    identity_pages,
    limits,
    passwords,
)
from issuer.base import forms, languages, logging, templating
from issuer.base.cli import jobs_cli, serve_command
from issuer.base.json_bodies import ApiBlueprint
from issuer.keys import pages as keys_pages
from issuer.keys.cli import keys_cli, status_cli
from issuer.log import pages as log_pages
from issuer.log.cli import log_cli
from issuer.people import pages as people_pages
from issuer.pictures import pages as picture_pages
from issuer.pictures.api import logos_api
from issuer.signing.cli import signing_cli
from issuer.succession import pages as succession_pages
from issuer.succession.cli import succession_cli
from issuer.vc import conformance_api, issue_api, verify_api

PAGES: tuple[Blueprint, ...] = (
    api_reference.pages,
    account_pages.pages,
    people_pages.pages,
    administration_pages.pages,
    picture_pages.pages,
    keys_pages.pages,
    documents.blueprint,
    succession_pages.pages,
    log_pages.pages,
    health.pages,
    verify_api.blueprint,
    issue_api.blueprint,
    conformance_api.blueprint,
)
API: tuple[ApiBlueprint, ...] = (api.me_api, api.tokens_api, api.organisations_api, logos_api)
COMMANDS: tuple[Command, ...] = (
    serve_command,
    jobs_cli,
    keys_cli,
    signing_cli,
    status_cli,
    log_cli,
    cli.audit_cli,
    cli.people_cli,
    cli.organisations_cli,
    succession_cli,
)


def install(app: Flask) -> None:
    """What stands before every view: who asks, whether that may be, from our own pages, in which language."""
    logging.configure(app.config["ROSETTE"].environment)
    passwords.init_app(app)
    limits.init_app(app)
    identity.init_app(app)
    forms.init_app(app)
    languages.init_app(app, lambda: access.current_actor().locale)
    templating.init_app(app, access.current_actor)
    identity_pages.answer_with_sign_in(app)
    health.install(app, watched={"keys": health.keys_open})
