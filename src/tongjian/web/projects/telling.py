"""What the page of a subject says of a project: money by month, planned and real days, clocks, problems, photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tongjian.kernel import passages
from tongjian.kernel.codes import industries
from tongjian.kernel.models import Tracked, User
from tongjian.records.projects import monitoring, queries
from tongjian.records.projects.choices import (
    DocumentKind,
    FundingSource,
    FundingState,
    ProblemKind,
    ProblemLevel,
    WorkState,
)
from tongjian.records.projects.models import Investment, Milestone, Problem, Project
from tongjian.records.projects.monitoring import StageClock
from tongjian.records.projects.settings import library
from tongjian.values import Number, Period
from tongjian.web import charts, units
from tongjian.web.projects import funds
from tongjian.web.registers import shown
from tongjian.web.requests import today
from tongjian.web.subjects.what import Line, Told
from tongjian.web.templatetags import pages as tags

TEN_THOUSAND = "万元"
RECENT = 6  # months that stand open


@dataclass(frozen=True, slots=True)
class Day:
    """A planned stage. reached: when it was entered; late: days after the plan, or since it passed unmet."""

    milestone: Milestone
    stage: str
    track: str
    reached: date | None
    late: int


@dataclass(frozen=True, slots=True)
class Timed:
    """A clock with the name of its stage, and `track/stage` for its forms."""

    clock: StageClock
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month's money as the table shows it."""

    row: Investment
    label: str
    this_month: Number | None
    year_to_date: Number
    works: Number | None


@dataclass(frozen=True, slots=True)
class Money:
    """Reported months, the newest first, and the chart of the year to date."""

    months: Sequence[Month]
    chart: charts.Chart | None
    broken: Sequence[str]
    against: Sequence[str]

    @property
    def recent(self) -> Sequence[Month]:
        return self.months[:RECENT]

    @property
    def earlier(self) -> Sequence[Month]:
        return self.months[RECENT:]


def tell(record: Tracked, user: User) -> Told:
    assert isinstance(record, Project)
    names, day = library().stages, today()
    standing = queries.standings([record], day.year)[record.pk]
    editable = queries.editable(user).filter(pk=record.pk).exists()
    parties = funds.parties(record)
    return Told(
        kind=str(standing.year_class.label) if standing.year_class else _("Project"),
        lines=_lines(record),
        tracks=(names.approval, names.construction),
        editable=editable,
        edit=reverse("projects:edit", args=[record.pk]) if editable else "",
        up=reverse("projects:list"),
        up_label=_("Project library"),
        template="projects/project.html",
        more={
            "standing": standing,
            "money": money(record),
            "days": days(record, day),
            "clocks": clocks(record, (names.approval, names.construction), day),
            "land_to_works": monitoring.land_to_works([record]).get(record.pk),
            "problems": _problems(record),
            "progress": list(reversed(queries.newest_progress(record.pk)))[:6],
            "funding": funds.years(record),
            "funding_states": FundingState.choices,
            "funding_sources": FundingSource.choices,
            "documents": record.documents.select_related("place__file").order_by("-added_at"),
            "entry": monitoring.entry_of(record),
            "parties": parties,
            "party_lines": funds.lines(parties) if editable else (),
            "party_choices": funds.choices() if editable else (),
            "parts": Project.objects.filter(parent=record).select_related("subject"),
            "stages": _stages(names.approval, names.construction),
            "states": WorkState.choices,
            "problem_kinds": ProblemKind.choices,
            "levels": ProblemLevel.choices,
            "document_kinds": DocumentKind.choices,
            "units": shown.owners() if editable else (),
            "month": f"{day.year:04d}-{day.month:02d}",
            "today": day,
        },
    )


def _lines(project: Project) -> list[Line]:
    total = project.planned_total
    found: list[Line] = [
        (_("Kind"), project.get_kind_display()),
        (_("Nature"), project.get_nature_display()),
        (_("Industry"), _industry(project.industry)),
        (_("Builder"), project.builder or "—"),
        (_("Planned total"), f"{total}{spaced_unit()}" if total is not None else "—"),
        (_("Planned start"), _month(project.planned_start)),
        (_("Planned finish"), _month(project.planned_finish)),
        (_("In the library since"), tags.day(project.reserved_on)),
    ]
    if project.scope:
        found.append((_("Scope"), project.scope))
    return found


def unit() -> str:
    """The unit of a project's money in the language of the page."""
    return units.shown(TEN_THOUSAND)


def spaced_unit() -> str:
    """With the space that English puts before it."""
    name = unit()
    return f" {name}" if shown.english() else name


def _industry(code: str) -> str:
    if not code:
        return "—"
    name = industries.names(code)[shown.english()]
    return f"{name} {code}".strip()


def _month(index: int | None) -> str:
    return "—" if index is None else Period(index, index).label("en" if shown.english() else "zh")


def money(project: Project) -> Money:
    rows = queries.newest_investments(project.pk)
    points = [(Period(r.month // 12 * 12, r.month), _held(r.year_to_date, r)) for r in rows]
    chart = charts.of_points([(p, n) for p, n in points if n is not None], TEN_THOUSAND, adds_up=True)
    language = "en" if shown.english() else "zh"
    broken = [b.found.said(language) for b in monitoring.broken([project])] if rows else []
    against = [c.said(language) for c in monitoring.contradictions([project]).get(project.pk, ())]
    return Money([_shown(r) for r in reversed(rows)][:24], chart, broken, against)


def _shown(row: Investment) -> Month:
    works = None
    if row.construction is not None or row.installation is not None:
        works = Number((row.construction or 0) + (row.installation or 0), row.decimals)
    total = _held(row.year_to_date, row)
    assert total is not None  # a column that is always filled
    return Month(row, _month(row.month), _held(row.this_month, row), total, works)


def _held(amount: int | None, row: Investment) -> Number | None:
    return None if amount is None else Number(amount, row.decimals)


def days(project: Project, day: date) -> list[Day]:
    """Planned stages by day, each with the day on which it was really entered."""
    tracks = passages.all_tracks()
    reached = {t: queries.reached([project.pk], t).get(project.pk) for t in tracks}
    found = []
    for m in queries.plan_of(project.pk):
        here, track = reached.get(m.track), tracks.get(m.track)
        on = here.days.get(m.stage) if here else None
        late = max(((on or day) - m.planned_on).days, 0)
        name = shown.stage_name(track, m.stage) if track else m.stage
        found.append(Day(m, name, m.track, on, late))
    return found


def clocks(project: Project, tracks: Sequence[str], day: date) -> list[Timed]:
    """Clocks that run or ran, in the order of the tracks."""
    known = passages.all_tracks()
    return [
        Timed(c, shown.stage_name(known[t], c.stage.key), f"{t}/{c.stage.key}")
        for t in tracks
        if t in known
        for c in monitoring.stage_clocks([project], t, day).get(project.pk, ())
    ]


def _problems(project: Project) -> list[Problem]:
    rows = project.problems.select_related("owner__subject").prefetch_related("notes__by")
    return sorted(rows, key=lambda p: (p.closed_on is not None, p.due_on))


def _stages(*tracks: str) -> list[tuple[str, str]]:
    """`track/stage` and its name, for the forms."""
    known = passages.all_tracks()
    return [
        (f"{key}/{s.key}", f"{shown.stage_name(known[key], s.key)}")
        for key in tracks
        if key in known
        for s in known[key].stages
    ]
