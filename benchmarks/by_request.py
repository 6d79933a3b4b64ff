"""What each request of a respondent costs the application, beside the least that its frameworks take."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from bare import bare_application
from fixtures_service import an_open_survey, now
from waitress.server import create_server

from coherence import create_app
from coherence.demo.answering import answer_all
from coherence.web.services import Services
from scoring.vocabulary import ITEMS

COMMENT = "The till is slow and nobody mends it. " * 6
AT_A_TIME = 20


def answers_of(chance: random.Random, invitation: int) -> dict[str, str]:
    """A whole form; the comment names the invitation, so that each is found again after the close."""
    return {item: str(chance.randint(1, 5)) for item in ITEMS} | {"X1": "7", "X4": f"by {invitation}"}


class Timed:
    """An application on a port of its own; spent: the processor time of each request, by its name."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.spent = defaultdict[str, list[float]](list)
        self.server: Any = create_server(self, host="127.0.0.1", port=0, threads=1)
        threading.Thread(target=self.server.run, daemon=True).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and note what it took."""
        began = time.thread_time()
        answer = self.application(environ, start_response)
        took = time.thread_time() - began
        name = environ["PATH_INFO"].partition("/i/")[0] or "/i/..."
        self.spent[f"{environ['REQUEST_METHOD']} {name}"].append(took)
        return answer

    def answered(self, people: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        """Let these people answer; their links are paths."""
        address = f"http://127.0.0.1:{self.server.effective_port}"
        answer_all([(address + link, answers) for link, answers in people])

    def close(self) -> None:
        """Let the thread finish that has just answered, then stop listening."""
        self.server.task_dispatcher.shutdown()
        self.server.close()


def by_request(folder: Path, respondents: int, chance: random.Random) -> None:
    """The two applications by turns, so that whatever else the machine does falls on both."""
    survey = an_open_survey(folder / "requests", respondents)
    services = Services(survey.database, survey.secret, survey.instance / "keys", now)
    bare, bare_links = bare_application(folder / "bare", respondents)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    here, least = Timed(create_app({"SECRET_KEY": "benchmark", "SERVICES": services})), Timed(bare)
    forms = [answers_of(chance, one) | {"X5": COMMENT} for one in survey.invitations]
    people = list(zip(map(survey.link, survey.invitations), forms, strict=True))
    bare_people = list(zip(bare_links, forms, strict=True))
    for start in range(0, respondents, AT_A_TIME):
        here.answered(people[start : start + AT_A_TIME])
        least.answered(bare_people[start : start + AT_A_TIME])
        if start == 0:  # the pages are rendered once
            here.spent.clear()
            least.spent.clear()
    print("each request in the application, milliseconds (median): here, and with the frameworks alone")
    for name, spent in here.spent.items():
        print(f"  {name:22} {1000 * median(spent):5.2f} {1000 * median(least.spent[name]):5.2f}")
    sums = [1000 * sum(map(median, one.spent.values())) for one in (here, least)]
    print(f"  {'a whole respondent':22} {sums[0]:5.2f} {sums[1]:5.2f}", flush=True)
    here.close()
    least.close()
