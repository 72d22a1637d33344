"""Credentials baked into an SVG: one element in the namespace of Open Badges 3.0 or 2.0, or of CLR 2.0.

The drawing is read as a stream of elements and never drawn: scripts, styles and references to other files stay dead
text. One that repeats itself within itself without end is refused: it could not be drawn anywhere. No entity is
expanded, no document type is fetched. (Open Badges 3.0, section 5.3.2; Open Badges Baking Specification 2.0, SVG;
CLR 2.0.)
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any
from xml.parsers import expat
from xml.sax import ContentHandler, SAXException, SAXParseException
from xml.sax.handler import feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, InputSource

from defusedxml.common import DefusedXmlException, DTDForbidden
from defusedxml.expatreader import DefusedExpatParser

from badges.verification.inputs.refused import Refused, refusing

BADGES_3 = "https://purl.imsglobal.org/ob/v3p0"
BADGES_2 = "http://openbadges.org"
CLR = "https://purl.imsglobal.org/clr/v2p0"
ELEMENTS = {(BADGES_3, "credential"): "openbadgecredential", (BADGES_2, "assertion"): "openbadges"} | {
    (CLR, "credential"): "clrcredential"
}
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XINCLUDE = "http://www.w3.org/2001/XInclude"

KNOWN_TYPES = frozenset(
    {"-//W3C//DTD SVG 1.0//EN", "-//W3C//DTD SVG 1.1//EN", "-//W3C//DTD SVG 1.1 Basic//EN"}
    | {"-//W3C//DTD SVG 1.1 Tiny//EN", "-//W3C//DTD SVG 20010904//EN"}
)
"""What drawing programs write at the top of every file. Named without declarations of its own it declares nothing."""

MAX_ELEMENTS = 100_000
MAX_DEPTH = 256
MAX_TEXT = 1024 * 1024
_CHUNK = 64 * 1024

Name = tuple[str | None, str]

for _encoding in ("cp1252", "iso8859-15", "utf-16", "utf-8-sig"):
    codecs.lookup(_encoding)  # what drawings say they are in; where this runs no module can be loaded any more


@refusing
def credentials(data: bytes) -> tuple[Any, Sequence[bytes]]:
    """SVG -> {"found": [{"keyword", "verify": whether the text stood in that attribute}]}, and the texts.

    Refused: dtd_forbidden, bad_image, too_large.
    """
    drawing = _Drawing()
    # What defusedxml forbids is forbidden: entities, and anything from outside.
    parser = _Parser(namespaceHandling=1, forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(drawing)
    source = InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        parser.parse(source)
    except DefusedXmlException as error:
        raise Refused("dtd_forbidden", f"The SVG declares something: {type(error).__name__}.") from error
    except SAXParseException as error:
        raise Refused("bad_image", f"The SVG is not well-formed at line {error.getLineNumber()}.") from error
    except (SAXException, LookupError, ValueError) as error:  # the others: an encoding that nobody knows
        raise Refused("bad_image", "The SVG is not well-formed.") from error
    if drawing.repetitions.are_endless():
        raise Refused("bad_image", "A part of the SVG uses itself.")
    found = [{"keyword": keyword, "verify": verify} for keyword, verify, _ in drawing.found]
    return {"found": found}, [text.encode("utf-8") for _, _, text in drawing.found]


class _Parser(DefusedExpatParser):  # type: ignore[misc]
    def reset(self) -> None:
        super().reset()
        # A known document type is named and not read: without this, naming it would count as a reference outside.
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def defused_start_doctype_decl(self, name: str, sysid: str, pubid: str, has_internal_subset: int) -> None:
        if has_internal_subset or pubid not in KNOWN_TYPES:
            raise DTDForbidden(name, sysid, pubid)


class _Drawing(ContentHandler):
    """Counts the elements, and keeps what the credential's own say."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool, str]] = []
        self.repetitions = _Repetitions()
        self._elements = self._depth = 0
        self._keyword = ""
        self._text: list[str] = []
        self._length = 0

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:
        self._elements, self._depth = self._elements + 1, self._depth + 1
        if self._elements > MAX_ELEMENTS or self._depth > MAX_DEPTH:
            raise Refused("too_large", f"The SVG has more than {MAX_ELEMENTS} elements or {MAX_DEPTH} levels.")
        if self._elements == 1 and name != (SVG, "svg"):
            raise Refused("bad_image", "The XML is no drawing in SVG.")
        self.repetitions.open(name, attrs)
        if name[0] == XINCLUDE:
            raise Refused("dtd_forbidden", "The SVG asks to include another file.")
        keyword = ELEMENTS.get((name[0] or "", name[1]))
        if keyword is None:
            return
        if self._keyword:
            raise Refused("ambiguous_bake", "A credential in the SVG stands inside another.")
        verify = attrs.get((None, "verify"))
        if verify:
            self.found.append((keyword, True, verify))
        self._keyword, self._text, self._length = keyword, [], 0

    def characters(self, content: str) -> None:
        if self._keyword:
            self._length += len(content)
            if self._length > MAX_TEXT:
                raise Refused("too_large", f"A credential in the SVG is larger than {MAX_TEXT} bytes.")
            self._text.append(content)

    def endElementNS(self, name: Name, qname: str | None) -> None:
        self._depth -= 1
        self.repetitions.close()
        if self._keyword and (name[0] or "", name[1]) in ELEMENTS:
            text = "".join(self._text).strip()
            if text:
                self.found.append((self._keyword, False, text))
            self._keyword = ""


class _Repetitions:
    """Which parts hold which, and which they repeat by ``use`` (SVG 2, 5.5): a part that leads to itself has no end."""

    def __init__(self) -> None:
        self._open = [0]
        self._first: dict[str, int] = {}
        self._held: dict[int, set[int]] = {0: set()}
        self._used: list[tuple[int, str]] = []

    def open(self, name: Name, attrs: AttributesNSImpl) -> None:
        part, holder = len(self._held), self._open[-1]
        target = (attrs.get((None, "href")) or attrs.get((XLINK, "href")) or "") if name == (SVG, "use") else ""
        identity = attrs.get((None, "id"))
        if not identity and not target:
            self._open.append(holder)
            return
        self._open.append(part)
        self._held[holder].add(part)
        self._held[part] = set()
        if identity:
            self._first.setdefault(identity, part)
        if target.startswith("#"):
            self._used.append((part, target[1:]))

    def close(self) -> None:
        self._open.pop()

    def are_endless(self) -> bool:
        for part, target in self._used:
            if target in self._first:
                self._held[part].add(self._first[target])
        try:
            TopologicalSorter(self._held).prepare()
        except CycleError:
            return True
        return False
