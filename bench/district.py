"""A made-up district's ledger for timing pages: rows straight into the tables, as imports would have left them.

Every metric of the shipped packs for the district and each of its towns, level and growth, month by month up to the last
one passed, every fifth value revised later; for each fact its cell and its event; a workbook, a package and a submission
for each unit and month; a plan with targets and tasks in each of the last two years.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction

TARGETS, TASKS, SECTIONS = 40, 150, 8
REVISED = 5  # one value in so many
CHUNK = 20_000
FEWEST_MONTHS = 26


@dataclass(frozen=True)
class Made:
    """What stands: counts, and the newest month (year × 12 + month − 1)."""

    facts: int
    series: int
    metrics: int
    newest: int


@dataclass(frozen=True)
class Ground:
    """Rows that facts hang on."""

    metrics: Sequence[Any]
    subjects: Sequence[Any]  # the district first
    users: Sequence[Any]
    newest: int


@dataclass
class Writer:
    """Rows of one table in chunks: executemany on SQLite, COPY on PostgreSQL."""

    model: type[models.Model]
    fields: Sequence[str]
    waiting: list[Sequence[Any]] = field(default_factory=list)
    written: int = 0

    def add(self, *row: Any) -> None:
        self.waiting.append(row)
        if len(self.waiting) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        table = self.model._meta.db_table
        columns = [self.model._meta.get_field(f).column for f in self.fields]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                _copy(cursor, table, columns, self.waiting)
            else:
                marks = ", ".join(["?"] * len(columns))
                sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
                cursor.cursor.executemany(sql, self.waiting)
        self.written += len(self.waiting)
        self.waiting.clear()


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    out = io.StringIO()
    for row in rows:
        out.write("\t".join("\\N" if v is None else str(v) for v in row) + "\n")
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        copy.write(out.getvalue())


def moment(day: date) -> str:
    """As the database keeps it."""
    return f"{day} 04:00:00" + ("+00" if connection.vendor == "postgresql" else "")


def reported_on(end: int) -> date:
    """The eighth of the month after."""
    return date((end + 1) // 12, (end + 1) % 12 + 1, 8)


def make(facts: int, today: date) -> Made:
    """About so many facts: fewer metrics where that leaves less than two years. The newest month is that before today's."""
    ground = _ground(today)
    month = len(ground.subjects) * 2 * (1 + 1 / REVISED)  # facts of a metric
    every = max(1, round(len(ground.metrics) * month * FEWEST_MONTHS / facts))
    ground = replace(ground, metrics=ground.metrics[::every])
    months = round(facts / (len(ground.metrics) * month))
    with transaction.atomic():
        series = _series(ground)
        files = _collection(ground, months)
        written = _facts(ground, series, files, months)
        _sequences()
        _plans(ground, series, today)
        _events_of_people(ground, months)
    _settle()
    return Made(written, len(series), len(ground.metrics), ground.newest)


def _ground(today: date) -> Ground:
    from tongjian.facts import catalogue
    from tongjian.facts.models import Metric
    from tongjian.kernel.models import Area, User

    catalogue.sync(datetime(today.year, today.month, 1, tzinfo=UTC))
    towns = Area.objects.filter(parent__subject__key=settings.DISTRICT).order_by("order", "pk")
    own = Area.objects.get(subject__key=settings.DISTRICT)
    metrics = [m for m in Metric.objects.exclude(owner=None).select_related("owner") if m.kind != "rank"]
    users = [
        User.objects.create_user("office", None, "x", role="plan_office", last_login=datetime.now(UTC)),
        User.objects.create_user("leader", None, "x", role="leader"),
    ]
    newest = today.year * 12 + today.month - 2
    return Ground(metrics, [own.subject, *(t.subject for t in towns)], users, newest)


# Series, each with how it counts time: (metric, subject, measure, kind) → key


def _series(ground: Ground) -> dict[tuple[int, int, str, str], int]:
    from tongjian.facts import rules
    from tongjian.facts.models import Series

    rows, found = [], {}
    for metric in ground.metrics:
        kinds = {"stock": ["point"]}.get(metric.kind) or (
            ["single"] if metric.counted == "single" else ["cumulative", "single"]
        )
        for subject in ground.subjects:
            for measure in ("level", "growth"):
                for kind in kinds:
                    unit = rules.unit_of(metric.unit, measure)
                    found[metric.pk, subject.pk, measure, kind] = len(rows) + 1
                    rows.append(
                        Series(
                            pk=len(rows) + 1,
                            metric=metric,
                            subject=subject,
                            measure=measure,
                            period_kind=kind,
                            unit=unit,
                        )
                    )
    Series.objects.bulk_create(rows, batch_size=2000)
    return found


def _collection(ground: Ground, months: int) -> dict[tuple[int, int], int]:
    """(owner, month) → its workbook."""
    from tongjian.facts.models import Package, Submission
    from tongjian.kernel.models import EvidenceFile
    from tongjian.values import Period

    owners = {m.owner_id: m.owner for m in ground.metrics}
    user, found = ground.users[0], {}
    files, packages, submissions = [], [], []
    for end in range(ground.newest - months + 1, ground.newest + 1):
        period, day = Period.to_date(end // 12, end % 12 + 1), reported_on(end)
        at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        for owner in owners.values():
            pk = len(files) + 1
            found[owner.pk, end] = pk
            files.append(
                EvidenceFile(
                    pk=pk,
                    sha256=f"{pk:064d}",
                    name=f"{owner.pk}-{period}.xlsx",
                    media_type="application/xlsx",
                    size=10_000,
                    owner=owner,
                    received_at=at,
                    received_by=user,
                )
            )
            packages.append(
                Package(
                    pk=pk,
                    organisation=owner,
                    period=str(period),
                    period_end=end,
                    state="approved",
                    due=day,
                    submitted_at=at,
                    approved_at=at,
                )
            )
            submissions.append(
                Submission(
                    pk=pk,
                    organisation=owner,
                    period=str(period),
                    package_id=pk,
                    file_id=pk,
                    state="accepted",
                    at=at,
                    by=user,
                )
            )
    for rows in (files, packages, submissions):
        type(rows[0]).objects.bulk_create(rows, batch_size=1000)  # type: ignore[attr-defined]
    return found


# Facts, in the order in which months arrive


def _facts(
    ground: Ground, series: dict[tuple[int, int, str, str], int], files: dict[tuple[int, int], int], months: int
) -> int:  # fmt: skip
    from tongjian.facts.models import Fact
    from tongjian.kernel.models import Event, Place

    chance = random.Random(20)
    places = Writer(Place, ("id", "file", "kind", "locator", "excerpt"))
    facts = Writer(
        Fact,
        (
            "id", "series", "period", "period_start", "period_end", "seq", "mantissa", "decimals", "missing", "bound",
            "words", "status", "source", "evidence", "recorded_at",
        ),
    )  # fmt: skip
    events = Writer(Event, ("id", "stream", "seq", "verb", "actor", "at", "data"))
    actor, pk, streams = ground.users[0].pk, _after(Place, Event), [0] * (len(series) + 1)
    scale = {m.pk: chance.uniform(50, 5000) for m in ground.metrics}
    for end in range(ground.newest - months + 1, ground.newest + 1):
        at = moment(reported_on(end))
        for one, period, start, value, decimals, seq, file in _month(
            ground, series, files, end, chance, scale
        ):
            pk += 1
            streams[one] += 1
            places.add(pk, file, "cell", f"填报!I{pk}", value)
            facts.add(
                pk, one, period, start, end, seq, value, decimals, "", "eq", str(value), "revised" if seq > 1 else "actual",
                "collection", pk, at,
            )  # fmt: skip
            data = f'{{"period": "{period}", "seq": {seq}}}'
            events.add(pk, f"facts.series/{one}", streams[one], "fact.recorded", actor, at, data)
    for writer in (places, facts, events):
        writer.flush()
    return facts.written


def _after(*kinds: type[models.Model]) -> int:
    """The highest key that is taken already."""
    return max(int(k._default_manager.aggregate(top=models.Max("pk"))["top"] or 0) for k in kinds)


def _month(
    ground: Ground,
    series: dict[tuple[int, int, str, str], int],
    files: dict[tuple[int, int], int],
    end: int,
    chance: random.Random,
    scale: dict[int, float],
) -> Iterator[tuple[int, str, int, int, int, int, int]]:
    """What arrives with a month: its own values, and a fifth of the values of the month before once more."""
    for metric in ground.metrics:
        file = files[metric.owner_id, end]
        kind, start, period = _counted(metric, end)
        level = scale[metric.pk] * (end % 12 + 1 if kind == "cumulative" else 1) * 1.004 ** (end % 240)
        for number, subject in enumerate(ground.subjects):
            share = 1 if number == 0 or metric.unit == "%" else 1 / len(ground.subjects)
            for measure in ("level", "growth"):
                one = series[metric.pk, subject.pk, measure, kind]
                wide = chance.uniform(0.97, 1.03)
                value = round(level * share * wide * 100) if measure == "level" else round(60 * wide)
                decimals = 2 if measure == "level" else 1
                yield one, period, start, value, decimals, 1, file
                if chance.randrange(REVISED) == 0:
                    yield one, period, start, value + 1, decimals, 2, file


def _counted(metric: Any, end: int) -> tuple[str, int, str]:
    """How the metric counts the month: kind, first month, and the period's text."""
    from tongjian.values import Period

    year, month = end // 12, end % 12 + 1
    if metric.kind == "stock":
        return "point", end, str(Period.year(year) if month == 12 else Period.month(year, month))
    if metric.counted == "single" or month == 1:
        return "single", end, str(Period.month(year, month))
    return "cumulative", year * 12, str(Period.to_date(year, month))


# Plans


def _plans(ground: Ground, series: dict[tuple[int, int, str, str], int], today: date) -> None:
    from tongjian.kernel.models import EvidenceFile, Place

    at = datetime(today.year - 1, 1, 8, tzinfo=UTC)
    document = EvidenceFile.objects.create(
        sha256="f" * 64, name="report.docx", media_type="application/docx", size=90_000, received_at=at
    )
    origin = Place.objects.create(
        pk=10**8, file=document, kind="span", locator="1-20", excerpt="A sentence of the report."
    )
    for year in (today.year - 1, today.year):
        _plan(ground, series, year, document, origin)


def _plan(
    ground: Ground, series: dict[tuple[int, int, str, str], int], year: int, document: Any, origin: Any
) -> None:
    from tongjian.plans.models import CheckIn, Obligation, PlanSection, PlanYear, Task

    at, district = datetime(year, 1, 8, tzinfo=UTC), ground.subjects[0]
    plan = PlanYear.objects.create(
        subject=district,
        year=year,
        title=f"{year}年国民经济和社会发展计划",
        state="approved",
        document=document,
    )
    sections = [
        PlanSection.objects.create(plan=plan, path=f"2.{n}", title=f"第{n + 1}部分", order=n)
        for n in range(SECTIONS)
    ]
    chosen = [m for m in ground.metrics if m.kind == "flow"][:TARGETS]
    Obligation.objects.bulk_create(
        Obligation(
            plan=plan, section=sections[n % SECTIONS], bound="ge", words="6%以上", mantissa=60, decimals=1, due=str(year),
            series_id=series[m.pk, district.pk, "growth", "single" if m.counted == "single" else "cumulative"],
            origin=origin, order=n, recorded_at=at,
        )
        for n, m in enumerate(chosen)
    )  # fmt: skip
    owners = list(dict.fromkeys(m.owner for m in ground.metrics))
    tasks = Task.objects.bulk_create(
        Task(
            plan=plan, section=sections[n % SECTIONS], number=n + 1, object=f"项目{n + 1}", action="建成", text="建成项目。",
            kind="build", milestone="建成", firmness="hard", due_month=f"{year}-{n % 12 + 1:02d}", lead=owners[n % len(owners)],
            origin=origin,
        )
        for n in range(TASKS)
    )  # fmt: skip
    CheckIn.objects.bulk_create(
        CheckIn(
            task=task, organisation=task.lead, month=f"{year}-{month:02d}", claim="on_track" if month < 9 else "done",
            text="按计划推进。", verdict="confirmed", by=ground.users[0], at=at + timedelta(days=30 * month),
        )
        for n, task in enumerate(tasks)
        for month in range(1, 10)
        if (n + month) % 3
    )  # fmt: skip


def _events_of_people(ground: Ground, months: int) -> None:
    """What workbooks and packages left in the log."""
    from tongjian.facts.models import Submission
    from tongjian.kernel.models import Event

    writer = Writer(Event, ("id", "stream", "seq", "verb", "actor", "at", "data"))
    pk, actor = 10**8, ground.users[0].pk
    for one, package, at in Submission.objects.values_list("pk", "package_id", "at"):
        day = moment(at.date())
        for stream, verb, seq, data in (
            (f"facts.submission/{one}", "collection.accepted", 1, '{"facts": 100}'),
            (f"facts.package/{package}", "collection.submitted", 1, "{}"),
            (f"facts.package/{package}", "collection.approved", 2, "{}"),
        ):
            pk += 1
            writer.add(pk, stream, seq, verb, actor, day, data)
    writer.flush()


def _sequences() -> None:
    """PostgreSQL gives out keys after those that were given here."""
    from django.apps import apps

    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())):
            cursor.execute(sql)


def _settle() -> None:
    """Statistics, which PostgreSQL gathers by itself after a while."""
    _sequences()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
