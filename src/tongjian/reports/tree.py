"""A report as a tree: sections of paragraphs of text, figures and literals. Both renderers walk the bound tree.

The parser yields `Reference`s; binding turns each into a `Figure` with the words that it prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tongjian.reports.known import Known
from tongjian.reports.options import Options


class Role(StrEnum):
    """What a paragraph is."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    HEADING = "heading"
    BODY = "body"
    FLUSH = "flush"  # no indent: 各位代表：
    ORGAN = "organ"  # 发文机关标志
    NUMBER = "number"  # 发文字号
    SIGNED = "signed"  # 署名、成文日期
    IMPRINT = "imprint"  # 版记
    CAPTION = "caption"  # of the table or chart that follows
    CHART = "chart"  # the rows that follow are drawn
    CELL = "cell"  # of a table; cells of one line are a row
    POINT = "point"  # of a chart: a cell that is drawn, not printed


class Wanted(StrEnum):
    """What a reference asks for."""

    FACT = "fact"
    TARGET = "target"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A number that needs no source: year, date, name, heading number. anchor: empty until bound."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """`{{ target gdp[growth] @ 2022 | status }}` as written. ref: with single blanks."""

    wanted: Wanted
    ref: str
    options: Options
    line: int

    @property
    def metric(self) -> str:
        """The key that the reference begins with."""
        return self.ref.partition("@")[0].partition("[")[0].strip()


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact as said. Printed is before + shown + after; the anchor holds `shown` alone."""

    anchor: str
    before: str
    shown: str
    after: str
    known: Known
    line: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a chart's line says: its kind and the unit of its axis, empty for that of its facts. anchor: as a literal's."""

    kind: str
    unit: str = ""
    anchor: str = ""


Inline = Text | Literal | Reference | Figure | Drawing


@dataclass(frozen=True, slots=True)
class Paragraph:
    """level: 1 to 3 for headings, for cells the column from 0, else 0. line: in the template, from 1."""

    role: Role
    inlines: tuple[Inline, ...]
    line: int
    level: int = 0

    @property
    def text(self) -> str:
        """As printed; an unbound reference is one placeholder character."""
        return "".join(printed(i) for i in self.inlines)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all that stands under it until the next of its level or above."""

    heading: Paragraph
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Paragraph]:
        yield self.heading
        yield from self.paragraphs
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True, slots=True)
class Report:
    """front: head and title lines, lines under them, and paragraphs before the first heading."""

    front: tuple[Paragraph, ...]
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Paragraph]:
        """All paragraphs in order."""
        yield from self.front
        for section in self.sections:
            yield from section.walk()

    @property
    def title(self) -> str:
        return "".join(p.text for p in self.front if p.role is Role.TITLE)


PLACEHOLDER = "\ufffc"


def printed(inline: Inline) -> str:
    """What an inline prints."""
    match inline:
        case Text() | Literal():
            return inline.text
        case Figure():
            return inline.before + inline.shown + inline.after
        case Drawing():
            return ""
        case Reference():
            return PLACEHOLDER


def nested(paragraphs: tuple[Paragraph, ...]) -> Report:
    """Sections out of a flat list, by the levels of its headings."""
    first = next((i for i, p in enumerate(paragraphs) if p.role is Role.HEADING), len(paragraphs))
    return Report(paragraphs[:first], _sections(paragraphs[first:]))


def _sections(paragraphs: tuple[Paragraph, ...]) -> tuple[Section, ...]:
    """`paragraphs` begins with a heading. A section ends before a heading of its level or above."""
    found: list[Section] = []
    start = 0
    while start < len(paragraphs):
        level = paragraphs[start].level
        end = _next_heading(paragraphs, start + 1, level)
        body = _next_heading(paragraphs, start + 1, 9)
        inner = paragraphs[start + 1 : min(body, end)]
        found.append(Section(paragraphs[start], inner, _sections(paragraphs[min(body, end) : end])))
        start = end
    return tuple(found)


def _next_heading(paragraphs: tuple[Paragraph, ...], start: int, level: int) -> int:
    """Index of the next heading of at most this level, or the end."""
    for i in range(start, len(paragraphs)):
        if paragraphs[i].role is Role.HEADING and paragraphs[i].level <= level:
            return i
    return len(paragraphs)
