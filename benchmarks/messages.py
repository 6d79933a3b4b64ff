"""Invitations measured: how fast they leave, and who gets one twice when the worker is killed.

    python benchmarks/messages.py [--people 10000] [--kills 3] [--postgresql URL] [--seed 1]

A real mail server runs in a process of its own and notes every message before it takes it. A worker in
another process sends; it is killed with kill -9 at random moments and started again. Everybody must have
got a message in the end. A message whose own commit was lost may come twice: how many did is counted,
and more than one for each kill is an error.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import random
import signal
import sqlite3
import ssl
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from multiprocessing.process import BaseProcess
from pathlib import Path

from mail_server import HOST, certificate, mail_server
from sqlalchemy import update
from waves import an_open_wave, now

from coherence.jobs.run import perform
from coherence.mail.smtp import SmtpOutbox
from coherence.store import Database, Job, JobStatus, upgrade
from coherence.use_cases.invite_people import MESSAGES, start_invitations
from coherence.use_cases.send_messages import Post, send_round

SECRET = b"the secret of a server that only measures"
SENDER = "Coherence <survey@firm.example>"


@dataclass(frozen=True)
class Sent:
    """What came of one mailing. repeated: people who got their message more than once."""

    people: int
    reached: int
    repeated: int
    kills: int
    seconds: float
    envelope_senders: int


def work(url: str, port: int, pem: Path, job_id: int) -> None:
    """A worker's life: it takes the job and does it."""
    trust = ssl.create_default_context(cafile=str(pem))
    post = Post(SmtpOutbox(HOST, SENDER, port=port, trust=trust), SECRET, "https://survey.example")
    database = Database.connect(url)
    perform(database, job_id, {MESSAGES: lambda run: send_round(run, post)}, now)
    database.dispose()


def measure(url: str, folder: Path, people: int, kills: int, chance: random.Random) -> Sent:
    """One mailing on a migrated database, killed so many times."""
    database = Database.connect(url)
    job_id = start_invitations(
        database, an_open_wave(database, folder / "keys", people, addresses=True), now=now()
    )
    pem, notes = certificate(folder), folder / "messages.txt"
    moments = sorted(chance.sample(range(people // 10, people - people // 10), kills))
    context = multiprocessing.get_context("spawn")
    done = 0
    with mail_server(notes, pem) as port:
        began = time.monotonic()
        for moment in [*moments, None]:
            worker = context.Process(target=work, args=(url, port, pem, job_id))
            worker.start()
            if moment is None:
                worker.join()
            elif _killed_at(worker, notes, moment, chance):
                done += 1
                _let_the_lease_pass(database, job_id)
        seconds = time.monotonic() - began
    with database.read() as session:
        job = session.get_one(Job, job_id)
        if job.status is not JobStatus.DONE:
            sys.exit(f"the mailing ended as {job.status}: {job.failure or job.note}")
    database.dispose()
    lines = [line.split() for line in notes.read_text().splitlines()]
    received = Counter(to for to, _ in lines)
    return Sent(
        people=people,
        reached=len(received),
        repeated=sum(count > 1 for count in received.values()),
        kills=done,
        seconds=seconds,
        envelope_senders=len({sender for _, sender in lines}),
    )


def _killed_at(worker: BaseProcess, notes: Path, moment: int, chance: random.Random) -> bool:
    """Kill the worker when so many messages have left; whether it was still at work."""
    while worker.is_alive() and notes.read_bytes().count(b"\n") < moment:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.01))
    if worker.pid is not None:
        os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    return worker.exitcode == -signal.SIGKILL


def _let_the_lease_pass(database: Database, job_id: int) -> None:
    """As if two minutes had gone by."""
    with database.write() as session:
        session.execute(
            update(Job)
            .where(Job.id == job_id, Job.lease.is_not(None))
            .values(lease=now() - timedelta(seconds=1))
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--postgresql", default=None, help="URL of an empty database")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"SQLAlchemy {version('sqlalchemy')}, SQLite {sqlite3.sqlite_version}, aiosmtpd {version('aiosmtpd')}"
    )
    print(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory() as name:
        places = {"SQLite": f"sqlite:///{Path(name) / 'coherence.sqlite'}"}
        if arguments.postgresql:
            places["PostgreSQL"] = arguments.postgresql
        for kind, url in places.items():
            folder = Path(name) / kind
            folder.mkdir()
            database = Database.connect(url)
            upgrade(database)
            database.dispose()
            sent = measure(url, folder, arguments.people, arguments.kills, random.Random(arguments.seed))
            print(
                f"{kind}: {sent.people} people, {sent.kills} times kill -9: {sent.reached} reached, "
                f"{sent.repeated} of them twice; {sent.seconds:.0f} s with {sent.kills + 1} starts "
                f"({sent.people / sent.seconds:.0f} a second); {sent.envelope_senders} envelope senders"
            )
            if sent.reached != sent.people or sent.repeated > sent.kills:
                sys.exit("somebody got no message, or a kill repeated more than one")


if __name__ == "__main__":
    main()
