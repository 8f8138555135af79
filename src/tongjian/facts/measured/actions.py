"""Measuring all declared metrics, and recording what is new as facts. Safe to run twice, and to be killed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tongjian.facts import actions, lifetimes, rules
from tongjian.facts.actions import Given
from tongjian.facts.choices import FactSource, FactStatus
from tongjian.facts.engine import Run
from tongjian.facts.ground import GROUP_KINDS
from tongjian.facts.lifetimes import Lifetimes
from tongjian.facts.measured import listing, record, small, tallies, values, withholding
from tongjian.facts.measured.checked import asked, definition_digest, meant, measured_metrics
from tongjian.facts.measured.declaration import MeasuredError
from tongjian.facts.measured.tallies import NOWHERE, Asked, Found, Words
from tongjian.facts.measured.values import Cell, Within
from tongjian.facts.measured.withholding import Key
from tongjian.facts.measured.wording import NO_LONGER, reason
from tongjian.facts.mirror.reading import Snapshot, opened, snapshot, words
from tongjian.facts.mirror.tables import all_tables
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.simulated import word_for_simulated
from tongjian.kernel import definitions, events
from tongjian.kernel.mirrored import MirrorTable
from tongjian.kernel.models import Area, Event, Place, User
from tongjian.values import Number, Period

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VERB = "facts.measured"
YEARS = 10  # before the running one, unless asked for more
DIALECT = "duckdb"


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of one metric. facts: new ones. skipped: neither its rows nor its definition changed. problem: why
    it could not be measured.
    """

    metric: str
    figures: int = 0
    facts: int = 0
    skipped: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all metrics of a run share."""

    areas: Sequence[Within]
    lifetimes: Lifetimes
    since: int
    now: int
    last: int
    by: User | None
    at: datetime


@dataclass(frozen=True, slots=True)
class _Work:
    metric: Metric
    asked: Asked
    snapshot: Snapshot
    anew: bool  # its definition is not that of the last time


def measure(
    *,
    at: datetime,
    by: User | None = None,
    since: int | None = None,
    until: int | None = None,
    keys: Iterable[str] | None = None,
    tables: Mapping[str, MirrorTable] | None = None,
) -> list[Measured]:
    """Measure the metrics that declare it, over the mirror as it stands, and record what is new.

    since: the first month (year × 12 + month − 1); without it, and where neither rows nor definition nor month
    changed since the last time, a metric is skipped. until: the last month, else the month at hand; a stock without
    beginnings is taken as it stands. Each metric is a transaction of its own. Raises MirrorError.
    """
    known = all_tables() if tables is None else tables
    ground = _ground(since, until, by, at)
    done = [_retire(m, ground) for m in _retired()] if keys is None else []
    with opened() as db:
        work: list[_Work] = []
        for metric in measured_metrics(keys):
            one = _work(db, metric, known, ground, always=since is not None)
            if isinstance(one, Measured):
                done.append(one)
            else:
                work += one
        return [*done, *_measured(db, work, ground)]


def _ground(since: int | None, until: int | None, by: User | None, at: datetime) -> _Ground:
    day = timezone.localtime(at)
    now = day.year * 12 + day.month - 1
    begun = lifetimes.of_bodies(definitions.bodies("areas"))
    first = (day.year - YEARS) * 12 if since is None else since
    last = now if until is None else min(now, until)
    return _Ground(within(), begun, first, now, last, by, at)


def within() -> list[Within]:
    """The district, then its towns. Rows without an area are the district's."""
    areas = list(Area.objects.select_related("subject").order_by("order", "pk"))
    own = next((a for a in areas if a.key == settings.DISTRICT), None)
    if own is None:
        return []
    towns = [a for a in areas if a.parent_id == own.pk and a.kind in GROUP_KINDS["towns"]]
    made = [
        Within(a.key, frozenset(b.key for b in areas if b.path.startswith(a.path))) for a in (own, *towns)
    ]
    return [replace(made[0], below=made[0].below | {NOWHERE}), *made[1:]]


def _work(
    db: DuckDBPyConnection,
    metric: Metric,
    tables: Mapping[str, MirrorTable],
    ground: _Ground,
    *,
    always: bool,
) -> list[_Work] | Measured:
    """The whole and each breakdown of it."""
    try:
        found = asked(metric, tables)
    except MeasuredError as error:
        return Measured(metric.key, problem=str(error))
    table = found[0].table
    held = snapshot(db, table)
    if held is None:
        return Measured(metric.key, problem=f"the mirror does not hold the table {table.name} yet")
    before = _last(metric)
    anew = before is not None and before.get("definition") != definition_digest(metric)
    if not always and before == _state(metric, held, ground):
        return Measured(metric.key, skipped=True)
    return [_Work(metric, one, held, anew) for one in found]


def _state(metric: Metric, held: Snapshot, ground: _Ground) -> Mapping[str, object]:
    return {"definition": definition_digest(metric), "snapshot": held.digest, "month": ground.last}


def _last(metric: Metric) -> Mapping[str, object] | None:
    """What the metric was measured by the last time."""
    found = Event.objects.filter(stream=events.stream_of(metric), verb=VERB).order_by("-seq").first()
    return None if found is None else {k: found.data.get(k) for k in ("definition", "snapshot", "month")}


def _measured(db: DuckDBPyConnection, work: Sequence[_Work], ground: _Ground) -> Iterator[Measured]:
    tables = {w.asked.table.name: w.asked.table for w in work}
    numbers = {name: words(db, table) for name, table in tables.items()}

    def run(sql: str) -> list[tuple[int, ...]]:
        return db.execute(sql).fetchall()

    found = tallies.measure([w.asked for w in work], numbers, run, DIALECT)
    for _key, parts in groupby(work, key=lambda w: w.metric.key):
        yield _all_parts(list(parts), found, numbers, run, ground)


@transaction.atomic
def _all_parts(
    parts: Sequence[_Work],
    found: Mapping[str, Found],
    numbers: Mapping[str, Words],
    run: Run,
    ground: _Ground,
) -> Measured:
    """A metric whole and by breakdown, and the event that says by what it was measured: all of it, or nothing."""
    figures = made = 0
    counted = {one.asked.breakdown: list(_cells(one, found[one.asked.key], ground)) for one in parts}
    personal = parts[0].asked.table.personal
    shut = withholding.withheld(counted, settings.DISTRICT) if personal else frozenset()
    for one in parts:
        cells = counted[one.asked.breakdown]
        figures += len(cells)
        made += _recorded(one, found[one.asked.key], cells, shut, numbers[one.asked.table.name], run, ground)
    metric = parts[0].metric
    told = {**_state(metric, parts[0].snapshot, ground), "facts": made, "figures": figures}
    events.record(VERB, metric, by=ground.by, at=ground.at, data=told)
    return Measured(metric.key, figures, made)


def _cells(one: _Work, found: Found, ground: _Ground) -> Iterator[Cell]:
    if not one.snapshot.rows:
        yield from values.empty(ground.areas, meant(one.metric), ground.last)
        return
    areas = ground.areas if one.asked.declared.by else ground.areas[:1]
    for cell in values.cells(one.asked, found, meant(one.metric), areas, ground.since, ground.last):
        if ground.lifetimes.stands(cell.area, cell.period):
            yield cell


def _recorded(
    one: _Work,
    found: Found,
    cells: Sequence[Cell],
    shut: frozenset[Key],
    numbers: Words,
    run: Run,
    ground: _Ground,
) -> int:
    """The figures that are new, with their places in one record; how many. shut: those that are not for readers."""
    series, standing = _series(one.metric, one.asked.breakdown, cells), _standing(one.metric)
    new: list[tuple[Cell, str]] = []
    closing: list[Fact] = []
    for cell in cells:
        before = standing.get(_place(one.metric, cell, series))
        if before is not None and withholding.key_of(one.asked.breakdown, cell) in shut:
            closing.append(before)
        status = _status(cell, before, one.anew, ground)
        if status is not None:
            new.append((cell, status))
    _close(closing)
    if not new:
        return 0
    places = _places(one, found, [cell for cell, _status in new], shut, numbers, run, ground)
    given = [
        Given(
            series[cell.area, _kind(one.metric, cell.period)],
            cell.period,
            cell.value if isinstance(cell.value, Number) else reason(cell.value),
            place,
            status=status,
            anew=True,
        )
        for (cell, status), place in zip(new, places, strict=True)
    ]
    return len(actions.record_all(given, source=FactSource.MEASURED, by=ground.by, at=ground.at))


def _close(standing: Sequence[Fact]) -> None:
    """Figures told before that would tell one that is hidden now are marked at their places; no number is touched."""
    marked = small.noted(withheld=True, simulated="")
    places = Place.objects.filter(pk__in=[f.evidence_id for f in standing]).exclude(
        excerpt__startswith=marked
    )
    for place in places:
        place.excerpt = marked + place.excerpt
    Place.objects.bulk_update(places, ["excerpt"])


def _places(
    one: _Work,
    found: Found,
    cells: Sequence[Cell],
    shut: frozenset[Key],
    numbers: Words,
    run: Run,
    ground: _Ground,
) -> Sequence[Place]:
    """The record of these figures, and the place of each in it."""
    own = listing.members(one.asked, cells, numbers, run)
    ids = {} if own is None else listing.kept_ids(one.asked, cells, own, ground.areas)
    file = record.kept(one.metric, one.asked, found, one.snapshot, cells, ids, by=ground.by, at=ground.at)
    withheld = [withholding.key_of(one.asked.breakdown, c) in shut for c in cells]
    return record.places(file, cells, withheld, word_for_simulated())


def _kind(metric: Metric, period: Period) -> str:
    return str(rules.period_kind(metric.kind, period))


def _series(metric: Metric, breakdown: str, cells: Iterable[Cell]) -> dict[tuple[str, str], Series]:
    """The level of each area and way to count time, made where it is new."""
    wanted = {(c.area, _kind(metric, c.period)) for c in cells}
    plain = Series.objects.filter(
        metric=metric, measure="level", of="", basis="natural", comparator="", breakdown=breakdown
    ).select_related("subject")
    found = {(s.subject.key, s.period_kind): s for s in plain}
    subjects = {a.key: a.subject for a in Area.objects.select_related("subject")}
    missing = sorted(wanted - set(found))
    Series.objects.bulk_create(
        Series(
            metric=metric,
            subject=subjects[area],
            measure="level",
            basis="natural",
            comparator="",
            breakdown=breakdown,
            period_kind=kind,
            unit=rules.unit_of(metric.unit, "level"),
        )
        for area, kind in missing
    )
    if missing:
        found = {(s.subject.key, s.period_kind): s for s in plain.all()}
    for one in found.values():
        one.metric = metric
    return found


def _standing(metric: Metric) -> dict[tuple[int, str], Fact]:
    """The newest measured fact of each series and period."""
    rows = Fact.objects.filter(series__metric=metric, source=FactSource.MEASURED).order_by("seq")
    return {(f.series_id, f.period): f for f in rows}


def _place(metric: Metric, cell: Cell, series: Mapping[tuple[str, str], Series]) -> tuple[int, str]:
    """Where the cell's facts stand: series and period as it is written there."""
    one = series[cell.area, _kind(metric, cell.period)]
    return one.pk, str(rules.canonical(one.period_kind, cell.period))


def _status(cell: Cell, before: Fact | None, anew: bool, ground: _Ground) -> str | None:
    """How firm the figure is; None where it says nothing new. A month that still runs is a flash 快报."""
    value = cell.value if isinstance(cell.value, Number) else None
    why = "" if value is not None else reason(str(cell.value))
    same = before is not None and before.number == value and before.missing == why
    if cell.period.end >= ground.now:
        return (
            None
            if same and not anew and before is not None and before.status == FactStatus.FLASH
            else FactStatus.FLASH
        )
    if before is None or before.status == FactStatus.FLASH:
        return FactStatus.ACTUAL
    if same:
        return before.status if anew else None
    return FactStatus.REVISED


def _retired() -> list[Metric]:
    """Metrics that were measured once and no longer say how."""
    facts = Fact.objects.filter(source=FactSource.MEASURED, series__metric__measured={})
    return list(Metric.objects.filter(pk__in=facts.values("series__metric")))


@transaction.atomic
def _retire(metric: Metric, ground: _Ground) -> Measured:
    """A number that nobody measures any more stands back for what is reported."""
    why = reason(NO_LONGER)
    left = [f for f in _standing(metric).values() if f.missing != why]
    rows = {s.pk: s for s in Series.objects.filter(pk__in={f.series_id for f in left})}
    given = [Given(rows[f.series_id], f.interval, why, f.evidence, status=f.status) for f in left]
    made = actions.record_all(given, source=FactSource.MEASURED, by=ground.by, at=ground.at)
    return Measured(metric.key, len(left), len(made), skipped=not made)
