"""Reading settings out of the environment: each reader names the variable that it cannot use, and what to do."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
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
        "SIGNER_SOCKET",
        "PKCS11_MODULE",
        "PKCS11_TOKEN",
        "PKCS11_PIN",
        "PKCS11_PIN_FILE",
    )
)


def environment(env: Mapping[str, str]) -> str:
    """ "development", "test" or "production"."""
    name = env.get("ROSETTE_ENVIRONMENT", "development")
    if name not in ("development", "test", "production"):
        raise SettingsError("ROSETTE_ENVIRONMENT must be development, test or production.")
    return name


def data_dir(env: Mapping[str, str]) -> Path:
    """The folder of what this instance keeps in files."""
    return Path(env.get("ROSETTE_DATA_DIR") or CHECKOUT / "data").expanduser().resolve()


def port(env: Mapping[str, str]) -> int:
    """The TCP port of the web server."""
    return integer(env, "PORT", default=8000, low=1, high=65535)


def refuse_unknown(env: Mapping[str, str]) -> None:
    """A name with our prefix that we do not know is a typing mistake."""
    unknown = sorted(name for name in env if name.startswith(PREFIX) and name not in KNOWN)
    if unknown:
        raise SettingsError(f"{', '.join(unknown)}: no such setting. Known: {', '.join(sorted(KNOWN))}.")


def refuse_debug(env: Mapping[str, str], environment: str) -> None:
    """No debugger in production."""
    if environment == "production" and env.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        raise SettingsError("FLASK_DEBUG cannot be on when ROSETTE_ENVIRONMENT is production.")


def integer(env: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    """A whole number, ``low`` to ``high``."""
    text = env.get(name)
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"{name} must be a whole number from {low} to {high}, not {text[:40]!r}.")
    return int(text)


def boolean(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    """1 or 0, in any of the usual words."""
    text = env.get(name, "").lower()
    if text == "":
        return default
    if text not in ("0", "1", "true", "false", "yes", "no", "on", "off"):
        raise SettingsError(f"{name} must be 1 or 0, not {text[:40]!r}.")
    return text in ("1", "true", "yes", "on")


def base_url(env: Mapping[str, str], environment: str, port: int) -> str:
    """Scheme and authority under which the world reaches us; http for localhost only."""
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


def database_url(env: Mapping[str, str], data_dir: Path) -> str:
    """SQLAlchemy URL of SQLite or PostgreSQL; a SQLite file in ``data_dir`` unless given."""
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


def smtp_url(env: Mapping[str, str]) -> str | None:
    """The mail server, or None."""
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


def secret(env: Mapping[str, str], name: str, environment: str, data_dir: Path) -> str:
    """A secret of some length; outside production one is made in ``data_dir`` at first use."""
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
