"""The project library in the columnar mirror: projects, their months, their problems. Derived columns are read, not typed.

A project's row follows its passages and its pairing; a month's row is the one that counts, with the month's own 建安.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tongjian.kernel import passages
from tongjian.kernel.mirrored import Column, ColumnKind, MirrorTable, Row, of_queryset
from tongjian.kernel.models import Area, Passage
from tongjian.records.projects import queries
from tongjian.records.projects.choices import Nature, ProblemKind, ProjectKind
from tongjian.records.projects.models import Investment, Problem, Project
from tongjian.records.projects.rules import actual, pairing
from tongjian.records.projects.settings import Library, library
from tongjian.values import Number, Period

TEN_THOUSAND = "万元"

PROJECT = (
    Column("id", ColumnKind.ID),
    Column("area", ColumnKind.CODE, "属地", "Area"),
    Column("owner", ColumnKind.CODE, "牵头单位", "Owner"),
    Column("kind", ColumnKind.CODE, "项目类型", "Kind", choices=ProjectKind.choices),
    Column("nature", ColumnKind.CODE, "建设性质", "Nature", choices=Nature.choices),
    Column("industry", ColumnKind.CODE, "行业大类", "Industry division"),
    Column("planned_total", ColumnKind.NUMBER, "计划总投资", "Planned total", unit=TEN_THOUSAND, decimals=4),
    Column(
        "own_total", ColumnKind.NUMBER, "本区计划总投资", "Own planned total", unit=TEN_THOUSAND, decimals=4
    ),
    Column("own_share", ColumnKind.NUMBER, "本区份额", "Own share", decimals=6),
    Column("reserved_on", ColumnKind.DATE, "入库日期", "In the library since"),
    Column("planned_start", ColumnKind.MONTH, "计划开工", "Planned start"),
    Column("planned_finish", ColumnKind.MONTH, "计划完工", "Planned finish"),
    Column("started_on", ColumnKind.DATE, "开工日期", "Started on"),
    Column("finished_on", ColumnKind.DATE, "完工日期", "Finished on"),
    Column("approval", ColumnKind.CODE, "审批阶段", "Stage of approval"),
    Column("construction", ColumnKind.CODE, "建设阶段", "Stage of construction"),
    Column("entered_on", ColumnKind.DATE, "统计入库日期", "In the statistics since"),
    Column("part", ColumnKind.FLAG, "子项目", "Part of another"),
    Column("paired", ColumnKind.FLAG, "结对项目", "Paired"),
    Column("archived", ColumnKind.FLAG, "已归档", "Archived"),
    Column("name", ColumnKind.TEXT, "项目名称", "Name"),
)
INVESTMENT = (
    Column("id", ColumnKind.ID),
    Column("project", ColumnKind.INT, "项目", "Project"),
    Column("area", ColumnKind.CODE, "属地", "Area"),
    Column("kind", ColumnKind.CODE, "项目类型", "Kind", choices=ProjectKind.choices),
    Column("industry", ColumnKind.CODE, "行业大类", "Industry division"),
    Column("month", ColumnKind.MONTH, "月份", "Month"),
    Column("on", ColumnKind.DATE, "月末", "End of the month"),
    Column("amount", ColumnKind.NUMBER, "本月完成", "This month", unit=TEN_THOUSAND, decimals=4),
    Column("own_amount", ColumnKind.NUMBER, "本区本月完成", "Own, this month", unit=TEN_THOUSAND, decimals=4),
    Column("works", ColumnKind.NUMBER, "本月建安投资", "Works, this month", unit=TEN_THOUSAND, decimals=4),
    Column("year_to_date", ColumnKind.NUMBER, "自年初累计", "Year to date", unit=TEN_THOUSAND, decimals=4),
    Column("total", ColumnKind.NUMBER, "自开始累计", "Since the beginning", unit=TEN_THOUSAND, decimals=4),
    Column("part", ColumnKind.FLAG, "子项目", "Part of another"),
)


def project_rows(since: datetime | None) -> Iterator[Row]:
    """All projects, or those that changed (a pairing is a change) or entered a stage at or after `since`."""
    rows = Project.objects.select_related("subject", "area__subject", "owner__subject").order_by("pk")
    if since is not None:
        changed = set(Project.objects.filter(changed_at__gte=since).values_list("pk", flat=True))
        changed |= set(Passage.objects.filter(recorded_at__gte=since).values_list("subject_id", flat=True))
        held = [p for p in rows if p.pk in changed]
    else:
        held = list(rows)
    ground = _ground(held)
    return (_project(p, ground) for p in held)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What rows of projects are derived from, by project pk."""

    library: Library
    begin: tuple[str, ...]
    end: tuple[str, ...]
    works: Mapping[int, actual.Reached]
    approvals: Mapping[int, actual.Reached]
    statistics: Mapping[int, actual.Reached]
    shares: Mapping[int, list[pairing.Share]]
    paths: Mapping[str, str]  # of areas, by key


def _ground(held: list[Project]) -> _Ground:
    settings = library()
    names, pks = settings.stages, [p.pk for p in held]
    track = passages.track(names.construction)
    return _Ground(
        settings,
        actual.from_stage(track, names.started),
        actual.from_stage(track, names.finished),
        queries.reached(pks, names.construction),
        queries.reached(pks, names.approval),
        queries.reached(pks, names.statistics),
        queries.shares(pks),
        dict(Area.objects.values_list("subject__key", "path")),
    )


def _project(p: Project, ground: _Ground) -> Row:
    works = ground.works.get(p.pk, actual.NOTHING)
    total = None if p.planned_total is None else p.planned_total.decimal
    share = own_share(p, ground.shares.get(p.pk, ()), ground.paths, None)
    return (
        p.pk,
        p.area.subject.key if p.area else None,
        p.owner.subject.key if p.owner else None,
        p.kind,
        p.nature,
        p.industry[:2] or None,
        total,
        None if total is None else _times(total, share),
        _decimal(share, 6),
        p.reserved_on,
        p.planned_start,
        p.planned_finish,
        works.at_or_past(ground.begin),
        works.at_or_past(ground.end),
        _last(ground.approvals.get(p.pk)),
        _last(works),
        ground.statistics.get(p.pk, actual.NOTHING).at_or_past(("entered",)),
        p.parent_id is not None,
        p.pk in ground.shares,
        p.archived_at is not None,
        p.name,
    )


def _last(at: actual.Reached | None) -> str | None:
    """The stage that it stands at."""
    return next(reversed(list(at.days)), None) if at else None


def own_share(
    p: Project, shares: Iterable[pairing.Share], paths: Mapping[str, str], day: date | None
) -> Fraction:
    """What the project's own district has of it: parties whose area holds the project's. day None: the newest shares.

    An unpaired project, and one without an area, is counted whole.
    """
    known = list(shares)
    if not known or p.area is None:
        return Fraction(1)
    chosen = day or max((s.since or date.min for s in known), default=date.min)
    here = [s for s in known if s.holds(chosen)]
    if not here:
        return Fraction(1)
    path = p.area.path
    return pairing.total([s for s in here if path.startswith(paths.get(s.party, "?"))], chosen)


def _times(amount: Decimal, share: Fraction) -> Decimal:
    return _decimal(Fraction(amount) * share, 4)


def _decimal(value: Fraction, places: int) -> Decimal:
    """Half up."""
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Number(whole, places).decimal


def newest() -> QuerySet[Investment]:
    """Of each project's month the row that counts."""
    last = Investment.objects.filter(project=OuterRef("project"), month=OuterRef("month")).order_by("-seq")
    return Investment.objects.filter(pk=Subquery(last.values("pk")[:1]))


def investment_rows(since: datetime | None) -> Iterator[Row]:
    """The rows that count; of a project that reported or changed at or after `since` all of them.

    Months lean on each other, and on the project's area, kind and shares.
    """
    rows = newest().order_by("project_id", "month")
    if since is not None:
        reported = Investment.objects.filter(recorded_at__gte=since).values("project_id")
        rows = rows.filter(Q(project__in=reported) | Q(project__changed_at__gte=since))
    projects = {p.pk: p for p in Project.objects.select_related("area__subject")}
    shares = queries.shares(list(projects))
    paths = dict(Area.objects.values_list("subject__key", "path"))
    before: Investment | None = None
    for r in rows.iterator(chunk_size=5000):
        project = projects[r.project_id]
        yield _investment(r, before, project, shares.get(project.pk, ()), paths)
        before = r


def _investment(
    r: Investment,
    before: Investment | None,
    p: Project,
    shares: Iterable[pairing.Share],
    paths: Mapping[str, str],
) -> Row:
    end = Period(r.month, r.month).last_day
    amount = _amount(r, r.this_month)
    share = own_share(p, shares, paths, end)
    return (
        r.pk,
        p.pk,
        p.area.subject.key if p.area else None,
        p.kind,
        p.industry[:2] or None,
        r.month,
        end,
        amount,
        None if amount is None else _times(amount, share),
        _works(r, before),
        _amount(r, r.year_to_date),
        _amount(r, r.total),
        p.parent_id is not None,
    )


def _amount(r: Investment, mantissa: int | None) -> Decimal | None:
    return None if mantissa is None else Number(mantissa, r.decimals).decimal


def _works(r: Investment, before: Investment | None) -> Decimal | None:
    """建筑 + 安装 of the month alone; None where it is not told, or cannot be for want of the month before."""
    until = _cumulated(r)
    if until is None or r.month % 12 == 0:
        return until
    same = before is not None and before.project_id == r.project_id and before.month == r.month - 1
    if not same or before is None:
        return until if r.month % 12 == 1 else None
    earlier = _cumulated(before)
    return None if earlier is None else until - earlier


def _cumulated(r: Investment) -> Decimal | None:
    if r.construction is None and r.installation is None:
        return None
    return Number((r.construction or 0) + (r.installation or 0), r.decimals).decimal


TABLES: tuple[MirrorTable, ...] = (
    MirrorTable(
        name="project",
        columns=PROJECT,
        rows=project_rows,
        count=Project.objects.count,
        ids=lambda: Project.objects.values_list("pk", flat=True).iterator(),
        visible=queries.visible_to,
        label="投资项目",
        label_en="Projects",
        page="subjects:subject",
    ),
    MirrorTable(
        name="investment",
        columns=INVESTMENT,
        rows=investment_rows,
        count=lambda: newest().count(),
        ids=lambda: newest().values_list("pk", flat=True).iterator(),
        visible=queries.investments_visible_to,
        label="项目月度投资",
        label_en="Monthly investment of projects",
    ),
    of_queryset(
        "project_problem",
        Problem.objects.all,
        [
            Column("id", ColumnKind.ID, source="pk"),
            Column("project", ColumnKind.INT, "项目", "Project", source="project_id"),
            Column("area", ColumnKind.CODE, "属地", "Area", source="project__area__subject__key"),
            Column("owner", ColumnKind.CODE, "责任单位", "Owner", source="owner__subject__key"),
            Column("kind", ColumnKind.CODE, "问题类别", "Kind", choices=ProblemKind.choices),
            Column("level", ColumnKind.INT, "层级", "Level"),
            Column("opened_on", ColumnKind.DATE, "提出日期", "Raised on"),
            Column("due_on", ColumnKind.DATE, "解决期限", "Due on"),
            Column("closed_on", ColumnKind.DATE, "解决日期", "Solved on"),
        ],
        visible=queries.problems_visible_to,
        label="项目制约问题",
        label_en="Problems of projects",
    ),
)
