"""Named places where a test may kill this process, to see that nothing half-made is left behind.

A point does nothing at all unless the environment is "test" and the variable FAULT names it. The kill is SIGKILL:
no handler runs, no buffer is flushed, exactly as in a power cut of this one process.
"""

from __future__ import annotations

import os
import signal

from flask import current_app

VARIABLE = "FAULT"


def fault_point(name: str) -> None:
    """Die here if ``FAULT`` is ``name`` in the environment "test". Needs an application context."""
    die_if_named(name, environment=current_app.config["ROSETTE"].environment)


def die_if_named(name: str, *, environment: str) -> None:
    """The same for a process without an application."""
    if os.environ.get(VARIABLE) == name and environment == "test":
        os.kill(os.getpid(), signal.SIGKILL)
