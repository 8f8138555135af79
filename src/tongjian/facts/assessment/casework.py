"""The cases that a scheme counts in a month, one by one, from the same mirror and conditions as the counts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongjian.facts import engine
from tongjian.facts.assessment.results import Counts
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.engine import Listing, Test
from tongjian.facts.measured.tallies import NOWHERE, SIMULATED, Words, month_column, tests
from tongjian.facts.mirror import layout
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import opened, snapshot, words
from tongjian.facts.mirror.tables import named
from tongjian.kernel.mirrored import MirrorTable

PASSED, FAILED, APART = "1", "0", "-"
ALL = 100_000_000
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Assessed:
    """One case as a scheme counts it. unit: key, "" for none; month: index; verdicts: one sign a measure."""

    id: int
    unit: str
    month: int
    excluded: bool
    simulated: bool
    verdicts: str


@dataclass(frozen=True, slots=True)
class Roll:
    """All cases of some months. digest: the mirror's snapshot."""

    cases: tuple[Assessed, ...]
    digest: str


def roll(scheme: Scheme, months: Sequence[int]) -> Roll | None:
    """By ascending id. None where there is no mirror, or none of this table as it is declared now."""
    table = named(scheme.table).get(scheme.table)
    if table is None:
        return None
    try:
        with opened() as db:
            held = snapshot(db, table)
            if held is None:
                return None
            numbers = words(db, table)
            rows = db.execute(_sql(scheme, table, numbers, months)).fetchall()
    except MirrorError:
        return None
    return Roll(tuple(_read(scheme, table, numbers, rows)), held.digest)


def month_of(scheme: Scheme, ids: Iterable[int]) -> dict[int, Assessed]:
    """Of these cases, those that the scheme counts or takes out in any month."""
    wanted = set(ids)
    table = named(scheme.table).get(scheme.table)
    if not wanted or table is None:
        return {}
    with opened() as db:
        numbers = words(db, table)
        only = Test(table.columns[0].name, "in", tuple(sorted(wanted)))
        rows = db.execute(_sql(scheme, table, numbers, (), only)).fetchall()
    return {case.id: case for case in _read(scheme, table, numbers, rows)}


def _sql(scheme: Scheme, table: MirrorTable, numbers: Words, months: Sequence[int], *more: Test) -> str:
    asked = _columns(scheme, table, numbers)
    base = [*tests(table, scheme.where, numbers), *more]
    if months:
        base.append(Test(month_column(table, scheme.on), "in", tuple(months)))
    listing = Listing(table.name, table.columns[0].name, asked, tuple(base), ALL)
    return engine.listing_sql(listing, layout.kept(table), "duckdb")


def _columns(scheme: Scheme, table: MirrorTable, numbers: Words) -> tuple[str, ...]:
    named_: list[str] = [scheme.by, month_column(table, scheme.on)]
    if scheme.exclude:
        named_.append(scheme.exclude)
    if table.column(SIMULATED) is not None:
        named_.append(SIMULATED)
    for num, den in _measures(scheme, table, numbers):
        named_ += [t.column for t in (*num, *den)] + [t.other for t in (*num, *den) if t.other]
    key = table.columns[0].name
    return tuple(c for c in dict.fromkeys(named_) if c != key)


def _measures(scheme: Scheme, table: MirrorTable, numbers: Words) -> list[tuple[list[Test], list[Test]]]:
    return [(list(tests(table, m.num, numbers)), list(tests(table, m.den, numbers))) for m in scheme.measures]


def _read(
    scheme: Scheme, table: MirrorTable, numbers: Words, rows: Iterable[Sequence[Any]]
) -> Iterator[Assessed]:
    columns = (table.columns[0].name, *_columns(scheme, table, numbers))
    place = {name: n for n, name in enumerate(columns)}
    units = {number: word for word, number in numbers.get(scheme.by, {}).items()}
    month = place[month_column(table, scheme.on)]
    measures = _measures(scheme, table, numbers)
    for row in rows:
        if row[month] is None:
            continue
        unit = row[place[scheme.by]]
        verdicts = "".join(_verdict(row, place, num, den) for num, den in measures)
        yield Assessed(
            int(row[0]),
            NOWHERE if unit is None else units[int(unit)],
            int(row[month]),
            bool(scheme.exclude and row[place[scheme.exclude]]),
            bool(SIMULATED in place and row[place[SIMULATED]]),
            verdicts,
        )


def _verdict(row: Sequence[Any], place: Mapping[str, int], num: Sequence[Test], den: Sequence[Test]) -> str:
    if not all(_passes(row, place, t) for t in den):
        return APART
    return PASSED if all(_passes(row, place, t) for t in num) else FAILED


def _passes(row: Sequence[Any], place: Mapping[str, int], test: Test) -> bool:
    value = row[place[test.column]]
    if test.op in {"set", "unset"}:
        return (value is None) == (test.op == "unset")
    if value is None:
        return False
    if test.op in {"in", "not"}:
        return (int(value) in test.values) == (test.op == "in")
    other = row[place[test.other]] if test.other else test.values[0]
    return other is not None and COMPARE[test.op](value, other)


def counts(scheme: Scheme, cases: Iterable[Assessed]) -> Counts:
    """The same counts as one pass over the mirror gives, from the cases themselves."""
    n = out = made_up = 0
    parts = [[0, 0] for _m in scheme.measures]
    for case in cases:
        if case.excluded:
            out += 1
            continue
        n, made_up = n + 1, made_up + case.simulated
        for part, sign in zip(parts, case.verdicts, strict=True):
            part[0] += sign == PASSED
            part[1] += sign != APART
    return Counts(n, out, made_up, tuple((a, b) for a, b in parts))


def by_unit(cases: Iterable[Assessed]) -> dict[str, list[Assessed]]:
    found: dict[str, list[Assessed]] = {}
    for case in cases:
        found.setdefault(case.unit, []).append(case)
    return found
