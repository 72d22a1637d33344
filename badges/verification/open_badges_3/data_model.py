"""Is the document well-formed as what W3C defines: a credential of version 2.0 or 1.1, or a presentation. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.report import Check, Outcome
from issuer.vc.data_model import CREDENTIAL_RULES, ISSUANCE_DATE_RULE, PRESENTATION_RULES, Rule
from issuer.vc.identifiers import is_version_1

VERSION_1 = "W3C VC Data Model 1.1, 4"
VERSION_2 = "W3C VC Data Model 2.0, 4"


def check_data_model(document: Mapping[str, Any]) -> Check:
    """Well-formed as a credential, by the rules of the version that its first context names?"""
    if is_version_1(document):
        return _follow(document, (*CREDENTIAL_RULES, ISSUANCE_DATE_RULE), VERSION_1)
    return _follow(document, CREDENTIAL_RULES, VERSION_2)


def check_presentation_model(document: Mapping[str, Any]) -> Check:
    """Well-formed as a presentation?"""
    return _follow(document, PRESENTATION_RULES, "W3C VC Data Model 2.0, 4.13")


def _follow(document: Mapping[str, Any], rules: tuple[Rule, ...], section: str) -> Check:
    problems = [problem for rule in rules for problem in rule.problems(document)]
    if not problems:
        return Check("data_model", Outcome.PASS, _l("The document is well-formed."), section)
    sentence = _l("The document is not well-formed, so it is not certain what it says.")
    return Check("data_model", Outcome.FAIL, sentence, section, "data_model_broken", " ".join(problems)[:2000])
