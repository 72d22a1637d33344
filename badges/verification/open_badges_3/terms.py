"""Does every word of it mean something: asked of what is signed as text, where the signature does not ask it itself.

An embedded proof over statements (RDF) fails by itself for a word that no context defines. A token, or a proof over
canonical JSON, holds all the same: then it is a remark.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.values import as_list, as_object
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome
from issuer.vc.terms import SECTION
from issuer.vc.terms import check_terms as check_all_terms


def check_terms(given: Given) -> tuple[Check, ...]:
    """The check "terms", or nothing where a proof over statements covers it."""
    if given.jwt is None and not _is_signed_as_json(given):
        return ()
    found = check_all_terms(given.document)
    if not found.hinders:
        return (Check("terms", Outcome.PASS, _l("Every word in it is one that its vocabulary defines."), SECTION),)
    sentence = _l("It uses words that no known vocabulary defines. They are signed, but what they mean is not certain.")
    return (Check("terms", Outcome.WARN, sentence, SECTION, found.reason, found.detail),)


def _is_signed_as_json(given: Given) -> bool:
    suites = [as_object(proof).get("cryptosuite") for proof in as_list(given.document.get("proof"))]
    return any(isinstance(suite, str) and "-jcs-" in suite for suite in suites)
