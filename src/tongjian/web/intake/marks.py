"""A text with its findings marked: lines of runs, each run with the items that cover it. Pure, linear in the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

ORDER = ("error", "question", "hint", "figure", "commitment", "achievement")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an item lies in the text. start, end: characters, end exclusive."""

    pk: int
    kind: str
    state: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line. marks: the items that cover all of it, figures first; begins: items that begin here."""

    text: str
    start: int
    marks: tuple[Mark, ...]
    begins: tuple[Mark, ...]

    @property
    def css(self) -> str:
        """Colours by kind, and the state of the innermost item."""
        kinds = [k for k in ORDER if any(m.kind == k for m in self.marks)]
        return " ".join([*(f"k-{k}" for k in kinds), f"is-{self.marks[0].state}"])

    @property
    def ids(self) -> str:
        return " ".join(str(m.pk) for m in self.marks)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text; `start` is its offset."""

    start: int
    runs: tuple[Run, ...]
    is_heading: bool


def marked(text: str, marks: Iterable[Mark], headings: Iterable[int] = ()) -> list[Line]:
    """The text's lines that hold anything. headings: offsets at which a heading begins."""
    waiting = sorted(marks, key=lambda m: (m.start, -m.end))
    titles, taken = sorted(headings), 0
    lines: list[Line] = []
    carried: list[Mark] = []  # items that reach over the end of a line
    for start, end in _lines(text):
        upto = bisect_left(waiting, end, lo=taken, key=lambda m: m.start)
        own = [m for m in (*carried, *waiting[taken:upto]) if m.end > start]
        taken = upto
        has_title = bisect_left(titles, start) != bisect_left(titles, end)
        lines.append(Line(start, tuple(_runs(text, start, end, own)), has_title))
        carried = [m for m in own if m.end > end + 1]
    return lines


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of each line without its break; empty ones left out."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, at + len(line)
        at += len(line) + 1


def _runs(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Run]:
    """The line cut at every edge of an item. marks: sorted by start; a sweep, so that long lines stay cheap."""
    edges = {e for m in marks for e in (m.start, m.end) if start < e < end}
    cuts = sorted({start, end, *edges})
    over: list[Mark] = []
    coming = 0
    for left, right in pairwise(cuts):
        over = [m for m in over if m.end > left]
        while coming < len(marks) and marks[coming].start <= left:
            if marks[coming].end > left:
                over.append(marks[coming])
            coming += 1
        ordered = sorted(over, key=lambda m: (ORDER.index(m.kind), m.end - m.start, m.pk))
        begins = tuple(m for m in ordered if m.start == left)
        yield Run(text[left:right], left, tuple(ordered), begins)
