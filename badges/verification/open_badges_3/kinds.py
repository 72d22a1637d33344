"""Which kind of document it is, by its types and, where these say nothing, by its contexts. PURE."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from badges.verification.open_badges_3.values import as_list, types_of
from issuer.crypto.contexts import VC1_CONTEXT, VC2_CONTEXT

OPEN_BADGES = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/(context(-3\.\d\.\d)*\.json|context/ob_v3p0\.jsonld)"
)
CLR = re.compile(r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.\d\.\d)*\.json")
DRAFTS = ("https://dc.imsglobal.org/draft/", "https://imsglobal.github.io/")
BADGE_TYPES = frozenset({"OpenBadgeCredential", "AchievementCredential"})


class Kind(StrEnum):
    """The words of ``Report.kind`` that this room uses."""

    BADGE = "open_badge_3"
    CLR = "clr"
    ENDORSEMENT = "endorsement"
    CREDENTIAL = "credential"
    PRESENTATION = "presentation"


_BY_TYPE = (
    ("VerifiablePresentation", Kind.PRESENTATION),
    ("ClrCredential", Kind.CLR),
    ("EndorsementCredential", Kind.ENDORSEMENT),
    *((name, Kind.BADGE) for name in sorted(BADGE_TYPES)),
)


def kind_of(document: Mapping[str, Any]) -> Kind:
    """A credential of no known type under a context of Open Badges is meant as a badge."""
    types = types_of(document)
    for name, kind in _BY_TYPE:
        if name in types:
            return kind
    return Kind.BADGE if _is_open_badges(as_list(document.get("@context"))[1:2]) else Kind.CREDENTIAL


def is_mine(document: Mapping[str, Any]) -> bool:
    """Whether a document is a W3C credential or presentation of any kind."""
    types = types_of(document)
    if types & {"VerifiableCredential", "VerifiablePresentation", *(name for name, _ in _BY_TYPE)}:
        return True
    contexts = as_list(document.get("@context"))
    return "credentialSubject" in document or VC1_CONTEXT in contexts or VC2_CONTEXT in contexts


def _is_open_badges(contexts: list[Any]) -> bool:
    return any(
        isinstance(context, str) and (OPEN_BADGES.fullmatch(context) or context.startswith(DRAFTS))
        for context in contexts
    )
