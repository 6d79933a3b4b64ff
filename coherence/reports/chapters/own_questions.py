"""What the firm asked beside the survey: optional modules and its own questions, outside the scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from coherence.reports.chapters.frame import LEVELS, place
from coherence.reports.document import Block, Cell, Chapter, Column, Heading, Paragraph, Table
from coherence.reports.points import signed
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.released import Estimate, Ledger, ReleasedCell
from scoring.released_questions import OwnQuestion, ReleasedQuestion
from scoring.vocabulary import CellLevel

Shown = Mapping[CellLevel, ReleasedCell]


def own_questions_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """Every question by level; None where nothing was asked beside the survey."""
    if not ledger.own_questions:
        return None
    cells = {level: cell for level in LEVELS if (cell := ledger.cell(ledger.root, level))}
    blocks: list[Block] = []
    for module, asked in groupby(ledger.own_questions.items(), key=lambda one: one[1].module):
        questions = dict(asked)
        blocks.append(Heading(wording.questionnaire.modules[module].name if module else _("Own questions")))
        if any(question.kind == "agreement" for question in questions.values()):
            blocks += _agreements(questions, cells, wording)
        for code, question in questions.items():
            if question.kind == "choice":
                blocks += _choice(code, question, cells, wording)
    if any(question.kind == "agreement" for question in ledger.own_questions.values()):
        blocks.append(Paragraph(_reading(), "quiet"))
    return Chapter(
        ident="own-questions",
        place=place(ledger),
        title=_("Questions of your own"),
        facts=_("Asked beside the survey. They take no part in the legs, the seat or anything else here."),
        blocks=tuple(blocks),
        bookmark=_("Questions of your own"),
    )


def _agreements(asked: Mapping[str, OwnQuestion], cells: Shown, wording: Wording) -> Iterator[Block]:
    """A row for each statement and level: how high, and who gave which answer."""
    rows = []
    for code, question in asked.items():
        if question.kind != "agreement":
            continue
        released = _released(code, cells)
        for level, one in released.items():
            first = level == next(iter(released))
            shares = (Cell(f"{share} %") for share in one.shares)
            said = Cell(question.text if first else "", below=wording.levels[level])
            rows.append((said, _points(one.estimate), *shares))
        if not released:
            rows.append((Cell(question.text, below=_too_few()), *(Cell("–") for _one in range(6))))
    if rows:
        yield Table(
            (
                Column(_("Statement"), 0.4),
                Column(_("Points"), 0.15),
                *(Column(str(answer), 0.09) for answer in range(1, 6)),
            ),
            tuple(rows),
        )


def _choice(code: str, question: OwnQuestion, cells: Shown, wording: Wording) -> Iterator[Block]:
    released = _released(code, cells)
    yield Paragraph(question.text, joined=True)
    if not released:
        yield Paragraph(_too_few(), "quiet")
        return
    share = 0.6 / len(released)
    yield Table(
        (
            Column(_("Answer"), 1 - share * len(released)),
            *(Column(wording.levels[level], share) for level in released),
        ),
        tuple(
            (Cell(option), *(Cell(f"{one.shares[position]} %") for one in released.values()))
            for position, option in enumerate(question.options)
        ),
    )


def _released(code: str, cells: Shown) -> dict[CellLevel, ReleasedQuestion]:
    return {level: cell.own_questions[code] for level, cell in cells.items() if code in cell.own_questions}


def _points(estimate: Estimate | None) -> Cell:
    if estimate is None:
        return Cell("–")
    low, high = estimate.low, estimate.high
    span = "" if low is None or high is None else _("{} to {}").format(signed(low), signed(high))
    return Cell(signed(estimate.value), below=span)


def _reading() -> str:
    return _(
        "Points run from −200 to +200, with the 95 % interval. The columns 1 to 5 are the shares of the "
        "answers, from strongly disagree to strongly agree, in steps of 5 %. “I do not know” is not counted."
    )


def _too_few() -> str:
    return _("not shown: fewer than 10 answers, or everybody gave the same one")
