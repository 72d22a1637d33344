"""A learner's steps over HTTP, for the tests of pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask

from competencies.learning.attempts import drawn_items
from competencies.learning.models import Attempt, Module
from issuer.base.db import db
from issuer.models import Organisation
from tests.factories import learning as make


@dataclass(frozen=True, slots=True)
class Question:
    """One drawn question with what a test needs to answer it and to look for leaks."""

    item_id: str
    kind: str
    right: Any
    wrong: Any
    secrets: tuple[str, ...]


def publish(app: Flask, organisation_id: int, *, state: str = "open", **over: Any) -> str:
    """A module in the organisation; committed. Returns its public id."""
    with app.app_context():
        module = make.make_module(db.session.get_one(Organisation, organisation_id), state=state, **over)
        db.session.commit()
        return module.public_id


def module_version_item_ids(app: Flask, module_id: str) -> list[str]:
    with app.app_context():
        module = db.session.query(Module).filter_by(public_id=module_id).one()
        return [item.public_id for item in module.current.items]


def questions_of(app: Flask, attempt_id: str) -> list[Question]:
    """The drawn questions in the order asked."""
    with app.app_context():
        attempt = db.session.query(Attempt).filter_by(public_id=attempt_id).one()
        return [
            Question(
                item_id=item.public_id,
                kind=item.kind,
                right=make.right_response(item),
                wrong=make.wrong_response(item),
                secrets=tuple(item.feedback.values()),
            )
            for item in drawn_items(attempt)
        ]


def mixed_items() -> list[dict[str, Any]]:
    """Two questions of every kind."""
    return [build(f"{build.__name__}-{number}") for number in (1, 2) for build in make.EVERY_KIND]
