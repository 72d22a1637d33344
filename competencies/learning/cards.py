"""Cards: one idea each, in Markdown, perhaps with a figure. Pure."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any

from markdown_it import MarkdownIt

from competencies.learning.authored import Faults, fields_of, list_of, refusal, text_of

MOST_CARDS = 40
LONGEST_BODY = 6_000

_SAFE_LINK = re.compile(r"(https?://|mailto:|/(?!/)|#)", re.IGNORECASE)
_FIGURE_WORDS = ("figure_alt", "figure_caption")


class _EveryLink(MarkdownIt):
    """Reads every link as a link, so that the ones that act are found instead of shown as text."""

    def validateLink(self, url: str) -> bool:
        return True


def read_cards(authored: Any, known_figures: Set[str], faults: Faults) -> tuple[dict[str, str], ...]:
    """The cards as they are stored; what is wrong with them goes to ``faults``."""
    members = faults.read(list_of, authored, "cards", least=0, most=MOST_CARDS) or ()
    cards = [faults.read(_card, member, f"cards[{index}]", known_figures) for index, member in enumerate(members)]
    return tuple(card or {} for card in cards)


def _card(authored: Any, where: str, known_figures: Set[str]) -> dict[str, str]:
    fields = fields_of(authored, where, required=("title", "body"), optional=("figure", *_FIGURE_WORDS))
    card = {
        "title": text_of(fields["title"], f"{where}.title", longest=120),
        "body": markdown_of(fields["body"], f"{where}.body"),
    }
    if "figure" not in fields:
        if any(name in fields for name in _FIGURE_WORDS):
            raise refusal(where, "has words for a figure and no figure.")
        return card
    if not isinstance(fields["figure"], str) or fields["figure"] not in known_figures:
        raise refusal(f"{where}.figure", "names a picture that is not there.")
    if not fields.get("figure_alt"):
        raise refusal(f"{where}.figure_alt", "must say in words what the picture shows.")
    card["figure"] = fields["figure"]
    card["figure_alt"] = text_of(fields["figure_alt"], f"{where}.figure_alt", longest=1_000)
    if fields.get("figure_caption"):
        card["figure_caption"] = text_of(fields["figure_caption"], f"{where}.figure_caption", longest=300)
    return card


def markdown_of(value: Any, where: str, *, longest: int = LONGEST_BODY) -> str:
    """Markdown that says what it means: raw HTML, pictures between the lines and links that act are refused.

    They would be cleaned away when shown, and the author would not know.
    """
    text = text_of(value, where, longest=longest)
    for block in _EveryLink("commonmark").enable("table").parse(text):
        for token in (block, *(block.children or ())):
            if token.type in ("html_block", "html_inline"):
                raise refusal(where, f"may not hold raw HTML: {token.content.strip()[:60]}")
            if token.type == "image":
                raise refusal(where, "may not hold a picture; give the card a figure.")
            if token.type == "link_open" and not _SAFE_LINK.match(str(token.attrGet("href") or "")):
                raise refusal(where, f"has a link that is not allowed: {str(token.attrGet('href'))[:60]}")
    return text
