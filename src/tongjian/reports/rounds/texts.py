"""A section's text as lines, the report put together from its sections, and both as docx. Pure but for `of_docx`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongjian.reports.docx import write_docx
from tongjian.reports.manifest import manifest
from tongjian.reports.tree import Paragraph, Report, Role, Text, nested

LEVELS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"[一二三四五六七八九十]+、"), 1),
    (re.compile(r"[（(][一二三四五六七八九十]+[）)]"), 2),
    (re.compile(r"[0-9]{1,2}[.．](?![0-9])"), 3),
)
HEADING = 40  # letters; a longer line is a paragraph that begins like a heading
_BLANKS = str.maketrans("", "", " \t\u3000\u00a0")


@dataclass(frozen=True, slots=True)
class Part:
    """A section's heading and text."""

    title: str
    text: str


def tidy(text: str) -> str:
    """Line ends as one kind, no blanks at the edges of a line, no empty lines."""
    lines = (re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def without_heading(text: str, *titles: str) -> str:
    """The text without the lines at its head that only repeat these titles."""
    lines, known = text.split("\n"), {t.translate(_BLANKS) for t in titles}
    while lines and lines[0].translate(_BLANKS) in known:
        lines.pop(0)
    return "\n".join(lines)


def assembled(title: str, parts: Sequence[Part]) -> str:
    """The report as one text: title, then each section under its heading."""
    return "\n".join([title, *(f"{p.title}\n{p.text}" if p.text else p.title for p in parts)])


def level(line: str) -> int:
    """1 to 3 for a heading by its number, 0 for a paragraph."""
    if len(line) > HEADING or line.endswith(("。", "；", "，")):
        return 0
    return next((n for pattern, n in LEVELS if pattern.match(line)), 0)


def tree(title: str, lines: Iterable[str], headings: Iterable[str] = ()) -> Report:
    """The text as the writer's tree: title, headings, paragraphs. headings: lines that are headings whatever their form."""
    known = {h: level(h) or 1 for h in headings}
    paragraphs = [Paragraph(Role.TITLE, (Text(title),), 1)]
    for number, line in enumerate(lines, 2):
        found = known.get(line) or level(line)
        role = Role.HEADING if found else Role.BODY
        paragraphs.append(Paragraph(role, (Text(line),), number, found))
    return nested(tuple(paragraphs))


def docx(title: str, text: str, *, year: int, at: datetime, headings: Iterable[str] = ()) -> bytes:
    """A plain docx of a text, laid out as reports are; its numbers bear no anchors yet."""
    report = tree(title, [line for line in text.split("\n") if line], headings)
    return write_docx(report, manifest(report, year=year, built_at=at))
