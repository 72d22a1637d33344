"""The least that Flask can do, served exactly as the service is: the limit for every page."""

from __future__ import annotations

from flask import Flask

FACTORY = "tests.bench.hello:create_app"


def create_app() -> Flask:
    """Answers two words everywhere."""
    app = Flask("hello")

    @app.get("/")
    @app.get("/<path:_anywhere>")
    def hello(_anywhere: str = "") -> str:
        return "hello, world"

    return app
