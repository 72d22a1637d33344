"""Finding what was published: modules, their versions, their pictures."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select

from competencies.learning.models import Figure, Module, ModuleVersion
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.models import Organisation


def module_of(organisation: Organisation, code: str) -> Module:
    """The module of that code. Raises NotFound."""
    module = db.session.scalar(select(Module).filter_by(organisation_id=organisation.id, code=code))
    if module is None:
        raise NotFound("no_such_module", gettext("There is no such module."))
    return module


def find_module(public_id: str) -> Module:
    """The module of that public id, whatever its state. Raises NotFound."""
    module = db.session.scalar(select(Module).filter_by(public_id=public_id))
    if module is None:
        raise NotFound("no_such_module", gettext("There is no such module."))
    return module


def figure_of(module: Module, number: int, name: str) -> Figure:
    """A picture of version ``number`` of a module. Raises NotFound."""
    query = (
        select(Figure)
        .join(ModuleVersion)
        .where(ModuleVersion.module_id == module.id, ModuleVersion.number == number, Figure.name == name)
    )
    figure = db.session.scalar(query)
    if figure is None:
        raise NotFound("no_such_figure", gettext("There is no such picture."))
    return figure
