"""The viewer of a bundle: pages that check every badge on the reader's device, opened from a folder, without a server.

The programme is the one by which the pages of this service check a badge in the browser. Browsers load no modules from
a folder, so its modules are written one after the other into one file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale

from issuer.base.languages import LANGUAGES

MODULES = ("check_here_signature.js", "check_here_status.js", "bundle_log.js", "bundle_viewer.js")
"""Each needs only those before it."""
LOOK = ("rosette.css", "weave.svg", "mark.svg")

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([a-z_]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class) (\w+))", re.MULTILINE)


def viewer_files(entries: Iterable[Any], data: Mapping[str, Any], *, made: datetime) -> dict[str, bytes]:
    """Path -> content of everything that the viewer needs; a page for each language, the first as index.html.

    ``entries``: badges.afterlife.bundle.Entry in the order of the page; ``data``: what the programme reads.
    """
    entries = tuple(entries)
    static = Path(current_app.static_folder or "")
    files = {f"viewer/{name}": (static / name).read_bytes() for name in LOOK}
    files["viewer/viewer.js"] = classic({name: (static / name).read_text("utf-8") for name in MODULES}).encode()
    files["viewer/data.js"] = as_script(data)
    for language in LANGUAGES:
        with force_locale(language):
            page = render_template(
                "afterlife/viewer.html", entries=entries, made=made, language=language, pages=_pages()
            )
        files[_pages()[language]] = page.encode()
    return files


def classic(modules: Mapping[str, str]) -> str:
    """One script that does what these modules do, in their order: what each exports is kept under its name."""
    parts = ['"use strict";', "const modules = {};"]
    for name, source in modules.items():
        exported = ", ".join(_EXPORT.findall(source))
        body = _EXPORT.sub("", _IMPORT.sub(r'const \1 = modules["\2"];', source))
        parts.append(f'modules["{name}"] = (() => {{\n{body.strip()}\nreturn {{ {exported} }};\n}})();')
    return "\n".join(parts) + "\n"


def as_script(data: Mapping[str, Any]) -> bytes:
    """The data as a script that a page can load from a folder; ASCII, and no sign of it ends a script element."""
    text = json.dumps(data, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c")
    return f"globalThis.ROSETTE_BUNDLE = {text};\n".encode("ascii")


def _pages() -> dict[str, str]:
    """Language -> the name of its page."""
    first, *others = LANGUAGES
    return {first: "index.html", **{language: f"index.{language}.html" for language in others}}
