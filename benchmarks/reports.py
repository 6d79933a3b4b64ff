"""How fast reports and files of a company with 120 departments are made.

    python benchmarks/reports.py [--seed 1] [--repeat 5] [--only WORDS]

Prints a table: best and median of the repetitions, processor time, the target. The PDF is made in a process
of its own, so that its memory is known; a page of the web report is timed on the server, without network.
Ends with an error if a target was missed.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from cases import reports
from cases.case import Line, measured, measured_apart
from machine import load, machine
from speed import columns

PACKAGES = ("coherence-survey", "reportlab", "pikepdf", "xlsxwriter", "flask", "numpy")


def lines(seed: int, repeat: int, only: str) -> Iterator[Line]:
    pdf, most_memory = reports.apart(seed)
    if only in pdf.name:
        yield measured_apart(pdf, repeat, most_memory)
    with tempfile.TemporaryDirectory() as folder:
        for case in reports.files(seed, Path(folder)):
            if only in case.name:
                yield measured(case, repeat)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", default="", metavar="WORDS", help="part of a name")
    wanted = parser.parse_args()
    warnings.simplefilter("ignore")
    print(
        machine(PACKAGES),
        f"seed {wanted.seed}, {wanted.repeat} repetitions (2 of the ZIP)",
        f"load {load()} before the first line",
        "",
        sep="\n",
    )
    print(f"{'':50} {'best':>10} {'median':>10} {'processor':>10} {'target':>16}")
    found = []
    for line in lines(wanted.seed, wanted.repeat, wanted.only):
        found.append(line)
        name, best, median, used, target, verdict, _ = columns(line)
        print(f"{name:50} {best:>10} {median:>10} {used:>10} {target:>16} {verdict}", flush=True)
    print(f"load {load()} after the last")
    if any(line.passed is False for line in found):
        raise SystemExit("a target was missed")


if __name__ == "__main__":
    main()
