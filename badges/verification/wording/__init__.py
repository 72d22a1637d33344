"""What a report says to people: the answer in one sentence, what to do about it, what each check asks."""

from badges.verification.wording.advice import advice_of
from badges.verification.wording.findings import host_in, kind_of, mark_of, more_of, sentence_of
from badges.verification.wording.meaning import limits_of, proves_of
from badges.verification.wording.questions import title_of

__all__ = [
    "advice_of",
    "host_in",
    "kind_of",
    "limits_of",
    "mark_of",
    "more_of",
    "proves_of",
    "sentence_of",
    "title_of",
]
