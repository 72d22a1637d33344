"""Other people's verifier, in JavaScript: installed once a run where it lies beside the checkout, and asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.oracles import SHARED


def install(folder: Path) -> Path:
    """The folder with verify.mjs and its packages: named by VERIFY_JS, or a copy made in ``folder``. Skips without."""
    if shutil.which("node") is None:
        pytest.skip("there is no node on this machine's PATH")
    if "VERIFY_JS" in os.environ:
        return Path(os.environ["VERIFY_JS"])
    if SHARED is None or shutil.which("npm") is None:
        pytest.skip("the JavaScript verifier is not beside the checkout, and VERIFY_JS names no copy of it")
    place = folder / "js"
    shutil.copytree(SHARED / "tools" / "verify-js", place, copy_function=shutil.copyfile)
    place.chmod(0o755)
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    installed = subprocess.run(command, cwd=place, capture_output=True, timeout=300, check=False)
    if installed.returncode != 0:
        pytest.skip("the packages of the JavaScript verifier could not be installed")
    return place


def verdict(place: Path, data: bytes, public: dict[str, Any], folder: Path, *, engine: str = "db") -> dict[str, Any]:
    """What the verifier in ``place`` says of ``data``; ``public`` (URL or DID -> document) is all it may read."""
    given, known = folder / "credential", folder / "map.json"
    given.write_bytes(data)
    known.write_text(json.dumps(public))
    command = ["node", str(place / "verify.mjs"), str(given), "--map", str(known), "--engine", engine]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found: dict[str, Any] = json.loads(ended.stdout)
    return found
