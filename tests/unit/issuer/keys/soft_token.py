"""A software token for tests: SoftHSM2, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from issuer.base.key_settings import TokenSettings

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
LABEL, PIN = "rosette-test", "tests-only-1234"

needs_soft_token = pytest.mark.skipif(
    not MODULE.exists() or shutil.which("softhsm2-util") is None,
    reason="SoftHSM2 is not installed (Debian: apt-get install softhsm2)",
)


def make_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> TokenSettings:
    """A fresh token; the library finds it by SOFTHSM2_CONF, which is set for this process and its children."""
    tokens = folder / "tokens"
    tokens.mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--so-pin", "12345678", "--pin", PIN],
        check=True,
        capture_output=True,
    )
    return TokenSettings(MODULE, LABEL, PIN)
