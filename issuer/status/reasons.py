"""Why a status is changed: a code for programs and statistics, and a sentence for the holder.

The sentence is between the issuer and the holder unless whoever changes the status says that it may be published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from issuer.base.errors import Invalid
from issuer.plain_text import required_line

LONGEST_REASON = 500
OTHER = "other"

REVOCATION_CODES: Mapping[str, LazyString] = {
    "issued_in_error": _l("It was issued by mistake"),
    "evidence_not_valid": _l("The evidence for it does not stand"),
    "misconduct": _l("It was not earned honestly"),
    "conditions_not_met": _l("The conditions for keeping it are not met any more"),
    "holder_asked": _l("The holder asked for it"),
    "replaced": _l("Another badge takes its place"),
    "key_compromised": _l("The key that signed it was compromised"),
    OTHER: _l("Another reason"),
}
SUSPENSION_CODES: Mapping[str, LazyString] = {
    "under_review": _l("It is being looked into"),
    "conditions_not_met": _l("The conditions for keeping it are not met at present"),
    "holder_asked": _l("The holder asked for it"),
    OTHER: _l("Another reason"),
}
LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` of the tables above, ``sentence`` of at most 500 characters; ``is_public``: may others read it?"""

    sentence: str
    code: str = OTHER
    is_public: bool = False


def read_reason(sentence: str, code: str, codes: Mapping[str, LazyString], *, is_public: bool = False) -> Reason:
    """What somebody gave as the reason. Raises Invalid naming ``reason`` or ``reason_code``."""
    if code not in codes:
        wrong = gettext("Choose one of the reasons.")
        raise Invalid("invalid", wrong, fields={"reason_code": [wrong]})
    return Reason(required_line(sentence, field="reason", longest=LONGEST_REASON), code, is_public)


def words_of(code: str | None) -> str:
    """A reason code in words; "" for none."""
    return str(REVOCATION_CODES.get(code or "") or SUSPENSION_CODES.get(code or "") or "")
