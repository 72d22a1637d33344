"""An issuer on a host of its own: its documents over http on loopback, and badges signed with its key."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from issuer.crypto.did import did_document, multikey_method
from tests.live import free_port
from tests.unit.issuer.crypto.making import make_credential, make_key, make_signed

NAME = "Harbour Sales School"


@dataclass(frozen=True, slots=True)
class ForeignIssuer:
    """``documents``: path -> JSON that its host gives; every other path is 404. ``asked``: the paths asked for."""

    port: int
    documents: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def did(self) -> str:
        return f"did:web:localhost%3A{self.port}:issuers:harbour"

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    def credential(self, **over: Any) -> dict[str, Any]:
        """A badge of this issuer, not signed yet."""
        issuer = {"id": self.did, "type": ["Profile"], "name": NAME}
        return make_credential(**{"issuer": issuer, "id": f"{self.base_url}/credentials/7f9c", **over})

    def badge(self, **over: Any) -> dict[str, Any]:
        """The same, signed with the key that the issuer publishes."""
        method = f"{self.did}#key-1"
        signed_at = datetime(2020, 2, 1, 9, 30, tzinfo=UTC)
        return make_signed(self.credential(**over), verification_method=method, created=signed_at)

    def publish_keys(self) -> None:
        method = multikey_method(f"{self.did}#key-1", controller=self.did, key=make_key().public_key())
        self.documents["/issuers/harbour/did.json"] = did_document(
            self.did, verification_methods=[method], assertion_methods=[method["id"]]
        )


@contextmanager
def foreign_issuer() -> Iterator[ForeignIssuer]:
    """One that answers while the block runs."""
    issuer = ForeignIssuer(free_port())
    issuer.publish_keys()
    server = ThreadingHTTPServer(("127.0.0.1", issuer.port), _handler(issuer))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def silent_issuer() -> ForeignIssuer:
    """One whose host does not answer: nobody listens there."""
    return ForeignIssuer(free_port())


def _handler(issuer: ForeignIssuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            found = issuer.documents.get(self.path)
            body = json.dumps(found if found is not None else {"error": "not found"}).encode()
            self.send_response(200 if found is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler
