"""Web pages: the text that a browser shows, block by block; menus, scripts and forms are listed as skipped.

Runs of blanks become one, as in a browser, and none between Chinese characters, where only the source is broken.
Tables that lay out a page (a table inside, or a long text in a cell) are no tables.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from lxml import etree

from tongjian.reading.documents.builder import TextBuilder
from tongjian.reading.failures import failure
from tongjian.reading.types import Document, SourceKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure "
        "form h1 h2 h3 h4 h5 h6 hr html legend li main ol p pre section summary table tbody td tfoot th thead title tr ul",
    )
)
SILENT = frozenset({"script", "style", "head", "meta", "link", "base"})  # no text of the page
MENUS = frozenset({"nav", "header", "footer", "aside", "menu"})
CONTROLS = frozenset(
    {"select", "option", "button", "textarea", "datalist", "noscript", "template", "iframe", "object"}
)
PICTURES = frozenset({"img", "svg", "canvas", "video", "audio", "embed", "picture"})
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_BROKEN = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef，。；：、“”（）]) (?=[\u2e80-\u9fff\uff00-\uffef，。；：、“”（）])"
)
_LONG_CELL = 300
_LINKS = 30  # a block of links alone that is shorter than this is a menu


def open_html(data: bytes, name: str) -> Document:
    """Raises reading.undecodable, html_damaged."""
    root = _parsed(_decoded(data, name), name)
    walk = _Walk(_layouts(root))
    walk.element(root)
    return walk.out.document(SourceKind.HTML)


def _decoded(data: bytes, name: str) -> str:
    """By byte order mark, declared charset, UTF-8, GB18030, in that order of trust."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    declared = CHARSET.search(data[:4096])
    tried = [declared[1].decode("ascii")] if declared else []
    tried = ["gb18030" if codec.lower() in ("gb2312", "gbk", "gb_2312-80") else codec for codec in tried]
    for encoding in (*tried, "utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise failure("reading.undecodable", name, at=0)


def _parsed(text: str, name: str) -> Element:
    """No entities of a document type are expanded, nothing is fetched; depth is bounded by the parser."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    parser = etree.HTMLParser(
        no_network=True, recover=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.LxmlError, ValueError) as error:
        raise failure("reading.html_damaged", name) from error
    if root is None:
        raise failure("reading.no_text", name)
    return root


def _layouts(root: Element) -> set[Element]:
    """Tables that only arrange the page, with their rows and cells."""
    found: set[Element] = set()
    for table in root.iter("table"):
        if table.find(".//table") is not None or any(_size(cell) > _LONG_CELL for cell in table.iter("td")):
            found.add(table)
    return found


def _size(cell: Element) -> int:
    """Characters of the longest paragraph-like run of a cell, blanks left out."""
    return sum(len(str(text).strip()) for text in cell.itertext())


class _Walk:
    """One pass without recursion: pages may be nested as deep as the parser lets them."""

    def __init__(self, layouts: set[Element]) -> None:
        self.out = TextBuilder()
        self.layouts = layouts
        self.rows: list[Element] = []
        self.pre = 0
        self.shown: list[str] = []  # of the open paragraph
        self.linked = 0  # characters of it inside links

    def element(self, root: Element) -> None:
        links = 0
        skip: Element | None = None
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if skip is not None:
                if event == "end" and node is skip:
                    skip = None
                    self.text(str(node.tail or ""), links > 0)
                continue
            tag = node.tag if isinstance(node.tag, str) else ""
            if event == "start":
                if self.left_out(node, tag):
                    skip = node
                    continue
                links += tag == "a"
                self.pre += tag == "pre"
                self.starts(node, tag)
                self.text(str(node.text or ""), links > 0)
            else:
                links -= tag == "a"
                self.pre -= tag == "pre"
                self.ends(node, tag)
                self.text(str(node.tail or ""), links > 0)
        self.paragraph()

    def left_out(self, node: Element, tag: str) -> bool:
        """Whether this element and all inside it is no text of the page; what has words is listed."""
        if tag in PICTURES:
            self.out.skip("picture", "not text", str(node.get("alt") or node.get("title") or ""))
            return True
        kind = ""
        if tag in SILENT:
            kind = "script" if tag in ("script", "style") else "page head"
        elif tag in MENUS and not _heads_article(node, tag):
            kind = "menu"
        elif tag in CONTROLS:
            kind = "form control"
        elif "hidden" in node.attrib or HIDDEN.search(str(node.get("style") or "")):
            kind = "hidden text"
        if not kind:
            return False
        shown = _BLANKS.sub(" ", "".join(str(text) for text in node.itertext())).strip()
        if shown:
            self.out.skip(kind, _WHY[kind], shown)
        return True

    def starts(self, node: Element, tag: str) -> None:
        if tag in BLOCKS:
            self.paragraph()
        if self._in_layout(node):
            return
        if tag == "tr":
            self.out.start_row()
            self.rows.append(node)
        elif tag in ("td", "th") and self.rows:
            self.out.start_cell()

    def ends(self, node: Element, tag: str) -> None:
        if tag in BLOCKS:
            self.paragraph()
        if tag == "tr" and self.rows and self.rows[-1] is node:
            self.rows.pop()
            self.out.end_row()

    def _in_layout(self, node: Element) -> bool:
        if node.tag not in ("tr", "td", "th"):
            return False
        table = next(node.iterancestors("table"), None)
        return table is None or table in self.layouts

    def text(self, words: str, linked: bool) -> None:
        if words:
            self.shown.append(words)
            self.linked += len("".join(words.split())) if linked else 0

    def paragraph(self) -> None:
        """End the open paragraph: a short one of links alone is a menu."""
        words, linked = "".join(self.shown), self.linked
        self.shown, self.linked = [], 0
        said = words if self.pre else _BROKEN.sub("", _BLANKS.sub(" ", words)).strip()
        if not said.strip():
            return
        if linked and len(said) < _LINKS and linked >= len(said.replace(" ", "")) and not self.rows:
            self.out.skip("menu", _WHY["menu"], said)
            return
        self.out.add(said)
        self.out.close()


def _heads_article(node: Element, tag: str) -> bool:
    """A header that holds the title of the text itself."""
    within = next(node.iterancestors("article", "main"), None) is not None
    return tag in ("header", "footer") and (within or node.find(".//h1") is not None)


_WHY = {
    "script": "not text",
    "page head": "not shown on the page",
    "menu": "leads to other pages",
    "form control": "asks the reader, tells nothing",
    "hidden text": "does not show on the page",
}
