"""Mail: written in the transaction that causes it, sent by a job after that has been committed."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import click
import structlog
from flask import current_app
from sqlalchemy import select

from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import Unavailable
from issuer.base.settings import Settings
from issuer.letters import Letter
from issuer.models import OutgoingMail

JOB = "mail.send"
TIMEOUT_SECONDS = 20
NEWEST = 50

log = structlog.get_logger("rosette.mail")


def send(recipient: str, letter: Letter) -> OutgoingMail:
    """Put ``letter`` into the outbox, to be sent once when the running transaction is committed."""
    mail = OutgoingMail(recipient=recipient, subject=letter.subject, body=letter.body)
    db.session.add(mail)
    db.session.flush()
    jobs.enqueue(JOB, mail.public_id, mail=mail.public_id)
    return mail


def newest() -> list[OutgoingMail]:
    """The outbox, newest first; for the development page."""
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(NEWEST)))


def deliver(mail: str) -> None:
    """The job: send the mail with that public id, unless it was sent. Raises Unavailable to be tried again.

    A crash between the server's answer and our commit sends it a second time, with the same Message-ID.
    """
    row = db.session.scalar(select(OutgoingMail).filter_by(public_id=mail).with_for_update())
    if row is None or row.sent_at is not None:
        return
    settings: Settings = current_app.config["ROSETTE"]
    if settings.smtp_url:
        _hand_over(compose(row, settings), settings.smtp_url)
    elif not settings.is_production:
        _show(row, settings)
    row.sent_at = utc_now()
    log.info("mail_sent", mail=row.public_id)


def compose(mail: OutgoingMail, settings: Settings) -> EmailMessage:
    """The message as the mail server gets it. RFC 5322."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.public_id}@{urlsplit(settings.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _hand_over(message: EmailMessage, smtp_url: str) -> None:
    server = urlsplit(smtp_url)
    try:
        with _connection(server.scheme, server.hostname or "localhost", server.port) as connection:
            if server.username:
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        sentence = "The mail server did not take the mail; it is tried again."
        raise Unavailable("mail_not_taken", sentence) from error


def _connection(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """smtps: encrypted from the start; smtp: encrypted as soon as the server offers it."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    connection = smtplib.SMTP(host, port or 587, timeout=TIMEOUT_SECONDS)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
    return connection


def _show(mail: OutgoingMail, settings: Settings) -> None:
    """Without a mail server a person who tries the service out still needs the link: show it, log ids only."""
    if settings.environment == "development":
        click.echo(f"\n--- mail to {mail.recipient}: {mail.subject}\n{mail.body}\n---\n", err=True)
