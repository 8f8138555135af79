"""From printed lines to paragraphs: pure rules on text and geometry."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MARGIN = 0.13  # page numbers and running heads stand in the outer 13 % of a page's height
PAGE_NUMBER = re.compile(
    r"[\s—–\-－_·.]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:[\s/,，]*(?:共|of)?\s*\d{1,4}\s*页?)?[\s—–\-－_·.]*"
)
# Fonts often map 一 or 水 to look-alike radicals and compatibility signs; both become the plain character.
RADICALS = re.compile("[\u2e80-\u2fd5]")
COMPATIBLE = re.compile("[\uf900-\ufaff]")
NARROWEST = 14  # characters
NARROW = 8  # characters, of a line in a column
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. left, right, bottom, size in points; depth: 0 the page's top edge, 1 its bottom edge."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float
    depth: float


def furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """For each page its page number and running heads: the lines in its margins that are no text."""
    outer = [[line for line in lines if line.depth < MARGIN or line.depth > 1 - MARGIN] for lines in pages]
    seen = Counter(key for lines in outer for key in {_repeated(line) for line in lines})
    enough = max(2, (len(pages) + 1) // 2)
    return [
        [line for line in lines if PAGE_NUMBER.fullmatch(line.text) or seen[_repeated(line)] >= enough]
        for lines in outer
    ]


def _repeated(line: Line) -> tuple[str, int]:
    """Running heads are alike but for digits, at the same height."""
    return DIGITS.sub("#", line.text), round(line.depth * 50)


def summed_up(margins: Sequence[Sequence[Line]]) -> list[tuple[str, int]]:
    """Furniture alike but for its digits in one line: `— 1 — … — 20 —`, with all the characters it has."""
    alike: dict[str, list[str]] = {}
    for line in (line for lines in margins for line in lines):
        alike.setdefault(DIGITS.sub("#", line.text), []).append(line.text)
    return [
        (
            f"{texts[0]} … {texts[-1]}" if texts[0] != texts[-1] else texts[0],
            len("".join("".join(texts).split())),
        )
        for texts in alike.values()
    ]


def paragraphs(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Page and text of each paragraph; a paragraph may run over the end of a page or of a column."""
    if not lines:
        return
    sides = _sides(lines)
    columns = {
        side: _column(
            [line for line, at in zip(lines, sides, strict=True) if at == side], NARROW if side else NARROWEST
        )
        for side in set(sides)
    }
    page, text = lines[0].page, lines[0].text
    for (before, was), (line, side) in pairwise(zip(lines, sides, strict=True)):
        if _continues(before, line, columns[was], columns[side], was == side):
            text = joined(text, line.text)
        else:
            yield page, text
            page, text = line.page, line.text
    yield page, text


def _sides(lines: Sequence[Line]) -> list[int]:
    """For each line 0, or on a page of two columns 1 (left) or 2 (right)."""
    middle = (min(line.left for line in lines) + max(line.right for line in lines)) / 2
    sides = [1 if line.right <= middle else 2 if line.left >= middle else 0 for line in lines]
    pages: dict[int, list[tuple[int, int]]] = {}
    for line, side in zip(lines, sides, strict=True):
        pages.setdefault(line.page, []).append((side, len(line.text)))
    two = {page for page, found in pages.items() if all(_is_column(found, side) for side in (1, 2))}
    return [side if line.page in two else 0 for line, side in zip(lines, sides, strict=True)]


def _is_column(found: Sequence[tuple[int, int]], side: int) -> bool:
    """Whether a third of a page's lines, and at least five, stand on this side and are no cells of a table."""
    lengths = [length for at, length in found if at == side]
    return len(lengths) >= max(5, len(found) / 3) and sum(lengths) >= NARROW * len(lengths)


@dataclass(frozen=True, slots=True)
class Column:
    """Where full lines begin and end, and how far their feet are apart, in points."""

    left: float
    right: float
    pitch: float


def _column(lines: Sequence[Line], narrowest: int = NARROWEST) -> Column:
    """By the most frequent edges; the right edge is the farthest that a tenth of the lines reach.

    A page is at least 14 characters wide: shorter lines prove no right edge.
    """
    lefts = Counter(round(line.left) for line in lines)
    most = max(lefts.values())
    rights = sorted((line.right for line in lines), reverse=True)
    steps = [a.bottom - b.bottom for a, b in pairwise(lines) if a.page == b.page and a.bottom > b.bottom]
    left = min(left for left, n in lefts.items() if n * 3 >= most)
    size = sorted(line.size for line in lines)[len(lines) // 2]
    return Column(
        left=left,
        right=max(rights[len(rights) // 10], left + narrowest * size),
        pitch=sorted(steps)[len(steps) // 2] if steps else 0,
    )


def _continues(before: Line, line: Line, was: Column, column: Column, same: bool) -> bool:
    """Whether `line` goes on with the sentence of `before`: a full line, then one at the left edge, of one size.

    was, column: the columns of either; same: whether they are one.
    """
    size = max(before.size, line.size)
    full = before.right > was.right - 2.2 * size
    flush = line.left < column.left + 0.8 * line.size
    alike = abs(before.size - line.size) < 0.25 * size
    if before.page != line.page or (not same and line.bottom > before.bottom):
        return full and flush and alike
    near = column.pitch == 0 or 0 < before.bottom - line.bottom < 1.6 * column.pitch
    return full and flush and alike and near


def joined(first: str, second: str) -> str:
    """Two lines of a paragraph: a space only between Latin words."""
    latin = first[-1:].isascii() and second[:1].isascii() and first[-1:].isalpha() and second[:1].isalpha()
    return f"{first} {second}" if latin else first + second


def plain(text: str) -> str:
    """Radicals and compatibility ideographs as the plain characters they look like."""
    text = RADICALS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    return COMPATIBLE.sub(lambda m: unicodedata.normalize("NFC", m[0]), text)
