"""Word documents: a walk over the body that sees what a reader of the printed page sees.

Content controls, insertions, hyperlinks, tables, text boxes and the results of fields are text; deletions,
hidden text, field codes, headers, footers, notes, comments and pictures are not, and are listed as skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongjian.reading.documents.builder import TextBuilder
from tongjian.reading.documents.numbering import Numbering
from tongjian.reading.documents.ooxml import attribute, below, child, children, is_on, local, printed, value
from tongjian.reading.documents.package import Package, open_package
from tongjian.reading.failures import failure
from tongjian.reading.types import Document, SourceKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

WRAPPERS = frozenset(
    {"sdt", "sdtContent", "ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo"}
)
WRAPPERS |= {"ruby", "rubyBase", "oMath", "oMathPara"}
MATHS = frozenset(
    {"num", "den", "e", "sub", "sup", "f", "sSub", "sSup", "rad", "d", "fName", "func", "limLow", "lim"}
)
DELETED = frozenset({"del", "moveFrom"})
CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Properties and marks without text of their own.
SILENT = frozenset(
    {
        "pPr",
        "rPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
        "sectPr",
        "sdtPr",
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
    }
)
SILENT |= {"lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd"}
GRAPHICS = frozenset({"drawing", "pict", "object"})
WHY_NOTE = "outside the running text"


def open_docx(data: bytes, name: str) -> Document:
    """Paragraphs end with a line feed, the cells of a row are separated by tabs. Raises ReadingError."""
    package = open_package(data, name)
    root = package.part(package.main)
    body = child(root, "body")
    if body is None:
        detail = ("it has no body", "缺少正文")
        raise failure("reading.docx_damaged", name, detail=detail)
    walk = _Walk(Numbering.of(package))
    walk.blocks(body)
    walk.flush("field code", "tells Word what to insert")
    _note_furniture(package, walk.out)
    return walk.out.document(SourceKind.DOCX)


def _note_furniture(package: Package, out: TextBuilder) -> None:
    for kind in ("header", "footer"):
        for path in package.related(kind):
            root = package.part(path)
            if root is not None and printed(root):
                out.skip(kind, "repeats on every page", printed(root))
    for kind, what in (("footnotes", "footnote"), ("endnotes", "endnote"), ("comments", "comment")):
        root = package.first(kind)
        for note in [] if root is None else root:
            if printed(note):
                out.skip(what, WHY_NOTE, printed(note))


class _Walk:
    """One pass over a body. Fields may span paragraphs, so their state lives here.

    fields: for each open field whether its result (True) or its code (False) is being read.
    """

    def __init__(self, numbering: Numbering) -> None:
        self.out = TextBuilder()
        self.numbering = numbering
        self.fields: list[bool] = []
        self.contents_depth = 0  # fields open when a table of contents began; 0: not inside one
        self.unseen: list[str] = []  # text of field codes and of a table of contents
        self.boxes: list[Element] = []

    # Blocks

    def blocks(self, parent: Element) -> None:
        """Paragraphs and tables of a body, cell, text box or content control, in order."""
        for element in children(parent):
            name = local(element)
            if name == "p":
                self.paragraph(element)
            elif name == "tbl":
                self.table(element)
            elif name == "sdt" and self.left_out(element):
                continue
            elif name in WRAPPERS:
                self.blocks(element)
            elif name in DELETED:
                self.deleted(element)
            elif name == "altChunk":
                self.out.skip("embedded document", "a file of its own")
            elif name not in SILENT:
                self.unknown(element)

    def paragraph(self, element: Element) -> None:
        """Its number as printed, its runs, then the text boxes anchored in it."""
        label = self.numbering.label(element)
        start = self.out.open()
        self.inline(element)
        if label and self.out.has_text(start):
            self.out.put_before(start, label)
        joins_next = child(element, "pPr", "rPr", "del") is not None
        self.out.close(joined=joins_next)
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.blocks(box)

    def table(self, element: Element) -> None:
        for row in _parts(element, "tr"):
            if child(row, "trPr", "del") is not None:
                self.deleted(row)
                continue
            self.out.start_row()
            for cell in _parts(row, "tc"):
                self.out.start_cell()
                self.blocks(cell)
            self.out.end_row()

    # Inside a paragraph

    def inline(self, parent: Element) -> None:
        for element in children(parent):
            name = local(element)
            if name == "r":
                self.run(element)
            elif name in DELETED:
                self.deleted(element)
            elif name == "sdt" and self.left_out(element):
                continue
            elif name in WRAPPERS or name in MATHS:
                self.inline(element)
            elif name not in SILENT:
                self.unknown(element)

    def run(self, element: Element) -> None:
        if is_on(element, "rPr", "vanish"):
            self.skip_text("hidden text", element, "does not show on the page")
            return
        for item in children(element):
            name = local(item)
            if name == "fldChar":
                self.field(attribute(item, "fldCharType"))
            elif name == "instrText":
                self.instruction(str(item.text or ""))
            elif not self.shows:
                self.unseen.append(
                    printed(item) if len(item) else str(item.text or "") if name == "t" else ""
                )
            elif name == "t":
                self.out.add(str(item.text or ""))
            elif name in CHARACTERS:
                self.out.add(CHARACTERS[name])
            elif name in GRAPHICS:
                self.graphic(item)
            elif name == "sym":
                self.out.skip("symbol", "no character outside its font", attribute(item, "char") or "")
            elif name in WRAPPERS:
                self.inline(item)
            elif len(item) and name not in SILENT:
                self.unknown(item)

    @property
    def shows(self) -> bool:
        """Whether text here is printed: not inside a field code, nor inside a table of contents."""
        return all(self.fields) and not self.contents_depth

    def field(self, kind: str | None) -> None:
        if kind == "begin":
            self.fields.append(False)
        elif kind == "separate" and self.fields:
            self.fields[-1] = True
        elif kind == "end" and self.fields:
            self.fields.pop()
            if len(self.fields) < self.contents_depth:
                self.contents_depth = 0
                self.flush("table of contents", "repeats the headings")
            elif self.shows:
                self.flush("field code", "tells Word what to insert")

    def flush(self, kind: str, why: str) -> None:
        """List what was not shown since the field began."""
        text, self.unseen = "".join(self.unseen).strip(), []
        if text or kind == "table of contents":
            self.out.skip(kind, why, text)

    def instruction(self, code: str) -> None:
        if self.fields and not self.contents_depth and code.strip().upper().startswith("TOC"):
            self.contents_depth = len(self.fields)

    def graphic(self, element: Element) -> None:
        """Text boxes wait until the paragraph ends; anything drawn is listed."""
        boxes = list(_outer_boxes(element))
        self.boxes.extend(boxes)
        if not boxes:
            self.out.skip(_kind_of_drawing(element), "not text", _description(element))

    def left_out(self, sdt: Element) -> bool:
        """Content controls that hold no text of the report: a table of contents, a prompt not yet filled in."""
        if value(sdt, "sdtPr", "docPartObj", "docPartGallery") == "Table of Contents":
            self.out.skip("table of contents", "repeats the headings", printed(sdt))
            return True
        if is_on(sdt, "sdtPr", "showingPlcHdr"):
            self.skip_text("prompt", sdt, "a content control that nobody has filled in")
            return True
        return False

    def unknown(self, element: Element) -> None:
        self.skip_text("unread markup", element, "markup that this reader does not know")

    def deleted(self, element: Element) -> None:
        self.skip_text("deleted text", element, "tracked deletion")

    def skip_text(self, kind: str, element: Element, why: str) -> None:
        text = printed(element)
        if text:
            self.out.skip(kind, why, text)


def _parts(parent: Element, name: str) -> list[Element]:
    """Rows of a table or cells of a row, those inside content controls too."""
    found: list[Element] = []
    for element in children(parent):
        if local(element) == name:
            found.append(element)
        elif local(element) in WRAPPERS:
            found.extend(_parts(element, name))
    return found


def _outer_boxes(element: Element) -> list[Element]:
    """Text boxes inside a drawing; a box inside a box is found when the outer one is walked."""
    found: list[Element] = []
    for inner in children(element):
        found.extend([inner] if local(inner) == "txbxContent" else _outer_boxes(inner))
    return found


def _kind_of_drawing(element: Element) -> str:
    if any(local(inner) == "chart" for inner in element.iter()):
        return "chart"
    return "embedded object" if local(element) == "object" else "picture"


def _description(element: Element) -> str:
    """The alternative text of a drawing."""
    return next((attribute(e, "descr") or attribute(e, "title") or "" for e in below(element, "docPr")), "")
