"""Many values of the ledger at once, for tables, maps, bulletins: cells of a cube, out as Numbers.

A sentence quotes through `ledger`, which names its inputs; a table of a thousand cells takes them from here, with the
same digits. What was read is kept by process and brought up to date by the facts added since: facts are never edited.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tongjian.facts import measures, rules
from tongjian.facts.choices import FactSource, precedence
from tongjian.facts.cube import months, places
from tongjian.facts.cube.build import Axes, Cube, magnitudes
from tongjian.facts.cube.digits import Floats
from tongjian.facts.ledger import known
from tongjian.facts.models import Fact, Metric, Series
from tongjian.values import Number, PeriodKind

OVERLAP = 1000  # facts read once more: with several writers a lower key may be committed later
KEPT = 8  # selections kept by process
STANDING: Mapping[str, int] = {"actual": 0, "revised": 0, "flash": 1, "estimate": 2}
COLUMNS = ("pk", "series_id", "period_start", "period_end", "seq", "mantissa", "decimals", "source", "status")
NONE = -1

Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Coordinates = tuple[int, int, int, int]  # metric, subject, year, month from 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A selection: which metrics, whose, which years, and which plain series of them."""

    metrics: tuple[str, ...]
    subjects: tuple[str, ...]
    first_year: int
    years: int
    measure: str = "level"
    basis: str = "natural"
    breakdown: str = ""

    @property
    def axes(self) -> Axes:
        return Axes(len(self.metrics), len(self.subjects), self.first_year, self.years)

    def at(self, metric: str, subject: str, year: int, month: int) -> Coordinates:
        """Raises IndexError for what was not asked for."""
        if not (0 <= year - self.first_year < self.years and 1 <= month <= 12):
            raise IndexError(f"{year}-{month:02d} was not asked for")
        if metric not in self.metrics or subject not in self.subjects:
            raise IndexError(f"{metric}[{subject}] was not asked for")
        return self.metrics.index(metric), self.subjects.index(subject), year - self.first_year, month - 1


@dataclass(frozen=True, slots=True)
class Plane:
    """values: scaled by the metric; places: printed ones of the cell; standing: how final [metric, subject, year, 12]."""

    values: Floats
    places: Small
    standing: Small


@dataclass(frozen=True)
class Wide:
    """Values of a selection as known at one moment.

    to_date: counted up since January, or of the month's end; alone: reported for the month alone. decimals [metric]:
    what cells are scaled by.
    """

    asked: Asked
    metrics: Mapping[str, Metric]
    to_date: Plane
    alone: Plane
    decimals: Small

    def value(self, metric: str, subject: str, year: int, month: int) -> Number | None:
        """January to this month, or the stock at its end."""
        return self._number(self.to_date, self.asked.at(metric, subject, year, month))

    def single(self, metric: str, subject: str, year: int, month: int) -> Number | None:
        """The month alone: reported, else made of two totals."""
        at = self.asked.at(metric, subject, year, month)
        reported = self._number(self.alone, at)
        return reported if reported is not None else self._number(self._singles, at)

    def rolling_12(self, metric: str, subject: str, year: int, month: int) -> Number | None:
        """The twelve months that end here."""
        return self._number(self._rolling, self.asked.at(metric, subject, year, month))

    def growth(self, metric: str, subject: str, year: int, month: int) -> Number | None:
        """Of `value` over the year before, in percent, as the metric rounds it: of the levels, not as published."""
        if year == self.asked.first_year:
            return None
        now, before = (self.value(metric, subject, y, month) for y in (year, year - 1))
        one = self.metrics[metric]
        if now is None or before is None:
            return None
        return rules.growth(now, before, one.growth_decimals, one.rounding)

    def lacking(self, metric: str, year: int, month: int) -> tuple[str, ...]:
        """The subjects without a figure: 3 of 22 not reported."""
        return tuple(s for s in self.asked.subjects if self.value(metric, s, year, month) is None)

    def total(self, metric: str, year: int, month: int) -> Number | None:
        """The sum of all subjects; None where one is lacking or the metric does not add up."""
        if self.metrics[metric].kind not in {"flow", "stock"} or self.lacking(metric, year, month):
            return None
        found = [self.value(metric, s, year, month) for s in self.asked.subjects]
        return measures.total([n for n in found if n is not None])

    def ranks(
        self, metric: str, year: int, month: int, *, of: str = "level", partial: bool = False
    ) -> dict[str, int]:
        """Place of each subject, 1 the best, of the level or its growth. Empty unless all have a figure and all are as
        final; partial: those that have one, each among its like.
        """
        cell = self.value if of == "level" else self.growth
        shown = {s: n for s in self.asked.subjects if (n := cell(metric, s, year, month)) is not None}
        final = {s: int(self.to_date.standing[self.asked.at(metric, s, year, month)]) for s in shown}
        groups = [{s: n for s, n in shown.items() if final[s] == g} for g in sorted(set(final.values()))]
        if not partial and (len(groups) != 1 or len(shown) < len(self.asked.subjects)):
            return {}
        direction = self.metrics[metric].direction
        return {s: p for group in groups for s, p in rules.ranks(group, direction).items()}

    @cached_property
    def cube(self) -> Cube:
        """The same as a cube, for what works on whole arrays (`cube.derive_all`)."""
        values = self.to_date.values
        return Cube(self.asked.axes, values, self.decimals, self._first_months, magnitudes(values))

    @cached_property
    def _first_months(self) -> Small:
        return np.array([self.metrics[m].first_month for m in self.asked.metrics], np.int8)

    @cached_property
    def _singles(self) -> Plane:
        values = months.single(self.to_date.values)
        together = np.arange(1, 13) <= self._first_months[:, None]
        together[:, 0] &= self._first_months > 1  # where January is published, its total is the month
        values[np.broadcast_to(together[:, None, None, :], values.shape)] = np.nan
        adds = np.array([self.metrics[m].kind == "flow" for m in self.asked.metrics])
        values[~adds] = np.nan
        return Plane(values, places.single(self.to_date.places), self.to_date.standing)

    @cached_property
    def _rolling(self) -> Plane:
        values = months.rolling_12(self.to_date.values)
        adds = np.array([self.metrics[m].kind == "flow" for m in self.asked.metrics])
        values[~adds] = np.nan
        return Plane(values, places.rolling_12(self.to_date.places), self.to_date.standing)

    def _number(self, plane: Plane, at: Coordinates) -> Number | None:
        value = plane.values[at]
        if np.isnan(value):
            return None
        own = int(plane.places[at])
        return Number(int(value) // 10 ** (int(self.decimals[at[0]]) - own), own)


@dataclass(frozen=True, slots=True)
class Rows:
    """Facts as columns, in the order of their keys. value: mantissas, NaN where not reported."""

    pk: Ints
    series: Ints
    start: Ints
    end: Ints
    seq: Ints
    value: Floats
    decimals: Small
    precedence: Small
    standing: Small

    @classmethod
    def of(cls, rows: Sequence[tuple[object, ...]]) -> Rows:
        columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
        pk, series, start, end, seq = (np.array(c, np.int64) for c in columns[:5])
        mantissa, decimals, source, status = columns[5:]
        return cls(
            pk,
            series,
            start,
            end,
            seq,
            np.array([np.nan if m is None else m for m in mantissa], np.float64),
            np.array(decimals, np.int8),
            np.array([precedence(str(s)) for s in source], np.int8),
            np.array([STANDING[str(s)] for s in status], np.int8),
        )

    def after(self, pk: int) -> Rows:
        return Rows(*(getattr(self, name)[self.pk > pk] for name in Rows.__slots__))

    def upto(self, pk: int) -> Rows:
        return Rows(*(getattr(self, name)[self.pk <= pk] for name in Rows.__slots__))

    def joined(self, other: Rows) -> Rows:
        return Rows(*(np.concatenate([getattr(r, n) for r in (self, other)]) for n in Rows.__slots__))

    def same(self, other: Rows) -> bool:
        return len(self.pk) == len(other.pk) and all(
            np.array_equal(getattr(self, n), getattr(other, n), equal_nan=n == "value")
            for n in Rows.__slots__
        )


_kept: OrderedDict[Asked, tuple[tuple[int, ...], Rows, Wide]] = OrderedDict()


def wide(asked: Asked, at: datetime | None = None) -> Wide:
    """The values of a selection, as known at `at` (None: now). Unknown keys are empty cells.

    Raises TooManyDigits where a metric's values, at one number of places, leave float64.
    """
    metrics = {m.key: m for m in Metric.objects.filter(key__in=asked.metrics)}
    series = _series(asked)
    if at is not None:
        return _made(asked, metrics, series, _read(asked, series, at=at))
    kept = _kept.get(asked)
    names = tuple(sorted(series))
    if kept is not None and kept[0] == names:
        rows, changed = _brought_up(asked, series, kept[1])
        if not changed and _same_definitions(kept[2].metrics, metrics):
            return kept[2]
    else:
        rows = _read(asked, series)
    made = _made(asked, metrics, series, rows)
    _kept[asked] = (names, rows, made)
    _kept.move_to_end(asked)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return made


def _same_definitions(one: Mapping[str, Metric], other: Mapping[str, Metric]) -> bool:
    return {k: m.version for k, m in one.items()} == {k: m.version for k, m in other.items()}


def _series(asked: Asked) -> dict[int, tuple[int, int, str]]:
    """Key of a series → its metric's and subject's place on the axes, and how it counts time."""
    rows = Series.objects.filter(
        metric__key__in=asked.metrics,
        subject__key__in=asked.subjects,
        measure=asked.measure,
        of="",
        basis=asked.basis,
        comparator="",
        breakdown=asked.breakdown,
    ).values_list("pk", "metric__key", "subject__key", "period_kind")
    metric = {key: n for n, key in enumerate(asked.metrics)}
    subject = {key: n for n, key in enumerate(asked.subjects)}
    return {pk: (metric[m], subject[s], kind) for pk, m, s, kind in rows}


def _read(asked: Asked, series: Mapping[int, object], *, after: int = 0, at: datetime | None = None) -> Rows:
    first = asked.first_year * 12
    rows = known(Fact.objects.filter(series__in=list(series), pk__gt=after), at).filter(
        period_end__gte=first, period_end__lt=first + asked.axes.months
    )
    return Rows.of(list(rows.order_by("pk").values_list(*COLUMNS)))


def _brought_up(asked: Asked, series: Mapping[int, object], kept: Rows) -> tuple[Rows, bool]:
    """Kept facts and those added since; read anew where what stood is no longer the same (another database)."""
    newest = int(kept.pk[-1]) if len(kept.pk) else 0
    since = max(newest - OVERLAP, 0)
    tail = _read(asked, series, after=since)
    if not tail.upto(newest).same(kept.after(since)):
        return _read(asked, series), True
    added = tail.after(newest)
    return (kept.joined(added), True) if len(added.pk) else (kept, False)


def _made(
    asked: Asked, metrics: Mapping[str, Metric], series: Mapping[int, tuple[int, int, str]], rows: Rows
) -> Wide:
    """Cells out of facts: of each source the newest, a number before none, by precedence of the sources."""
    metric, unit, cumulative, alone = _places_of(series, rows)
    cell = (metric * len(asked.subjects) + unit) * asked.axes.months + rows.end - asked.first_year * 12
    decimals = _scales(len(asked.metrics), metric, rows)
    lift = 10.0 ** (decimals[metric] - rows.decimals)
    scaled = rows.value * lift if len(rows.pk) else rows.value
    planes = [_plane(asked, rows, cell, scaled, which) for which in (cumulative, alone)]
    for plane in planes:
        magnitudes(plane.values)
    return Wide(asked, metrics, planes[0], planes[1], decimals)


def _places_of(
    series: Mapping[int, tuple[int, int, str]], rows: Rows
) -> tuple[Ints, Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each fact: its metric and subject on the axes, whether it counts up (or is of a moment), whether it is a
    month's own. January alone is both.
    """
    found = [series[s] for s in rows.series.tolist()]
    metric = np.array([f[0] for f in found], np.int64)
    unit = np.array([f[1] for f in found], np.int64)
    single = np.array([f[2] == PeriodKind.SINGLE for f in found], np.bool_)
    month = single & (rows.start == rows.end)
    return metric, unit, ~single | (month & (rows.end % 12 == 0)), month


def _scales(count: int, metric: Ints, rows: Rows) -> Small:
    """The finest printed places of each metric."""
    found = np.zeros(count, np.int8)
    np.maximum.at(found, metric, rows.decimals)
    return found


def _plane(asked: Asked, rows: Rows, cell: Ints, scaled: Floats, which: NDArray[np.bool_]) -> Plane:
    """The ruling fact of each cell."""
    order = np.argsort(rows.seq, kind="stable")
    ruling = np.full(int(np.prod(asked.axes.shape)), NONE, np.int64)
    # What goes first is written over the rest, where it is a number.
    for source in reversed(range(len(FactSource))):
        own = order[which[order] & (rows.precedence[order] == source)]
        newest = np.full(ruling.shape, NONE, np.int64)
        newest[cell[own]] = own
        stands = newest != NONE
        stands[stands] = ~np.isnan(scaled[newest[stands]])
        ruling[stands] = newest[stands]
    given = ruling != NONE
    values = np.full(ruling.shape, np.nan)
    values[given] = scaled[ruling[given]]
    small = [np.zeros(ruling.shape, np.int8) for _ in range(2)]
    for into, column in zip(small, (rows.decimals, rows.standing), strict=True):
        into[given] = column[ruling[given]]
    shape = asked.axes.shape
    return Plane(values.reshape(shape), small[0].reshape(shape), small[1].reshape(shape))
