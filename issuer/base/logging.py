"""The log: JSON lines in production, words on a console elsewhere; ids only.

What must never be in a log is masked as the last step before a line is written, whoever wrote it: mail
addresses, and every secret that this service hands out.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]

MASKED = "[masked]"
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9][A-Za-z0-9.-]*")
_TOKEN = re.compile(r"\brst_[A-Za-z0-9_-]+|(?<=/sign-in/link/)[A-Za-z0-9_-]+|(?<=/s/)[A-Za-z0-9_-]{16,}")
_SECRET_NAMES = frozenset({"password", "passphrase", "token", "cookie", "authorization", "secret", "csrf_token"})
_QUIET = ("werkzeug", "flask_wtf.csrf", "sqlalchemy", "alembic")


class StandardError(logging.Handler):
    """Writes to standard error as it is at that moment: it may be redirected while the process runs."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(self.format(record), file=sys.stderr, flush=True)  # noqa: T201 - this is the log
        except ValueError:
            pass  # closed already: the process is ending, and there is nobody left to tell
        except Exception:
            self.handleError(record)


def configure(environment: str) -> None:
    """Send the log of this process, libraries included, to standard error, in the form for that environment."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask,
    ]
    rendering: Any = (
        structlog.processors.JSONRenderer()
        if environment == "production"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendering],
        )
    )
    root = logging.getLogger()
    for earlier in [known for known in root.handlers if isinstance(known, StandardError)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def mask(_logger: Any, _method: str, event: Event) -> Event:
    """Replace addresses, handed-out secrets and values that are named as secrets."""
    for name, value in event.items():
        if name.lower() in _SECRET_NAMES:
            event[name] = MASKED
        elif isinstance(value, str):
            event[name] = _TOKEN.sub(MASKED, _ADDRESS.sub(MASKED, value))
    return event
