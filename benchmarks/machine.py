"""What a measurement was made on: processor, load, versions."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def processor() -> str:
    """The processor's own name where the system tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def load() -> str:
    """How many processes wanted to run in the last minute, this one included."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"


def machine(packages: Sequence[str]) -> str:
    """One line: processor, cores, Python, packages with their versions."""
    named = [f"{name} {version(name)}" for name in packages]
    return ", ".join([processor(), f"{os.cpu_count()} cores", f"Python {platform.python_version()}", *named])
