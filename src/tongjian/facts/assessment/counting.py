"""A scheme as counts over the mirror: one pass for all units and months of it, compiled by `facts.engine`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongjian.facts import engine
from tongjian.facts.assessment.results import Counts, total
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.engine import Count, Run, Tally, Test
from tongjian.facts.measured.tallies import NOWHERE, SIMULATED, Words, month_column, tests
from tongjian.facts.mirror import layout
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import opened, snapshot, words
from tongjian.facts.mirror.tables import named
from tongjian.kernel.mirrored import MirrorTable
from tongjian.values import Period

Counted = Mapping[str, Mapping[int, Counts]]  # unit key ("": cases of none) → month index → counts


@dataclass(frozen=True, slots=True)
class History:
    """What a scheme counts, by unit and month. digest: the snapshot of the mirror that it was counted over."""

    counted: Counted
    digest: str

    @property
    def months(self) -> list[int]:
        """Months in which anything counts, ascending."""
        return sorted({m for own in self.counted.values() for m, c in own.items() if c.n})

    def of(self, scheme: Scheme, unit: str, period: Period) -> Counts:
        own = self.counted.get(unit, {})
        return total(scheme, (own[m] for m in range(period.start, period.end + 1) if m in own))


def history(scheme: Scheme) -> History | None:
    """Count it all. None where there is no mirror, or none of this table as it is declared now."""
    table = named(scheme.table).get(scheme.table)
    if table is None:
        return None
    try:
        with opened() as db:
            held = snapshot(db, table)
            if held is None:
                return None
            counted = count(scheme, table, words(db, table), lambda sql: db.execute(sql).fetchall(), "duckdb")
    except MirrorError:
        return None
    return History(counted, held.digest)


def count(
    scheme: Scheme,
    table: MirrorTable,
    numbers: Words,
    run: Run,
    dialect: str,
    months: Sequence[int] = (),
) -> Counted:
    """One pass, over these months (month indexes; none given: all). A row without a date belongs to no month.

    Those taken out are few, and counted by themselves: each count of the others is a test less.
    """
    month = month_column(table, scheme.on)
    only = of_months(month, months)

    def rows(passing: Sequence[Test], counts: tuple[Count, ...]) -> Sequence[Sequence[int]]:
        asked = Tally(scheme.table, scheme.by, month, counts, (*passing, *only))
        return run(engine.tally_sql(asked, layout.kept(table), dialect))

    names = {number: word for word, number in numbers.get(scheme.by, {}).items()} | {None: NOWHERE}
    taken_out = rows(_taken_out(scheme, table, numbers), (Count(()),)) if scheme.exclude else ()
    out = {(area, index): n for area, index, n in taken_out if index is not None}
    found: dict[str, dict[int, Counts]] = defaultdict(dict)
    counts = _counts(scheme, table, numbers)
    for area, index, n, simulated, *parts in rows(inside(scheme, table, numbers), counts):
        if index is not None:
            pairs = tuple(zip(parts[::2], parts[1::2], strict=True))
            found[names[area]][index] = Counts(n, out.pop((area, index), 0), simulated, pairs)
    for (area, index), n in out.items():  # where nothing is left
        found[names[area]][index] = Counts(0, n, 0, ((0, 0),) * len(scheme.measures))
    return dict(found)


def of_months(column: str, months: Sequence[int]) -> tuple[Test, ...]:
    return (Test(column, "in", tuple(months)),) if months else ()


def inside(scheme: Scheme, table: MirrorTable, numbers: Words) -> tuple[Test, ...]:
    """What a case passes that counts: neither left out by the scheme nor taken out."""
    base = tests(table, scheme.where, numbers)
    return (*base, Test(scheme.exclude, "in", (0,))) if scheme.exclude else base


def _taken_out(scheme: Scheme, table: MirrorTable, numbers: Words) -> tuple[Test, ...]:
    return (*tests(table, scheme.where, numbers), Test(scheme.exclude, "in", (1,)))


def _counts(scheme: Scheme, table: MirrorTable, numbers: Words) -> tuple[Count, ...]:
    """Of cases that count: all, those made up, of each measure numerator and denominator.

    A numerator is counted within its denominator.
    """
    made_up = Test(SIMULATED, "in", (1,)) if table.column(SIMULATED) is not None else _never(table)
    counts = [Count(()), Count((made_up,))]
    for measure in scheme.measures:
        den = tests(table, measure.den, numbers)
        counts += [Count((*den, *tests(table, measure.num, numbers))), Count(den)]
    return tuple(counts)


def _never(table: MirrorTable) -> Test:
    return Test(table.columns[0].name, "unset")
