"""Pictures of the report of seven made-up organisations, on paper and on the web, to be looked at.

    python docs/gallery.py OUT [--only WORDS] [--seed 1]

Writes PNG files and index.html, a sheet with all of them, into the folder OUT. Needs pdftoppm (poppler) and
Chromium (found on the path, or named in CHROMIUM), and what `pip install coherence-survey[test]` brings.
"""

from __future__ import annotations

import argparse
import html
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from waitress.server import create_server

from coherence import create_app
from coherence.reports.document import Document
from coherence.reports.organisation import organisation_report
from coherence.use_cases.score_files import REPORT, write_results
from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.publication import publication
from scoring.released import Ledger
from scoring.released_diagnosis import FactAnswer
from scoring.simulation import Scenario, answer, organisation, scenario, two_waves
from scoring.simulation.organisations import Organisation
from scoring.vocabulary import Level
from scoring.wave_change import EarlierWave
from survey_forms.questionnaire import default_questionnaire

RESOLUTION = 70
DESKTOP, PHONE = (1280, 900), (390, 844)
FACTS: dict[str, FactAnswer] = {
    **{f"M{number:02}": "yes" for number in range(1, 8)},
    "M08": "partly",
    "M09": "yes",
    "C01": "yes",
    "C05": "no",
}
DEEP = (
    "Oddział Warmińsko-Mazurski i Podlaski",
    "Świętochłowice–Żółkiewskiego, biuro obsługi mieszkańców",
    "Šilumos ūkio priežiūros ir avarinės tarnybos poskyris",
)
LONG = (
    "Klientų aptarnavimo ir nusiskundimų nagrinėjimo šiaurės vakarų regiono skyrius",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Dział obsługi zażaleń i reklamacji <b>& żądań</b>",
)


@dataclass(frozen=True)
class Exhibit:
    """An organisation whose report is shown: its name in file names, a line about it, how it is made."""

    name: str
    about: str
    make: Callable[[int], Ledger]


def published(matrix: AnswerMatrix, wave: str, **beside: Any) -> Any:
    """What is published of these answers."""
    library = default_questionnaire().recommendations
    return publication(matrix, wave=wave, library=library, **beside)


def answered(company: Organisation, truth: Scenario, seed: int, **beside: Any) -> Ledger:
    """The ledger of a company in which people answer as the scenario says."""
    ledger: Ledger = published(answer(company, truth, seed=seed).answers, "Autumn 2026", **beside).ledger
    return ledger


def small(seed: int) -> Ledger:
    """Three departments, 60 people."""
    truth = scenario("S2", distance=15.0)
    return answered(organisation(truth, seed=seed, departments=3, employees=60), truth, seed)


def large(seed: int) -> Ledger:
    """150 departments, 3,500 people, a fact sheet."""
    truth = scenario("S4", distance=15.0)
    company = organisation(truth, seed=seed, departments=150, employees=3500)
    return answered(company, truth, seed, facts=FACTS)


def lopsided(seed: int) -> Ledger:
    """One department holds nearly everybody; the others are small and have long names."""
    names = ("Production", *LONG, "IT", "Post room")
    tree = DepartmentTree.of([("Lopsided & Sons", name) for name in names])
    sizes = {"Production": 380, LONG[0]: 22, LONG[1]: 16, LONG[2]: 12, "IT": 9, "Post room": 3}
    invited = {Atom(0, Level.T): 6}
    for name, people in sizes.items():
        unit = tree.index["Lopsided & Sons", name]
        invited |= {Atom(unit, Level.M): max(1, people // 12), Atom(unit, Level.F): people}
    truth = scenario("S1", distance=15.0)
    return answered(Organisation(tree, dict(sorted(invited.items()))), truth, seed)


def nearly_empty(seed: int) -> Ledger:
    """Hardly anybody answered."""
    truth = replace(scenario("S2"), response_rate=0.12)
    return answered(organisation(truth, seed=seed, departments=8, employees=160), truth, seed)


def second_wave(seed: int) -> Ledger:
    """A year later: resources and cooperation rose."""
    truth = scenario("S2", distance=15.0)
    company = organisation(truth, seed=seed, departments=16, employees=600)
    both = two_waves(company, truth, seed=seed, change={"R1": 30.0, "R3": 45.0, "B3": 25.0, "D5": -10.0})
    first = published(both.before.answers, "Autumn 2025", facts=FACTS)
    earlier = EarlierWave(first.ledger, first.kept, 12.0)
    ledger: Ledger = published(both.after.answers, "Autumn 2026", facts=FACTS, earlier=earlier).ledger
    return ledger


def short_form(seed: int) -> Ledger:
    """The short questionnaire: 18 statements, no parts of the legs."""
    truth = scenario("S2", distance=15.0)
    wave = answer(organisation(truth, seed=seed, departments=6, employees=180), truth, seed=seed)
    ledger: Ledger = published(replace(wave.answers, form="short"), "Autumn 2026").ledger
    return ledger


def deep_tree(seed: int) -> Ledger:
    """Five levels of departments, with names as long as they come."""
    company, region, site, shop = "Przedsiębiorstwo Usług Komunalnych i Ciepłowniczych", *DEEP
    paths = [(company, region), (company, region, site), (company, region, site, shop)]
    paths += [(company, region, site, shop, f"Pamaina Nr. {number}") for number in (1, 2)]
    paths += [(company, name) for name in LONG]
    tree = DepartmentTree.of(paths)
    invited = {Atom(0, Level.T): 7}
    for path in paths:
        unit = tree.index[path]
        invited |= {Atom(unit, Level.M): 2, Atom(unit, Level.F): 26}
    truth = scenario("S3", distance=15.0)
    return answered(Organisation(tree, dict(sorted(invited.items()))), truth, seed)


EXHIBITS = (
    Exhibit("small", "3 departments, 60 people", small),
    Exhibit("large", "150 departments, 3,500 people, facts given", large),
    Exhibit("lopsided", "one department holds nearly everybody, long names", lopsided),
    Exhibit("nearly-empty", "12 % answered", nearly_empty),
    Exhibit("second-wave", "a year after the first", second_wave),
    Exhibit("short-form", "18 statements", short_form),
    Exhibit("deep-tree", "five levels, long names", deep_tree),
)


def paper(report: Path, out: Path, name: str) -> list[Path]:
    """The pages of a PDF as pictures."""
    subprocess.run(
        ["pdftoppm", "-r", str(RESOLUTION), "-png", str(report), str(out / f"{name}-paper")], check=True
    )
    return sorted(out.glob(f"{name}-paper-*.png"))


@contextmanager
def served(results: Path) -> Iterator[str]:
    """The pages of a results folder on a free port: the address they answer at."""
    app = create_app({"SECRET_KEY": "gallery", "RESULTS_DIR": results})
    server = create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join()


def web(browser: Browser, address: str, document: Document, out: Path, name: str) -> list[Path]:
    """Every chapter about the whole, and one department, on a desktop; some on a phone in the dark."""
    wanted = [one.ident for one in document.chapters if one.depth == 0]
    wanted += [one.ident for one in document.chapters if one.depth > 0][:2]
    pictures = []
    for kind, size, scheme, idents in (
        ("desktop", DESKTOP, "light", wanted),
        ("phone", PHONE, "dark", [*wanted[:2], *wanted[-2:]]),
    ):
        with browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
        ) as context:
            page = context.new_page()
            for ident in dict.fromkeys(idents):
                page.goto(f"{address}/results/{ident}")
                picture = out / f"{name}-{kind}-{ident}.png"
                page.screenshot(path=picture, full_page=True)
                pictures.append(picture)
    return pictures


def contact_sheet(shown: dict[Exhibit, list[Path]]) -> str:
    """A page with all pictures, each a link to itself."""
    parts = ["<!doctype html><html lang=en><meta charset=utf-8><title>Gallery</title>"]
    parts.append(
        "<style>body{font:16px sans-serif;margin:2em}div{display:flex;flex-wrap:wrap;gap:12px}"
        "img{width:230px;border:1px solid #bbb}figure{margin:0}figcaption{font-size:12px}</style>"
    )
    for exhibit, pictures in shown.items():
        parts.append(f"<h1>{html.escape(exhibit.name)}: {html.escape(exhibit.about)}</h1><div>")
        parts += [
            f'<figure><a href="{picture.name}"><img loading="lazy" src="{picture.name}" alt=""></a>'
            f"<figcaption>{html.escape(picture.stem)}</figcaption></figure>"
            for picture in pictures
        ]
        parts.append("</div>")
    return "\n".join(parts) + "\n"


def chromium() -> str:
    """The browser's program.

    Raises:
        SystemExit: there is none.
    """
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("Chromium was not found; install it, or name it in CHROMIUM")
    return found


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", metavar="WORDS", help="part of a name")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    shown: dict[Exhibit, list[Path]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for exhibit in (one for one in EXHIBITS if wanted.only in one.name):
            results = wanted.out / f"{exhibit.name}-results"
            ledger = exhibit.make(wanted.seed)
            write_results(ledger, results)
            pictures = paper(results / REPORT, wanted.out, exhibit.name)
            with served(results.resolve()) as address:
                pictures += web(browser, address, organisation_report(ledger), wanted.out, exhibit.name)
            shown[exhibit] = pictures
            print(f"{exhibit.name}: {len(pictures)} pictures")
        browser.close()
    sheet = wanted.out / "index.html"
    sheet.write_text(contact_sheet(shown), encoding="utf-8")
    print(sheet)


if __name__ == "__main__":
    main()
