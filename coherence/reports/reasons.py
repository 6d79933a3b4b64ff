"""Why a number is missing, in plain words; the reasons of scoring are for those who know the method."""

from __future__ import annotations

import re
from typing import Final

from coherence.reports.texts import _

_MORE_THAN_STATEMENTS: Final = re.compile(r"more staff than the (\d+) questions are needed")


def reason_text(reason: str) -> str:
    """The reason as a sentence; one that is not known here is said as it is."""
    known = {
        "fewer than 10 people to take a share of": _(
            "The chain stops here: fewer than 10 people are left to take a share of."
        ),
        "fewer than 30 staff answered": _("A level needs answers of 30 people of front line and support."),
        "fewer than 30 % of the staff answered": _(
            "Fewer than 30 % of front line and support answered. So few cannot speak for the others."
        ),
        "the short form has no facets, which the gates ask for": _(
            "The short questionnaire does not measure the parts of the legs, which this needs."
        ),
        "the short form has no facets": _(
            "The short questionnaire does not measure the parts of the legs, which this needs."
        ),
        "too few staff answered": _("Too few people of front line and support answered."),
        "fewer than 150 staff answered everything that it needs": _(
            "It needs complete answers of 150 people of front line and support."
        ),
        "fewer than ten people above the staff, or among them": _(
            "It needs ten answers on each side, from above and from the front line."
        ),
        "hardly anybody above the staff puts service first": _(
            "Hardly anybody above the front line puts service first, so there is nothing to pass on."
        ),
        "fewer than 30 departments have both values": _("It needs at least 30 departments with both values."),
        "one of the two waves shows nothing": _("One of the two surveys shows nothing."),
        "the full and the short questionnaire cannot be compared": _(
            "The long and the short questionnaire cannot be compared."
        ),
        "all departments have the same value": _("All departments have the same value."),
        "not comparable: this level counts other people in the second wave": _(
            "Not comparable: this level counts other people than last time."
        ),
        "not comparable: the two waves have no group in common": _(
            "The two surveys have no group in common."
        ),
        "not comparable: the department is new, closed or counts other groups": _(
            "Not comparable: new, closed, or made of other groups than last time."
        ),
        "not comparable: one of the two waves does not show it": _(
            "Not comparable: one of the two surveys does not show it."
        ),
        "not comparable: fewer than 30 % answered in one of the two waves": _(
            "Not comparable: fewer than 30 % answered in one of the two surveys."
        ),
        "factors are looked for from 300 staff on": _(
            "Factors are looked for from 300 people of front line and support on."
        ),
        "too few staff answered the same questions": _(
            "Too few people of front line and support answered the same statements."
        ),
        "the outcome does not vary, or nothing goes with it": _(
            "Conduct towards customers varies too little between people to find what goes with it."
        ),
    }
    if found := _MORE_THAN_STATEMENTS.fullmatch(reason):
        return _("It needs answers of more people than there are statements ({number}).").format(
            number=found[1]
        )
    return known.get(reason) or f"{reason[:1].upper()}{reason[1:]}."
