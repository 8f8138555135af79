"""调度: what a dispatch meeting asks of many projects at once: slips, contradictions, clocks, conversion, totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction

import numpy as np

from tongjian.kernel import calendars, clocks, deadlines, passages
from tongjian.kernel.access import Viewer
from tongjian.kernel.clocks import Allowance, Clockwork, Due, Elapsed, Unit
from tongjian.kernel.deadlines import Node, Plan
from tongjian.kernel.tracks import Stage
from tongjian.records.projects import queries
from tongjian.records.projects.actions import investments
from tongjian.records.projects.choices import DocumentKind, YearClass
from tongjian.records.projects.models import Investment, Progress, Project, ProjectDocument
from tongjian.records.projects.rules import actual, entry, identities, pairing, slips
from tongjian.records.projects.rules import contradictions as questions
from tongjian.records.projects.rules.classes import Conversion, conversion
from tongjian.records.projects.rules.contradictions import Contradiction, History, Seen, Spent
from tongjian.records.projects.rules.identities import Break
from tongjian.records.projects.rules.slips import Slip
from tongjian.records.projects.rules.stops import Stop
from tongjian.records.projects.settings import Library, library
from tongjian.values import Number, Period

ZERO = Number(0)


# Contradictions


def histories(projects: Sequence[Project], given: Library | None = None) -> dict[int, History]:
    """What the contradiction tests look at, of many projects in a handful of queries."""
    held = given or library()
    pks = {p.pk for p in projects}
    spent, seen = _spent(pks), _seen(pks)
    reporting = {pk: {s.month for s in rows if s.amount.mantissa > 0} for pk, rows in spent.items()}
    parts: dict[int, dict[int, list[str]]] = {}
    for p in projects:
        if p.parent_id is not None:
            for month in sorted(reporting.get(p.pk, ())):
                parts.setdefault(p.parent_id, {}).setdefault(month, []).append(p.name)
    standing = queries.standings(projects, 0, held)
    return {
        p.pk: History(
            spent.get(p.pk, ()),
            seen.get(p.pk, ()),
            standing[p.pk].started_on,
            standing[p.pk].finished_on,
            parts.get(p.pk),
        )
        for p in projects
    }


def _spent(pks: set[int]) -> dict[int, list[Spent]]:
    """The months of each project; construction and installation of a month are told where both months tell them."""
    rows = queries.of(Investment.objects.order_by("project_id", "month", "seq"), pks)
    names = ("project_id", "month", "decimals", "this_month", "construction", "installation")
    newest = {(r[0], r[1]): r for r in rows.values_list(*names) if r[0] in pks}
    found: dict[int, list[Spent]] = {}
    for (pk, month), row in newest.items():
        before = newest.get((pk, month - 1)) if month % 12 else None
        amount = Number(row[3] or 0, row[2])
        works = _works(row, before if month % 12 else ())
        found.setdefault(pk, []).append(Spent(month, amount, works))
    return found


def _works(row: tuple[int | None, ...], before: tuple[int | None, ...] | None) -> Number | None:
    """建筑 + 安装 of the month alone. before: the month before; (): January; None: not reported."""
    if row[4] is None and row[5] is None:
        return None
    until = Number((row[4] or 0) + (row[5] or 0), row[2] or 0)
    if before is None:
        return until if (row[1] or 0) % 12 <= 1 else None
    earlier = Number((before[4] or 0) + (before[5] or 0), before[2] or 0) if before else ZERO
    return Number.of(until.decimal - earlier.decimal)


def _seen(pks: set[int]) -> dict[int, list[Seen]]:
    rows = queries.of(Progress.objects.order_by("project_id", "month", "seq"), pks)
    names = ("project_id", "month", "state", "percent", "text")
    newest = {(r[0], r[1]): r for r in rows.values_list(*names) if r[0] in pks}
    found: dict[int, list[Seen]] = {}
    for (pk, month), row in newest.items():
        found.setdefault(pk, []).append(Seen(month, row[2], row[3], row[4]))
    return found


def contradictions(projects: Sequence[Project]) -> dict[int, list[Contradiction]]:
    """Of those projects that have any, the oldest first."""
    held = library()
    found = {
        pk: questions.contradictions(h, held.contradictions) for pk, h in histories(projects, held).items()
    }
    return {pk: some for pk, some in found.items() if some}


@dataclass(frozen=True, slots=True)
class Broken:
    """A month that stands and does not hold a check (it came in when the settings were others)."""

    project: int
    month: int
    found: Break


def broken(projects: Sequence[Project]) -> list[Broken]:
    """All identities over all standing months of these projects."""
    pks = np.array([p.pk for p in projects], np.int64)
    if not len(pks):
        return []
    nothing = investments.Batch(pks, np.zeros(len(pks), np.int64), _none(len(pks)), pks * 0, [], pks * 0)
    ground = investments.ground_of(nothing)
    if not len(ground.held):
        return []
    columns = investments.columns_of(ground.held, ground)
    found = identities.breaks(columns, ground.settings.checks)
    return [Broken(int(columns.project[b.row]), int(columns.month[b.row]), b) for b in found]


def _none(rows: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.full((rows, len(identities.AMOUNTS)), identities.MISSING, np.int64)


# Slips


def slipped(
    user: Viewer,
    last: datetime,
    today: date,
    promises: Mapping[int, Sequence[str]] | None = None,
) -> list[Slip]:
    """What slipped since the meeting at `last`, of the projects that a user may see.

    promises: by project pk, as the caller knows them (plans lie above the records).
    """
    names = ("project_id", "track", "stage", "seq", "planned_on", "reason", "recorded_at")
    versions = [slips.Planned(*row) for row in queries.plan_versions(user).values_list(*names)]
    pks = {v.project for v in versions}
    money = {p.pk: p.planned_total for p in queries.visible_to(user) if p.planned_total is not None}
    reached = {
        (pk, track, stage): day
        for track in {v.track for v in versions}
        for pk, at in queries.reached(pks, track).items()
        for stage, day in at.days.items()
    }
    return slips.slipped(versions, last, today, slips.Ground(reached, money, promises or {}))


# Clocks


@dataclass(frozen=True, slots=True)
class StageClock:
    """A stage with a clock: since when it runs, how many days it has, how many are used; done: it was entered.

    due: the last day in time and why, by the same rules; its `at` is None while a stop lasts.
    """

    stage: Stage
    since: date
    allowed: int
    used: Elapsed
    done: bool
    due: Due
    stops: tuple[Stop, ...] = ()

    @property
    def stopped(self) -> Stop | None:
        """The stop that lasts, of a clock that has not ended."""
        return next((s for s in self.stops if s.until is None and not self.done), None)

    @property
    def is_over(self) -> bool:
        return self.used.amount > self.allowed


def stage_clocks(projects: Sequence[Project], track_key: str, today: date) -> dict[int, list[StageClock]]:
    """Clocks of a track that run or ran, by project: from entering the earlier stage to entering this one, or today."""
    track, work = passages.track(track_key), clocks.current()
    pks = [p.pk for p in projects]
    stops = queries.stops_of(pks, track_key)
    found: dict[int, list[StageClock]] = {}
    for pk, at in queries.reached(pks, track_key).items():
        for stage in track.stages:
            since = at.days.get(stage.clock.since) if stage.clock else None
            if since is not None and not at.left:
                until = at.days.get(stage.key)
                of_stage = stops.get(pk, {}).get(stage.key, ())
                found.setdefault(pk, []).append(clock_of(work, stage, since, until, today, of_stage))
    return found


def clock_of(
    work: Clockwork, stage: Stage, since: date, until: date | None, today: date, stops: Sequence[Stop]
) -> StageClock:
    """One clock, its stops taken out of what is used and added to what is due."""
    assert stage.clock is not None
    working, pauses = stage.clock.working, [s.pause for s in stops]
    used = work.elapsed_days(since, until or today, working=working, pauses=pauses)
    allowance = Allowance(stage.clock.days, Unit.WORKING_DAYS if working else Unit.DAYS)
    due = work.explain(datetime.combine(since, time()), allowance, pauses)
    return StageClock(stage, since, stage.clock.days, used, until is not None, due, tuple(stops))


def land_to_works(projects: Sequence[Project]) -> dict[int, Elapsed]:
    """拿地即开工: working days from the dated land document to the stage that lets works begin.

    Only projects that have both; the day of the document does not count, the day of the permit does.
    """
    names, work = library().stages, clocks.current()
    pks = {p.pk for p in projects}
    rows = ProjectDocument.objects.filter(kind=DocumentKind.LAND, dated__isnull=False).order_by("-dated")
    land = {pk: day for pk, day in rows.values_list("project_id", "dated") if pk in pks}
    found = {}
    for pk, at in queries.reached(land, names.approval).items():
        permit = at.at_or_past(tuple(names.mature))
        day = land[pk]
        if permit is not None and day is not None and permit >= day:
            found[pk] = work.elapsed_days(day, permit)
    return found


# 倒排工期


@dataclass(frozen=True, slots=True)
class Needed:
    """By when a stage has to be reached for the planned start or finish; reached: when it was."""

    node: Node
    by: date
    reached: date | None = None

    def is_late(self, today: date) -> bool:
        return (self.reached or today) > self.by


def backward(projects: Sequence[Project], given: Library | None = None) -> dict[int, list[Needed]]:
    """Days by which stages are needed, reckoned back from the planned months, in one pass over all projects.

    The planned start is the first day of its month, the finish the last of its own. What hangs on a month that is not
    planned is left out.
    """
    plan = (given or library()).backward
    ends = {
        "start": [_first(p.planned_start) for p in projects],
        "finish": [_last(p.planned_finish) for p in projects],
    }
    starts = np.array([ends[key] for key in plan.fixed], dtype="datetime64[D]").T
    found = deadlines.schedule(plan, starts, calendars.current())
    tracks = {n.key.partition("/")[0] for n in plan.nodes if n.links}
    reached = queries.reached_on([p.pk for p in projects], tracks)
    return {
        p.pk: list(_needed(plan, row, {t: at.get(p.pk, actual.NOTHING) for t, at in reached.items()}))
        for p, row in zip(projects, found.tolist(), strict=True)
    }


def _needed(
    plan: Plan, row: Sequence[date | None], reached: Mapping[str, actual.Reached]
) -> Iterator[Needed]:
    for node, by in zip(plan.nodes, row, strict=True):
        track, _slash, stage = node.key.partition("/")
        if node.links and by is not None:
            yield Needed(node, by, reached[track].days.get(stage))


def _first(month: int | None) -> date | None:
    return None if month is None else Period(month, month).first_day


def _last(month: int | None) -> date | None:
    return None if month is None else Period(month, month).last_day


# Entry, conversion, totals


def entry_of(project: Project) -> entry.Entry:
    """Whether a project must report investment, on which form, and what its entry file lacks."""
    papers = queries.evidence_kinds([project.pk]).get(project.pk, set())
    return entry.check(project.kind, project.planned_total, sorted(papers), library().entry)


def conversion_of(projects: Sequence[Project], year: int) -> Conversion:
    """实施转化率 of these projects in a year."""
    return conversion([s.dates for s in queries.standings(projects, year).values()], year)


@dataclass(frozen=True, slots=True)
class Totals:
    """projects: each once, a whole with its parts as one. Amounts in 万元, of a paired project the party's share.

    planned: planned totals. invested, works: year to date at `month`, all of it and 建安.
    """

    projects: int
    planned: Number
    invested: Number
    works: Number


def totals(projects: Sequence[Project], month: int, party: str, day: date) -> Totals:
    """Counted once: parts of a project that is here too do not count again, a pairing counts by its share.

    party: key of the district. day: on which shares are taken. month: the newest row of each project up to it in
    its year counts.
    """
    here = {p.pk: p for p in projects}
    tops = [p for p in projects if p.parent_id not in here]
    shares = queries.shares(list(here))
    own = {pk: pairing.share_of(party, shares.get(pk, []), day) for pk in here}
    planned = sum((_fraction(p.planned_total) * own[p.pk] for p in tops), Fraction(0))
    invested = works = Fraction(0)
    for pk, (whole, part) in _to_date(here, month).items():
        invested += whole * own[pk]
        works += part * own[pk]
    return Totals(len(tops), _number(planned), _number(invested), _number(works))


def _fraction(number: Number | None) -> Fraction:
    return Fraction(0) if number is None else Fraction(number.decimal)


def _number(value: Fraction) -> Number:
    """To one place, half up."""
    return Number((2 * value.numerator * 10 + value.denominator) // (2 * value.denominator), 1)


def _to_date(pks: Iterable[int], month: int) -> dict[int, tuple[Fraction, Fraction]]:
    """Year to date and 建安 of each project's newest month in the year, up to `month`."""
    wanted = set(pks)
    rows = Investment.objects.filter(month__gte=month // 12 * 12, month__lte=month).order_by("month", "seq")
    names = ("project_id", "decimals", "year_to_date", "construction", "installation")
    newest = {r[0]: r for r in rows.values_list(*names) if r[0] in wanted}
    return {
        pk: (Fraction(r[2] or 0, 10 ** r[1]), Fraction((r[3] or 0) + (r[4] or 0), 10 ** r[1]))
        for pk, r in newest.items()
    }


def by_class(projects: Sequence[Project], year: int) -> dict[YearClass, list[Project]]:
    """The plan year's projects by class, each in one; those that are not in the year are left out."""
    standing = queries.standings(projects, year)
    found: dict[YearClass, list[Project]] = {c: [] for c in YearClass}
    for p in projects:
        chosen = standing[p.pk].year_class
        if chosen is not None:
            found[chosen].append(p)
    return found
