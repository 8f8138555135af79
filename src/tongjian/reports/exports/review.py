"""送审稿: a comment at each figure says what it is and where it comes from. Anchors and manifest stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from tongjian.reports.docx.package import WORD
from tongjian.reports.docx.styles import W
from tongjian.reports.docx.zipped import HEAD
from tongjian.reports.exports import parts, telling

AUTHOR, INITIALS = "通鉴", "鉴"
COMMENTS = "word/comments.xml"
TAG = f"{{{W}}}"


def review(docx: bytes, manifest: Mapping[str, Any]) -> bytes:
    """The docx with comments. manifest: its own. A chart has one comment for all its points."""
    found = parts.parts_of(docx)
    notes = notes_of(manifest)
    root = parts.xml(found, parts.DOCUMENT)
    noted = _commented(root, notes)
    found[parts.DOCUMENT] = parts.as_bytes(root)
    found[COMMENTS] = _comments([notes[a] for a in noted], str(manifest["built_at"])).encode()
    parts.with_relation(found, "rIdComments", "comments", "comments.xml")
    parts.with_type(found, COMMENTS, f"{WORD}.comments+xml")
    return parts.put_together(found)


def notes_of(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Bookmark → lines of its comment."""
    notes: dict[str, list[str]] = {}
    for anchor, entry in manifest["figures"].items():
        notes.setdefault(entry.get("chart", anchor), []).extend(telling.note(entry))
    return notes


def _commented(root: etree._Element, notes: Mapping[str, Sequence[str]]) -> list[str]:
    """Ranges put around the bookmarks that have a note; their names in reading order, each once."""
    ends = {e.get(f"{TAG}id"): e for e in root.iter(f"{TAG}bookmarkEnd")}
    found: list[str] = []
    for start in list(root.iter(f"{TAG}bookmarkStart")):
        name, end = start.get(f"{TAG}name", ""), ends.get(start.get(f"{TAG}id"))
        if name in notes and name not in found and end is not None:
            _around(start, end, len(found))
            found.append(name)
    return found


def _around(start: etree._Element, end: etree._Element, number: int) -> None:
    """The mark of the comment stands at the paragraph's end: beside the figure LibreOffice would move later bookmarks."""
    key = {f"{TAG}id": str(number)}
    start.addprevious(etree.Element(f"{TAG}commentRangeStart", key))
    run = etree.Element(f"{TAG}r")
    style = etree.SubElement(etree.SubElement(run, f"{TAG}rPr"), f"{TAG}rStyle")
    style.set(f"{TAG}val", "CommentReference")
    etree.SubElement(run, f"{TAG}commentReference", key)
    end.addnext(etree.Element(f"{TAG}commentRangeEnd", key))
    paragraph = end.getparent()
    assert paragraph is not None  # bookmarks of ours open and close inside one
    paragraph.append(run)


def _comments(notes: Sequence[Sequence[str]], at: str) -> str:
    told = "".join(_comment(number, lines, at) for number, lines in enumerate(notes))
    return f'{HEAD}<w:comments xmlns:w="{W}">{told}</w:comments>'


def _comment(number: int, lines: Sequence[str], at: str) -> str:
    paragraphs = "".join(_line(line, first=n == 0) for n, line in enumerate(lines))
    return (
        f'<w:comment w:id="{number}" w:author={quoteattr(AUTHOR)} w:date={quoteattr(at)} '
        f"w:initials={quoteattr(INITIALS)}>{paragraphs}</w:comment>"
    )


def _line(line: str, *, first: bool) -> str:
    mark = "<w:r><w:annotationRef/></w:r>" if first else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr>{mark}<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
    )
