"""What is said to whoever handed in a picture that is not taken: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: Mapping[str, LazyString] = MappingProxyType(
    {
        "picture_missing": _l("Choose a picture first."),
        "picture_too_large": _l("This file is larger than 2 MB. Make the picture smaller and try again."),
        "picture_kind": _l("This is no PNG, JPEG, WebP or SVG. Save the picture as one of these, and try again."),
        "picture_damaged": _l("This picture is damaged or cut off. Save it again, and try once more."),
        "picture_pixels": _l("This picture has more than 16 million pixels. Make it smaller and try again."),
        "picture_animated": _l("This picture moves. Save one frame of it, and try again."),
        "picture_too_much_work": _l("Reading this picture takes too long. Save a simpler one, and try again."),
        "picture_svg_too_large": _l("This drawing has too many parts. Save it as PNG, and try again."),
        "picture_svg_no_size": _l("This drawing does not say how large it is. Give it a viewBox, or save it as PNG."),
        "picture_svg_declares": _l("This drawing declares a document type or entities. Save it as plain SVG or PNG."),
        "picture_svg_element": _l(
            "This drawing has a part that is not taken: %(name)s. Save it with shapes only, or as PNG."
        ),
        "picture_svg_attribute": _l(
            "This drawing says something that is not taken: %(name)s. Save it as plain SVG, or as PNG."
        ),
    }
)


def sentence_for(code: str, name: str = "") -> str:
    """``name``: the part of a drawing that is meant, or ""."""
    return str(SENTENCES[code]).replace("%(name)s", name)
