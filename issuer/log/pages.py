"""The log in public: a page in plain words, and what monitors read. The same for everybody; nothing names a person.

The digest of a signed document finds its proof: whoever has the document can ask, and nobody else knows the question.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from issuer.access import requires
from issuer.base import http
from issuer.base.errors import Invalid, NotFound
from issuer.crypto.timestamps import format_timestamp
from issuer.log import keys, proofs, tree
from issuer.log.models import LogCheckpoint
from issuer.log.sequencing import origin
from issuer.models import SigningKey

pages = Blueprint("log", __name__)

MOST_LEAVES = 1_000
MOST_CHECKPOINTS = 200
SOON = "public, max-age=30"
FOREVER = "public, max-age=31536000, immutable"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,12}")


@pages.get("/log")
@requires("public.read")
def log() -> ResponseReturnValue:
    """What the log is, how large, and how to check it."""
    newest = tree.newest_checkpoint()
    known = keys.named(keys.log_keys()[newest.kid]) if newest is not None else ""
    return render_template("issuer/log.html", origin=origin(), newest=newest, verifier_key=known)


@pages.get("/log/checkpoint")
@requires("public.read")
def checkpoint() -> Response:
    """The newest signed note, byte for byte (C2SP tlog-checkpoint)."""
    return http.published(_newest().note, "text/plain; charset=utf-8", cache_control=SOON)


@pages.get("/log/checkpoints")
@requires("public.read")
def checkpoints() -> Response:
    """Every checkpoint after the size ``after``, the smallest first, each with the key that signed it."""
    found = tree.checkpoints(after=_number("after", default=0), limit=MOST_CHECKPOINTS)
    names = {kid: keys.named(key) for kid, key in keys.log_keys().items()}
    items = [
        {
            "size": each.size,
            "signed_at": format_timestamp(each.signed_at),
            "key": names[each.kid],
            "note": each.note.decode("utf-8"),
        }
        for each in found
    ]
    return _json({"items": items, "next": items[-1]["size"] if len(items) == MOST_CHECKPOINTS else None})


@pages.get("/log/key")
@requires("public.read")
def key() -> Response:
    """The key of the newest checkpoint, in the form in which monitors take it."""
    name = keys.named(keys.log_keys()[_newest().kid])
    return http.published(f"{name}\n".encode(), "text/plain; charset=utf-8", cache_control=SOON)


@pages.get("/log/keys")
@requires("public.read")
def all_keys() -> Response:
    """Every key of the log: those that signed before, the one that signs, and the one that is announced."""
    found = keys.log_keys().values()
    items = [{"key": keys.named(each), "state": each.state, "since": _since(each)} for each in found]
    return _json({"items": items})


@pages.get("/log/entries")
@requires("public.read")
def entries() -> Response:
    """The data of the leaves from number ``start`` on, in base64: enough to compute the tree anew."""
    start = _number("start", default=0)
    found = tree.leaf_data(start=start, limit=MOST_LEAVES)
    items = [_base64(data) for _number_of_leaf, data in found]
    return _json({"start": start, "items": items, "next": start + len(items) if len(items) == MOST_LEAVES else None})


@pages.get("/log/proof/consistency")
@requires("public.read")
def consistency() -> Response:
    """That the tree of ``from`` leaves is the beginning of that of ``to`` (RFC 9162, 2.1.4)."""
    old, new = _number("from"), _number("to")
    if not 0 < old <= new <= tree.size():
        raise Invalid("bad_size", _("Both sizes must be of trees that the log has had, the smaller first."))
    proof = [_base64(each) for each in tree.consistency(old, new)]
    return _json({"from": old, "to": new, "proof": proof}, cache_control=FOREVER)


@pages.get("/log/proof/<sha256>")
@requires("public.read")
def inclusion(sha256: str) -> Response:
    """That the signed document with this SHA-256 (64 hex digits) is in the log (RFC 9162, 2.1.3)."""
    found = proofs.inclusion_of(bytes.fromhex(sha256)) if _DIGEST.fullmatch(sha256) else None
    if found is None:
        raise NotFound("not_in_the_log", _("No checkpoint of the log covers a document with this digest."))
    return _json(proofs.described(found))


def _newest() -> LogCheckpoint:
    newest = tree.newest_checkpoint()
    if newest is None:
        raise NotFound("no_checkpoint", _("The log has no checkpoint yet: nothing has been issued."))
    return newest


def _since(key: SigningKey) -> str:
    """From when on it signs, or signed."""
    return format_timestamp(key.activates_at or key.created_at)


def _number(name: str, *, default: int | None = None) -> int:
    text = request.args.get(name)
    if text is None and default is not None:
        return default
    if text is None or not _NUMBER.fullmatch(text) or not text.isascii():
        raise Invalid("bad_number", _("%(name)s must be a whole number.", name=name))
    return int(text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _json(content: dict[str, Any], *, cache_control: str = SOON) -> Response:
    return http.published(json.dumps(content).encode(), "application/json", cache_control=cache_control)
