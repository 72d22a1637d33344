"""Hostile files one after the other: each is refused with its sentence, and the process that serves stays small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[5]
MOST_MEBIBYTES = 300

HOSTILE = """
import json, zlib
from badges.verification.inputs.reading import read
from tests.factories.baking import *

packer = zlib.compressobj(9)
endless = b"".join(packer.compress(bytes(16 * 1024 * 1024)) for _ in range(64)) + packer.flush()
baked = international("openbadgecredential", document_bytes())
handed_in = [
    make_png(chunk(b"iTXt", b"openbadgecredential\\0\\1\\0\\0\\0" + endless)),
    make_png(baked, head=header(30_000, 30_000)),
    make_svg("<g/>" * 1_000_000),
    make_svg(before='<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'),
    make_zip([(f"{n}.json", bytes(8 * 1024 * 1024)) for n in range(9)]),
    make_pdf(attached={"bomb.json": bytes(9 * 1024 * 1024)}),
    make_picture("JPEG", (4_000, 4_000)),
    b"[" * 1_000_000,
    b"\\xff\\xfe" + bytes(1000),
]
codes = []
for data in handed_in:
    found, check = read(data)
    codes.append(None if found else check.code)
# Not ru_maxrss: that begins with what the process had from which this one was started.
status = open("/proc/self/status").read()
used = int(status.partition("VmHWM:")[2].split()[0]) // 1024
print(json.dumps({"codes": codes, "mebibytes": used}))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say what a process uses")
def test_bombs_of_every_kind_leave_the_server_small() -> None:
    command = [sys.executable, "-c", HOSTILE]
    run = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True, timeout=120)
    said = json.loads(run.stdout.splitlines()[-1])
    assert said["codes"] == [
        "too_large",
        "pixel_limit",
        "too_large",
        "dtd_forbidden",
        "archive_bomb",
        "too_large",
        "no_badge_found",
        "too_deep",
        "invalid_json",
    ]
    assert said["mebibytes"] < MOST_MEBIBYTES
    assert "Traceback" not in run.stderr
