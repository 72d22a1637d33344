"""Is the process alive, and can it serve? For the machines that watch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from issuer.access import requires
from issuer.base import migrating
from issuer.base.db import db
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable

Check = Callable[[], str | None]
"""None when all is well; otherwise one sentence, without secrets, that says what is missing."""

log = structlog.get_logger("rosette.health")
pages = Blueprint("health", __name__)
_EXTENSION = "rosette_health"


def install(app: Flask, *, watched: Mapping[str, Check]) -> None:
    """``watched``: what is told besides the database, but does not keep this process from serving pages."""
    app.extensions[_EXTENSION] = dict(watched)


def watch(app: Flask, name: str, check: Check) -> None:
    """Watch one thing more, of a floor above."""
    app.extensions[_EXTENSION][name] = check


@pages.get("/healthz")
@requires("public.read")
def alive() -> Response:
    return jsonify(status="alive")


@pages.get("/readyz")
@requires("public.read")
def ready() -> tuple[Response, int]:
    """503 without a database of the newest schema; 200 otherwise, "degraded" when something watched is missing."""
    needed = _outcomes({"database": database_answers, "schema": schema_is_current})
    if any(needed.values()):
        log.warning("not_ready", missing=[name for name, missing in needed.items() if missing])
        return jsonify(status="not ready", checks=_in_words(needed)), 503
    outcomes = needed | _outcomes(current_app.extensions[_EXTENSION])
    status = "degraded" if any(outcomes.values()) else "ready"
    return jsonify(status=status, checks=_in_words(outcomes)), 200


def _outcomes(checks: Mapping[str, Check]) -> dict[str, str | None]:
    try:
        return {name: check() for name, check in checks.items()}
    except SQLAlchemyError as error:
        db.session.rollback()
        log.error("database_unavailable", reason=type(error).__name__)
        return {"database": "The database does not answer as it should."}


def _in_words(outcomes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: missing or "ready" for name, missing in outcomes.items()}


def database_answers() -> str | None:
    return None if db.session.scalar(text("SELECT 1")) == 1 else "The database gives wrong answers."


def schema_is_current() -> str | None:
    return None if migrating.is_current() else "The schema is not the newest one; run the migrations."


def keys_open() -> str | None:
    """Each active signing key can be used."""
    for _slug, key in keystore.all_keys():
        if key.state != "active":
            continue
        try:
            keystore.backend().check(key.kid, key.purpose)
        except KeyUnusable as error:
            return f"Signing key {key.kid} cannot be used: {error.code}."
    return None
