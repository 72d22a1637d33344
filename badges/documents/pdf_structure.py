"""The structure of a PDF page for those who do not see it: which of its contents is what, in which order.

What draws a page marks its contents with numbers; here the tree is written that gives each number its meaning
(ISO 32000-2: 14.7 and 14.8), with the links of the page in their places.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

PAGE_KEY = 0
"""The page's place in the parent tree; its links follow."""


@dataclass(frozen=True, slots=True)
class Element:
    """A node of the structure tree. ``role``: a standard structure type, such as H1, P, Figure, L, LI, Link.

    ``content``: the number of its marked content; ``annotation``: which annotation of the page it is, from 0;
    ``alt``: what a picture or a link is, in words; ``actual``: the text that stands there, where letters had to be
    replaced; ``language``: where it is not the document's.
    """

    role: str
    content: int | None = None
    kids: tuple[Element, ...] = ()
    annotation: int | None = None
    alt: str = ""
    actual: str = ""
    language: str = ""


def with_structure(pdf: bytes, elements: Sequence[Element]) -> bytes:
    """A PDF of one page with the tree of ``elements``, in the order in which they are read."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    tree = _Tree(writer)
    tree.grow(elements)
    root = writer.root_object
    root[NameObject("/StructTreeRoot")] = tree.root
    root[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


class _Tree:
    """The tree of one document while it grows."""

    def __init__(self, writer: PdfWriter) -> None:
        self.writer = writer
        self.page = writer.pages[0]
        self.of_contents: dict[int, IndirectObject] = {}
        self.of_links: list[IndirectObject] = []
        self.root = self._added({"/Type": NameObject("/StructTreeRoot")})

    def grow(self, elements: Sequence[Element]) -> None:
        top = self._added({"/Type": NameObject("/StructElem"), "/S": NameObject("/Document"), "/P": self.root})
        _held(top)[NameObject("/K")] = ArrayObject(self._element(each, top) for each in elements)
        of_page = ArrayObject(self.of_contents[number] for number in sorted(self.of_contents))
        numbers = ArrayObject([NumberObject(PAGE_KEY), self.writer._add_object(of_page)])
        for place, link in enumerate(self.of_links, start=PAGE_KEY + 1):
            numbers.extend((NumberObject(place), link))
        _held(self.root)[NameObject("/K")] = ArrayObject([top])
        _held(self.root)[NameObject("/ParentTree")] = self._added({"/Nums": numbers})
        _held(self.root)[NameObject("/ParentTreeNextKey")] = NumberObject(PAGE_KEY + 1 + len(self.of_links))
        self.page[NameObject("/StructParents")] = NumberObject(PAGE_KEY)
        self.page[NameObject("/Tabs")] = NameObject("/S")

    def _element(self, element: Element, parent: IndirectObject) -> IndirectObject:
        page = self.page.indirect_reference
        assert page is not None
        said = {"/Alt": element.alt, "/ActualText": element.actual, "/Lang": element.language}
        node = self._added({"/Type": NameObject("/StructElem"), "/S": NameObject(f"/{element.role}"), "/P": parent})
        held = _held(node)
        held[NameObject("/Pg")] = page
        for name, words in said.items():
            if words:
                held[NameObject(name)] = TextStringObject(words)
        kids = ArrayObject(self._element(kid, node) for kid in element.kids)
        if element.content is not None:
            kids.append(NumberObject(element.content))
            self.of_contents[element.content] = node
        if element.annotation is not None:
            kids.append(self._link(element, node, page))
        held[NameObject("/K")] = kids
        return node

    def _link(self, element: Element, node: IndirectObject, page: IndirectObject) -> DictionaryObject:
        """A link's annotation knows its element, and what it leads to in words (14.8.4.7.2)."""
        annotation = self._annotation(element.annotation or 0)
        self.of_links.append(node)
        held = _held(annotation)
        held[NameObject("/StructParent")] = NumberObject(PAGE_KEY + len(self.of_links))
        if element.alt:
            held[NameObject("/Contents")] = TextStringObject(element.alt)
        return DictionaryObject(
            {NameObject("/Type"): NameObject("/OBJR"), NameObject("/Pg"): page, NameObject("/Obj"): annotation}
        )

    def _annotation(self, number: int) -> IndirectObject:
        """The annotation as an object of its own, which it must be to be referred to."""
        annotations = self.page["/Annots"]
        assert isinstance(annotations, ArrayObject)
        reference = list.__getitem__(annotations, number)
        if not isinstance(reference, IndirectObject):
            reference = self.writer._add_object(reference)
            annotations[number] = reference
        return reference

    def _added(self, members: dict[str, object]) -> IndirectObject:
        return self.writer._add_object(DictionaryObject({NameObject(name): each for name, each in members.items()}))


def _held(reference: IndirectObject) -> DictionaryObject:
    held = reference.get_object()
    assert isinstance(held, DictionaryObject)
    return held
