"""Periods: month, quarter, year, several years, and months counted up since January (1–N月累计).

Written as ISO 8601 intervals of months: `2022` a year, `2022-11` a month or the end of it,
`2022-01/2022-11` January to November, `2021/2025` five years.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

_PART = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?\Z")


class PeriodError(ValueError):
    """The text is no period we know."""


class PeriodKind(StrEnum):
    """How a series counts time. Flows are single or cumulative, stocks are points."""

    SINGLE = "single"  # 当月, 当季, 全年
    CUMULATIVE = "cumulative"  # 1–N月累计
    POINT = "point"  # 期末, 时点


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole months from `start` to `end`, both as month indices (year × 12 + month − 1), end inclusive."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodError(f"the period ends before it starts: {self.start}, {self.end}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """From ISO text. Raises PeriodError."""
        return _parsed(text)

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(year * 12, year * 12 + 11)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(year * 12 + month - 1, year * 12 + month - 1)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        return cls(year * 12 + quarter * 3 - 3, year * 12 + quarter * 3 - 1)

    @classmethod
    def to_date(cls, year: int, month: int) -> Period:
        """January to `month` of `year` (1–N月累计)."""
        return cls(year * 12, year * 12 + month - 1)

    @property
    def start_year(self) -> int:
        return self.start // 12

    @property
    def end_year(self) -> int:
        return self.end // 12

    @property
    def months(self) -> int:
        return self.end - self.start + 1

    @property
    def first_day(self) -> date:
        return date(self.start // 12, self.start % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        year, month = self.end // 12, self.end % 12 + 1
        return date(year, month, calendar.monthrange(year, month)[1])

    def shifted(self, years: int) -> Period:
        """The same months so many years later."""
        return Period(self.start + 12 * years, self.end + 12 * years)

    def contains(self, other: Period) -> bool:
        return self.start <= other.start and other.end <= self.end

    def label(self, language: str = "zh") -> str:
        """As a reader says it: 2022年, 2022年11月, 2022年1—11月, 2022年前三季度."""
        y1, m1, y2, m2 = self.start // 12, self.start % 12 + 1, self.end // 12, self.end % 12 + 1
        zh = language.startswith("zh")
        if (m1, m2) == (1, 12):
            return (f"{y1}年" if zh else f"{y1}") if y1 == y2 else (f"{y1}—{y2}年" if zh else f"{y1}–{y2}")
        if self.months == 1:
            return f"{y1}年{m1}月" if zh else f"{calendar.month_abbr[m1]} {y1}"
        if y1 == y2 and (m1, m2) == (1, 9):
            return f"{y1}年前三季度" if zh else f"Q1–Q3 {y1}"
        if y1 == y2 and self.months == 3 and m1 % 3 == 1:
            return f"{y1}年第{'一二三四'[m1 // 3]}季度" if zh else f"Q{m1 // 3 + 1} {y1}"
        if y1 == y2:
            return f"{y1}年{m1}—{m2}月" if zh else f"{calendar.month_abbr[m1]}–{calendar.month_abbr[m2]} {y1}"
        return (
            f"{y1}年{m1}月—{y2}年{m2}月"
            if zh
            else f"{calendar.month_abbr[m1]} {y1} – {calendar.month_abbr[m2]} {y2}"
        )

    def __str__(self) -> str:
        y1, m1, y2, m2 = self.start // 12, self.start % 12 + 1, self.end // 12, self.end % 12 + 1
        if (m1, m2) == (1, 12):
            return f"{y1:04d}" if y1 == y2 else f"{y1:04d}/{y2:04d}"
        if self.months == 1:
            return f"{y1:04d}-{m1:02d}"
        return f"{y1:04d}-{m1:02d}/{y2:04d}-{m2:02d}"


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Period:
    """Pages ask for the same few hundred periods again and again."""
    first, _, last = text.strip().partition("/")
    a, b = _PART.match(first), _PART.match(last or first)
    if not a or not b:
        raise PeriodError(f"not a period: {text!r}; write 2022, 2022-11 or 2022-01/2022-11")
    start = int(a[1]) * 12 + int(a[2] or 1) - 1
    end = int(b[1]) * 12 + int(b[2] or 12) - 1
    return Period(start, end)
