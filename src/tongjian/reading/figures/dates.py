"""Which period each number of a sentence means."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.reading.times import Frame, Time, interval, numeral, times

_FROM = re.compile(r"(?:从|由)[^，。；]{0,14}$")
_TO = r"(?:增长|增加|提高|提升|上升|下降|降低|减少|扩大|压减|缩短|调整(?:优化)?|优化|变化|变|增|降|升)(?:到|至|为)"
_ONWARD = re.compile(rf"^(?:[:：]\d[\d.]*)*[^，。；]{{0,6}}{_TO}")
_ARRIVED = re.compile(rf"\d[^，。；]{{0,10}}{_TO}[^\d，。；]{{0,3}}$")
_MOVED_ON = re.compile(rf"\d[^，。；]{{0,10}}{_TO}")
_YEARS = re.compile(r"连续([\d一二三四五六七八九十]{1,3})年")


@dataclass(frozen=True, slots=True)
class Dating:
    """The times stated in one sentence and the frame around it; `carried`: what the paragraph's opening states."""

    found: Sequence[Time]
    frame: Frame
    carried: str

    def at(self, text: str, start: int, end: int, clause: tuple[int, int]) -> tuple[str, bool]:
        """(period, whether it is stated) for a number at `start:end` in this clause."""
        i = bisect_right([t.start for t in self.found], start)
        if i and not _left_behind(text, self.found[i - 1], start):
            return self.found[i - 1].period, True
        later = [t for t in self.found[i:] if t.start >= end and t.end <= clause[1]]
        if later and not i:
            return later[0].period, True
        if self.carried:
            return self.carried, True
        return self.frame.period, False


def _left_behind(text: str, time: Time, start: int) -> bool:
    """由上年的9.4调整为8.3: the second number no longer belongs to 上年."""
    between = text[time.end : start]
    if "基础上" in between:
        return True
    if time.words.startswith(("截至", "截止", "至")) and re.search("[；;]", between):
        return True
    opened = time.words[0] in "由从" or text[max(0, time.start - 1) : time.start] in ("由", "从")
    return opened and "以来" not in time.words and bool(_MOVED_ON.search(between))


def dating(text: str, start: int, end: int, frame: Frame, carried: str) -> Dating:
    found = tuple(t for t in times(text, start, end, frame) if not t.words.startswith("连续"))
    return Dating(found, frame, carried)


def years_kept(text: str, opened: int, start: int, end: int, frame: Frame) -> str | None:
    """The span of 连续N年 when the number stands in it or behind it, in the same clause."""
    if frame.year is None:
        return None
    for m in _YEARS.finditer(text, opened, min(len(text), end + 1)):
        if m.start() <= start:
            return interval(frame.year - numeral(m[1]) + 1, frame.year)
    return None


def start_of_change(text: str, start: int, end: int, frame: Frame) -> str | None:
    """从68亿元增长到…: the first number stands at the year before the section's period."""
    if not _FROM.search(text, max(0, start - 16), start) or not _ONWARD.match(text[end : end + 24]):
        return None
    first = frame.period[:4]
    return str(int(first) - 1) if first.isdigit() else None


def end_of_change(text: str, start: int, frame: Frame) -> str | None:
    """…增长到91.8亿元: the last year of a period of several years."""
    if "/" not in frame.period or "-" in frame.period:
        return None
    return frame.period.rpartition("/")[2] if _ARRIVED.search(text[max(0, start - 24) : start]) else None
