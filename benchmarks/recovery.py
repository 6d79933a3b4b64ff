"""Does the engine find what is true? The table of method 7.5, from simulated firms.

    python benchmarks/recovery.py [--replications 1000] [--only NAME ...] [--seed 1]
                                  [--processes 2] [--out docs/recovery.md]

Prints each criterion with its figure and pass or fail, and writes the same as a Markdown table. A
thousand replications take about half an hour on two free cores. With --only nothing is written
unless --out is given. Ends with an error if a criterion failed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from criteria import decisions, patterns, protection, scores
from criteria.criterion import Criterion, Figure, Found
from machine import load, machine
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from threadpoolctl import threadpool_limits

CRITERIA: dict[str, Criterion] = {
    one.name: one for one in (*scores.CRITERIA, *decisions.CRITERIA, *patterns.CRITERIA, *protection.CRITERIA)
}
PACKAGES = ("coherence-survey", "numpy", "scipy")
PAGE = Path(__file__).parents[1] / "docs" / "recovery.md"
BLOCK = 5
"""Replications handed to a process at once."""

Results = dict[str, list[Figure]]


def one_thread() -> None:
    """Two processes with two threads each would wait for one another."""
    threadpool_limits(1)


def block(name: str, seeds: Sequence[int]) -> list[Found]:
    return [CRITERIA[name].replicate(seed) for seed in seeds]


def blocks(criterion: Criterion, replications: int, seed: int) -> Iterator[range]:
    """Seeds of one criterion; every criterion sees the same ones."""
    first, wanted = 1_000_000 * seed, criterion.replications(replications)
    for start in range(0, wanted, BLOCK):
        yield range(first + start, first + min(start + BLOCK, wanted))


def run(names: Sequence[str], replications: int, seed: int, processes: int, console: Console) -> Results:
    """Figures of each criterion, printed as soon as they are known."""
    found: dict[str, dict[int, list[Found]]] = {name: {} for name in names}
    results: Results = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar, ProcessPoolExecutor(processes, None, one_thread) as pool:
        wanted = {name: list(blocks(CRITERIA[name], replications, seed)) for name in names}
        bars = {name: bar.add_task(name, total=sum(map(len, wanted[name]))) for name in names}
        waiting = {
            pool.submit(block, name, list(seeds)): (name, seeds) for name in names for seeds in wanted[name]
        }
        for done in as_completed(waiting):
            name, seeds = waiting[done]
            found[name][seeds.start] = done.result()
            bar.advance(bars[name], len(seeds))
            if len(found[name]) == len(wanted[name]):
                runs = [one for start in sorted(found[name]) for one in found[name][start]]
                results[name] = CRITERIA[name].judge(runs)
                console.print(printed(name, results[name], len(runs)))
    return {name: results[name] for name in names}


def verdict(figure: Figure) -> str:
    return {True: "pass", False: "FAIL", None: ""}[figure.passed]


def printed(name: str, figures: Sequence[Figure], made: int) -> Table:
    """The figures of one criterion."""
    table = Table(title=f"{name}: {CRITERIA[name].asks} ({made} replications)", title_justify="left")
    for heading in ("what", "figure", ""):
        table.add_column(heading)
    for figure in figures:
        table.add_row(figure.what, figure.value, verdict(figure))
    return table


def page(results: Results, replications: int, conditions: Sequence[str]) -> str:
    """The same as Markdown."""
    lines = [
        "# Does the engine find what is true?",
        "",
        "Criteria of method 7.5, measured on simulated firms whose truth is known. Written by",
        "`python benchmarks/recovery.py`; do not edit by hand.",
        "",
        *(f"- {condition}" for condition in conditions),
        "- ± is the half width of a 95 % interval, from the differences between replications. A limit",
        "  counts as met if the figure lies within it or no further out than this. Where there is no verdict",
        "  the method sets no limit, and the figure is reported only.",
        "",
    ]
    for name, figures in results.items():
        criterion = CRITERIA[name]
        made = criterion.replications(replications)
        lines += [f"## {name}: {criterion.asks}", "", f"{criterion.scenario}. Replications: {made}.", ""]
        lines += ["| what | figure | |", "|---|---|---|"]
        lines += [f"| {figure.what} | {figure.value} | {verdict(figure)} |" for figure in figures]
        lines += ["", *([criterion.note, ""] if criterion.note else [])]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--only", action="append", choices=CRITERIA, metavar="NAME", help=", ".join(CRITERIA))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, help=f"default, without --only: {PAGE.name} in docs")
    wanted = parser.parse_args()
    console = Console()
    conditions = [machine(PACKAGES)]
    conditions.append(
        f"{wanted.replications} replications (fewer where said), seed {wanted.seed}, "
        f"{wanted.processes} processes"
    )
    console.print(*conditions, f"load {load()}", sep="\n", highlight=False)
    start = time.perf_counter()
    results = run(wanted.only or list(CRITERIA), wanted.replications, wanted.seed, wanted.processes, console)
    conditions.append(f"{(time.perf_counter() - start) / 60:.0f} minutes, load {load()} at the end")
    console.print(conditions[-1])
    out = wanted.out or (None if wanted.only else PAGE)
    if out is not None:
        out.write_text(page(results, wanted.replications, conditions), encoding="utf-8")
        console.print(f"written to {out}")
    if any(figure.passed is False for figures in results.values() for figure in figures):
        raise SystemExit("a criterion failed")


if __name__ == "__main__":
    main()
