"""Where the promise gets lost on its way: heard, equipped, delivered."""

from __future__ import annotations

from coherence.reports import explained
from coherence.reports.chapters.frame import staff_place
from coherence.reports.document import Block, Cell, Chapter, Column, Figure, Paragraph, Table
from coherence.reports.drawings import funnel as funnels
from coherence.reports.drawings.svg import SLIM, WIDE
from coherence.reports.reasons import reason_text
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable
from scoring.released import Ledger
from scoring.released_figures import ShownFunnel, StepShare
from scoring.vocabulary import Leg


def funnel_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """The funnel of front line and support; None where it is not released."""
    cell = ledger.cell(ledger.root, "staff")
    if cell is None or cell.finer is None or cell.finer.funnel is None:
        return None
    found = cell.finer.funnel
    return Chapter(
        ident="funnel",
        place=staff_place(ledger),
        title=funnel_title(found),
        facts=_("Shares of people in steps of 5 %, with their 95 % intervals."),
        blocks=(
            funnel_figure(found, "funnel"),
            *_conversion(found),
            Paragraph(
                _(
                    "Heard: a person’s declarations stand at +50 or higher. Equipped: so do the resources, "
                    "of those who have heard. Delivered: so do the behaviours, of those who are also "
                    "equipped. The length of a bar is its share of everybody."
                ),
                "quiet",
            ),
        ),
        bookmark=_("Where the promise gets lost"),
        joined=True,
    )


def funnel_figure(found: ShownFunnel, ident: str, *, narrow: bool = False) -> Figure:
    """The funnel of any group; narrow: for a column."""
    title, told, stages = funnel_title(found), _told(found), _stages(found)
    wide, slim = (
        funnels.funnel(stages, title=title, told=told, width=width, ident=f"{ident}-{width}")
        for width in (WIDE, SLIM)
    )
    return Figure(slim if narrow else wide, f"{title}. {told}", slim=slim, data=_table(found))


def funnel_title(found: ShownFunnel) -> str:
    """How many have heard, and how many of them see the promise kept, as a title."""
    if isinstance(found.heard, NotEstimable):
        return _("How far the promise reaches cannot be said")
    if isinstance(found.through, NotEstimable):
        return _("{heard} of 100 have heard the promise").format(heard=found.heard.value)
    return _("{heard} of 100 have heard the promise; {through} can keep it and do").format(
        heard=found.heard.value, through=found.through
    )


def _stages(found: ShownFunnel) -> list[funnels.Stage]:
    heard = _length(found.heard, 100.0)
    equipped = None if heard is None else _length(found.equipped, heard)
    through = None if isinstance(found.through, NotEstimable) else float(found.through)
    if equipped is not None and through is not None:
        equipped = max(equipped, through)  # both are rounded, so the product may fall short of the end
    return [
        funnels.Stage(Leg.D, _("Heard"), heard, _printed(found.heard)),
        funnels.Stage(
            Leg.R,
            _("Equipped"),
            equipped,
            "" if equipped is not None else _printed(found.equipped),
            _kept(found.equipped, _("of those who have heard")),
        ),
        funnels.Stage(
            Leg.B,
            _("Delivered"),
            through,
            f"{found.through} %" if through is not None else _printed(found.delivered),
            _kept(found.delivered, _("of those who are equipped")),
        ),
    ]


def _length(share: StepShare | NotEstimable, of: float) -> float | None:
    return None if isinstance(share, NotEstimable) else of * share.value / 100


def _printed(share: StepShare | NotEstimable) -> str:
    return reason_text(share.reason) if isinstance(share, NotEstimable) else f"{share.value} %"


def _kept(share: StepShare | NotEstimable, whom: str) -> str:
    if isinstance(share, NotEstimable):
        return ""
    return _("{share} % {whom} ({low} to {high} %)").format(
        share=share.value, whom=whom, low=share.low, high=share.high
    )


def _told(found: ShownFunnel) -> str:
    steps = ((_("Heard"), found.heard), (_("Equipped"), found.equipped), (_("Delivered"), found.delivered))
    return "; ".join(f"{name} {_printed(share)}" for name, share in steps) + "."


def _table(found: ShownFunnel) -> Table:
    steps = (
        (_("Heard"), _("of everybody"), found.heard),
        (_("Equipped"), _("of those who have heard"), found.equipped),
        (_("Delivered"), _("of those who are equipped"), found.delivered),
        (_("Heard and delivered"), _("of those who have heard"), found.conversion),
    )
    rows = tuple((Cell(name, below=whom), *_share(share, whom)) for name, whom, share in steps)
    return Table((Column(_("Step"), 0.5), Column(_("Share"), 0.25), Column(_("95 % interval"), 0.25)), rows)


def _share(share: StepShare | NotEstimable, whom: str) -> tuple[Cell, Cell]:
    if isinstance(share, NotEstimable):
        return Cell("–"), Cell("–", below=reason_text(share.reason))
    ends = _("{low} to {high} %").format(low=share.low, high=share.high)
    return Cell(f"{share.value} %", explained=explained.share(share, whom)), Cell(ends)


def _conversion(found: ShownFunnel) -> tuple[Block, ...]:
    if isinstance(found.conversion, NotEstimable):
        return (Paragraph(reason_text(found.conversion.reason)),)
    return (
        Paragraph(
            _(
                "Of those who have heard the promise, {share} % ({low} to {high} %) say that it is kept "
                "towards customers, with the means or without them."
            ).format(share=found.conversion.value, low=found.conversion.low, high=found.conversion.high)
        ),
    )
