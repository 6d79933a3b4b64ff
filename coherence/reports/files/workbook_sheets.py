"""Which sheets the workbook of a ledger has, and what stands on them."""

from __future__ import annotations

from collections.abc import Iterator

from coherence.reports.files.ledger_table import ledger_table
from coherence.reports.files.long_table import Row
from coherence.reports.files.sheets import WIDE, Sheet, SheetColumn, item_sheet, long_sheet, spread_sheet
from coherence.reports.points import band
from coherence.reports.texts import _, written_in
from scoring.released import Ledger


def workbook_sheets(ledger: Ledger, language: str) -> tuple[Sheet, ...]:
    """The sheets in their order, the explaining one first; those that would be empty are left out."""
    rows = ledger_table(ledger, language)
    with written_in(language):
        filled = tuple(sheet for sheet in (*_of_numbers(ledger, rows), _labels(ledger)) if sheet.rows)
        return (_read_me(ledger, filled), *filled)


def _of_numbers(ledger: Ledger, rows: tuple[Row, ...]) -> Iterator[Sheet]:
    root = " / ".join(ledger.root)
    first = next((row.level for row in rows), "")
    scores = [row for row in rows if row.topic == "scores"]
    about = {topic: [row for row in rows if row.topic == topic] for topic in {row.topic for row in rows}}
    yield long_sheet(
        _("Summary"),
        _("the organisation as a whole"),
        [
            *(row for row in scores if row.unit == root and row.level == first),
            *(row for row in about.get("patterns", ()) if row.unit == root and row.scale == ""),
        ],
    )
    yield spread_sheet(
        _("Levels"), _("scores of each level side by side"), [row for row in scores if row.unit == root]
    )
    yield spread_sheet(
        _("Departments"),
        _("scores of each department that may be shown"),
        [row for row in scores if row.unit != root],
    )
    yield spread_sheet(_("Gaps"), _("differences of two legs in one group"), about.get("gaps", ()))
    yield long_sheet(
        _("Levels compared"),
        _("differences of two levels on one leg, and who sees what"),
        about.get("levels compared", ()),
    )
    yield spread_sheet(
        _("Facets"), _("the 17 parts of the legs, for groups of ten or more"), about.get("facets", ())
    )
    yield item_sheet(_("Items"), _("every statement, for groups of ten or more"), about.get("items", ()))
    yield long_sheet(
        _("Own questions"),
        _("modules and own questions, outside the scores, for groups of ten or more"),
        about.get("own questions", ()),
    )
    yield spread_sheet(
        _("Agreement and questions"),
        _("agreement, funnel, use of the scale and additional questions, for groups of ten or more"),
        about.get("finer", ()),
    )
    yield long_sheet(
        _("Patterns"), _("what the scores look like, with the conditions"), about.get("patterns", ())
    )
    yield long_sheet(
        _("Recommendations"),
        _("what to do first, with the reasons"),
        about.get("recommendations", ()),
    )
    yield long_sheet(_("Maturity"), _("by facts and by perception"), about.get("maturity", ()))
    yield long_sheet(_("Change"), _("since the survey before"), about.get("change", ()))
    yield spread_sheet(
        _("Participation"),
        _("who was asked, who answered, what the silent could change"),
        about.get("participation", ()),
    )
    yield long_sheet(
        _("Organisation"), _("everything else about the whole organisation"), about.get("organisation", ())
    )
    yield long_sheet(_("Methods"), _("reliability and structure of the answers"), about.get("methods", ()))


def _labels(ledger: Ledger) -> Sheet:
    """The smallest groups that anything is computed from, so that anybody can check them."""
    columns = (
        SheetColumn(_("Label"), WIDE),
        SheetColumn(_("People")),
        SheetColumn(_("Groups of the roster merged into it"), 100),
    )
    rows = tuple(
        (
            label.key,
            band(label.n_band),
            "; ".join(f"{' / '.join(unit)} {level}" for unit, level in label.atoms),
        )
        for label in ledger.labels
    )
    return Sheet(_("Labels"), _("the smallest groups that anything is computed from"), columns, rows, fixed=1)


def _read_me(ledger: Ledger, sheets: tuple[Sheet, ...]) -> Sheet:
    said = [
        (_("Organisation"), ledger.root[-1] if ledger.root else ""),
        (_("Survey"), ledger.wave),
        (_("Form"), ledger.form),
        (_("Smallest group"), _("{k} people; nothing is shown of fewer").format(k=ledger.k)),
        (
            _("Points"),
            _("from −200 (worst) to +200 (best); 25 points are every fourth answer one step better"),
        ),
        (
            _("Low, high"),
            _("ends of the 95 % interval: chance only, not the views of those who did not answer"),
        ),
        (_("People"), _("how many answered; a band where the exact number could give a small group away")),
        (_("Empty cell"), _("there is nothing to show, or it may not be shown")),
        (_("Code"), _("the name of a measure; it stays the same from survey to survey")),
        *((sheet.name, sheet.note) for sheet in sheets),
    ]
    if not ledger.cells:
        said.append((_("No numbers"), _("too few people answered; nothing can be shown")))
    columns = (SheetColumn(_("Read me"), 26), SheetColumn(_("Meaning"), 110))
    return Sheet(_("Read me"), "", columns, tuple(said), fixed=1)
