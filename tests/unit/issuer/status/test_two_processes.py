"""Two processes that give places in the same lists at the same time: no place is given twice, none is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from issuer.base.db import db
from issuer.models import StatusEntry, StatusList
from issuer.status import places
from tests.factories.keys import make_issuer

HOUSE = Path(__file__).resolve().parents[4]
EACH = 60
SIZE = 50
GIVE = """
import sys
from pathlib import Path
from issuer.base.db import db
from issuer.models import Organisation
from issuer.status import places
from tests.databases import test_settings
from wsgi import create_app

data, url, organisation_id, name, count, size = sys.argv[1:]
app = create_app(test_settings(Path(data), url))
with app.app_context():
    for number in range(int(count)):
        organisation = db.session.get_one(Organisation, int(organisation_id))
        for purpose in (places.REVOCATION, places.SUSPENSION):
            places.allocate(organisation, f"{name}-{number}", purpose=purpose, size=int(size))
        db.session.commit()
"""


def test_two_processes_give_every_place_once(app: Flask, database_url: str, tmp_path: Path) -> None:
    with app.app_context():
        organisation_id = make_issuer().id
        db.session.commit()
        db.session.remove()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", GIVE, str(tmp_path), database_url, str(organisation_id), name, str(EACH), str(SIZE)],
            cwd=HOUSE,
            stderr=subprocess.PIPE,
        )
        for name in ("one", "other")
    ]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    with app.app_context():
        for purpose in (places.REVOCATION, places.SUSPENSION):
            given = (
                select(StatusEntry.status_list_id, StatusEntry.index, StatusEntry.subject)
                .join(StatusList, StatusList.id == StatusEntry.status_list_id)
                .where(StatusList.purpose == purpose)
            )
            rows = db.session.execute(given).all()
            assert len({(row[0], row[1]) for row in rows}) == len({row[2] for row in rows}) == 2 * EACH
            lists = select(StatusList.number, StatusList.next_counter).filter_by(purpose=purpose)
            counted = db.session.execute(lists.order_by(StatusList.number)).all()
            assert [tuple(row) for row in counted] == [(1, SIZE), (2, SIZE), (3, 2 * EACH - 2 * SIZE)]
        assert db.session.scalar(select(func.count(StatusEntry.id))) == 4 * EACH
