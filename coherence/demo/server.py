"""The real server as a process of its own, with its own folder of state."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Final

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
    # A file, since a pipe that nobody empties stops the server when it is full.
    with tempfile.TemporaryFile("w+") as said:
        server = subprocess.Popen(command, env={**os.environ, **environment}, stderr=said)
        try:
            _wait(server, said, host, port)
            yield server.pid
        finally:
            server.terminate()
            server.wait()


def cpu_seconds(process: int) -> float | None:
    """Processor time that a process has used; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(server: subprocess.Popen[bytes], said: IO[str], host: str, port: int) -> None:
    began = monotonic()
    while monotonic() - began < PATIENCE_SECONDS:
        if server.poll() is not None:
            said.seek(0)
            raise ServerFailed(said.read().strip())
        try:
            with socket.create_connection((host, port), timeout=1):
                return
        except OSError:
            sleep(0.05)
    raise ServerFailed(f"nobody listens on {host}:{port}")
