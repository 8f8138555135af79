"""Words for time (前三季度, 截至11月底, 十四五以来, 上年) and the periods they mean inside a section.

Periods are ISO intervals as in `tongjian.values.periods`: `2022`, `2022-11`, `2022-01/2022-09`, `2016/2020`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九十")} | {"零": 0, "○": 0, "两": 2}
_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_DASH = r"\s?[-—–－−~～至到]{1,2}\s?"
_HANZI_YEAR = "[一二][九〇○零][〇○零一二三四五六七八九]{2}"
_YEAR = (
    rf"(?P<years>(?:19|20)\d\d年?{_DASH}(?:19|20)\d\d\s?年?)"
    rf"|(?P<digits>(?:19|20)\d\d|{_HANZI_YEAR})\s?年度?"
    r"|(?P<plan>[“\"]?十[一二三四五六七]五[”\"]?(?:规划)?(?:时期|期间)?|第十[一二三四五六七]个五年)"
    rf"|(?P<back>(?:(?:过去|最近|近|这|前){_N}年来?|(?<![连续\d第]){_N}年来))"
    rf"|(?P<ahead>(?:今后|未来|接下来|下){_N}年)"
    rf"|(?P<row>连续(?:{_N})(?:多)?年)"
    r"|(?P<word>今年|本年度?|去年|上年度?|前年|明年|全年|当年|年内|年末|年底|年初|年中)"
)
_SUB = (
    rf"{_N}\s?月?份?{_DASH}{_N}\s?月份?"
    rf"|\d{{1,2}}\s?月\s?\d{{1,2}}\s?日|{_N}\s?月(?:份|[上中下]旬)?(?!\d|[一二三四五六七八九十]+日)"
    r"|上半年|下半年|前[二两三]个?季度|第?[一二三四1-4]季度"
    rf"|前{_N}个月|本月|当月|上月"
)
TIME = re.compile(
    r"(?=[\d一二两三四五六七八九十截自从至到“\"第过最近这前今未接下连本去上明全当年])"  # passes most places by at once
    rf"(?P<cut>截至到?|截止到?|自|从|至|到)?(?:(?:{_YEAR})的?(?P<sub>{_SUB})?|(?P<alone>{_SUB}))(?P<tail>以来|年?[底末])?"
)
# A year with which something is compared is no period of the figure.
_COMPARED = frozenset("比较同与跟于和按以过占快为")
_SIDE_BY_SIDE = frozenset("比较同与跟")
_TIMES_AS = re.compile(r"的?[\d.]+\s?(?:倍|[%％])")
# 完成全年任务的54%: a plan for the year, not when it was done.
_YEARS_PLAN = re.compile(r"(?:目标|计划|任务|预算)[^，。；\d]{0,6}[\d.]+\s?[%％]")
_RHETORIC = re.compile(r"来?(?:的)?(?:首次|新高|最|同期|高点|低点|历史)")
_MONTHS = re.compile(rf"({_N})\s?月?份?(?:{_DASH})({_N})\s?月")
_MONTH = re.compile(rf"({_N})\s?月(\s?\d+\s?日)?")


@dataclass(frozen=True, slots=True)
class Frame:
    """What unstated time means here: the year in which the text is given, the section's year and period."""

    given: int | None
    year: int | None
    period: str


@dataclass(frozen=True, slots=True)
class Time:
    """A stated period: its place, the words, and the ISO interval they mean."""

    start: int
    end: int
    words: str
    period: str


def times(text: str, start: int, end: int, frame: Frame) -> Iterator[Time]:
    """The periods stated in `text[start:end]`. Dates of single days and years of comparison are left out."""
    for found in TIME.finditer(text, start, end):
        if found["cut"] is None and _compares(text[found.start() - 1 : found.start()], found):
            continue
        if found["back"] and _RHETORIC.match(text, found.end()):
            continue
        if found["word"] == "全年" and not found["sub"] and _YEARS_PLAN.match(text, found.end()):
            continue
        period = meaning(found, frame)
        if period is not None:
            yield Time(found.start(), found.end(), found.group(), period)


def _compares(before: str, found: re.Match[str]) -> bool:
    """比上年, 占全年, 高于去年同期: a time that only says what the figure is held against."""
    if (
        (found["digits"] or found["plan"])
        and before in ("是", "为")
        and _TIMES_AS.match(found.string, found.end())
    ):
        return True
    return before in _SIDE_BY_SIDE if found["digits"] else before in _COMPARED


def numeral(text: str) -> int:
    """A small whole number in digits or Chinese numerals: 12, 十二, 二十. 0 for what is none: 十五一."""
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        known = (not tens or tens in _NUMERALS) and (not ones or ones in _NUMERALS)
        return _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0) if known else 0
    return _NUMERALS.get(text, 0)


def meaning(found: re.Match[str], frame: Frame) -> str | None:
    """The interval that a match of TIME means, or None when it is a date or cannot be told."""
    sub = found["sub"] or found["alone"]
    if sub is None:
        return _years(found, frame)
    year = _year_before(found, frame)
    if year is None:
        return None
    return _part_of_year(sub, year, frame, cut=found["cut"] is not None and found["cut"] not in "自从")


def _year_before(found: re.Match[str], frame: Frame) -> int | None:
    """The year that a month or quarter belongs to."""
    if found["digits"]:
        return _four(found["digits"])
    return _word_year(found["word"] or "", frame)


def _years(found: re.Match[str], frame: Frame) -> str | None:
    since = found["tail"] == "以来"
    if found["years"]:
        first, last = re.findall(r"(?:19|20)\d\d", found["years"])
        return interval(int(first), int(last))
    if found["digits"]:
        year = _four(found["digits"])
        opened = since or (found["cut"] in ("自", "从") and since)
        return interval(year, frame.year) if opened and frame.year and frame.year >= year else str(year)
    if found["plan"]:
        return _five_years(found["plan"], found["tail"], frame)
    if found["back"] or found["row"]:
        return _counted_back(found["back"] or found["row"], frame)
    if found["ahead"]:
        first_year = (
            (frame.given or frame.year or 0) if "下" not in found["ahead"] else (frame.given or 0) + 1
        )
        return interval(first_year, first_year + _count(found["ahead"]) - 1) if first_year > 1 else None
    if frame.period and "-" in frame.period and found["word"] not in ("去年", "上年", "前年", "明年", "全年"):
        return (
            frame.period
            if found["word"] in ("今年", "本年") and since
            else _text(_word_year(found["word"], frame))
        )
    return _text(_word_year(found["word"], frame))


def _counted_back(words: str, frame: Frame) -> str | None:
    n = _count(words)
    if frame.year is None or n == 0:
        return None
    return interval(frame.year - n + 1, frame.year)


def _count(words: str) -> int:
    found = re.search(_N, words)
    return numeral(found.group()) if found else 0


def _five_years(words: str, tail: str | None, frame: Frame) -> str:
    """十三五 is 2016/2020; 末 its last year; 以来 up to the section's year."""
    ordinal = _NUMERALS[words[words.index("十") + 1]]
    first = 2001 + 5 * ordinal
    if tail == "以来" and frame.year and frame.year >= first:
        return interval(first, min(frame.year, first + 4))
    if tail is not None and tail != "以来":
        return str(first + 4)
    return interval(first, first + 4)


def _word_year(word: str, frame: Frame) -> int | None:
    if word in ("今年", "本年", "本年度"):
        return frame.given or frame.year
    if word == "明年":
        return None if frame.given is None else frame.given + (0 if frame.year == frame.given - 1 else 1)
    if word == "去年":
        return None if frame.given is None else frame.given - 1
    if frame.year is None:
        return None
    return frame.year - {"上年": 1, "上年度": 1, "前年": 2}.get(word, 0)


def _part_of_year(sub: str, year: int, frame: Frame, cut: bool) -> str | None:
    if several := _MONTHS.match(sub):
        return months(year, numeral(several[1]), numeral(several[2]))
    if one := _MONTH.match(sub):
        return None if one[2] and not cut else months(year, numeral(one[1]), numeral(one[1]))
    if sub in ("本月", "当月", "上月"):
        return None if "-" not in frame.period or sub == "上月" else frame.period.rpartition("/")[2]
    if sub.endswith("半年"):
        return months(year, 1, 6) if sub[0] == "上" else months(year, 7, 12)
    if sub.endswith("个月"):
        return months(year, 1, _count(sub))
    return _quarters(sub, year)


def _quarters(sub: str, year: int) -> str | None:
    n = _count(sub)
    if sub[0] == "前":
        return months(year, 1, 3 * n)
    return months(year, 3 * n - 2, 3 * n)


def months(year: int, first: int, last: int) -> str | None:
    """`2022-01/2022-09`, or `2022-11` for a single month; None when there is no such month."""
    if not 1 <= first <= last <= 12:
        return None
    end = f"{year:04d}-{last:02d}"
    return end if first == last else f"{year:04d}-{first:02d}/{end}"


def interval(first: int, last: int | None) -> str:
    """`2016/2020`, or `2020` when both are the same."""
    return str(first) if last is None or last <= first else f"{first}/{last}"


def _four(digits: str) -> int:
    return int(digits) if digits.isdigit() else int("".join(str(_NUMERALS[c]) for c in digits))


def _text(year: int | None) -> str | None:
    return None if year is None else str(year)
