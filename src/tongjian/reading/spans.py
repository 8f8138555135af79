"""Cutting a text into sentences and clauses, as spans. Quoted and bracketed text is never cut."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Protocol

Span = tuple[int, int]
LONGEST_SENTENCE = 1500  # characters
LONGEST_CLAUSE = 600

# Alternatives that come first are stepped over whole; the last one is the boundary itself.
_WHOLE = r"（[^（）\n]{0,200}）|\([^()\n]{0,200}\)|“[^“”\n]{0,120}”|《[^《》\n]{0,80}》|\"[^\"\n]{0,40}\"|(?<=\d),(?=\d{3})"
_SENTENCE = re.compile(rf"{_WHOLE}|([。！？；!?;\n\x0b\x0c]+)")
_CLAUSE = re.compile(rf"{_WHOLE}|([。！？；!?;\n\x0b\x0c，,：:]+|—{{2,}})")
_SPACE = " \t\r\u3000\xa0\u200d\ufeff"


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Spans of sentences inside `text[start:end]`: cut at 。！？； and line ends, marks and blanks left out."""
    return _cut(_SENTENCE, text, start, len(text) if end is None else end)


def clauses(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Spans of clauses: sentences cut again at commas, colons and dashes (not at 、)."""
    return _cut(_CLAUSE, text, start, len(text) if end is None else end)


def paragraphs(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Spans of lines that are not blank, without the blanks around them."""
    stop = len(text) if end is None else end
    at = start
    while at < stop:
        newline = text.find("\n", at, stop)
        close = stop if newline < 0 else newline
        span = trimmed(text, at, close)
        if span[0] < span[1]:
            yield span
        at = close + 1


class Spanned(Protocol):
    """Anything with a place in the text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def inside(things: Sequence[Spanned], start: int, end: int) -> tuple[int, ...]:
    """Indexes of the things that lie in `start:end`; they stand in reading order."""
    first = bisect_left(things, start, key=lambda t: t.start)
    last = bisect_right(things, end, key=lambda t: t.start)
    return tuple(i for i in range(first, last) if things[i].end <= end)


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without blanks at either end; empty when there is nothing else."""
    while start < end and text[start] in _SPACE:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return start, end


def shortened(text: str, start: int, end: int, most: int) -> Iterator[Span]:
    """The span, cut where it is longer than any writing is: at the last mark that still fits, or anywhere.

    Keeps the work on broken text (a table without line ends) in proportion to its length.
    """
    while end - start > most:
        stop = max(text.rfind(mark, start + most // 2, start + most) for mark in "，,；;、 ")
        stop = start + most if stop < 0 else stop + 1
        yield start, stop
        start = stop
    if start < end:
        yield start, end


def _cut(boundary: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for found in boundary.finditer(text, start, end):
        if found.group(1) is None:
            continue
        span = trimmed(text, at, found.start())
        if span[0] < span[1]:
            yield from shortened(text, *span, LONGEST_CLAUSE)
        at = found.end()
    span = trimmed(text, at, end)
    if span[0] < span[1]:
        yield from shortened(text, *span, LONGEST_CLAUSE)
