"""How many requests a second an address answers: wrk where it is installed, else processes of Python clients."""

from __future__ import annotations

import http.client
import multiprocessing
import re
import shutil
import subprocess
import time

CONNECTIONS = 16
SECONDS = 3
_PROCESSES = 2


def requests_a_second(port: int, path: str, *, accept: str = "text/html") -> float:
    """GET ``path`` from the loopback interface for a few seconds. Raises RuntimeError if any answer was not 200."""
    _check(port, path, accept)
    if (wrk := shutil.which("wrk")) is not None:
        return _by_wrk(wrk, port, path, accept)
    return _by_python(port, path, accept)


def client_name() -> str:
    return f"wrk -t1 -c{CONNECTIONS}" if shutil.which("wrk") else f"{_PROCESSES} Python clients"


def _check(port: int, path: str, accept: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept": accept})
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        raise RuntimeError(f"{path} answered {status}.")


def _by_wrk(wrk: str, port: int, path: str, accept: str) -> float:
    url = f"http://127.0.0.1:{port}{path}"
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", f"Accept: {accept}", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS + 30).stdout
    if "Non-2xx" in said:
        raise RuntimeError(f"{path}: {said}")
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found.group(1))


def _by_python(port: int, path: str, accept: str) -> float:
    with multiprocessing.get_context("spawn").Pool(_PROCESSES) as pool:
        return sum(pool.starmap(_count, [(port, path, accept)] * _PROCESSES))


def _count(port: int, path: str, accept: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    begin, done = time.perf_counter(), 0
    while time.perf_counter() - begin < SECONDS:
        connection.request("GET", path, headers={"Accept": accept})
        connection.getresponse().read()
        done += 1
    connection.close()
    return done / (time.perf_counter() - begin)
