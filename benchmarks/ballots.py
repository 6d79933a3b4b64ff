"""Sealed ballots measured: speed of sealing and receiving, races, kills at any moment of a closing.

    python benchmarks/ballots.py [--postgresql URL] [--people 4000] [--races 200] [--kills 20] [--seed 1]

It works on a SQLite file in a temporary folder and, if a URL of an empty PostgreSQL database is
given, on that too. It prints the machine, the versions and the seed beside every figure, and ends
with an error if an answer was lost or counted twice.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select
from waves import an_open_wave, now

from coherence.ballots.ballot import Ballot
from coherence.ballots.closing import Ceremony, Step
from coherence.ballots.keys import create_key, has_key, read_private
from coherence.ballots.seal import BallotBox, seal
from coherence.ballots.submit import Submission, submit
from coherence.store import Database, Invitation, Response, Wave, upgrade
from scoring.disclosure import Label
from scoring.vocabulary import Level

THREADS = 8
PROCESSES = multiprocessing.get_context("forkserver")
COMMENTS = {"X4": "The till is slow and nobody mends it. " * 6, "X5": "Two more people on Saturdays."}


def answers_of(chance: random.Random, person: int) -> str:
    items = [chance.randint(1, 5) for _ in range(51)]
    return json.dumps({"items": items, "x1": 7, "x2": 3, "x3": 8, "person": person}, separators=(",", ":"))


def invitations(database: Database, wave_id: int) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(Invitation.id).where(Invitation.wave_id == wave_id)))


def answer(database: Database, answers: str, invitation: int) -> Submission:
    return submit(database, invitation, language="en", answers=answers, comments=COMMENTS)


def ceremony(database: Database, folder: Path, watch: Callable[[Step], None] = lambda step: None) -> Ceremony:
    return Ceremony(database, folder, is_valid=lambda answers: True, clock=now, watch=watch)


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        work()
    return (time.perf_counter() - start) / rounds * 1000


def measure_sealing(folder: Path, chance: random.Random) -> None:
    key = create_key(folder)
    box = BallotBox(read_private(folder, key.name, key.public), 1, key.name)
    ballot = Ballot(Label(3, Level.F), "en", answers_of(chance, 1), COMMENTS)
    sealed = seal(ballot, key.public, 1, key.name)
    print(f"seal {milliseconds(lambda: seal(ballot, key.public, 1, key.name), 2000):.3f} ms, ", end="")
    print(f"open {milliseconds(lambda: box.open(sealed), 2000):.3f} ms, {len(sealed)} bytes")


def measure_throughput(database: Database, folder: Path, people: int, chance: random.Random) -> None:
    wave_id = an_open_wave(database, folder, people, name="throughput")
    everybody = invitations(database, wave_id)
    forms = [answers_of(chance, person) for person in range(people)]
    start, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        results = Counter(pool.map(partial(answer, database), forms, everybody))
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    if results != {Submission.ACCEPTED: people}:
        raise SystemExit(f"of {people} ballots: {results}")
    each = cpu / people * 1000
    print(f"{people} ballots on {THREADS} threads: {people / seconds:.0f}/s, {each:.2f} ms CPU each")
    start = time.perf_counter()
    report = ceremony(database, folder).close(wave_id)
    print(f"closed in {time.perf_counter() - start:.2f} s: {report}")
    if report.responses != people:
        raise SystemExit("answers were lost")


def race(database: Database, folder: Path, races: int) -> None:
    wave_id = an_open_wave(database, folder, races, name="races")
    with ThreadPoolExecutor(THREADS) as pool:
        for invitation in invitations(database, wave_id):
            results = Counter(pool.map(partial(answer, database, "{}"), [invitation] * THREADS))
            if results[Submission.ACCEPTED] != 1 or results[Submission.ALREADY_RECEIVED] != THREADS - 1:
                raise SystemExit(f"a race ended with {results}")
    ballots = ceremony(database, folder).close(wave_id).ballots
    print(f"{races} races of {THREADS} equal forms: {ballots} ballots counted")
    if ballots != races:
        raise SystemExit("a form counted twice or not at all")


def close_and_die(url: str, folder: Path, wave_id: int, step: Step, delay: float) -> None:
    """Kill this process some time after a step of the closing was reached."""

    def die(_signal: int, _frame: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def watch(reached: Step) -> None:
        if reached is step:
            if delay == 0:
                die(0, None)
            signal.signal(signal.SIGALRM, die)
            signal.setitimer(signal.ITIMER_REAL, delay)

    ceremony(Database.connect(url), folder, watch).close(wave_id)


def kill(database: Database, folder: Path, rounds: int, chance: random.Random) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    died = 0
    for step in Step:
        for number in range(rounds):
            wave_id = an_open_wave(database, folder, 60, name="kill")
            everybody = invitations(database, wave_id)
            forms = [answers_of(chance, person) for person in range(len(everybody))]
            for form, invitation in zip(forms, everybody, strict=True):
                answer(database, form, invitation)
            with database.read() as session:
                key = session.get_one(Wave, wave_id).key_name or ""
            delay = 0 if number % 2 == 0 else chance.uniform(0.0005, 0.02)
            process = PROCESSES.Process(target=close_and_die, args=(url, folder, wave_id, step, delay))
            process.start()
            process.join()
            died += process.exitcode == -signal.SIGKILL
            report = ceremony(database, folder).close(wave_id)
            with database.read() as session:
                found = Counter(session.scalars(select(Response.answers).where(Response.wave_id == wave_id)))
            if found != Counter(forms) or report.ballots != len(forms) or has_key(folder, key):
                raise SystemExit(f"killed at “{step}”: {report}")
    print(f"{rounds} closings at each of {len(Step)} steps, {died} killed: nothing lost, keys destroyed")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postgresql", metavar="URL", help="an empty database")
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--races", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    # Each process that is killed is forked from one that has imported everything.
    PROCESSES.set_forkserver_preload(["psycopg", "coherence.ballots.closing", "coherence.ballots.opening"])
    packages = ", ".join(f"{name} {version(name)}" for name in ("sqlalchemy", "cryptography", "psycopg"))
    print(
        f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}, {packages}"
    )
    print(f"SQLite {sqlite3.sqlite_version}, seed {wanted.seed}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "keys"
        measure_sealing(folder, random.Random(wanted.seed))
        for url in filter(None, (f"sqlite:///{name}/coherence.sqlite", wanted.postgresql)):
            database = Database.connect(url)
            upgrade(database)
            print(f"-- {database.engine.dialect.name}", flush=True)
            chance = random.Random(wanted.seed)
            measure_throughput(database, folder, wanted.people, chance)
            race(database, folder, wanted.races)
            kill(database, folder, wanted.kills, chance)
            database.dispose()


if __name__ == "__main__":
    main()
