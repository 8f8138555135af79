"""The printed characters of a docx part in order, with the bookmarks over them.

Text split over runs is joined; content controls, insertions, hyperlinks, tables, text boxes, formulas and results of
fields are text. Deletions and codes of fields are not printed, nor are page numbers counted by Word itself.
Unlike the reader, hidden text counts: one click makes it show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tongjian.reading.documents.numbering import Numbering
from tongjian.reading.documents.ooxml import attribute, children, local
from tongjian.reading.documents.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

UNPRINTED = frozenset({"del", "moveFrom", "delText", "instrText", "delInstrText", "rPr", "pPr", "sectPr"})
UNPRINTED |= {"sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "tblGrid", "annotationRef", "docPr", "cNvPr"}
CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
COUNTED = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF"})  # Word counts these itself
FOREIGN = {"chart": "chart", "relIds": "diagram", "altChunk": "document", "OLEObject": "object"}
CHART = "tj_g"  # begins the bookmark of a chart; LibreOffice gives its frame another name
SYMBOL_FONTS = 0xF000  # symbol fonts keep their characters here
PARTS = ("header", "footer", "footnotes", "endnotes")


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark over `text[start:end]`."""

    name: str
    start: int
    end: int


@dataclass
class Stream:
    """text: all that is printed; marks: closed bookmarks; foreign: things in the file whose numbers are not seen.

    charts: of the body, the bookmark around it (else its frame's name) and relation id. contents: spans of tables of contents, which repeat headings. typed: where the text of each w:t begins, in order.
    """

    text: str = ""
    marks: list[Mark] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    contents: list[tuple[int, int]] = field(default_factory=list)
    typed: list[tuple[int, Element]] = field(default_factory=list)
    charts: list[tuple[str, str]] = field(default_factory=list)


def read_stream(package: Package) -> Stream:
    """Body, then headers, footers and notes, as one text. Raises ReadingError."""
    walk = _Walk(Numbering.of(package))
    walk.body = True
    paths = [package.main, *(path for kind in PARTS for path in package.related(kind))]
    for path in paths:
        root = package.part(path)
        if root is not None:
            walk.part(root)
        walk.body = False
    return walk.stream()


def read_part(root: Element, numbering: Numbering) -> Stream:
    """One part alone, whose elements the caller holds."""
    walk = _Walk(numbering)
    walk.part(root)
    return walk.stream()


@dataclass
class _Walk:
    """One pass over the parts. open: bookmarks not yet closed, id → (name, start). fields: open fields' codes.

    result: for each open field whether its result is being read; began: where that begins.
    boxes: text boxes waiting for their paragraph's end. frame: name of the drawing last begun; body: whether this is
    the body, whose charts can be looked up.
    """

    numbering: Numbering
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    marks: list[Mark] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    open: dict[str, tuple[str, int]] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    result: list[bool] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    contents: list[tuple[int, int]] = field(default_factory=list)
    began: list[int] = field(default_factory=list)
    typed: list[tuple[int, Element]] = field(default_factory=list)
    charts: list[tuple[str, str]] = field(default_factory=list)
    frame: str = ""
    body: bool = False

    def stream(self) -> Stream:
        text = "".join(self.pieces)
        return Stream(text, self.marks, self.foreign, self.contents, self.typed, self.charts)

    def part(self, root: Element) -> None:
        self.open, self.fields, self.result, self.began = {}, [], [], []
        self.inside(root)
        self.put("\n")

    def put(self, text: str) -> None:
        if text and not self.counted:
            self.pieces.append(text)
            self.length += len(text)

    def type(self, element: Element) -> None:
        if element.text and not self.counted:
            self.typed.append((self.length, element))
        self.put(str(element.text or ""))

    @property
    def counted(self) -> bool:
        """Whether this is the result of a field that Word counts itself, or a field's code."""
        return any(not shown or code in COUNTED for code, shown in zip(self._codes, self.result, strict=True))

    @property
    def _codes(self) -> list[str]:
        return [(code.split() or [""])[0].upper() for code in self.fields]

    def inside(self, parent: Element) -> None:
        for element in children(parent):
            self.element(element)

    def element(self, element: Element) -> None:
        name = local(element)
        if name == "docPr":
            self.frame = attribute(element, "name") or ""
        if name == "chart" and self.body:
            around = (name for name, _start in self.open.values() if name.startswith(CHART))
            self.charts.append((next(around, self.frame), attribute(element, "id") or ""))
        elif name in FOREIGN:
            self.foreign.append(FOREIGN[name])
        if name == "bookmarkStart":
            self.open[attribute(element, "id") or ""] = (attribute(element, "name") or "", self.length)
        elif name == "bookmarkEnd":
            self.close(attribute(element, "id") or "")
        elif name == "fldChar":
            self.field_mark(attribute(element, "fldCharType"))
        elif name == "instrText":
            self.code(str(element.text or ""))
        elif name == "t":
            self.type(element)
        elif name in CHARACTERS:
            self.put(CHARACTERS[name])
        elif name == "textpath":  # WordArt
            self.put(attribute(element, "string") or "")
        elif name == "sym":
            self.put(_symbol(attribute(element, "char")))
        elif name not in UNPRINTED:
            self.container(element, name)

    def container(self, element: Element, name: str) -> None:
        if name == "p":
            self.paragraph(element)
        elif name == "txbxContent":
            self.boxes.append(element)
        elif name == "fldSimple":
            self.simple_field(element)
        else:
            self.inside(element)
            self.put({"tc": "\t", "tr": "\n"}.get(name, ""))

    def paragraph(self, element: Element) -> None:
        """Its automatic number, its text, then the text boxes anchored in it (each a text of its own)."""
        outer, self.boxes = self.boxes, []
        self.put(self.numbering.label(element))
        self.inside(element)
        self.put("\n")
        boxes, self.boxes = self.boxes, outer
        for box in boxes:
            self.inside(box)

    def close(self, key: str) -> None:
        if key in self.open:
            name, start = self.open.pop(key)
            self.marks.append(Mark(name, start, self.length))

    def field_mark(self, kind: str | None) -> None:
        if kind == "begin":
            self.begin_field("", shown=False)
        elif kind == "separate" and self.result:
            self.result[-1], self.began[-1] = True, self.length
        elif kind == "end" and self.result:
            self.end_field()

    def begin_field(self, code: str, *, shown: bool) -> None:
        self.fields.append(code)
        self.result.append(shown)
        self.began.append(self.length)

    def end_field(self) -> None:
        if self._codes[-1] == "TOC":
            self.contents.append((self.began[-1], self.length))
        for stack in (self.fields, self.result, self.began):
            stack.pop()

    def code(self, text: str) -> None:
        if self.fields and not self.result[-1]:
            self.fields[-1] += text

    def simple_field(self, element: Element) -> None:
        self.begin_field(attribute(element, "instr") or "", shown=True)
        self.inside(element)
        self.end_field()


def _symbol(code: str | None) -> str:
    """The character of a symbol font as the digit that it looks like, if it is one."""
    try:
        number = int(code or "", 16)
    except ValueError:
        return ""
    return chr(number - SYMBOL_FONTS if number >= SYMBOL_FONTS else number)
