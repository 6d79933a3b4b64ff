"""The chapters about the organisation: what they say, and what they leave out and why."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import astuple, fields, is_dataclass, replace
from pathlib import Path

import pytest
from fixtures_ledgers import a_cell, a_ledger, a_small_cell, staff
from fixtures_reports import simulated
from pypdf import PdfReader

from coherence.reports.chapters.board import point_of
from coherence.reports.chapters.change import change_chapter
from coherence.reports.chapters.comments import Remark, comments_chapter
from coherence.reports.chapters.funnel import funnel_chapter
from coherence.reports.chapters.outcomes import outcomes_chapter
from coherence.reports.document import (
    Actions,
    Block,
    Chapter,
    Columns,
    Document,
    Figure,
    MarkedHeading,
    Table,
)
from coherence.reports.organisation import organisation_report
from coherence.reports.pattern_notes import note_text
from coherence.reports.pdf import write_pdf
from coherence.reports.points import signed
from coherence.reports.quantity_names import quantity_name, reading_rule
from coherence.reports.subtree import subtree_report, within
from coherence.reports.wording import Wording, as_title, counted_points, signed_points, wording
from scoring.estimable import NotEstimable
from scoring.patterns import PATTERNS, Note
from scoring.released import Ledger
from scoring.released_change import CellChange, ChangeClass, ReleasedChange, WaveChange
from scoring.released_diagnosis import (
    OrganisationFindings,
    ReleasedCorrelation,
    ReleasedOutcome,
    ShownReading,
    UnitDiagnosis,
)
from scoring.released_figures import QUANTITIES, FinerFigures, ShownFunnel, StepShare

STOPPED = NotEstimable("fewer than 10 people to take a share of")


@pytest.fixture(scope="module")
def chaos() -> Document:
    """The report of a company where people hear the promise and lack the means."""
    return organisation_report(simulated("S2"))


@pytest.fixture
def words() -> Wording:
    return wording(a_ledger(), "en")


def chapter(document: Document, ident: str) -> Chapter:
    return next(one for one in document.chapters if one.ident == ident)


def flat(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Columns):
            yield from flat((*block.left, *block.right))
        else:
            yield block


def texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        yield from itertools.chain.from_iterable(texts(one) for one in part)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in ("svg", "slim"):
                yield from texts(getattr(part, field.name))


def said(part: object) -> str:
    return " | ".join(texts(part))


def diagnosis() -> UnitDiagnosis:
    """That of the same company."""
    cell = staff(simulated("S2"))
    assert cell.diagnosis is not None
    return cell.diagnosis


def test_the_organisation_is_told_before_its_departments(chaos: Document) -> None:
    idents = [one.ident for one in chaos.chapters if one.depth == 0]
    assert idents[:8] == [
        *("organisation", "reading", "participation", "stool", "levels", "say-do", "funnel", "questions")
    ]
    assert idents.index("recommendations") < idents.index("departments") < idents.index("limits")
    assert idents[-1] == "about"
    assert len({one.ident for one in chaos.chapters}) == len(chaos.chapters)


def test_the_board_reads_the_clear_pattern_first_and_three_actions() -> None:
    board = chapter(organisation_report(simulated("S2", facts=False)), "organisation")
    assert board.title == "People want to serve well. They lack the means."
    named = [block for block in flat(board.blocks) if isinstance(block, MarkedHeading)]
    assert len(named) <= 2
    assert named[0] == MarkedHeading("Execution chaos", "clear", filled=True)
    (actions,) = (block for block in flat(board.blocks) if isinstance(block, Actions))
    assert len(actions.entries) == 3
    assert all("In 14 days: " in one.note for one in actions.entries)


def test_the_board_reads_one_page_also_with_the_longest_recommendations(tmp_path: Path) -> None:
    ledger, found = simulated("S2"), diagnosis()
    assert found.recommendations
    longest = tuple(replace(found.recommendations[0], id=name) for name in ("R02", "R11", "G02"))
    cells = tuple(
        replace(cell, diagnosis=replace(found, recommendations=longest)) if cell is staff(ledger) else cell
        for cell in ledger.cells
    )
    document = organisation_report(replace(ledger, cells=cells))
    summary = chapter(document, "organisation")
    write_pdf(replace(document, chapters=(summary,), cover=None), tmp_path / "report.pdf")
    pages = PdfReader(tmp_path / "report.pdf").pages
    assert len(pages) == 1
    assert "nobody outside learns about a change" in re.sub(r"\s+", " ", pages[0].extract_text()).lower()


def test_a_badge_never_tells_a_share(chaos: Document) -> None:
    for one in chaos.chapters:
        for block in flat(one.blocks):
            if isinstance(block, MarkedHeading):
                assert block.badge in ("clear", "possible")


def test_every_chart_has_its_numbers_as_a_table(chaos: Document) -> None:
    without = {
        (one.ident, block.alternative)
        for one in chaos.chapters
        if one.depth == 0 and not one.ident.startswith("methods")
        for block in flat(one.blocks)
        if isinstance(block, Figure) and block.data is None and 'class="scale"' not in block.svg
    }
    assert without == set()


@pytest.mark.parametrize(
    "ident", ["participation", "levels", "say-do", "funnel", "questions", "key-areas", "patterns", "maturity"]
)
def test_every_row_of_numbers_explains_itself(chaos: Document, ident: str) -> None:
    tables = [one for one in flat(chapter(chaos, ident).blocks) if isinstance(one, Table)]
    tables += [one.data for one in flat(chapter(chaos, ident).blocks) if isinstance(one, Figure) and one.data]
    assert tables
    for table in tables:
        for row in table.rows:
            missing = all(cell.text in ("", "–") for cell in row[1:])
            assert missing or any(cell.explained for cell in row[1:]), row


def test_comments_stand_below_their_question_and_say_what_the_review_changed(words: Wording) -> None:
    assert comments_chapter({}, "Acme", words) is None
    remarks = {"X4": [Remark("Too few <tills>."), Remark("My […] says no.", edited=True)]}
    made = comments_chapter(remarks, "Acme", words)
    assert made is not None
    assert made.title == "2 comments in people’s words"
    question, *rest = texts(made.blocks)
    assert question == words.questionnaire.questions["X4"].text
    assert [one for one in rest if one.startswith("“")] == [
        "“Too few <tills>.”",
        "“My […] says no.” (changed by the review)",
    ]


def test_a_finding_is_a_title_without_a_full_stop() -> None:
    assert as_title("Two groups live in two realities.") == "Two groups live in two realities"
    assert as_title("People want to serve. They lack the means.").endswith("means.")


def test_a_pattern_stands_with_its_evidence(chaos: Document) -> None:
    patterns = chapter(chaos, "patterns")
    tables = [block for block in patterns.blocks if isinstance(block, Table)]
    rows = {row[0].text: (row[1].text, row[2].below) for table in tables for row in table.rows}
    assert rows["Declarations"][1] == "+30 or higher"
    assert rows["Declarations, less resources"][1] == "40 points or more"
    for pattern in diagnosis().patterns:
        for one in pattern.readings:
            assert rows[quantity_name(one.quantity, wording(a_ledger(), "en"))][0] == signed(one.value)


def test_every_recommendation_says_why_who_when_and_how_sure(chaos: Document) -> None:
    text = said(chapter(chaos, "recommendations"))
    number = len(diagnosis().recommendations or ())
    assert number >= 3
    for term in ("Why", "Who, how long", "First step", "What to watch", "How sure"):
        assert text.split(" | ").count(term) == number
    assert not re.search(r"\b[DRB][1-6]\b|\bM\d\d\b|P\d\d\b", text)


def test_without_the_fact_sheet_no_level_of_maturity_is_claimed() -> None:
    with_facts = chapter(organisation_report(simulated("S2")), "maturity")
    without = chapter(organisation_report(simulated("S2", facts=False)), "maturity")
    assert "by perception; the fact sheet is missing" in without.title
    assert "No level can be given" not in with_facts.title
    assert "By facts" in said(with_facts)
    assert "By facts" not in said(without)


def test_the_short_questionnaire_says_what_it_cannot_tell() -> None:
    document = organisation_report(simulated("S2", form="short"))
    assert "facets" not in [one.ident for one in document.chapters]
    assert "does not measure the parts of the legs" in said(chapter(document, "key-areas"))
    assert "does not measure the parts of the legs" in said(chapter(document, "maturity"))
    assert "seen from the legs alone" in said(chapter(document, "patterns"))


def test_too_few_people_are_told_why_there_is_no_pattern() -> None:
    ledger = a_ledger(a_small_cell("Acme", level="all"), a_small_cell("Acme"))
    document = organisation_report(ledger)
    assert chapter(document, "patterns").title == "Patterns cannot be judged"
    assert "Patterns need at least 10 answers" in said(chapter(document, "patterns"))
    assert {"funnel", "key-areas", "maturity", "recommendations", "change"}.isdisjoint(
        one.ident for one in document.chapters
    )


def with_funnel(**steps: StepShare | NotEstimable | int) -> Ledger:
    known = {
        "heard": StepShare(45, 35, 55),
        "equipped": StepShare(35, 25, 50),
        "delivered": StepShare(65, 45, 85),
        "conversion": StepShare(45, 35, 60),
        "through": 10,
    } | steps
    cell = a_cell("Acme", n=167)
    finer = FinerFigures(("label",), funnel=ShownFunnel(**known))  # type: ignore[arg-type]
    return a_ledger(a_cell("Acme", level="all"), replace(cell, finer=finer))


def test_the_funnel_tells_shares_of_everybody_and_what_is_kept(words: Wording) -> None:
    made = funnel_chapter(with_funnel(), words)
    assert made is not None
    assert made.title == "45 of 100 have heard the promise; 10 can keep it and do"
    (figure,) = (block for block in made.blocks if isinstance(block, Figure))
    bars = [float(wide) for wide in re.findall(r'class="ch-bar"[^>]* width="([\d.]+)"', figure.svg)]
    everybody = 780 - 190
    assert bars == pytest.approx([0.45 * everybody, 0.45 * 0.35 * everybody, 0.10 * everybody], abs=0.1)
    assert "35 % of those who have heard (25 to 50 %)" in figure.svg


def test_where_the_chain_stops_there_is_a_reason_and_no_bar(words: Wording) -> None:
    ledger = with_funnel(equipped=STOPPED, delivered=STOPPED, conversion=STOPPED, through=STOPPED)
    made = funnel_chapter(ledger, words)
    assert made is not None
    assert made.title == "45 of 100 have heard the promise"
    (figure,) = (block for block in made.blocks if isinstance(block, Figure))
    assert figure.svg.count('class="ch-bar"') == 1
    assert "The chain stops here: fewer than 10 people are left to take a share of." in figure.svg


def a_change(value: int, verdict: ChangeClass) -> ReleasedChange:
    return ReleasedChange(value, value - 6, value + 6, value + 1, verdict)


@pytest.mark.parametrize(
    ("value", "verdict", "title"),
    [
        (21, "real", "The seat: 21 points higher than in Spring"),
        (-18, "real", "The seat: 18 points lower than in Spring"),
        (2, "no relevant change", "The seat has not changed in a way that matters"),
        (12, "not known", "Whether the seat has changed is not known"),
    ],
)
def test_a_change_is_named_only_where_it_is_real(
    value: int, verdict: ChangeClass, title: str, words: Wording
) -> None:
    whole = CellChange(("Acme",), "all", (), (), dict.fromkeys(QUANTITIES, a_change(value, verdict)))
    new = CellChange(
        ("Acme", "New"),
        "staff",
        (),
        (),
        NotEstimable("not comparable: the department is new, closed or counts other groups"),
    )
    made = change_chapter(replace(a_ledger(), change=WaveChange("Spring", 90, (whole, new))), words)
    assert made is not None
    assert made.title == title
    assert "New: not comparable: new, closed, or made of other groups than last time." in said(made)
    assert "groups with 90 % of the people" in said(made)
    (figure,) = (block for block in made.blocks if isinstance(block, Figure))
    shown = ("" if value < 0 else "+") + f"{value}".replace("-", "−")
    assert f"Resources {shown} (" in figure.alternative
    assert ("), real" in figure.alternative) == (verdict == "real")


def test_surveys_that_cannot_be_compared_say_why(words: Wording) -> None:
    reason = "not comparable: the two waves have no group in common"
    made = change_chapter(replace(a_ledger(), change=WaveChange("Spring", 0, (), reason)), words)
    assert made is not None
    assert made.title == "The two surveys cannot be compared"
    assert "The two surveys have no group in common." in said(made)


def test_outcomes_of_employees_are_no_proof_for_customers(words: Wording) -> None:
    tied = ReleasedCorrelation(0.41, 0.1, 0.66, 34)
    outcomes = {
        "employee_satisfaction": ReleasedOutcome("2026", False, True, 34, {"B": tied}),
        "complaints": ReleasedOutcome(
            "2026-Q3", True, False, 12, {"B": NotEstimable("fewer than 30 departments have both values")}
        ),
    }
    ledger = replace(a_ledger(), findings=OrganisationFindings(outcomes=outcomes))
    made = outcomes_chapter(ledger, words)
    assert made is not None
    assert made.title == "What customers meet has not been tied to the survey yet"
    assert "Told by employees again" in said(made)
    assert "It needs at least 30 departments with both values." in said(made)


@pytest.mark.parametrize(
    ("quantity", "name"),
    [
        ("R", "Resources"),
        ("H_T", "Seat, board"),
        ("R_T-R", "Resources: board less front line"),
        ("D_T-D_M", "Declarations: board less managers"),
        ("B - D", "Behaviours, less declarations"),
        ("R4 - R3", "Standard and procedures, less decision authority"),
    ],
)
def test_what_a_rule_looks_at_is_said_in_words(quantity: str, name: str, words: Wording) -> None:
    assert quantity_name(quantity, words) == name


def test_every_quantity_of_every_pattern_has_a_name(words: Wording) -> None:
    for pattern in PATTERNS.values():
        for rule in (pattern.rule, pattern.large_top, pattern.small_top):
            for condition in itertools.chain.from_iterable(rule):
                assert "_" not in quantity_name(condition.quantity, words)
    assert all(note_text(note) for note in Note)


def test_a_threshold_is_a_place_or_a_distance() -> None:
    place = ShownReading("R", 4, -3, 11, "<=", 10)
    distance = ShownReading("D - R", 52, 40, 60, ">=", 40)
    assert reading_rule(place) == "+10 or lower"
    assert reading_rule(distance) == "40 points or more"


def test_one_point_is_not_called_points() -> None:
    assert [counted_points(number) for number in (-1, 0, 1, 2)] == [
        "1 point", "0 points", "1 point", "2 points",
    ]  # fmt: skip
    assert signed_points(1) == "+1 point"


def test_a_recommendation_is_parted_into_its_point_and_what_it_means() -> None:
    assert point_of("Stop new slogans for a quarter; publish what was done.") == (
        "Stop new slogans for a quarter",
        "Publish what was done.",
    )
    question = "Before any decision, the board answers: what does the front line say?"
    assert point_of(question) == (question, "")


def test_the_words_of_the_library_hold_no_code_and_no_jargon(words: Wording) -> None:
    said = [text for advice in words.advice.values() for text in astuple(advice)]
    said += [text for pattern in words.patterns.values() for text in astuple(pattern)[1:]]
    jargon = re.compile(r"\b[DRBHMC]\d|\bDK\b|eNPS|r\*wg|\bICC\b|\bAD\b| [+/] |\d-\d")
    assert [text for text in said if jargon.search(text)] == []


def test_a_reader_of_a_department_gets_no_finding_about_the_organisation() -> None:
    ledger = simulated("S2")
    top = ledger.departments[0].unit
    document = subtree_report(ledger, [top], "en")
    assert {one.ident for one in document.chapters if one.depth == 0} <= {
        *("departments", "reading", "limits", "about")
    }
    assert document.chapters[0].ident == "departments"
    narrowed = within(ledger, [top])
    assert {cell.unit for cell in narrowed.cells if cell.unit[: len(top)] != top} == {ledger.root}
    assert all(cell.diagnosis is None for cell in narrowed.cells if cell.unit == ledger.root)
    known = narrowed.findings
    assert known is not None
    assert (known.level_gaps, known.maturity, known.importance, known.echo) == ({}, None, None, None)


def test_whoever_may_read_the_root_reads_everything() -> None:
    ledger = simulated("S2")
    assert subtree_report(ledger, [ledger.root], "en") == organisation_report(ledger, "en")
