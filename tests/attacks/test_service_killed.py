"""kill -9 of the server while people send: whoever was thanked is in the box, and nobody is there twice."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from fixtures_service import Browser, OpenSurvey, Server, an_open_survey, running_server

from scoring.vocabulary import ITEMS

ROUNDS, PEOPLE, AT_ONCE = 2, 16, 8


@dataclass
class Person:
    """Somebody who has answered everything and is about to press Send."""

    invitation: int
    browser: Browser
    form: dict[str, str] = field(default_factory=dict)

    @property
    def comment(self) -> str:
        """Words that nobody else writes."""
        return f"said by {self.invitation}"

    def walk(self, link: str) -> None:
        answers = {item: str(1 + (self.invitation + place) % 5) for place, item in enumerate(ITEMS)}
        self.form = self.browser.walk(link, answers | {"X4": self.comment})


def send_until_killed(server: Server, people: Sequence[Person], chance: random.Random) -> set[int]:
    """Everybody presses Send, several at a time, until the server is killed; who was thanked."""
    thanked: set[int] = set()
    enough, wanted = threading.Event(), chance.randrange(len(people) // 2)

    def send(person: Person) -> None:
        try:
            if person.browser.send(person.form):
                thanked.add(person.invitation)
        except (OSError, http.client.HTTPException):
            enough.set()
        if len(thanked) > wanted:
            enough.set()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = [pool.submit(send, person) for person in people]
        assert enough.wait(timeout=60)
        time.sleep(chance.uniform(0, 0.02))
        server.kill()
        for one in sent:
            one.result()
    return thanked


def one_round(survey: OpenSurvey, server: Server, people: list[Person], chance: random.Random) -> set[int]:
    """Answer, kill, start again, and let the others send again; who was thanked."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda person: person.walk(survey.link(person.invitation)), people))
    thanked = send_until_killed(server, people, chance)
    used = survey.used()
    assert thanked <= used, "somebody was thanked whose answers are lost"
    assert survey.ballots() == len(used)
    server.start()
    for person in people:
        if person.invitation not in thanked:
            assert person.browser.send(person.form), "somebody cannot send again"
    assert {person.invitation for person in people} <= survey.used()
    assert survey.ballots() == len(survey.used())
    return thanked


def test_a_server_that_is_killed_under_load_loses_no_answer_and_counts_none_twice(tmp_path: Path) -> None:
    chance = random.Random(20261102)
    survey = an_open_survey(tmp_path / "instance", ROUNDS * PEOPLE)
    with running_server(survey.instance) as server:
        for number in range(ROUNDS):
            chosen = survey.invitations[number * PEOPLE : (number + 1) * PEOPLE]
            people = [Person(invitation, Browser(server.port)) for invitation in chosen]
            assert len(one_round(survey, server, people, chance)) < PEOPLE, "it was killed too late"
    assert Counter(survey.close()) == Counter(f"said by {one}" for one in survey.invitations)


def test_equal_forms_sent_at_once_count_once_and_are_all_thanked(tmp_path: Path) -> None:
    survey = an_open_survey(tmp_path / "instance", 6)
    with running_server(survey.instance) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        for invitation in survey.invitations:
            person = Person(invitation, Browser(server.port))
            person.walk(survey.link(invitation))
            devices = [Browser(server.port, dict(person.browser.cookies)) for _ in range(AT_ONCE)]
            ready = threading.Barrier(AT_ONCE)

            def send(device: Browser, person: Person = person, ready: threading.Barrier = ready) -> str:
                ready.wait(timeout=60)
                assert device.send(person.form)
                return device.open("/answer/thanks").text

            pages = list(pool.map(send, devices))
            assert sum("received already" in page for page in pages) == AT_ONCE - 1
            assert all("sealed in the box" in page for page in pages)
    assert Counter(survey.close()) == Counter(f"said by {one}" for one in survey.invitations)
