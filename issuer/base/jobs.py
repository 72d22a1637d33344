"""Jobs: work that follows from a change and must not hold up its reply.

A job is enqueued in the caller's transaction: it exists exactly when the change does. It runs at least
once, in a worker process, in an application context and a transaction of its own, and the key makes a
second enqueue of the same work nothing. Jobs must therefore be idempotent. One that has much to do yields after each
part of it: the part is committed, others get their turn to write, and a try after a crash finds it done. DBOS Transact
keeps and runs jobs in the service's own database; this is the only file that knows it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, run_dbos_database_migrations
from flask import Flask, current_app

from issuer.base.db import db

Job = Callable[..., Any]
Chore = Callable[[], int]

log = structlog.get_logger("rosette.jobs")

APPLICATION = "rosette"
APPLICATION_VERSION = "1"  # fixed, so that a worker takes up what an earlier release left behind
QUEUE = "rosette-jobs"
WORKFLOW = "rosette_job"
CONCURRENCY = 16
POLLING_SECONDS = 0.25
ATTEMPTS = 8
FIRST_RETRY_SECONDS = 2.0

CHORE_SECONDS = 3600.0
MINUTE = 60.0

_TABLE = "rosette_jobs"
_CHORES = "rosette_chores"
_MINUTE_CHORES = "rosette_minute_chores"
_CLIENT = "rosette_jobs_client"


def install(
    app: Flask, table: Mapping[str, Job], *, chores: Sequence[Chore] = (), minute_chores: Sequence[Chore] = ()
) -> None:
    """Give ``app`` its table of jobs: name -> the function that does it, and the chores of a worker's every hour and
    every minute.

    A chore looks for what has become due, does it or enqueues jobs for it, and says how many; doing it twice must be
    harmless.
    """
    app.extensions[_TABLE] = dict(table)
    app.extensions[_CHORES] = tuple(chores)
    app.extensions[_MINUTE_CHORES] = tuple(minute_chores)
    app.extensions[_CLIENT] = None
    logging.getLogger("dbos").setLevel(logging.WARNING)


def prepare_store() -> None:
    """Make or migrate the engine's own tables beside ours, in the same database."""
    with db.engine.connect():
        pass  # the first connection puts SQLite into WAL; the engine would keep the rollback journal
    run_dbos_database_migrations(_store_url())


def enqueue(name: str, key: str, **payload: Any) -> None:
    """Ask for job ``name`` once per ``key``, in the running transaction; ``payload`` is JSON.

    Raises LookupError for a name that nobody does: that is a mistake in the wiring.
    """
    if name not in current_app.extensions[_TABLE]:
        raise LookupError(name)
    options = {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": f"{name}:{key}"}
    _client().enqueue_in_transaction(db.session(), options, name, payload)  # type: ignore[arg-type]


@contextmanager
def worker(app: Flask, *, name: str = "worker-1") -> Iterator[None]:
    """Run jobs in threads of this process while the block runs.

    ``name`` is stable across restarts: a worker takes up what it had begun when it was killed. Two workers
    running at once have two names.
    """
    with app.app_context():
        prepare_store()
        config = DBOSConfig(
            name=APPLICATION,
            system_database_url=_store_url(),
            application_version=APPLICATION_VERSION,
            executor_id=name,
            run_migrations=False,
            log_level="WARNING",
            notification_listener_polling_interval_sec=POLLING_SECONDS,
        )
    DBOS(config=config)
    _declare(app)
    DBOS.listen_queues([QUEUE])
    DBOS.launch()
    DBOS.register_queue(
        QUEUE, worker_concurrency=CONCURRENCY, polling_interval_sec=POLLING_SECONDS, on_conflict="always_update"
    )
    try:
        yield
    finally:
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=10)


def work(app: Flask, *, name: str, stop: threading.Event) -> None:
    """Run jobs until ``stop`` is set, and the chores at the beginning and then every hour, or every minute."""
    with worker(app, name=name):
        log.info("worker_started", worker=name)
        do_chores(app)
        hourly_at = time.monotonic() + CHORE_SECONDS
        while not stop.wait(MINUTE):
            do_minute_chores(app)
            if time.monotonic() >= hourly_at:
                do_chores(app)
                hourly_at += CHORE_SECONDS
    log.info("worker_stopped", worker=name)


def do_chores(app: Flask) -> None:
    """Each chore once, in a transaction of its own; one that fails is logged and tried again next time."""
    _do(app, (*app.extensions[_MINUTE_CHORES], *app.extensions[_CHORES]))


def do_minute_chores(app: Flask) -> None:
    """The chores of every minute."""
    _do(app, app.extensions[_MINUTE_CHORES])


def _do(app: Flask, chores: Sequence[Chore]) -> None:
    with app.app_context():
        for chore in chores:
            try:
                count = chore()
                db.session.commit()
            except Exception:
                db.session.rollback()
                log.exception("chore_failed", chore=chore.__name__)
            else:
                if count:
                    log.info("chore_done", chore=chore.__name__, count=count)


def drain(app: Flask, *, timeout: float = 30.0) -> None:
    """Run jobs until none is waiting; for one-shot commands. Raises TimeoutError after ``timeout`` seconds."""
    with worker(app, name="one-shot"):
        pause = threading.Event()
        waited = 0.0
        while DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1):
            if waited >= timeout:
                raise TimeoutError("Jobs are still waiting.")
            pause.wait(0.05)
            waited += 0.05


def _declare(app: Flask) -> None:
    """Two layers: the workflow is the durable record, the step is the attempt that may be tried again."""

    @DBOS.step(
        name="rosette_job_attempt",
        retries_allowed=True,
        max_attempts=ATTEMPTS,
        interval_seconds=FIRST_RETRY_SECONDS,
        backoff_rate=2.0,
    )
    def attempt(name: str, payload: dict[str, Any]) -> None:
        with app.app_context():
            try:
                done = app.extensions[_TABLE][name](**payload)
                for _part in done if isinstance(done, Iterator) else ():
                    db.session.commit()
                db.session.commit()
            except Exception:
                db.session.rollback()
                log.exception("job_failed", job=name)
                raise

    @DBOS.workflow(name=WORKFLOW)
    def run(name: str, payload: dict[str, Any]) -> None:
        attempt(name, payload)


def _client() -> DBOSClient:
    client: DBOSClient | None = current_app.extensions[_CLIENT]
    if client is None:
        client = DBOSClient(system_database_url=_store_url(), application_name=APPLICATION, lazy=True)
        current_app.extensions[_CLIENT] = client
    return client


def _store_url() -> str:
    url: str = current_app.config["ROSETTE"].database_url
    return url
