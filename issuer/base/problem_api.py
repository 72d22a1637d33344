"""The API as flask-smorest serves it, with our errors, and described only when somebody asks."""

from __future__ import annotations

from threading import RLock
from typing import Any

from apispec import APISpec
from flask import Flask
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from issuer.base import http
from issuer.base.json_bodies import ApiBlueprint


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest with our problem documents instead of its own error payload, and a description that is made when
    somebody asks for it: it takes as long as everything else at the start of a process, and few processes need it."""

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[ApiBlueprint] = []
        self._describing = RLock()
        super().__init__(app)

    @property
    def spec(self) -> APISpec:
        """The description, of everything that is registered by now."""
        with self._describing:
            blueprints, self._undescribed = self._undescribed, []
            for each in blueprints:
                each.register_views_in_doc(self, self._app, self._spec, name=each.name, parameters=None)
                self._spec.tag({"name": each.name, "description": each.description})
            return self._spec

    @spec.setter
    def spec(self, empty: APISpec) -> None:
        self._spec = empty

    def handle_http_exception(self, error: HTTPException) -> ResponseReturnValue:
        return http.answer_http_exception(error)

    def register_blueprint(self, blueprint: ApiBlueprint, **options: Any) -> None:
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint, **options)
        self._undescribed.append(blueprint)
