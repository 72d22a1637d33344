"""Every setting of the service, read once, checked, and frozen.

``Settings.from_env()`` refuses to start on anything it does not understand: an unknown name with our
prefix is a typing mistake, and a typing mistake in a secret's name would silently weaken the service.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from click import ClickException
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "ROSETTE_"
CHECKOUT = Path(__file__).resolve().parents[2]
LOOPBACK_HOSTS = ("localhost",)
SHORTEST_SECRET = 32
SAMPLE_SECRETS = ("changeme", "change-me", "secret", "sample", "example", "insecure", "development", "password")


class SettingsError(ClickException):
    """A setting that is missing, unknown, weak or in contradiction; names the variable. A command ends with it."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of one process.

    ``environment``           "development", "test" or "production".
    ``base_url``              scheme and authority under which the world reaches us; no path, no slash at the end.
    ``data_dir``              folder for the SQLite file, key files and development secrets.
    ``database_url``          SQLAlchemy URL; SQLite in ``data_dir`` unless given.
    ``secret_key``            signs session cookies and form tokens; at least 32 characters.
    ``key_passphrase``        encrypts the private signing keys at rest.
    ``port``                  TCP port, 1..65535, bound to ``bind``.
    ``web_workers``           web server processes, 1..64.
    ``trusted_proxies``       how many proxies in front may be believed about the client's address, 0..8.
    ``rate_limit_storage``    where the limiter counts: "memory://" for one machine.
    ``mail_from``, ``smtp_url``  sender, and "smtp://user:password@host:port"; without it mail goes to the outbox only.
    ``outbox_page``           show the outbox to anybody on this machine (development only).
    ``max_body``              bytes a request may carry.
    ``conformance``           serve issuers for test suites, which sign for anybody (never in production).
    """

    environment: str
    base_url: str
    data_dir: Path
    database_url: str
    secret_key: str = field(repr=False)
    key_passphrase: str = field(repr=False)
    bind: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 1
    trusted_proxies: int = 0
    rate_limit_storage: str = "memory://"
    mail_from: str = "rosette@localhost"
    smtp_url: str | None = field(default=None, repr=False)
    outbox_page: bool = False
    max_body: int = 2 * 1024 * 1024
    conformance: bool = False

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def checkout(self) -> Path:
        """The folder with templates/, static/ and migrations/."""
        return CHECKOUT

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def allows_loopback_http(self) -> bool:
        """did:web resolves over http on loopback outside production only."""
        return not self.is_production

    def flask_config(self) -> dict[str, Any]:
        """What Flask and its extensions read."""
        secure = self.base_url.startswith("https://")
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
            "MAX_CONTENT_LENGTH": self.max_body,
            "MAX_FORM_MEMORY_SIZE": self.max_body,
            "MAX_FORM_PARTS": 500,
            "SESSION_COOKIE_NAME": "__Host-rosette" if secure else "rosette",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": "en",
            "BABEL_TRANSLATION_DIRECTORIES": str(CHECKOUT / "templates" / "translations"),
            "API_TITLE": "Rosette",
            "API_VERSION": "v1",
            "OPENAPI_VERSION": "3.1.0",
            "OPENAPI_URL_PREFIX": "/api",
            "OPENAPI_JSON_PATH": "openapi.json",
            "RATELIMIT_STORAGE_URI": self.rate_limit_storage,
            "RATELIMIT_STRATEGY": "moving-window",
            "RATELIMIT_HEADERS_ENABLED": True,
            "TRAP_BAD_REQUEST_ERRORS": False,
        }

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read ``ROSETTE_*`` and ``PORT``. Raises SettingsError naming the variable and what to do."""
        env = os.environ if environ is None else environ
        _refuse_unknown(env)
        environment = env.get("ROSETTE_ENVIRONMENT", "development")
        if environment not in ("development", "test", "production"):
            raise SettingsError("ROSETTE_ENVIRONMENT must be development, test or production.")
        _refuse_debug(env, environment)
        port = _integer(env, "PORT", default=8000, low=1, high=65535)
        data_dir = Path(env.get("ROSETTE_DATA_DIR") or CHECKOUT / "data").expanduser().resolve()
        settings = cls(
            environment=environment,
            base_url=_base_url(env, environment, port),
            data_dir=data_dir,
            database_url=_database_url(env, data_dir),
            secret_key=_secret(env, "ROSETTE_SECRET_KEY", environment, data_dir),
            key_passphrase=_secret(env, "ROSETTE_KEY_PASSPHRASE", environment, data_dir),
            bind=env.get("ROSETTE_BIND", "127.0.0.1"),
            port=port,
            web_workers=_integer(env, "ROSETTE_WEB_WORKERS", default=1, low=1, high=64),
            trusted_proxies=_integer(env, "ROSETTE_TRUSTED_PROXIES", default=0, low=0, high=8),
            rate_limit_storage=env.get("ROSETTE_RATE_LIMIT_STORAGE", "memory://"),
            mail_from=env.get("ROSETTE_MAIL_FROM", "rosette@localhost"),
            smtp_url=_smtp_url(env),
            outbox_page=_boolean(env, "ROSETTE_OUTBOX_PAGE", default=environment != "production"),
            max_body=_integer(env, "ROSETTE_MAX_BODY", default=2 * 1024 * 1024, low=65536, high=64 * 1024 * 1024),
            conformance=_boolean(env, "ROSETTE_CONFORMANCE", default=False),
        )
        settings._refuse_contradictions()
        return settings

    def _refuse_contradictions(self) -> None:
        if not self.is_production:
            return
        if urlsplit(self.base_url).scheme != "https":
            raise SettingsError("ROSETTE_BASE_URL must begin with https:// when ROSETTE_ENVIRONMENT is production.")
        if self.outbox_page:
            raise SettingsError("ROSETTE_OUTBOX_PAGE shows everybody's mail and cannot be on in production.")
        if self.conformance:
            raise SettingsError("ROSETTE_CONFORMANCE lets anybody have anything signed and cannot be on in production.")
        if not self.smtp_url:
            raise SettingsError("ROSETTE_SMTP_URL is needed in production: sign-in links are sent by mail.")
        if self.secret_key == self.key_passphrase:
            raise SettingsError("ROSETTE_SECRET_KEY and ROSETTE_KEY_PASSPHRASE must differ: one key, one purpose.")


KNOWN = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "ENVIRONMENT",
        "BASE_URL",
        "DATA_DIR",
        "DATABASE_URL",
        "SECRET_KEY",
        "KEY_PASSPHRASE",
        "BIND",
        "WEB_WORKERS",
        "TRUSTED_PROXIES",
        "RATE_LIMIT_STORAGE",
        "MAIL_FROM",
        "SMTP_URL",
        "OUTBOX_PAGE",
        "MAX_BODY",
        "CONFORMANCE",
    )
)


def _refuse_unknown(env: Mapping[str, str]) -> None:
    unknown = sorted(name for name in env if name.startswith(PREFIX) and name not in KNOWN)
    if unknown:
        raise SettingsError(f"{', '.join(unknown)}: no such setting. Known: {', '.join(sorted(KNOWN))}.")


def _refuse_debug(env: Mapping[str, str], environment: str) -> None:
    if environment == "production" and env.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        raise SettingsError("FLASK_DEBUG cannot be on when ROSETTE_ENVIRONMENT is production.")


def _integer(env: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = env.get(name)
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"{name} must be a whole number from {low} to {high}, not {text[:40]!r}.")
    return int(text)


def _boolean(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "").lower()
    if text == "":
        return default
    if text not in ("0", "1", "true", "false", "yes", "no", "on", "off"):
        raise SettingsError(f"{name} must be 1 or 0, not {text[:40]!r}.")
    return text in ("1", "true", "yes", "on")


def _base_url(env: Mapping[str, str], environment: str, port: int) -> str:
    text = env.get("ROSETTE_BASE_URL") or f"http://localhost:{port}"
    if environment == "production" and "ROSETTE_BASE_URL" not in env:
        raise SettingsError("ROSETTE_BASE_URL is needed in production: badges carry it for ever.")
    try:
        parts = urlsplit(text)
        well_formed = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        well_formed = False
    if not well_formed or parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise SettingsError(f"ROSETTE_BASE_URL must look like https://badges.example.org, not {text[:80]!r}.")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise SettingsError("ROSETTE_BASE_URL has no path: the service lives at the root of its host.")
    if parts.hostname.replace(".", "").isdigit() or ":" in parts.hostname:
        raise SettingsError("ROSETTE_BASE_URL needs a host name: did:web has no form for an IP address.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise SettingsError("ROSETTE_BASE_URL may begin with http:// only for localhost.")
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(env: Mapping[str, str], data_dir: Path) -> str:
    url = env.get("ROSETTE_DATABASE_URL") or f"sqlite:///{data_dir / 'rosette.db'}"
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("ROSETTE_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    try:
        name = make_url(url).database
    except (ArgumentError, ValueError):
        raise SettingsError("ROSETTE_DATABASE_URL is no address of a database.") from None
    if not name or name.startswith(":memory:"):
        raise SettingsError("ROSETTE_DATABASE_URL must name a file, or a database of PostgreSQL.")
    return url


def _smtp_url(env: Mapping[str, str]) -> str | None:
    text = env.get("ROSETTE_SMTP_URL")
    if not text:
        return None
    try:
        server = urlsplit(text)
        well_formed = server.scheme in ("smtp", "smtps") and bool(server.hostname) and server.port != 0
    except ValueError:
        well_formed = False
    if not well_formed:
        raise SettingsError("ROSETTE_SMTP_URL must look like smtps://user:password@mail.example.org:465.")
    return text


def _secret(env: Mapping[str, str], name: str, environment: str, data_dir: Path) -> str:
    value = env.get(name, "")
    if not value.isprintable():
        raise SettingsError(f"{name} holds bytes that are no text. Make one: openssl rand -base64 48")
    if environment != "production":
        return value or _development_secret(data_dir / f"{name.removeprefix(PREFIX).lower()}.txt")
    if not value:
        raise SettingsError(f"{name} is needed in production. Make one: openssl rand -base64 48")
    if len(value) < SHORTEST_SECRET:
        raise SettingsError(f"{name} is too short: at least {SHORTEST_SECRET} characters.")
    if any(sample in value.lower() for sample in SAMPLE_SECRETS) or len(set(value)) < 12:
        raise SettingsError(f"{name} looks like a sample. Make one: openssl rand -base64 48")
    return value


def _development_secret(path: Path) -> str:
    """A secret of this data folder's own, made at first use, readable by its owner only."""
    try:
        return _kept_secret(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsError(f"ROSETTE_DATA_DIR cannot be used: {path}: {reason}.") from error


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        # Linking is atomic: of two processes starting at once the second keeps the first one's secret.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
