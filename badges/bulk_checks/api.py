"""The JSON API of checking many badges: handed in, followed, read, planned, cancelled, deleted."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from badges.bulk_checks import jobs, reading, results, schedules
from badges.bulk_checks.asking import organisation_for, own_check, own_ids, own_schedule
from badges.bulk_checks.models import BulkCheck, CheckSchedule
from badges.bulk_checks.reading import MOST_BYTES, Many
from badges.bulk_checks.schemas import (
    BulkCheckListSchema,
    BulkCheckSchema,
    CheckBodySchema,
    ResultListSchema,
    ResultsQuerySchema,
    ScheduleBodySchema,
    ScheduleSchema,
    SignedResultsSchema,
)
from badges.revoking.asking import asking_account
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.body_sizes import takes_up_to
from issuer.base.db import utc_now
from issuer.base.errors import Invalid
from issuer.base.json_bodies import ApiBlueprint
from issuer.schemas import PageQuerySchema

checks_api = ApiBlueprint(
    "verification_jobs_api", __name__, url_prefix="/api/v1/verification-jobs", description="Checking many badges."
)

FORM = "multipart/form-data"
ROOM_FOR_FIELDS = 64 * 1024
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": CheckBodySchema},
        FORM: {
            "schema": {
                "type": "object",
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "organisation": {"type": "string"},
                    "name": {"type": "string"},
                },
            }
        },
    },
}


@checks_api.post("")
@checks_api.doc(requestBody=_BODY)
@checks_api.response(202, BulkCheckSchema)
@takes_up_to(MOST_BYTES + ROOM_FOR_FIELDS)
@requires("checks.run")
def begin() -> dict[str, Any]:
    """Hand in many badges: a worker checks them. The same Idempotency-Key begins no second check."""
    limits.spend("verifying", current_actor().public_id)
    sent = _sent()
    organisation = organisation_for(sent["organisation"], "checks.run")
    return told(jobs.begin(organisation, _many(sent), name=sent["name"], by=asking_account(), now=utc_now()))


@checks_api.get("")
@checks_api.arguments(PageQuerySchema, location="query")
@checks_api.response(200, BulkCheckListSchema)
@requires("checks.read")
def list_checks(query: dict[str, Any]) -> dict[str, Any]:
    """The checks of one's organisations, the newest first."""
    page = jobs.checks_of(own_ids("checks.read"), limit=query["limit"], after=query["after"])
    return {"items": [told(check) for check in page.items], "next": page.next}


@checks_api.get("/<check_id>")
@checks_api.response(200, BulkCheckSchema)
@requires("checks.read")
def show(check_id: str) -> dict[str, Any]:
    """How far it is, and what was found so far."""
    return told(own_check(check_id))


@checks_api.get("/<check_id>/results")
@checks_api.arguments(ResultsQuerySchema, location="query")
@checks_api.response(200, ResultListSchema)
@requires("checks.read")
def list_results(query: dict[str, Any], check_id: str) -> dict[str, Any]:
    """The rows in their order, all or those of one finding, also while the check is running."""
    check = own_check(check_id)
    page = results.page_of(check, finding=query["finding"], limit=query["limit"], after=query["after"])
    return {"items": [results.as_object(each) for each in page.items], "next": page.next}


@checks_api.get("/<check_id>/results.csv")
@checks_api.doc(responses={"200": {"content": {"text/csv": {}}, "description": "The input with what was found."}})
@requires("checks.read")
def results_csv(check_id: str) -> Response:
    """Every row with the columns of the input; cells that a spreadsheet would run begin with '."""
    return csv_file(own_check(check_id))


@checks_api.get("/<check_id>/results.json")
@checks_api.response(200, SignedResultsSchema)
@requires("checks.read")
def results_json(check_id: str) -> dict[str, Any]:
    """Every row of a check that is over, and a statement signed by this service. 409 while it is running."""
    return results.as_json(own_check(check_id))


@checks_api.post("/<check_id>/cancel")
@checks_api.response(200, BulkCheckSchema)
@requires("checks.run")
def cancel(check_id: str) -> dict[str, Any]:
    """End it; what was found stays."""
    return told(jobs.cancel(own_check(check_id, "checks.run").public_id, by=asking_account()))


@checks_api.delete("/<check_id>")
@checks_api.response(204)
@requires("checks.run")
def remove(check_id: str) -> None:
    """Delete it with its input and its results."""
    jobs.remove(own_check(check_id, "checks.run").public_id, by=asking_account())


@checks_api.post("/<check_id>/schedule")
@checks_api.arguments(ScheduleBodySchema)
@checks_api.response(201, ScheduleSchema)
@requires("checks.run")
def plan(body: dict[str, Any], check_id: str) -> dict[str, Any]:
    """Have the same set checked again and again, and be told of changes."""
    check = own_check(check_id, "checks.run")
    made = schedules.plan(check, every=body["every"], mails=body["mails"], by=asking_account(), now=utc_now())
    return told_schedule(made)


@checks_api.delete("/schedules/<schedule_id>")
@checks_api.response(204)
@requires("checks.run")
def stop(schedule_id: str) -> None:
    """Check it no more; the checks that were made stay as long as others."""
    schedules.stop(own_schedule(schedule_id), by=asking_account())


def told(check: BulkCheck) -> dict[str, Any]:
    """A check for programs."""
    counts = dict(jobs.counts_of(check))
    return {
        "id": check.public_id,
        "organisation": check.organisation.slug,
        "name": check.name,
        "source": check.source,
        "columns": check.columns,
        "state": check.state,
        "total": check.total,
        "done": check.total - counts["waiting"],
        "counts": counts,
        "input_sha256": check.digest,
        "created_at": check.created_at,
        "ended_at": check.ended_at,
        "expires_at": check.expires_at,
        "schedule": told_schedule(check.schedule) if check.schedule else None,
    }


def told_schedule(schedule: CheckSchedule) -> dict[str, Any]:
    """A schedule for programs."""
    return {
        "id": schedule.public_id,
        "every": schedule.every,
        "next_at": schedule.next_at,
        "mails": schedule.mails,
        "active": schedule.is_active,
    }


def csv_file(check: BulkCheck) -> Response:
    """The results as a file to be saved."""
    response = Response(results.as_csv(check), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="check-{check.public_id}.csv"'
    return response


def _sent() -> dict[str, Any]:
    """The fields of the body, a file among them perhaps. Raises ValidationError, Malformed."""
    if request.mimetype == FORM:
        file = request.files.get("file")
        data = file.stream.read(MOST_BYTES + 1) if file is not None else b""
        texts = {name: request.form.get(name, "") for name in ("organisation", "name")}
        return {**texts, "inputs": [], "csv": "", "file": data}
    body: dict[str, Any] = checks_api.ARGUMENTS_PARSER.parse(CheckBodySchema, request, location="json")
    return body


def _many(sent: dict[str, Any]) -> Many:
    ways = [way for way in ("inputs", "csv", "file") if sent.get(way)]
    if len(ways) != 1:
        sentence = _("Send one of: inputs, csv, or a file.")
        raise Invalid("empty" if not ways else "invalid", sentence, fields={"inputs": [sentence]})
    if ways == ["inputs"]:
        return reading.read_lines(sent["inputs"])
    return reading.read_file(sent["file"] if ways == ["file"] else sent["csv"].encode("utf-8", "replace"))
