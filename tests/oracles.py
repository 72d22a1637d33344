"""Published vectors and samples in a folder beside the checkout; tests that read them skip where it is absent."""

import json
from pathlib import Path
from typing import Any

import pytest

_BESIDE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared"
SHARED: Path | None = _BESIDE_CHECKOUT if _BESIDE_CHECKOUT.is_dir() else None

# Marks a test that reads them: on a function, a class, a parameter or as pytestmark.
needs_shared = pytest.mark.skipif(SHARED is None, reason="the folder with published vectors is not beside the checkout")


def shared_path(name: str) -> Path:
    """A file or folder of the published vectors, such as "standards/vectors/eddsa"."""
    assert SHARED is not None, "a test that reads published vectors must be marked needs_shared"
    return SHARED / name


def shared_text(name: str) -> str:
    """The text of a published file, as it is."""
    return shared_path(name).read_text(encoding="utf-8")


def shared_json(name: str) -> Any:
    """The JSON of a published file."""
    return json.loads(shared_text(name))
