"""The real server as a process of its own, with its own folder of state."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

PATIENCE_SECONDS: Final = 30.0


class ServerFailed(Exception):
    """The server did not come up."""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(arguments: list[str], environment: Mapping[str, str], host: str, port: int) -> Iterator[int]:
    """Run `coherence serve ...` until the block ends; gives the number of its process.

    Raises:
        ServerFailed: it ended at once, or nobody listens after half a minute.
    """
    command = [
        sys.executable,
        "-m",
        "coherence.cli",
        "serve",
        "--host",
        host,
        "--port",
        str(port),
        *arguments,
    ]
    server = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True)
    try:
        _wait(server, host, port)
        yield server.pid
    finally:
        server.terminate()
        server.communicate()


def cpu_seconds(process: int) -> float | None:
    """Processor time that a process has used; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(server: subprocess.Popen[str], host: str, port: int) -> None:
    began = monotonic()
    while monotonic() - began < PATIENCE_SECONDS:
        if server.poll() is not None:
            raise ServerFailed((server.stderr.read() if server.stderr else "").strip())
        try:
            with socket.create_connection((host, port), timeout=1):
                return
        except OSError:
            sleep(0.05)
    raise ServerFailed(f"nobody listens on {host}:{port}")
