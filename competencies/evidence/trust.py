"""Trust levels of evidence, 0..3, in words for people: who says that it happened, and how do they know?"""

from __future__ import annotations

from flask_babel import lazy_gettext

SELF_REPORTED, STATEMENT, MARKED_BY_SERVER, ASSESSED_BY_PERSON = range(4)

_WORDS = (
    lazy_gettext("Reported by the learner"),
    lazy_gettext("Reported by another system"),
    lazy_gettext("Marked by the server"),
    lazy_gettext("Assessed by a named person"),
)
_SENTENCES = (
    lazy_gettext("The learner says so; nobody checked it."),
    lazy_gettext("Another system reported it; it was not tied to one sitting."),
    lazy_gettext("The answers were marked on the server, in one sitting of a signed-in learner."),
    lazy_gettext("A named person watched or read the work and assessed it."),
)


def trust_words(level: int) -> str:
    """The level in a few words."""
    return str(_WORDS[level])


def trust_sentence(level: int) -> str:
    """What the level means, as a sentence."""
    return str(_SENTENCES[level])
