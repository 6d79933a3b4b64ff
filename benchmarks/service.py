"""The running service measured: kill -9 under load, races of equal forms, speed and server CPU.

    python benchmarks/service.py [--rounds 50] [--people 40] [--races 200] [--respondents 1000] [--seed 1]

Each part starts `coherence serve` as a process of its own on a SQLite file in a temporary folder, and answers
it over HTTP. It ends with an error if somebody was thanked whose answers are lost, or counted twice.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from machine import load, machine

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from by_request import COMMENT, answers_of, by_request
from fixtures_service import Browser, OpenSurvey, Server, an_open_survey, running_server

from coherence.demo.answering import answer_all
from coherence.demo.server import cpu_seconds

AT_ONCE = 8


def kill_once(
    survey: OpenSurvey, server: Server, chosen: tuple[int, ...], chance: random.Random
) -> tuple[int, int]:
    """One round: who was thanked before the kill, and who was stored without having been thanked."""
    people = [(one, Browser(server.port), answers_of(chance, one)) for one in chosen]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        forms = list(pool.map(lambda person: person[1].walk(survey.link(person[0]), person[2]), people))
    thanked: set[int] = set()
    begun, wanted = threading.Event(), chance.randrange(len(people) * 2 // 3)

    def send(place: int) -> None:
        invitation, browser, _ = people[place]
        try:
            if browser.send(forms[place]):
                thanked.add(invitation)
        except (OSError, http.client.HTTPException):
            begun.set()
        if len(thanked) > wanted:
            begun.set()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = [pool.submit(send, place) for place in range(len(people))]
        begun.wait()
        time.sleep(chance.uniform(0, 0.02))
        server.kill()
        for one in sent:
            one.result()
    stored = survey.used() & set(chosen)
    if not thanked <= stored or survey.ballots() != len(survey.used()):
        raise SystemExit(f"thanked {len(thanked)}, stored {len(stored)}: an answer was lost or counted twice")
    server.start()
    for place, (invitation, browser, _) in enumerate(people):
        if invitation not in thanked and not browser.send(forms[place]):
            raise SystemExit("somebody who was not thanked cannot send again")
    return len(thanked), len(stored) - len(thanked)


def kill(folder: Path, rounds: int, people: int, chance: random.Random) -> None:
    survey = an_open_survey(folder / "kill", rounds * people)
    thanked = silent = 0
    with running_server(survey.instance) as server:
        for number in range(rounds):
            chosen = survey.invitations[number * people : (number + 1) * people]
            before, unthanked = kill_once(survey, server, chosen, chance)
            thanked, silent = thanked + before, silent + unthanked
    if Counter(survey.close()) != Counter(f"by {one}" for one in survey.invitations):
        raise SystemExit("after the close the answers are not those that were sent")
    print(
        f"{rounds} x kill -9 of the server under load: {thanked} thanked before a kill, 0 lost; {silent} "
        f"stored whose thank-you the kill cut off; {rounds * people} people in the end, each once",
        flush=True,
    )


def race(folder: Path, races: int, chance: random.Random) -> None:
    races = max(races, 5)  # fewer answers would not be released
    survey = an_open_survey(folder / "race", races)
    with running_server(survey.instance) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        for invitation in survey.invitations[:races]:
            first = Browser(server.port)
            form = first.walk(survey.link(invitation), answers_of(chance, invitation))
            devices = [Browser(server.port, dict(first.cookies)) for _ in range(AT_ONCE)]
            if not all(pool.map(lambda device, form=form: device.send(form), devices)):
                raise SystemExit("one of eight equal forms was not thanked")
    comments = Counter(survey.close())
    if comments != Counter(f"by {one}" for one in survey.invitations[:races]):
        raise SystemExit("a form counted twice or not at all")
    print(f"{races} races of {AT_ONCE} equal forms over HTTP: {comments.total()} ballots counted", flush=True)


def speed(folder: Path, respondents: int, chance: random.Random) -> None:
    survey = an_open_survey(folder / "speed", respondents)
    with running_server(survey.instance) as server:
        address = f"http://127.0.0.1:{server.port}"
        people = [
            (address + survey.link(one), answers_of(chance, one) | {"X5": COMMENT})
            for one in survey.invitations
        ]
        answer_all(people[:20])  # the pages are rendered once
        process = server.process.pid if server.process else 0
        before = cpu_seconds(process) or 0.0
        answered = answer_all(people[20:])
        used = (cpu_seconds(process) or 0.0) - before
    print(
        f"{answered.people} respondents on three pages each, {AT_ONCE} at a time: "
        f"{answered.people / answered.seconds:.0f}/s, {answered.requests / answered.people:.0f} requests and "
        f"{1000 * used / answered.people:.1f} ms of server CPU each"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--races", type=int, default=200)
    parser.add_argument("--respondents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    print(machine(("flask", "waitress", "sqlalchemy", "cryptography")))
    print(f"SQLite {sqlite3.sqlite_version}, seed {wanted.seed}, load {load()}", flush=True)
    chance = random.Random(wanted.seed)
    with tempfile.TemporaryDirectory() as name:
        speed(Path(name), wanted.respondents, chance)
        by_request(Path(name), wanted.respondents, chance)
        race(Path(name), wanted.races, chance)
        kill(Path(name), wanted.rounds, wanted.people, chance)


if __name__ == "__main__":
    main()
