from __future__ import annotations

import dataclasses
import email
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

import pytest
from flask import Flask

from issuer import mail
from issuer.base.db import db
from issuer.base.errors import Unavailable
from issuer.letters import Letter, invitation_letter
from issuer.models import OutgoingMail

LETTER = Letter("Un accent: é", "First line.\n\nhttps://example.org/sign-in/link/abc\n")


@dataclass
class MailServer:
    """A mail server of the old kind: it takes everything, and remembers."""

    port: int
    envelopes: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    refuses: bool = False


@pytest.fixture
def server() -> Iterator[MailServer]:
    taken = MailServer(0)

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline():
                self.wfile.write(self.answer(line.strip()))

        def answer(self, line: bytes) -> bytes:
            if line.upper().startswith((b"MAIL", b"RCPT")):
                taken.envelopes.append(line.decode())
                return b"450 later\r\n" if taken.refuses else b"250 ok\r\n"
            if line.upper() != b"DATA":
                return b"221 bye\r\n" if line.upper() == b"QUIT" else b"250 ok\r\n"
            self.wfile.write(b"354 go on\r\n")
            content = b""
            while (part := self.rfile.readline()) != b".\r\n":
                content += part
            taken.messages.append(email.message_from_bytes(content))
            return b"250 taken\r\n"

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as listening:
        taken.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield taken
        listening.shutdown()
        thread.join()


def with_server(app: Flask, server: MailServer) -> None:
    app.config["ROSETTE"] = dataclasses.replace(app.config["ROSETTE"], smtp_url=f"smtp://127.0.0.1:{server.port}")


def outgoing() -> OutgoingMail:
    row = OutgoingMail(recipient="ann@example.org", subject=LETTER.subject, body=LETTER.body)
    db.session.add(row)
    db.session.flush()
    return row


def test_a_mail_is_handed_to_the_server_once(ctx: Flask, server: MailServer) -> None:
    with_server(ctx, server)
    row = outgoing()
    mail.deliver(row.public_id)
    mail.deliver(row.public_id)
    (message,) = server.messages
    assert row.sent_at is not None
    assert message["To"] == "ann@example.org"
    assert row.public_id in message["Message-ID"]
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "https://example.org/sign-in/link/abc" in body.decode()
    assert server.envelopes[1].lower().startswith("rcpt to:<ann@example.org>")


def test_a_mail_that_is_not_taken_is_tried_again(ctx: Flask, server: MailServer) -> None:
    with_server(ctx, server)
    server.refuses = True
    row = outgoing()
    with pytest.raises(Unavailable):
        mail.deliver(row.public_id)
    assert row.sent_at is None
    server.refuses = False
    mail.deliver(row.public_id)
    assert len(server.messages) == 1


def test_a_server_that_is_away_is_tried_again(ctx: Flask) -> None:
    with_server(ctx, MailServer(9))
    row = outgoing()
    with pytest.raises(Unavailable):
        mail.deliver(row.public_id)
    assert row.sent_at is None


def test_a_mail_that_was_never_committed_is_nothing_to_do(ctx: Flask) -> None:
    mail.deliver("no-such-mail")


def test_without_a_server_the_link_is_shown_to_the_developer_and_kept_out_of_the_log(
    ctx: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    ctx.config["ROSETTE"] = dataclasses.replace(ctx.config["ROSETTE"], environment="development")
    mail.deliver(outgoing().public_id)
    shown = capsys.readouterr().err
    console, _, log = shown.partition("\n---\n\n")
    assert "https://example.org/sign-in/link/abc" in console
    assert "mail_sent" in log
    assert "ann@example.org" not in log


def test_a_test_run_shows_no_mail(ctx: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    mail.deliver(outgoing().public_id)
    assert "ann@example.org" not in capsys.readouterr().err


def test_a_rolled_back_transaction_leaves_no_mail(app: Flask) -> None:
    with app.app_context():
        mail.send("ann@example.org", LETTER)
        db.session.rollback()
        assert mail.newest() == []
        mail.send("ann@example.org", LETTER)
        db.session.commit()
        assert [row.recipient for row in mail.newest()] == ["ann@example.org"]


def test_the_name_of_an_organisation_cannot_add_a_header(ctx: Flask) -> None:
    letter = invitation_letter("https://example.org/x", "Nørth <script>", 7)
    row = OutgoingMail(recipient="ann@example.org", subject=letter.subject, body=letter.body)
    db.session.add(row)
    db.session.flush()
    message = mail.compose(row, ctx.config["ROSETTE"])
    assert message["Subject"] == "You were added to Nørth <script>"
    row.subject = "a\r\nBcc: b@example.org"
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mail.compose(row, ctx.config["ROSETTE"])
