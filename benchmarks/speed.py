"""How fast the engine is, beside factor-analyzer in the same run.

    python benchmarks/speed.py [--seed 1] [--repeat 5] [--only WORDS] [--out docs/speed.md]

Prints a table: best and median of the repetitions, processor time (nearer to the cost of the work
where the machine has other work to do), the target, and how many times longer
factor-analyzer takes where it has a counterpart; writes the same as Markdown. With --only (part of a
name) nothing is written unless --out is given. Ends with an error if a target was missed.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from cases import factors, scoring
from cases.case import Line, measured, measured_apart
from machine import load, machine

PACKAGES = ("coherence-survey", "numpy", "scipy", "scikit-learn", "factor-analyzer", "reportlab")
PAGE = Path(__file__).parents[1] / "docs" / "speed.md"


def lines(seed: int, repeat: int, only: str) -> Iterator[Line]:
    million, most_memory = scoring.apart(seed)
    if only in million.name:
        yield measured_apart(million, repeat, most_memory)
    with tempfile.TemporaryDirectory() as folder:
        for case in scoring.engine(seed, Path(folder)):
            if only in case.name:
                yield measured(case, repeat)
    for case in (*factors.large_tables(seed), *factors.usual_tables(seed)):
        if only in case.name:
            yield measured(case, repeat)


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{1000 * value:.1f} ms"


def columns(line: Line) -> tuple[str, ...]:
    """Name, best, median, processor time, target, verdict, factor-analyzer."""
    name = line.name if line.memory is None else f"{line.name} ({line.memory:.1f} GB)"
    target = "" if line.target is None else seconds(line.target)
    if line.most_memory is not None:
        target += f", {line.most_memory:g} GB"
    verdict = {True: "pass", False: "FAIL", None: ""}[line.passed]
    ratio = "" if line.ratio is None else f"{line.ratio:.0f} times as long"
    return name, *map(seconds, (line.best, line.median, line.processor)), target, verdict, ratio


def page(found: Sequence[Line], conditions: Sequence[str]) -> str:
    """The table as Markdown."""
    rows = [
        "# How fast the engine is",
        "",
        "Written by `python benchmarks/speed.py`; do not edit by hand.",
        "",
        *(f"- {condition}" for condition in conditions),
        "",
        "| | best | median | processor | target | | factor-analyzer |",
        "|---|---|---|---|---|---|---|",
        *(f"| {' | '.join(columns(line))} |" for line in found),
    ]
    return "\n".join(rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", default="", metavar="WORDS", help="part of a name")
    parser.add_argument("--out", type=Path, help=f"default, without --only: {PAGE.name} in docs")
    wanted = parser.parse_args()
    warnings.simplefilter("ignore")
    conditions = [
        machine(PACKAGES),
        f"seed {wanted.seed}, {wanted.repeat} repetitions (3 of what takes long)",
        f"load {load()} before the first line",
    ]
    print(*conditions, "", sep="\n")
    print(f"{'':62} {'best':>10} {'median':>10} {'processor':>10} {'target':>14} {'':5} factor-analyzer")
    found = []
    for line in lines(wanted.seed, wanted.repeat, wanted.only):
        found.append(line)
        name, best, median, used, target, verdict, ratio = columns(line)
        print(f"{name:62} {best:>10} {median:>10} {used:>10} {target:>14} {verdict:5} {ratio}", flush=True)
    conditions.append(f"load {load()} after the last")
    print(conditions[-1])
    out = wanted.out or (None if wanted.only else PAGE)
    if out is not None:
        out.write_text(page(found, conditions), encoding="utf-8")
        print(f"written to {out}")
    if any(line.passed is False for line in found):
        raise SystemExit("a target was missed")


if __name__ == "__main__":
    main()
