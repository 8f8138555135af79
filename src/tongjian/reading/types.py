"""What reading yields: plain frozen values with character spans. Offsets count Unicode characters, end exclusive."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class SourceKind(StrEnum):
    TXT = "txt"
    DOCX = "docx"
    PDF = "pdf"
    HTML = "html"
    OFD = "ofd"
    DOC = "doc"  # doc, wps, rtf or odt, turned into docx by LibreOffice


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or table cell: `text[start:end]` of the document; page from 1 where the format has pages."""

    start: int
    end: int
    kind: str  # "paragraph" | "cell"
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the file that is not in the text, and why (an image, a header, a deleted run).

    characters: how many were left out, blanks not counted; 0 where it holds none (a picture).
    """

    what: str
    reason: str
    characters: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A file opened into one text. For a txt file `text` is the file itself, decoded, nothing changed."""

    text: str
    blocks: tuple[Block, ...]
    source: SourceKind
    skipped: tuple[Skipped, ...] = ()
    name: str = ""  # of the file, as the caller gave it


@dataclass(frozen=True, slots=True)
class Hints:
    """What a caller knows and the text may not say: title, area, and year.

    year: the year in which a plan or work report is given; the year covered by a bulletin.
    name: the file's name, asked for a year only where title, meeting and headings say none.
    """

    title: str | None = None
    area: str | None = None
    year: int | None = None
    name: str | None = None


class Part(StrEnum):
    """What a section speaks of."""

    REVIEW = "review"  # 执行情况, 工作回顾: what was done
    TARGETS = "targets"  # 主要目标, 指标安排
    MEASURES = "measures"  # 主要措施, 工作安排: what will be done
    OTHER = "other"  # 标题, 问题, 指导思想, 结语


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all that stands under it until the next heading of its level or above.

    number: as printed (一, （一）, 1, 从“稳”来看 …); level from 1; path: headings' numbers from the top joined by /;
    year: the year that unstated periods inside mean.
    """

    number: str
    title: str
    level: int
    path: str
    part: Part
    year: int | None
    start: int
    end: int
    parent: int | None = None  # index into the outline
    period: str = ""  # ISO interval that unstated periods inside mean: 2022, 2016/2020, 2023-01/2023-06


@dataclass(frozen=True, slots=True)
class Outline:
    """The section tree in reading order, and the time frame of the whole text."""

    title: str
    area: str | None
    report_kind: str  # "plan" | "work" | "bulletin" | "other"
    given: int | None  # year in which the report is given
    reviewed: int | None  # year that its review covers
    planned: int | None  # year that its plan covers
    sections: tuple[Section, ...]
    part: Part = Part.OTHER  # of text outside any section
    period: str = ""  # of text outside any section
    _marks: tuple[int, ...] = field(init=False, repr=False, compare=False, default=())
    _inner: tuple[int, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        marks, inner = _innermost(self.sections)
        object.__setattr__(self, "_marks", marks)
        object.__setattr__(self, "_inner", inner)

    def at(self, offset: int) -> Section | None:
        """The innermost section that holds this character."""
        place = self.place(offset)
        return None if place is None else self.sections[place]

    def place(self, offset: int) -> int | None:
        """The index of the innermost section that holds this character."""
        before = bisect_right(self._marks, offset) - 1
        found = self._inner[before] if before >= 0 else -1
        return None if found < 0 else found


def _innermost(sections: Sequence[Section]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The places where the innermost section changes, and its index from there on (-1: none).

    Innermost is the one of the deepest level; of one level, the last.
    """
    events = sorted(
        [(s.end, 0, i) for i, s in enumerate(sections) if s.start < s.end]
        + [(s.start, 1, i) for i, s in enumerate(sections) if s.start < s.end]
    )
    open_now: list[tuple[int, int]] = []  # (level, index), ascending
    marks: list[int] = []
    inner: list[int] = []
    for at, opens, i in events:
        key = (sections[i].level, i)
        if opens:
            insort(open_now, key)
        else:
            open_now.remove(key)
        if not marks or marks[-1] != at:
            marks.append(at)
            inner.append(-1)
        inner[-1] = open_now[-1][1] if open_now else -1
    return tuple(marks), tuple(inner)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number found in a text, with what it measures. Vocabulary of kind, status, bound: the field reference.

    value: signed as meant (下降3.2% is -3.2), a pair for a range (1-2家); unit as printed (万户).
    decimals: printed places. period: ISO interval; `period_stated` False when it comes from the section.
    indicator: the phrase that names what is measured. metric: key in the catalogue when linked, else None.
    """

    start: int
    end: int
    text: str
    value: Decimal | tuple[Decimal, Decimal]
    decimals: int
    unit: str
    indicator: str
    period: str
    period_stated: bool
    kind: str  # level growth difference share rate rank count duration index threshold
    status: str  # actual estimate target
    bound: str  # eq approx gt ge lt le over
    bound_word: str | None
    basis: str | None
    comparator: str | None
    scope: str | None
    form: str  # digits | hanzi | implied
    section: str = ""
    indicator_start: int | None = None
    indicator_end: int | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise: one row for each action and object. `start:end` is the clause, `object_*` the object inside it."""

    start: int
    end: int
    text: str
    object: str
    object_start: int
    object_end: int
    action: str
    kind: str  # target project_milestone task policy event
    milestone: str | None  # 前期 启动 开工 推进 过半 完工 投用 完成 落地 发布 成立 举办
    firmness: str  # hard | soft
    hedge: str | None
    deadline: str
    section: str = ""
    figures: tuple[int, ...] = ()  # indices of figures inside the clause


@dataclass(frozen=True, slots=True)
class Achievement:
    """Something said to be done: one row for each object of a clause."""

    start: int
    end: int
    text: str
    object: str
    object_start: int
    object_end: int
    state: str
    state_words: str
    period: str
    section: str = ""
    figures: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one text."""

    document: Document
    outline: Outline
    figures: Sequence[Figure] = field(default_factory=tuple)
    commitments: Sequence[Commitment] = field(default_factory=tuple)
    achievements: Sequence[Achievement] = field(default_factory=tuple)
