"""All rows of the ten years: what each workbook holds, of the district and of the towns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tongjian.demo.decade import courses, flows, shapes, towns
from tongjian.demo.decade.chance import Chance
from tongjian.demo.decade.flows import Months
from tongjian.demo.decade.published import Cell, Published, published
from tongjian.demo.decade.recipes import (
    FIRST,
    LAST,
    LAST_MONTH,
    Average,
    Course,
    Flow,
    Metering,
    Part,
    Recipes,
    Stock,
    meterings,
    recipes,
)
from tongjian.facts import rules
from tongjian.values import Number, Period

NOTE, LATE, ADDED = "模拟数，未公布", "模拟：当月未报", "模拟数，未公布；加回留抵退税"
REVISED = "模拟数，未公布；按年度核实修订"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the workbook of `year`. value None: not reported."""

    year: int
    cell: Cell
    value: Number | None
    note: str = NOTE
    status: str = "实际"


def rows() -> list[Row]:
    """All rows, those that the sample workbooks hold left out."""
    return list(_Rows(recipes(), published()).all())


def is_told(year: int, month: int) -> bool:
    return FIRST <= year < LAST or (year == LAST and month <= LAST_MONTH)


class _Rows:
    def __init__(self, of: Recipes, known: Published) -> None:
        self.of, self.known, self.months = of, known, flows.simulated(of, known)
        self.decimals = self._decimals()

    def _decimals(self) -> dict[str, int]:
        found = {f.metric: f.last.decimals for f in self.of.flows}
        for part in self.of.parts:
            found[part.metric] = found[part.whole]
        return found

    def all(self) -> Iterator[Row]:
        for row in self._every():
            if row.cell not in self.known.values:
                yield row

    def _every(self) -> Iterator[Row]:
        amounts: list[Flow | Part] = [*self.of.flows, *self.of.parts]
        for flow in amounts:
            yield from self._flow(flow)
        for stock in self.of.stocks:
            yield from self._stock(stock)
        for average in self.of.averages:
            yield from self._average(average)
        for course in self.of.courses:
            yield from self._course(course)

    # Flows

    def _flow(self, flow: Flow | Part) -> Iterator[Row]:
        metering, decimals = meterings()[flow.metric], self.decimals[flow.metric]
        every = flow.every if isinstance(flow, Flow) else self._every_of(flow)
        totals = {y: shapes.running(m) for y, m in self.months[flow.metric].items()}
        for year, month in _times(metering, every):
            yield _row(flow.metric, "", year, month, Number(totals[year][month - 1], decimals))
        for basis in flow.growths:
            yield from self._growth(flow, metering, totals, basis)
        if flow.metric == self.of.restated:
            yield from self._restated(flow.metric, totals, decimals)
        if isinstance(flow, Flow) and flow.revised:
            yield from _revised(flow, totals)
        if flow.towns is not None:
            yield from self._towns_of_flow(flow, metering, flow.towns - decimals)

    def _every_of(self, part: Part) -> int:
        return next((f.every for f in self.of.flows if f.metric == part.whole), 1)

    def _growth(self, flow: Flow | Part, metering: Metering, totals: Months, basis: str) -> Iterator[Row]:
        """Of the totals as printed; on another basis it differs by what the scope of units does."""
        scope = flow.scope if isinstance(flow, Flow) and basis != "natural" else 0.0
        chance = Chance(flow.metric, basis)
        for year, month in _times(metering, 1):
            now, before = totals[year][month - 1], totals[year - 1][month - 1]
            found = rules.growth(Number(now), Number(before), 1)
            if found is not None:
                value = Number(found.mantissa + round(10 * chance.around(scope)), 1)
                yield _row(flow.metric, "", year, month, value, "growth", basis)

    def _restated(self, metric: str, totals: Months, decimals: int) -> Iterator[Row]:
        for month, added in self.of.added.items():
            now = totals[LAST][month - 1] + flows.units(added, decimals)
            value = rules.growth(Number(now), Number(totals[LAST - 1][month - 1]), 1)
            if value is not None:
                yield _row(metric, "", LAST, month, value, "growth", "restated", ADDED)

    def _towns_of_flow(self, flow: Flow | Part, metering: Metering, finer: int) -> Iterator[Row]:
        decimals = self.decimals[flow.metric] + finer
        for town, months in towns.of_flow(
            flow.metric, self.months[flow.metric], 10**finer, self.of.towns
        ).items():
            totals = {y: shapes.running(m) for y, m in months.items()}
            for year, month in _times(metering, 1):
                row = _row(flow.metric, town, year, month, Number(totals[year][month - 1], decimals))
                late = town in self.of.missing.get((flow.metric, str(row.cell.period)), ())
                yield Row(row.year, row.cell, None, LATE) if late else row

    # All else

    def _stock(self, stock: Stock) -> Iterator[Row]:
        decimals = stock.last.decimals
        ends = [courses.number(x, decimals) for x in courses.stock(stock, self.known)]
        yield from self._plain(stock.metric, "", ends)
        if stock.towns is not None:
            scale = 10 ** (stock.towns - decimals)
            parts = towns.of_stock(stock.metric, [n.mantissa * scale for n in ends], self.of.towns)
            for town, values in parts.items():
                yield from self._plain(stock.metric, town, [Number(v, stock.towns) for v in values])

    def _average(self, average: Average) -> Iterator[Row]:
        decimals, values = meterings()[average.metric].decimals, courses.average(average, self.known)
        yield from self._plain(average.metric, "", [courses.number(x, decimals) for x in values])
        if average.towns is not None:
            parts = towns.around(average.metric, values, average.spread, self.of.towns)
            for town, course in parts.items():
                yield from self._plain(average.metric, town, [courses.number(x, decimals) for x in course])

    def _course(self, course: Course) -> Iterator[Row]:
        metering, values = meterings()[course.metric], courses.course(course, self.known)
        for year, month in _times(metering, course.every, course.since):
            value = courses.number(values[towns.position(year, month)], course.decimals)
            yield _row(course.metric, course.area, year, month, value, course.measure, course.basis)
        if course.towns is not None:
            yield from self._towns_of_course(course, values, course.towns)

    def _towns_of_course(self, course: Course, values: Sequence[float], since: int) -> Iterator[Row]:
        gaps = courses.offsets(course.metric, self.known, list(self.of.towns))
        bounds = (0.0 if course.low is None else course.low, 100.0 if course.high is None else course.high)
        for town, own in towns.beside(course.metric, values, gaps, bounds).items():
            yield from self._plain(
                course.metric, town, [courses.number(x, course.decimals) for x in own], since
            )

    def _plain(self, metric: str, area: str, values: Sequence[Number], since: int = FIRST) -> Iterator[Row]:
        for year, month in _times(meterings()[metric], 1, since):
            yield _row(metric, area, year, month, values[towns.position(year, month)])


def _times(metering: Metering, every: int, since: int = FIRST) -> Iterator[tuple[int, int]]:
    """Years and months that are reported."""
    for year in range(since, LAST + 1):
        for month in range(metering.first_month, 13):
            if month % every == 0 and is_told(year, month):
                yield year, month


def _row(
    metric: str,
    area: str,
    year: int,
    month: int,
    value: Number,
    measure: str = "level",
    basis: str = "natural",
    note: str = NOTE,
) -> Row:
    period = courses.period(metric, meterings()[metric].kind, year, month)
    return Row(year, Cell(metric, area, measure, basis, period), value, note)


def _revised(flow: Flow, totals: Mapping[int, Sequence[int]]) -> Iterator[Row]:
    """Whole years as verified a year later, in the next year's workbook."""
    chance = Chance(flow.metric, "revised")
    for year in range(FIRST, LAST):
        factor = 1 + Decimal(repr(round(chance.around(flow.revised), 3))) / 100
        value = Number(round(totals[year][-1] * factor), flow.last.decimals)
        cell = Cell(flow.metric, "", "level", "natural", Period.year(year))
        yield Row(year + 1, cell, value, REVISED, "修订")
