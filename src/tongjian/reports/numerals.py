"""Numbers in a text that must have a source: digits of any width, and Chinese numerals that say a figure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

Span = tuple[int, int]
HANZI = "〇零一二三四五六七八九"
NUMERALS = frozenset(HANZI + "两十百千万亿半")
INNER = frozenset(".,．，")  # between two digits they belong to the number
RAISED = frozenset("²³¹")  # m²: part of a unit
SCALES = "万亿"
UNIT_BEFORE, UNIT_AFTER = frozenset("\n\t（(：:"), frozenset("\n\t）)")
ONE_COUNTS = frozenset({"倍", "个百分点"})
# After a numeral these say when, which one or how often, not how much.
NO_AMOUNT = frozenset(
    {
        "年",
        "月",
        "日",
        "号",
        "季度",
        "周",
        "周年",
        "年度",
        "期",
        "次",
        "轮",
        "届",
        "批",
        "级",
        "分",
        "方",
        "度",
        "步",
    }
)
_IDIOM = re.compile("千家万户|万户千家|千人千面|百家争鸣|千头万绪")


def is_digit(character: str) -> bool:
    """Decimal digits of every script and width, circled numbers, fractions; not exponents, not Ⅲ."""
    return unicodedata.category(character) in {"Nd", "No"} and character not in RAISED


def digit_runs(text: str) -> Iterator[Span]:
    """Spans of numbers written in digits: `1,000.5` is one."""
    at = 0
    while at < len(text):
        if not is_digit(text[at]):
            at += 1
            continue
        start = at
        while at < len(text) and (is_digit(text[at]) or _inner(text, at)):
            at += 1
        yield start, at


def _inner(text: str, at: int) -> bool:
    return text[at] in INNER and at + 1 < len(text) and is_digit(text[at + 1]) and is_digit(text[at - 1])


def said_in_hanzi(text: str) -> Iterator[Span]:
    """Spans of figures in Chinese numerals: all that the reader finds, and every numeral before a measure word.

    Stricter than the reader, which leaves out what tells little: a number typed into a report needs a source even so.
    """
    from tongjian.reading.figures import find_figures
    from tongjian.reading.outline import outline

    for figure in find_figures(text, outline(text)):
        if figure.form == "hanzi" and not _unit_alone(text, figure.start, figure.end):
            yield figure.start, figure.end
    for found in _measured().finditer(text):
        alone = _unit_alone(text, found.start("number"), found.end("unit"))
        if (
            not alone
            and _says_amount(found["number"], found["unit"])
            and not _IDIOM.match(text, found.start())
        ):
            yield found.start("number"), found.end("number")


def _unit_alone(text: str, start: int, end: int) -> bool:
    """Whether 亿元 or 万人 is all that a cell, a bracket or 单位： holds: then it is a unit and says no amount."""
    if text[start] not in SCALES or len(text[start:end].strip(SCALES)) == end - start:
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before in UNIT_BEFORE or not before) and (after in UNIT_AFTER or not after)


@lru_cache(maxsize=1)
def _measured() -> re.Pattern[str]:
    """A Chinese numeral with a measure word after it; not an ordinal, not 几十 or 数百.

    U+FFFC stands for a figure not yet bound, to which a scale may belong ({{ … | bare }}亿元).
    """
    from tongjian.reading.figures.amounts import UNIT

    numeral = "".join(sorted(NUMERALS - {"半"}))
    return re.compile(
        rf"(?<![第几数多每\d\ufffc{numeral}])(?P<number>[{numeral}]+)(?:余|多)?(?P<unit>{UNIT})"
    )


def _says_amount(number: str, unit: str) -> bool:
    """一个, 一家, 二期 say no amount; 一倍 and 一个百分点 do."""
    return unit in ONE_COUNTS if number == "一" else unit not in NO_AMOUNT


def without_source(text: str, covered: Sequence[bool]) -> list[Span]:
    """Numbers that have a character outside every anchor. covered: for each character whether it is inside one.

    Returns the uncovered part of each number, in order.
    """
    found = [span for start, end in digit_runs(text) for span in _open(text, start, end, covered)]
    for start, end in said_in_hanzi(text):
        for a, b in _open(text, start, end, covered):
            if any(c in NUMERALS for c in text[a:b]) and not any(a < d and c < b for c, d in found):
                found.append((a, b))
    return sorted(found)


def _open(text: str, start: int, end: int, covered: Sequence[bool]) -> Iterator[Span]:
    """The stretches of a span that no anchor covers, if they hold more than marks between digits."""
    at = start
    while at < end:
        if covered[at]:
            at += 1
            continue
        first = at
        while at < end and not covered[at]:
            at += 1
        if any(c not in INNER for c in text[first:at]):
            yield first, at


def in_hanzi(number: int, *, pair: bool = False) -> str:
    """A whole number from 0 below 100 million in Chinese numerals. pair: a lone 2 is 两, as before a measure word."""
    if number == 0:
        return "零"
    if number == 2 and pair:
        return "两"
    high, low = divmod(number, 10_000)
    text = (_below_ten_thousand(high) + "万") if high else ""
    if low:
        text += ("零" if high and low < 1000 else "") + _below_ten_thousand(low)
    return text.removeprefix("一") if text.startswith("一十") else text


def _below_ten_thousand(number: int) -> str:
    text, gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if gap and text else "") + HANZI[digit + 1] + name
        gap = digit == 0
    return text
