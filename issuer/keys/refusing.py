"""How a rule for what may be signed says no."""

from __future__ import annotations

from issuer.keys.statements import NotSigned


def refuse_if(wrong: bool, name: str) -> None:
    """Raises NotSigned, naming what is not as it must be."""
    if wrong:
        raise not_as_recorded(name)


def not_as_recorded(name: str) -> NotSigned:
    """What to raise for a document whose ``name`` is not as it must be."""
    return NotSigned("not_as_recorded", f"The document's {name} is not what is recorded, so it is not signed.")
