"""投资月报的平衡关系: every identity as a named check over whole columns, each break with its arithmetic in one line.

In: one row for each project and month (the newest seq), amounts as int64 at one scale of places, MISSING: not reported.
Thirty-six thousand rows take a few hundredths of a second; only rows that break a check become objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

import numpy as np

from tongjian.values import Number

MISSING = np.iinfo(np.int64).min
AMOUNTS = (
    "this_month",
    "year_to_date",
    "construction",
    "installation",
    "equipment",
    "other",
    "old_equipment",
    "renewed_equipment",
    "old_buildings",
    "land",
    "total",
)


class Weight(StrEnum):
    HARD = "hard"  # an identity: the row is refused
    REASON = "reason"  # holds unless a reason is given


@dataclass(frozen=True, slots=True)
class Check:
    """words: the arithmetic, with {0}, {1} … for the numbers of a break."""

    key: str
    weight: Weight
    zh: str
    en: str


CHECKS: Mapping[str, Check] = {
    c.key: c
    for c in (
        Check(
            "year_to_date_follows",
            Weight.HARD,
            "自年初累计 {0} ≠ 上月累计 {1} + 本月 {2} = {3}",
            "year to date {0} ≠ up to last month {1} + this month {2} = {3}",
        ),
        Check(
            "month_missing",
            Weight.REASON,
            "自年初累计 {0}，而上月未报，无从核对",
            "year to date {0}, but the month before was not reported, so it cannot be checked",
        ),
        Check(
            "parts_add_up",
            Weight.HARD,
            "自年初累计 {0} ≠ 建筑 {1} + 安装 {2} + 设备 {3} + 其他 {4} = {5}",
            "year to date {0} ≠ construction {1} + installation {2} + equipment {3} + other {4} = {5}",
        ),
        Check(
            "total_follows",
            Weight.HARD,
            "自开始累计 {0} ≠ 上年末累计 {1} + 自年初累计 {2} = {3}",
            "since the beginning {0} ≠ up to last year's end {1} + year to date {2} = {3}",
        ),
        Check(
            "within_planned_total",
            Weight.REASON,
            "自开始累计 {0} > 计划总投资 {1} ×（1 + 容许 {3}%）= {2}",
            "since the beginning {0} > planned total {1} × (1 + {3}% allowed) = {2}",
        ),
        Check(
            "equipment_covers_parts",
            Weight.HARD,
            "设备工器具购置 {0} < 旧设备 {1} + 更新 {2} = {3}",
            "equipment {0} < second-hand {1} + renewed {2} = {3}",
        ),
        Check(
            "other_covers_parts",
            Weight.HARD,
            "其他费用 {0} < 旧建筑物购置 {1} + 建设用地费 {2} = {3}",
            "other costs {0} < old buildings bought {1} + land {2} = {3}",
        ),
        Check(
            "never_falls",
            Weight.REASON,
            "本月完成 {0} < 0",
            "this month {0} < 0",
        ),
        Check(
            "before_entry",
            Weight.HARD,
            "入库之前已报投资 {0}（先入库后有数）",
            "{0} was reported before the project entered the statistics (entry comes before figures)",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Columns:
    """int64 [rows] each. project: any number, equal for one project. month: year × 12 + month − 1.

    planned_total: at the same scale. entered: month of entry into the statistics, MISSING: not asked.
    explained: bool, a reason is given. decimals: places of all amounts.
    """

    project: Any
    month: Any
    this_month: Any
    year_to_date: Any
    construction: Any
    installation: Any
    equipment: Any
    other: Any
    old_equipment: Any
    renewed_equipment: Any
    old_buildings: Any
    land: Any
    total: Any
    planned_total: Any
    entered: Any
    explained: Any
    decimals: int = 0

    def __len__(self) -> int:
        return len(self.project)


@dataclass(frozen=True, slots=True)
class Settings:
    """tolerance_percent: how far the total may pass the planned one. slack: of sums, in units of the last place."""

    tolerance_percent: int = 10
    slack: int = 0


@dataclass(frozen=True, slots=True)
class Break:
    """A row that does not hold a check. row: its index in the columns. numbers: those of the check's words."""

    check: Check
    row: int
    numbers: tuple[int, ...]
    decimals: int = field(default=0, kw_only=True)

    def said(self, language: str = "zh") -> str:
        """The arithmetic in one line."""
        words = self.check.en if language.startswith("en") else self.check.zh
        return words.format(*(str(Number(n, self.decimals)) for n in self.numbers))


@dataclass(frozen=True, slots=True)
class _Order:
    """Rows by project and month. before[i]: the row of the same project just before it, −1: none."""

    order: Any
    before: Any


def breaks(given: Columns, settings: Settings = Settings()) -> list[Break]:
    """Every break of every check, in the order of rows and then of checks. Rows may come in any order."""
    if not len(given):
        return []
    order = _ordered(given)
    found: list[Break] = []
    for check in _ALL:
        found += check(given, order, settings)
    places = {key: n for n, key in enumerate(CHECKS)}
    return sorted(found, key=lambda b: (b.row, places[b.check.key]))


def _ordered(given: Columns) -> _Order:
    order = np.lexsort((given.month, given.project))
    same = given.project[order[1:]] == given.project[order[:-1]]
    before = np.full(len(given), -1, np.int64)
    before[order[1:][same]] = order[:-1][same]
    return _Order(order, before)


def _made(key: str, given: Columns, broken: Any, *numbers: Any) -> Iterator[Break]:
    """A Break for each broken row, with its numbers out of whole columns."""
    check = CHECKS[key]
    if check.weight is Weight.REASON:
        broken = broken & ~given.explained
    rows = np.flatnonzero(broken)
    picked = [np.asarray(n)[rows].tolist() for n in numbers]
    for n, row in enumerate(rows.tolist()):
        yield Break(check, row, tuple(p[n] for p in picked), decimals=given.decimals)


def _there(*columns: Any) -> Any:
    """Rows where all of them are reported."""
    held = columns[0] != MISSING
    for column in columns[1:]:
        held = held & (column != MISSING)
    return held


def _zero(column: Any) -> Any:
    """Not reported counts as nothing, where a part is only ever subtracted."""
    return np.where(column == MISSING, 0, column)


def _year_to_date(given: Columns, order: _Order, settings: Settings) -> Iterator[Break]:
    """自年初累计(m) = 自年初累计(m−1) + 本月. January begins anew; January and February may come together."""
    same_year = (order.before >= 0) & (given.month[order.before] // 12 == given.month // 12)
    nearest = same_year & (given.month[order.before] == given.month - 1)
    first = ~same_year & (given.month % 12 <= 1)
    base = np.where(nearest, given.year_to_date[order.before], 0)
    wanted = base + given.this_month
    asked = _there(given.year_to_date, given.this_month) & (nearest | first)
    broken = asked & (abs(given.year_to_date - wanted) > settings.slack)
    yield from _made(
        "year_to_date_follows", given, broken, given.year_to_date, base, given.this_month, wanted
    )
    unknown = _there(given.year_to_date) & ~nearest & ~first & (given.year_to_date != given.this_month)
    yield from _made("month_missing", given, unknown, given.year_to_date)


def _parts(given: Columns, _order: _Order, settings: Settings) -> Iterator[Break]:
    """自年初累计 = 建筑 + 安装 + 设备 + 其他; a part left empty is nothing, but not all four."""
    parts = [given.construction, given.installation, given.equipment, given.other]
    any_part = np.any([p != MISSING for p in parts], axis=0)
    held = [_zero(p) for p in parts]
    wanted = held[0] + held[1] + held[2] + held[3]
    broken = _there(given.year_to_date) & any_part & (abs(given.year_to_date - wanted) > settings.slack)
    yield from _made("parts_add_up", given, broken, given.year_to_date, *held, wanted)


def _total(given: Columns, order: _Order, settings: Settings) -> Iterator[Break]:
    """自开始累计 = 上年末自开始累计 + 自年初累计: what stood at last year's end is the same all year.

    Known from December of the year before, or from any earlier row of this year.
    """
    before = order.before
    has = (before >= 0) & _there(given.total, given.year_to_date) & (given.total[before] != MISSING)
    same_year = given.month[before] // 12 == given.month // 12
    last_year = given.month[before] == given.month // 12 * 12 - 1  # its December
    base = np.where(same_year, given.total[before] - _zero(given.year_to_date[before]), given.total[before])
    base = np.where(has, base, 0)
    wanted = base + given.year_to_date
    asked = has & (same_year | last_year) & ~(same_year & (given.year_to_date[before] == MISSING))
    broken = asked & (abs(given.total - wanted) > settings.slack)
    yield from _made("total_follows", given, broken, given.total, base, given.year_to_date, wanted)


def _planned(given: Columns, _order: _Order, settings: Settings) -> Iterator[Break]:
    """自开始累计 ≤ 计划总投资 × (1 + tolerance), or a reason."""
    asked = _there(given.total, given.planned_total)
    planned = np.where(asked, given.planned_total, 0)
    most = planned + planned * settings.tolerance_percent // 100
    broken = asked & (given.total > most)
    percent = np.full(len(given), settings.tolerance_percent * 10**given.decimals)
    yield from _made("within_planned_total", given, broken, given.total, planned, most, percent)


def _covers(key: str, whole: str, one: str, other: str) -> Callable[..., Iterator[Break]]:
    def check(given: Columns, _order: _Order, settings: Settings) -> Iterator[Break]:
        held, a, b = getattr(given, whole), _zero(getattr(given, one)), _zero(getattr(given, other))
        broken = _there(held) & (_zero(held) + settings.slack < a + b)
        yield from _made(key, given, broken, held, a, b, a + b)

    return check


def _falls(given: Columns, _order: _Order, _settings: Settings) -> Iterator[Break]:
    broken = _there(given.this_month) & (given.this_month < 0)
    yield from _made("never_falls", given, broken, given.this_month)


def _entry(given: Columns, _order: _Order, _settings: Settings) -> Iterator[Break]:
    """先入库后有数: an amount in a month before the project's entry."""
    broken = (given.entered != MISSING) & (given.month < given.entered) & (_zero(given.this_month) != 0)
    yield from _made("before_entry", given, broken, given.this_month)


_ALL: Sequence[Callable[[Columns, _Order, Settings], Iterator[Break]]] = (
    _year_to_date,
    _parts,
    _total,
    _planned,
    _covers("equipment_covers_parts", "equipment", "old_equipment", "renewed_equipment"),
    _covers("other_covers_parts", "other", "old_buildings", "land"),
    _falls,
    _entry,
)


def construction_and_installation(given: Columns) -> Any:
    """建安投资: 建筑 + 安装, counted up since January; the value of equipment itself never is in it."""
    told = (given.construction != MISSING) | (given.installation != MISSING)
    return np.where(told, _zero(given.construction) + _zero(given.installation), MISSING)


def columns(rows: Sequence[Mapping[str, int | None]], decimals: int = 0) -> Columns:
    """From plain rows (tests, one project's page): names as in Columns; a name left out is not reported."""
    names = [f.name for f in fields(Columns) if f.name not in {"decimals", "explained"}]
    held = {n: _column([r.get(n) for r in rows]) for n in names}
    explained = np.fromiter((bool(r.get("explained")) for r in rows), bool, len(rows))
    return Columns(**held, explained=explained, decimals=decimals)


def _column(values: Sequence[int | None]) -> Any:
    return np.fromiter((MISSING if v is None else v for v in values), np.int64, len(values))
