"""What is wrong with a page as HTML (HTML Living Standard, sections 3.2.5 and 13.1), as far as a program can say.

Stricter than a browser: every element that is not void is closed, in order, so nothing is left to its guesses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"),
        *("path", "circle", "rect", "line"),
    )
)
BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form"),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "ul",
        ),
    )
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
ONLY_PHRASES = frozenset((*HEADINGS, "p", "span", "small", "strong", "em", "button", "label", "code"))
CONTROLS = frozenset(("a", "button", "input", "select", "textarea", "label"))
CHILDREN = {
    "ul": {"li", "template"},
    "ol": {"li", "template"},
    "dl": {"dt", "dd", "div", "template"},
    "tr": {"td", "th"},
    "tbody": {"tr"},
    "thead": {"tr"},
    "select": {"option", "optgroup"},
}
PARENTS = {"li": {"ul", "ol", "template"}, "summary": {"details"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "form")
SVG = "svg"
ONCE = ("html", "head", "title", "body", "main", "h1")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.references: list[tuple[str, str]] = []
        self.seen: Counter[str] = Counter()
        self.language = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'} at {self.getpos()}")

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += SVG not in self.open
        said = dict(attrs)
        if len(said) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice at {self.getpos()}")
        if SVG not in self.open:
            self.faults += [f"{fault} at {self.getpos()}" for fault in self._misplaced(tag, said)]
        if said.get("id"):
            self.ids[str(said["id"])] += 1
        self.references += [(name, each) for name in REFERENCES for each in (said.get(name) or "").split()]
        if tag == "html":
            self.language = said.get("lang") or ""

    def _misplaced(self, tag: str, said: dict[str, str | None]) -> Iterator[str]:
        parent = self.open[-1] if self.open else ""
        yield from (f"<{tag}> inside <{each}>" for each in self.open if each in ONLY_PHRASES and tag in BLOCKS)
        yield from (f"<{tag}> inside <{each}>" for each in self.open if each in ("a", "button") and tag in CONTROLS)
        if parent in CHILDREN and tag not in CHILDREN[parent] | {"script"}:
            yield f"<{tag}> directly in <{parent}>"
        if tag in PARENTS and parent not in PARENTS[tag]:
            yield f"<{tag}> directly in <{parent}>"
        if tag in ("form", "label") and tag in self.open:
            yield f"<{tag}> in itself"
        if tag == "img" and said.get("alt") is None:
            yield "<img> without alt"
        if "style" in said or tag == "style" or any(name.startswith("on") for name in said):
            yield f"<{tag}> with a style or a handler of its own"


def faults_in(page: str) -> list[str]:
    """A sentence for each; none for a page that is as it should be."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    faults = [*reader.faults, *(f"<{tag}> is never closed" for tag in reader.open)]
    faults += [f"the id {name!r} stands {times} times" for name, times in reader.ids.items() if times > 1]
    lost = [(name, each) for name, each in reader.references if each not in reader.ids]
    faults += [f"{name} names {each!r}, which is not there" for name, each in lost]
    faults += [f"{reader.seen[tag]} <{tag}>" for tag in ONCE if reader.seen[tag] != 1]
    if not page.lstrip().lower().startswith("<!doctype html>"):
        faults.append("it does not begin with its doctype")
    return faults if reader.language else [*faults, "it does not say its language"]
