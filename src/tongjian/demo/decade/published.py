"""What the sample workbooks say: the simulation passes through it, and does not say it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from tongjian.demo import files
from tongjian.demo.decade.recipes import meterings
from tongjian.facts import rules
from tongjian.facts.collection import labels
from tongjian.facts.collection.table import Table, find
from tongjian.facts.collection.workbook import cells, sheets_of
from tongjian.packs import entries
from tongjian.values import Number, Period

MEASURES = {"水平": "level", "数值": "level", "增速": "growth"}


class Cell(NamedTuple):
    """What names a value: a plain series and its period as the ledger writes it. area: empty for the district."""

    metric: str
    area: str
    measure: str
    basis: str
    period: Period


@dataclass(frozen=True, slots=True)
class Published:
    """The values of all sample workbooks that are levels or growth, without groups."""

    values: Mapping[Cell, Number]

    def by_month(self, metric: str, year: int, measure: str = "level") -> dict[int, Number]:
        """Of the district, as recorded: the value of January to each month (or of the month's end) that is there."""
        return {
            c.period.end % 12 + 1: number
            for c, number in self.values.items()
            if (c.metric, c.area, c.measure, c.basis) == (metric, "", measure, "natural")
            and c.period.end_year == year
        }


@lru_cache(maxsize=1)
def published() -> Published:
    """Read the shipped sample workbooks, not the copies that a user may have changed."""
    found: dict[Cell, Number] = {}
    for book in sorted((files.SHIPPED / "workbooks").glob("*.xlsx")):
        found |= dict(_values(find(sheets_of(cells(book.read_bytes(), book.name)))))
    return Published(found)


def _values(table: Table) -> Iterator[tuple[Cell, Number]]:
    areas = {e.body["name"]: e.key for e in entries("areas")}
    for row in table.rows:
        text = {name: table.cell(row, name).text for name in labels.COLUMNS}
        if text["measure"] in MEASURES and not text["breakdown"]:
            key = areas[text["area"]]
            where = "" if key == settings.DISTRICT else key
            period = period_of(text["metric"], labels.printed_period(text["period"]))
            basis = labels.BASES[text["basis"]]
            yield (
                Cell(text["metric"], where, MEASURES[text["measure"]], basis, period),
                Number.parse(text["value"].removesuffix("%")),
            )


def period_of(metric: str, period: Period) -> Period:
    """As the ledger writes it: the end of December is the year."""
    return rules.canonical(rules.period_kind(meterings()[metric].kind, period), period)
