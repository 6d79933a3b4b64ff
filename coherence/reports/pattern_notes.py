"""What stands beside a pattern: its notes in plain words, and what the badges mean (method 4.2)."""

from __future__ import annotations

from coherence.reports.texts import _
from scoring.patterns import Note


def note_text(note: str) -> str:
    """What is printed beside a pattern, in plain words."""
    return {
        Note.DIVIDED: _("The team is divided, so this describes an average that may fit nobody."),
        Note.RESOURCES: _("Resources are the missing leg; whether people make up for them is open."),
        Note.RENEWAL: _("Renewal is missing: protecting what works is not enough."),
        Note.BY_ORDER: _("Service by order: people say that faults are punished."),
        Note.SURE_WITHOUT_SEEING: _(
            "The board hardly ever answered “I do not know”: it is sure without seeing."
        ),
        Note.SMALL_BOARD: _("The board has fewer than five members, so this stays possible."),
    }[Note(note)]


def certainty_words() -> str:
    """What the badges mean."""
    return _(
        "“Clear”: the rule held in at least 80 of 100 recalculations with chance added; "
        "“possible”: in 50 to 79. A pattern is a starting point for a talk, never a cause."
    )
