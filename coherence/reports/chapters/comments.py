"""Comments that the review has released: one block of the whole organisation (confidentiality.md 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coherence.reports.document import Block, Chapter, Heading, Paragraph
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment as others read it; edited: the review has struck words out or changed them."""

    text: str
    edited: bool = False


Comments = Mapping[str, Sequence[Remark]]
"""Released comments by question, in the random order in which they were frozen."""


def comments_chapter(comments: Comments, place: str, wording: Wording) -> Chapter | None:
    """The comments below their questions; None where none were released."""
    number = sum(map(len, comments.values()))
    if not number:
        return None
    return Chapter(
        ident="comments",
        place=place,
        title=ngettext("{number} comment in people’s words", "{number} comments in people’s words", number)
        .format(number=number),
        facts=_(
            "In random order, without department, level or date. A person has struck out what could tell who "
            "wrote them; […] stands there. Please do not try to find out who it was."
        ),
        blocks=tuple(_blocks(comments, wording)),
        bookmark=_("Comments"),
    )  # fmt: skip


def _blocks(comments: Comments, wording: Wording) -> Iterator[Block]:
    for question, remarks in comments.items():
        known = wording.questionnaire.questions.get(question)
        yield Heading(question if known is None else known.text)
        for one in remarks:
            said = f"“{one.text.strip()}”"
            yield Paragraph(_("{said} (changed by the review)").format(said=said) if one.edited else said)
