"""重演 on a page: a plan's year under the rules that ruled and under others, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongjian.kernel import definitions
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Definition, User
from tongjian.plans import lights, rulebook
from tongjian.plans.choices import Light
from tongjian.plans.models import Obligation, PlanYear
from tongjian.plans.replay import Replay, Row, replay
from tongjian.plans.rulebook import Edge
from tongjian.plans.sheets import Column, Table, Value
from tongjian.values import Period
from tongjian.web.templatetags import pages

YARDSTICKS: Mapping[str, str | Promise] = {
    "growth": _lazy("Growth, percentage points better than asked"),
    "flow": _lazy("Amount over the year, points ahead of time"),
    "state": _lazy("Stock or ratio, points or per cent better"),
    "cap": _lazy("Upper limit, what is left under it"),
    "cap_flow": _lazy("Limit on an amount, points below time"),
    "bounds": _lazy("How wide 左右 is"),
}
STAGES: Mapping[str, str | Promise] = {
    "during": _lazy("during the year"),
    "final": _lazy("final"),
    "approx_points": _lazy("percentage points"),
    "approx_percent": _lazy("per cent of an amount"),
}
FILLS: Mapping[Light, str] = {Light.GREEN: "DDF1E5", Light.YELLOW: "FBEBC8", Light.RED: "F8D9D6"}


@dataclass(frozen=True, slots=True)
class Field:
    """A threshold in the form. typed: as sent, else as it rules."""

    edge: Edge
    typed: str

    @property
    def stage(self) -> str:
        return str(STAGES[self.edge.stage])


@dataclass(frozen=True, slots=True)
class Line:
    """A target with its cells, one a month."""

    obligation: Obligation
    cells: Sequence[Row | None]

    @property
    def is_changed(self) -> bool:
        return any(c.is_changed for c in self.cells if c)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many targets show a light in each month: before and after."""

    light: Light
    counts: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Threshold:
    """One that differs from the ruling lists."""

    before: Edge
    after: Edge

    @property
    def name(self) -> str:
        """Its list and stage."""
        return f"{YARDSTICKS[self.after.yardstick]} · {STAGES[self.after.stage]}"

    @property
    def between(self) -> str:
        """The lights on its two sides; empty for how wide 左右 is."""
        edge = self.after
        return f"{edge.above.label} / {edge.below.label}" if edge.above and edge.below else ""


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """A year under two sets of rules. changed: where they differ."""

    months: Sequence[Period]
    lines: Sequence[Line]
    tallies: Sequence[Tally]
    changes: Sequence[Row]
    changed: Sequence[Threshold]


def may_edit(user: User) -> bool:
    """Who may try thresholds of their own."""
    return user.is_active and user.role in {Role.PLAN_OFFICE, Role.LEADER}


def moments() -> list[datetime]:
    """When lists of lights were applied, the newest first: each began a version of the rules."""
    rows = Definition.objects.filter(kind="lights").values_list("applied_at", flat=True)
    return list(rows.distinct().order_by("-applied_at"))


def bodies(at: datetime | None) -> list[dict[str, object]]:
    """The lists that ruled then (None: now)."""
    return [r.body for r in definitions.ruling("lights", at)]


def fields(ruling: Sequence[Mapping[str, object]], typed: Mapping[str, str]) -> list[tuple[str, list[Field]]]:
    """The form: thresholds by yardstick."""
    found = [Field(e, typed.get(e.name) or e.value) for e in rulebook.edges(ruling)]
    return [(str(label), [f for f in found if f.edge.yardstick == key]) for key, label in YARDSTICKS.items()]


def months_of(year: int, today: date) -> list[Period]:
    """The months of the year that are over; January where none is."""
    every = [Period.month(year, m) for m in range(1, 13)]
    return [m for m in every if m.last_day <= today] or every[:1]


def page(plan: PlanYear, other: Sequence[Mapping[str, object]], today: date, *, as_known: bool) -> ReplayPage:
    """Raises LightsError when the other lists do not cover the line."""
    months = months_of(plan.year, today)
    found = replay(plan, lights.read(other), months, as_known=as_known)
    ruling = rulebook.edges(bodies(None))
    return ReplayPage(
        months,
        _lines(found, months),
        [_tally(found, months, light) for light in Light],
        found.changes,
        [Threshold(a, b) for a, b in rulebook.changed(ruling, rulebook.edges(other))],
    )


def _lines(found: Replay, months: Sequence[Period]) -> list[Line]:
    """By target, in the plan's order; a month in which a target was not yet in force shows nothing."""
    by_target: dict[int, dict[Period, Row]] = {}
    first: dict[int, Row] = {}
    for row in found.rows:
        by_target.setdefault(row.obligation.pk, {})[row.month] = row
        first.setdefault(row.obligation.pk, row)
    return [Line(first[pk].obligation, [rows.get(m) for m in months]) for pk, rows in by_target.items()]


def _tally(found: Replay, months: Sequence[Period], light: Light) -> Tally:
    counts = [(found.tally(m, after=False)[light], found.tally(m, after=True)[light]) for m in months]
    return Tally(light, counts)


# The same as a workbook


def sheets(plan: PlanYear, found: ReplayPage, rules: str, known_on: str) -> list[Table]:
    """Lights by target and month, each change with its sentences, the thresholds that differ."""
    below = _("%(rules)s; as known on %(day)s; before → after") % {"rules": rules, "day": known_on}
    return [_matrix(plan, found, below), _changes(plan, found, below), _thresholds(found, below)]


def _matrix(plan: PlanYear, found: ReplayPage, below: str) -> Table:
    columns = [Column(_("Target"), 30), *(Column(pages.period(m), 12, centred=True) for m in found.months)]
    rows: list[list[Value]] = []
    fills: dict[tuple[int, int], str] = {}
    for number, line in enumerate(found.lines):
        rows.append([str(line.obligation.series), *(_said(c) for c in line.cells)])
        for column, cell in enumerate(line.cells, 1):
            if cell is not None and cell.is_changed and cell.after.light in FILLS:
                fills[number, column] = FILLS[cell.after.light]
    return Table(_("Lights"), f"{plan}: {_('Replay')}", below, columns, rows, fills)


def _said(row: Row | None) -> str:
    if row is None:
        return "—"
    before, after = row.before.light.label, row.after.light.label
    return f"{before} → {after}" if row.is_changed else str(before)


def _changes(plan: PlanYear, found: ReplayPage, below: str) -> Table:
    headings = [_("Month"), _("Target"), _("Before"), _("After"), _("Why before"), _("Why after")]
    columns = [Column(h, w) for h, w in zip(headings, (12, 26, 10, 10, 48, 48), strict=True)]
    rows: list[list[Value]] = [
        [
            pages.period(r.month),
            str(r.obligation.series),
            str(r.before.light.label),
            str(r.after.light.label),
            r.before.reason_text,
            r.after.reason_text,
        ]
        for r in found.changes
    ]
    return Table(_("Changes"), f"{plan}: {_('Changes')}", below, columns, rows)


def _thresholds(found: ReplayPage, below: str) -> Table:
    columns = [Column(_("List"), 44), Column(_("Edge"), 26), Column(_("Ruling"), 10), Column(_("Tried"), 10)]
    rows: list[list[Value]] = [[t.name, t.between, t.before.value, t.after.value] for t in found.changed]
    return Table(_("Thresholds"), _("Thresholds that differ"), below, columns, rows)
