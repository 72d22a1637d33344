"""The learner's own skills, with the evidence behind each."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from competencies.evidence.trust import trust_words
from competencies.profiles import wording
from competencies.profiles.asking import own_account_id
from competencies.profiles.profile import skill_profile
from issuer.access import requires
from issuer.base.db import utc_now

pages = Blueprint("profiles", __name__)


@pages.get("/skills")
@requires("profile.own")
def skills() -> ResponseReturnValue:
    profile = skill_profile(own_account_id(), now=utc_now())
    rows = [wording.table_row(skill) for skill in profile.skills]
    return render_template(
        "competencies/skills.html", profile=profile, rows=rows, wording=wording, trust_words=trust_words
    )
