"""One line of the table of speeds: what is run, how long it may take."""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

REPEATS_OF_OTHER = 3


@dataclass(frozen=True)
class Case:
    """A piece of work.

    work: is run again and again, `most` times at most. target: seconds. other: what factor-analyzer
    does for the same.
    """

    name: str
    work: Callable[[], Any]
    target: float | None = None
    other: Callable[[], Any] | None = None
    most: int = 1000


@dataclass(frozen=True)
class Line:
    """What was measured.

    best, median: seconds. processor: seconds of processor time in the median, all threads and children
    together; on a busy machine nearer to what the work costs. memory: gigabytes at most, None where it
    was not looked at.
    """

    name: str
    best: float
    median: float
    processor: float
    target: float | None
    ratio: float | None = None
    memory: float | None = None
    most_memory: float | None = None

    @property
    def passed(self) -> bool | None:
        """None where there is no target."""
        if self.target is None:
            return None
        fits = self.memory is None or self.most_memory is None or self.memory < self.most_memory
        return self.median < self.target and fits


def measured(case: Case, repeat: int) -> Line:
    """Measure in this process."""
    times = timed(case.work, min(repeat, case.most))
    ratio = timed(case.other, REPEATS_OF_OTHER).median / times.median if case.other else None
    return Line(case.name, times.best, times.median, times.processor, case.target, ratio)


class Times(NamedTuple):
    """Seconds of several repetitions."""

    best: float
    median: float
    processor: float


def timed(work: Callable[[], Any], repeat: int) -> Times:
    """One run before the first that counts warms caches up."""
    work()
    seconds, processor = [], []
    for _ in range(repeat):
        start, used = time.perf_counter(), _processor_time()
        work()
        seconds.append(time.perf_counter() - start)
        processor.append(_processor_time() - used)
    return Times(min(seconds), statistics.median(seconds), statistics.median(processor))


def _processor_time() -> float:
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def measured_apart(case: Case, repeat: int, most_memory: float) -> Line:
    """Measure in a process of its own, so that its memory is known too: case.work makes the work there."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_measure_apart, args=(case.work, repeat, there))
    process.start()
    received: tuple[Times, float] = here.recv()
    process.join()
    times, memory = received
    line = Line(case.name, times.best, times.median, times.processor, case.target)
    return replace(line, memory=memory, most_memory=most_memory)


def _measure_apart(make: Callable[[], Callable[[], Any]], repeat: int, answer: Connection) -> None:
    times = timed(make(), repeat)
    unit = 1 if sys.platform == "darwin" else 1024
    answer.send((times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9))
