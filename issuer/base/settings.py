"""Every setting of the service, read once, checked, and frozen.

``Settings.from_env()`` refuses to start on anything it does not understand: an unknown name with our
prefix is a typing mistake, and a typing mistake in a secret's name would silently weaken the service.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from issuer.base import environment as reading
from issuer.base.environment import CHECKOUT, PREFIX, SettingsError
from issuer.base.key_settings import TokenSettings, signer_socket, token

__all__ = ["CHECKOUT", "PREFIX", "Settings", "SettingsError"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of one process.

    ``environment``           "development", "test" or "production".
    ``base_url``              scheme and authority under which the world reaches us; no path, no slash at the end.
    ``data_dir``              folder for the SQLite file, key files and development secrets.
    ``database_url``          SQLAlchemy URL; SQLite in ``data_dir`` unless given.
    ``secret_key``            signs session cookies and form tokens; at least 32 characters.
    ``key_passphrase``        encrypts the private signing keys at rest; "" where they live elsewhere.
    ``port``                  TCP port, 1..65535, bound to ``bind``.
    ``web_workers``           web server processes, 1..64.
    ``trusted_proxies``       how many proxies in front may be believed about the client's address, 0..8.
    ``rate_limit_storage``    where the limiter counts: "memory://" for one machine.
    ``mail_from``, ``smtp_url``  sender, and "smtp://user:password@host:port"; without it mail goes to the outbox only.
    ``outbox_page``           show the outbox to anybody on this machine (development only).
    ``max_body``              bytes a request may carry.
    ``conformance``           serve issuers for test suites, which sign for anybody (never in production).
    ``signer_socket``         where the signer process listens, which alone opens private keys; None: none runs.
    ``token``                 the PKCS#11 token that holds private keys; None: they lie in files.
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
    signer_socket: Path | None = None
    token: TokenSettings | None = None

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
        reading.refuse_unknown(env)
        environment = reading.environment(env)
        reading.refuse_debug(env, environment)
        port, data_dir = reading.port(env), reading.data_dir(env)
        socket = signer_socket(env)
        held = None if socket else token(env)  # behind a socket, only the signer needs to know
        elsewhere = socket or held
        passphrase = "" if elsewhere else reading.secret(env, "ROSETTE_KEY_PASSPHRASE", environment, data_dir)
        settings = cls(
            environment=environment,
            base_url=reading.base_url(env, environment, port),
            data_dir=data_dir,
            database_url=reading.database_url(env, data_dir),
            secret_key=reading.secret(env, "ROSETTE_SECRET_KEY", environment, data_dir),
            key_passphrase=passphrase,
            bind=env.get("ROSETTE_BIND", "127.0.0.1"),
            port=port,
            web_workers=reading.integer(env, "ROSETTE_WEB_WORKERS", default=1, low=1, high=64),
            trusted_proxies=reading.integer(env, "ROSETTE_TRUSTED_PROXIES", default=0, low=0, high=8),
            rate_limit_storage=env.get("ROSETTE_RATE_LIMIT_STORAGE", "memory://"),
            mail_from=env.get("ROSETTE_MAIL_FROM", "rosette@localhost"),
            smtp_url=reading.smtp_url(env),
            outbox_page=reading.boolean(env, "ROSETTE_OUTBOX_PAGE", default=environment != "production"),
            max_body=reading.integer(
                env, "ROSETTE_MAX_BODY", default=2 * 1024 * 1024, low=65536, high=64 * 1024 * 1024
            ),
            conformance=reading.boolean(env, "ROSETTE_CONFORMANCE", default=False),
            signer_socket=socket,
            token=held,
        )
        settings._refuse_contradictions()
        return settings

    def _refuse_contradictions(self) -> None:
        if self.conformance and (self.signer_socket or self.token):
            raise SettingsError("ROSETTE_CONFORMANCE signs for anybody: it goes only with keys in files of its own.")
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
