"""What was handed in, once it is known what it is; nothing of it is trusted yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from badges.verification.report import Check
from issuer.crypto.vc_jwt import Jwt


@dataclass(frozen=True, slots=True)
class Given:
    """A credential as it was handed in. ``jwt`` is None for an embedded proof; ``document`` is never changed.

    ``address``: the URL at which it was found, "" when it was handed in; a hosted badge is what lies at its address.
    ``container``: what it was found in: json, jwt, png, svg, pdf, zip, qr, page.
    ``token``: the token as text, when it was one, also of the kinds for which there is no ``jwt``: an SD-JWT, a
    presentation.
    ``fault``: a check that has failed already, because the token cannot hold whatever the keys say, or None.
    """

    document: dict[str, Any]
    jwt: Jwt | None = None
    address: str = ""
    container: str = "json"
    token: str = ""
    fault: Check | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Only an address was found; whoever may fetch, fetches. ``url`` is https or http, or for a code of this service
    empty, and then ``code`` is the badge's public id, or its code on paper. ``container`` as in `Given`;
    "text" when it was pasted."""

    url: str
    code: str = ""
    container: str = "text"
