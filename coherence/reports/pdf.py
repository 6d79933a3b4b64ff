"""A document as a tagged PDF on A4 with embedded fonts."""

from __future__ import annotations

import io
import os
from functools import partial
from pathlib import Path

from pikepdf import Dictionary, Pdf
from reportlab.platypus import Flowable, NextPageTemplate, PageBreak

from coherence.reports.document import Document
from coherence.reports.pdf_blocks import PAGE, chapter_flowables
from coherence.reports.pdf_contents import CONTENTS_IN, contents
from coherence.reports.pdf_cover import Front
from coherence.reports.pdf_fonts import register_fonts
from coherence.reports.pdf_grid import stacked
from coherence.reports.pdf_keeping import Turn
from coherence.reports.pdf_pages import PLAIN, NumberedCanvas, Pages
from coherence.reports.pdf_tags import Element, add_structure


def write_pdf(document: Document, path: Path) -> None:
    """Write the document whole or not at all; a file of that name is replaced."""
    register_fonts()
    drawn = io.BytesIO()
    root = Element("Document")
    story: list[Flowable] = []
    if document.cover:
        story += [Front(document.cover, root), NextPageTemplate(PLAIN)]
    for chapter in document.chapters:
        pieces = list(chapter_flowables(chapter, root))
        if story:
            story.append(Turn(stacked(pieces, PAGE)) if chapter.joined else PageBreak())
        story += pieces
        if chapter.ident == CONTENTS_IN:
            story += contents(document, root.kids[-1], PAGE)
    Pages(drawn, document).build(story, canvasmaker=partial(NumberedCanvas, document=document))
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with Pdf.open(drawn) as pdf:
            add_structure(pdf, root, document.language)
            pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
            with pdf.open_metadata() as metadata:
                metadata["dc:title"] = document.title
                metadata["dc:language"] = [document.language]
            pdf.save(unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
