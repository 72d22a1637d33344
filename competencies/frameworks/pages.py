"""Pages about frameworks and competencies, open to anybody, and the import of a file by authors."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from competencies.evidence.trust import trust_words
from competencies.frameworks import queries
from competencies.frameworks.attribution import sentences_for
from competencies.frameworks.case_package import MAX_BYTES
from competencies.frameworks.importing import import_package
from competencies.frameworks.relations import relations_of
from competencies.learning.queries import Filters, browse
from issuer import organisations
from issuer.access import authorise, current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Invalid, Malformed, ServiceError, TooLarge
from issuer.base.paging import USUAL
from issuer.models import Organisation
from issuer.policy import permits

pages = Blueprint("frameworks", __name__)

FORM_AROUND_THE_FILE = 64 * 1024
MODULES_SHOWN = 20


@pages.url_value_preprocessor
def _let_a_package_through(endpoint: str | None, _values: dict[str, str] | None) -> None:
    # Before anything reads the form: a package may be larger than other requests.
    if endpoint == "frameworks.import_file":
        request.max_content_length = MAX_BYTES + FORM_AROUND_THE_FILE


@pages.get("/frameworks")
@requires("public.read")
def browse_frameworks() -> ResponseReturnValue:
    page = queries.frameworks_page(current_actor(), limit=USUAL, after=request.args.get("after"))
    return render_template(
        "competencies/frameworks.html",
        page=page,
        counts=queries.counts([framework.id for framework in page.items]),
        organisations=queries.organisations_of(page.items),
        may_import=permits(current_actor(), "frameworks.import"),
    )


@pages.get("/frameworks/<framework_id>")
@requires("public.read")
def framework(framework_id: str) -> ResponseReturnValue:
    found = queries.framework_of(framework_id, actor=current_actor())
    return render_template(
        "competencies/framework.html",
        framework=found,
        outline=queries.outline(found, page=request.args.get("page", 1, type=int)),
        deprecated=queries.deprecated_items(found),
        may_import=permits(current_actor(), "frameworks.import", organisation_id=found.organisation_id),
    )


@pages.get("/competencies/<competency_id>")
@requires("public.read")
def competency(competency_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.competency_of(competency_id, actor=actor)
    relations = relations_of(found)
    return render_template(
        "competencies/competency.html",
        competency=found,
        framework=found.framework,
        neighbours=queries.neighbours(found),
        relations=relations,
        attributions=sentences_for(relation.uri for relation in relations),
        trust=trust_words(found.mastery_trust),
        modules=browse(Filters(competency=found.public_id), actor=actor, now=utc_now(), limit=MODULES_SHOWN),
    )


@pages.get("/frameworks/import")
@requires("frameworks.import")
def import_form() -> ResponseReturnValue:
    return _import_page()


@pages.post("/frameworks/import")
@requires("frameworks.import")
def import_file() -> ResponseReturnValue:
    """Answers with the report itself: sending the same file again changes nothing."""
    file = request.files.get("package")
    if file is None or not file.filename:
        return _import_page(Invalid("no_file", _("Choose the file of a CASE package.")))
    try:
        place = _chosen_organisation(request.form.get("organisation", ""))
        report = import_package(place, file.read(MAX_BYTES + 1), actor=current_actor().public_id)
    except (Invalid, Malformed, TooLarge) as error:
        return _import_page(error)
    not_taken = [[each.part, each.count, each.reason, ", ".join(each.identifiers)] for each in report.not_taken]
    return render_template("competencies/import_report.html", report=report, not_taken_rows=not_taken)


def _import_page(error: ServiceError | None = None) -> ResponseReturnValue:
    places = [(place.slug, place.name) for place in _places()]
    faults = [[name, " ".join(sentences)] for name, sentences in error.fields.items()] if error else []
    page = render_template("competencies/import_framework.html", places=places, error=error, faults=faults)
    return page, 422 if error else 200


def _places() -> list[Organisation]:
    """Where this person may import."""
    actor = current_actor()
    allowed = [own for own in actor.roles if permits(actor, "frameworks.import", organisation_id=own)]
    return organisations.with_ids(allowed)


def _chosen_organisation(slug: str) -> Organisation:
    place = organisations.by_slug(slug)
    if place is None:
        raise Invalid("no_organisation", _("Choose the organisation that takes the framework."))
    authorise("frameworks.import", place.id)
    return place
