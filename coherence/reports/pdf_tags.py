"""The structure of a tagged PDF: what is a heading, a paragraph, a table, a figure.

While pages are drawn, every piece of content is marked with a number; afterwards the tree of
elements that own these numbers is written into the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from pikepdf import Array, Dictionary, Name, Object, Pdf, String
from reportlab.pdfgen.canvas import Canvas

Tag = Literal["Document", "Sect", "H1", "H2", "P", "L", "LI", "LBody", "Figure", "Table", "TR", "TH", "TD"]


@dataclass(eq=False)
class Element:
    """A node of the structure tree.

    alternative: the words for a figure; scope: what a table heading is the heading of; marks: page
    (from 0) and number of each piece of content.
    """

    tag: Tag
    alternative: str = ""
    scope: Literal["", "Row", "Column"] = ""
    kids: list[Element] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    box: tuple[float, float, float, float] | None = None

    def add(self, tag: Tag, **facts: Any) -> Element:
        """A new last child."""
        child = Element(tag, **facts)
        self.kids.append(child)
        return child


class TaggedCanvas(Canvas):  # type: ignore[misc]
    """A canvas whose content belongs to elements, or is told apart as decoration."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._marked: dict[int, int] = defaultdict(int)

    @contextmanager
    def content(self, element: Element) -> Iterator[None]:
        """What is drawn inside belongs to the element."""
        page = self.getPageNumber() - 1
        number = self._marked[page]
        self._marked[page] += 1
        element.marks.append((page, number))
        self.addLiteral(f"/{element.tag} <</MCID {number}>> BDC")
        yield
        self.addLiteral("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn inside says nothing that a reader would miss."""
        self.addLiteral("/Artifact BMC")
        yield
        self.addLiteral("EMC")


def add_structure(pdf: Pdf, root: Element, language: str) -> None:
    """Write the tree below the root element into a drawn document."""
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    owners: dict[int, dict[int, Object]] = defaultdict(dict)
    pages: list[Object] = [page.obj for page in pdf.pages]
    tree.K = _written(pdf, root, tree, pages, owners)
    numbers = Array()
    for page, marked in sorted(owners.items()):
        pages[page].StructParents = page
        pages[page].Tabs = Name.S
        numbers.append(page)
        numbers.append(pdf.make_indirect(Array([marked[number] for number in sorted(marked)])))
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    tree.ParentTreeNextKey = len(pdf.pages)
    pdf.Root.StructTreeRoot = tree
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String(language)


def _written(
    pdf: Pdf, element: Element, parent: Object, pages: list[Object], owners: dict[int, dict[int, Object]]
) -> Object:
    node = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{element.tag}"), P=parent))
    if element.alternative:
        node.Alt = String(element.alternative)
    if element.scope:
        node.A = Dictionary(O=Name.Table, Scope=Name(f"/{element.scope}"))
    if element.box:
        node.A = Dictionary(O=Name.Layout, BBox=Array([round(x, 1) for x in element.box]))
    for page, number in element.marks:
        owners[page][number] = node
    if len(element.marks) == 1 and not element.kids:
        ((page, number),) = element.marks
        node.Pg, node.K = pages[page], number
        return node
    node.K = Array(
        [
            *(Dictionary(Type=Name.MCR, Pg=pages[page], MCID=number) for page, number in element.marks),
            *(_written(pdf, kid, node, pages, owners) for kid in element.kids),
        ]
    )
    return node
