"""Two texts of one context: what one of them signs, the other leaves out.

The context of Open Badges 3.0.3 was published with and, before that, without the terms ``endorsementJwt`` and ``jti``
at the top of a credential. Whoever signed under the text without them signed everything else: a proof that does not
hold, of a document that uses one of them, is tried without them. They are then not covered, and count for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuer.crypto.contexts import OB3_CONTEXT, TOKEN_TERMS

OF_A_TEXT = frozenset({"signature", "unsigned_property"})


def without_token_terms(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The document as the text without the terms signs it, or None where the two texts say the same.

    A ``jti`` that is not the id contradicts what is signed: then there is no such document.
    """
    named = document.get("@context")
    if not TOKEN_TERMS & document.keys() or not isinstance(named, list) or OB3_CONTEXT not in named:
        return None
    if document.get("jti", document.get("id")) != document.get("id"):
        return None
    return {name: value for name, value in document.items() if name not in TOKEN_TERMS}
