"""What the structure of the answers asks for, in sentences (method 6.2)."""

from __future__ import annotations

from collections.abc import Collection

from coherence.reports.chapters.decimals import decimal
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.released import Ledger
from scoring.released_structure import ShownFinding, ShownStructure
from scoring.structure_findings import UNRELIABLE_FACET
from scoring.vocabulary import Leg


def loose_facets(ledger: Ledger) -> tuple[str, ...]:
    """Facets whose statements belong together little, yet enough to be printed for departments."""
    found = ledger.findings
    if found is None or found.structure is None:
        return ()
    return tuple(one.about for one in _weak(found.structure) if one.about not in found.unreliable)


def consequences(found: ShownStructure, withheld: Collection[str], wording: Wording) -> tuple[str, ...]:
    """One sentence for each finding; weak parts stand in one sentence together.

    withheld: facets that are not printed for departments.
    """
    said = [sentence for one in found.findings if (sentence := _sentence(one, wording))]
    weak = _weak(found)
    for pattern, facets in (
        (
            _(
                "The statements of some parts belong together little (omega below 0.60, here rounded): "
                "{parts}. Read them with care in departments."
            ),
            [one for one in weak if one.about not in withheld],
        ),
        (
            _(
                "The statements of some parts belong together too little (omega below 0.50, here rounded): "
                "{parts}. These are printed for the organisation, not for departments."
            ),
            [one for one in weak if one.about in withheld],
        ),
    ):
        if facets:
            named = ", ".join(
                f"{wording.facets[one.about]} {decimal(one.figures['omega'])}" for one in facets
            )
            said.append(pattern.format(parts=named))
    return tuple(said)


def _weak(found: ShownStructure) -> list[ShownFinding]:
    return [one for one in found.findings if one.kind == UNRELIABLE_FACET]


def _sentence(one: ShownFinding, wording: Wording) -> str | None:
    """The sentence for one finding; None for parts that are too unreliable, which are told together."""
    figures = {name: decimal(value) for name, value in one.figures.items()}
    match one.kind:
        case "legs for units only":
            return _(
                "{leg}: worth reading for departments, not for a person "
                "(own value {own}, by the total {total})."
            ).format(
                leg=wording.words.legs[Leg(one.about)],
                own=figures["prmse_leg_people"],
                total=figures["prmse_total_people"],
            )
        case "legs not separable":
            return _(
                "In these data the legs are not separable: one general view carries {ecv} of what the "
                "answers share, and its reliability is {omega}. The stool stays a picture of what the "
                "questions are about; read a lean of less than 25 points as none."
            ).format(ecv=figures["ecv"], omega=figures["omega_hierarchical"])
        case "facet loads on another leg":
            facet, _on, leg = one.about.partition(" on ")
            return _(
                "{facet} goes together with {leg} (mean loading {loading}) more than with its own leg. "
                "It stays in its leg by content."
            ).format(facet=wording.facets[facet], leg=wording.leg(Leg(leg)), loading=figures["mean_loading"])
        case "facet forms its own factor":
            return _(
                "{facet} is seen as a topic of its own (mean loading {loading}): read it as a separate sign "
                "beside the legs."
            ).format(facet=wording.facets[one.about], loading=figures["mean_loading"])
        case "reversed items form a factor":
            return _(
                "Reversed statements form a factor of their own ({reversed} of {items} on {factor}): check "
                "the translations and rewrite the worst five."
            ).format(
                reversed=round(one.figures["reversed_items"]),
                items=round(one.figures["items"]),
                factor=one.about,
            )
        case "facet too unreliable":
            return None
