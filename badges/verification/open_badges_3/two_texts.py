"""Two texts of one context: what is signed under the one may not hold under the other.

The context of Open Badges 3.0.3 was published with and, before that, without the terms ``endorsementJwt`` and ``jti``
at the top of a credential. A proof that does not hold, of a document that uses one of them, is tried with the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuer.crypto.contexts import OB3_CONTEXT, TOKEN_TERMS, ContextSet, without_token_terms

OF_A_TEXT = frozenset({"signature", "unsigned_property"})


def other_text_for(document: Mapping[str, Any]) -> ContextSet | None:
    """The contexts with the other text, or None for a document of which the two texts say the same."""
    named = document.get("@context")
    differs = bool(TOKEN_TERMS & document.keys()) and isinstance(named, list) and OB3_CONTEXT in named
    return without_token_terms() if differs else None
