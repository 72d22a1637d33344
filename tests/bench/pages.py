"""A public badge in a browser and as JSON, beside two words from a bare Flask on the same server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from badges.models import Award
from issuer.base.db import db
from tests.bench import hello
from tests.bench.figures import Figure
from tests.bench.loading import client_name, requests_a_second
from tests.live import Instance, free_port, running

HTML = "text/html"
JSON_LD = "application/ld+json"


def measure(instance: Instance, folder: Path) -> Iterator[Figure]:
    """Requests a second for one published badge, and for its signed document."""
    path = publish_one(instance)
    said = f"a bare Flask, same server, {client_name()}"
    most = hello_a_second(folder)
    with running(instance) as server:
        port = server.instance.port
        yield Figure("public badge page", requests_a_second(port, path, accept=HTML), "/s", most, said)
        yield Figure("public badge, JSON", requests_a_second(port, f"{path}.json", accept=JSON_LD), "/s", most, said)


def hello_a_second(folder: Path) -> float:
    """What the server can do when the application does nothing."""
    bare = Instance(folder / "hello", f"sqlite:///{folder / 'unused.db'}", free_port())
    with running(bare, with_worker=False, factory=hello.FACTORY):
        return requests_a_second(bare.port, "/", accept=HTML)


def publish_one(instance: Instance) -> str:
    """Publish some award of the instance; the path of its page."""
    with instance.use_cases():
        award = db.session.scalars(db.select(Award).where(Award.state == "issued").limit(1)).one()
        award.visibility = "public"
        return f"/badges/{award.public_id}"
