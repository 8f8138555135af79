"""Where a five-year plan stands at the end of a year, out of the ledger. Nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from tongjian.facts.choices import Bound, Direction, FactStatus, MetricKind
from tongjian.facts.ledger import Ledger, ref_of
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.kernel.access import Viewer
from tongjian.kernel.models import User
from tongjian.plans.choices import Light, MidtermClass, MidtermRule, Nature
from tongjian.plans.midterm import pack as packs
from tongjian.plans.midterm import rules
from tongjian.plans.midterm.pack import Pack
from tongjian.plans.midterm.rules import Standing, Wanted
from tongjian.plans.models import FiveYearPlan, FiveYearTarget
from tongjian.plans.sentences import NOTHING, Said, bounded, one_place, plain
from tongjian.values import Period
from tongjian.values.unit_names import after_number


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """A target with its standing, its light, the values behind it, and the sentence with the arithmetic."""

    target: FiveYearTarget
    standing: Standing
    light: Light
    values: tuple[Resolved, ...]
    said: Said

    @property
    def estimated(self) -> bool:
        """Whether an estimate is among the values."""
        return any(v.status == FactStatus.ESTIMATE for v in self.values)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A plan at the end of a year. said: how many targets fell into which class."""

    plan: FiveYearPlan
    year: int
    rows: tuple[TargetStanding, ...]
    said: Said


def visible_to(user: Viewer) -> QuerySet[FiveYearPlan]:
    """Five-year plans are for everyone signed in."""
    signed_in = isinstance(user, User) and user.is_active
    rows = FiveYearPlan.objects.select_related("subject", "document")
    return rows if signed_in else rows.none()


def evaluate(plan: FiveYearPlan, year: int, at: datetime | None, pack: Pack | None = None) -> Evaluation:
    """How the plan's targets stand at the end of `year` by the facts known at `at` (None: now)."""
    ruling, ledger = pack or packs.current(), Ledger(at)
    targets = list(
        plan.targets.select_related("series__metric", "series__subject", "origin__file").order_by("number")
    )
    years = range(plan.first, min(year, plan.last) + 1)
    ledger.read_ahead([ref_of(t.series, Period.year(y)) for t in targets if t.series for y in years])
    rows = tuple(_row(t, plan, year, years, ledger, ruling) for t in targets)
    return Evaluation(plan, year, rows, _count(rows))


def newest_year(plan: FiveYearPlan, at: datetime | None) -> int:
    """The last year of the plan that a value of any of its targets is known for; the first where none is."""
    ledger = Ledger(at)
    series = [t.series for t in plan.targets.select_related("series__metric", "series__subject") if t.series]
    ends = [year * 12 + 11 for year in range(plan.first, plan.last + 1)]
    known = [f.period_end // 12 for f in ledger.course(series, ends) if f.number is not None]
    return max(known, default=plan.first)


def _row(
    target: FiveYearTarget, plan: FiveYearPlan, year: int, years: range, ledger: Ledger, pack: Pack
) -> TargetStanding:
    wanted = wanted_of(target, plan)
    found = {y: v for y in years if (v := _value(target, y, ledger)) is not None}
    values = {y: v.number.decimal for y, v in found.items()}
    if not found and wanted.rule == MidtermRule.AVERAGE_GROWTH:
        found, values = _from_levels(target, plan, years, ledger)
    made = rules.standing(wanted, values, min(year, plan.last), pack)
    light = pack.light(made.klass, Nature(target.nature))
    return TargetStanding(target, made, light, tuple(found.values()), _sentence(target, wanted, made))


def wanted_of(target: FiveYearTarget, plan: FiveYearPlan) -> Wanted:
    """The target as plain values."""
    base = target.base
    return Wanted(
        rule=MidtermRule(target.rule),
        bound=Bound(target.bound),
        direction=Direction(target.direction),
        base=None if base is None else base.decimal,
        number=target.number_owed.decimal,
        first=plan.first,
        last=plan.last,
    )


def _value(target: FiveYearTarget, year: int, ledger: Ledger) -> Resolved | None:
    return None if target.series is None else ledger.look(ref_of(target.series, Period.year(year)))


def _from_levels(
    target: FiveYearTarget, plan: FiveYearPlan, years: range, ledger: Ledger
) -> tuple[dict[int, Resolved], dict[int, Decimal]]:
    """Yearly growth out of levels, where no growth was published; the base year's level is the target's own."""
    if target.series is None or target.series.metric.kind == MetricKind.RANK or target.base is None:
        return {}, {}
    series = target.series
    level = FactRef(series.metric.key, Period.year(plan.first), series.subject.key)
    found: dict[int, Resolved] = {}
    rates: dict[int, Decimal] = {}
    before = target.base.decimal
    for year in years:
        value = ledger.look(level.at(Period.year(year)))
        if value is None or before <= 0:
            break
        found[year], rates[year] = value, value.number.decimal * 100 / before - 100
        before = value.number.decimal
    return found, rates


# Sentences


def _sentence(target: FiveYearTarget, wanted: Wanted, made: Standing) -> Said:
    """The value, the target, progress against time or the distance; R as a second opinion."""
    if made.value is None:
        return _no_value(target, made)
    head = _head(target, wanted, made)
    if made.progress is not None and made.time is not None:
        done, time = one_place(made.progress), one_place(made.time)
        return Said(
            f"{head.zh}，进度{done}%，时间进度{time}%", f"{head.en}; {done}% of the way, {time}% of the time"
        )
    gap = plain((made.margin or Decimal(0)).quantize(Decimal("0.01")))
    unit = "个百分点" if target.unit == "%" or wanted.rule == MidtermRule.AVERAGE_GROWTH else target.unit
    better = (made.margin or 0) >= 0
    zh = f"{'好于' if better else '差于'}目标{gap.lstrip('-')}{unit}"
    en = f"{gap.lstrip('-')}{after_number(unit)} {'better' if better else 'short'}"
    return Said(f"{head.zh}，{zh}", f"{head.en}; {en}")


def _head(target: FiveYearTarget, wanted: Wanted, made: Standing) -> Said:
    assert made.value is not None  # the caller looked
    value = one_place(made.value) if wanted.rule == MidtermRule.AVERAGE_GROWTH else plain(made.value)
    growth = wanted.rule == MidtermRule.AVERAGE_GROWTH
    unit = "%" if growth else target.unit
    zh = {MidtermRule.AVERAGE_GROWTH: "年均增长", MidtermRule.CUMULATIVE: "累计"}.get(wanted.rule, "")
    en = {MidtermRule.AVERAGE_GROWTH: "mean growth ", MidtermRule.CUMULATIVE: "in all "}.get(wanted.rule, "")
    owed = bounded(wanted.number, unit, wanted.bound)
    base = f"（基期{plain(wanted.base)}）" if wanted.base is not None and made.progress is not None else ""
    return Said(
        f"{made.year}年{zh}{value}{unit}，目标{owed.zh}{base}",
        f"{made.year}: {en}{value}{after_number(unit)}, target {owed.en}",
    )


def _no_value(target: FiveYearTarget, made: Standing) -> Said:
    if target.series is None:
        return Said("尚未关联指标", "Not linked to a metric yet")
    years = "、".join(map(str, made.missing))
    return Said(f"缺{years}年数据", f"No value for {', '.join(map(str, made.missing))}") if years else NOTHING


_CLASS_ZH = {
    MidtermClass.ACHIEVED: "提前实现",
    MidtermClass.AHEAD: "快于预期",
    MidtermClass.ON_COURSE: "基本符合",
    MidtermClass.BEHIND: "滞后",
    MidtermClass.UNKNOWN: "暂无数据",
}
_CLASS_EN = {
    MidtermClass.ACHIEVED: "achieved early",
    MidtermClass.AHEAD: "faster than expected",
    MidtermClass.ON_COURSE: "as expected",
    MidtermClass.BEHIND: "lagging",
    MidtermClass.UNKNOWN: "without data",
}


def _count(rows: Sequence[TargetStanding]) -> Said:
    """20项指标中，提前实现4项、快于预期5项……; binding ones that lag are named."""
    tally = Counter(r.standing.klass for r in rows)
    lagging = [r for r in rows if r.standing.klass == MidtermClass.BEHIND]
    binding = sum(r.target.nature == Nature.BINDING for r in lagging)
    more = Said(f"（其中约束性指标{binding}项）", f" ({binding} of them binding)") if binding else NOTHING
    ends = {MidtermClass.BEHIND: more}
    zh = "、".join(f"{_CLASS_ZH[c]}{tally[c]}项{ends.get(c, NOTHING).zh}" for c in MidtermClass if tally[c])
    en = ", ".join(f"{tally[c]} {_CLASS_EN[c]}{ends.get(c, NOTHING).en}" for c in MidtermClass if tally[c])
    return Said(f"{len(rows)}项指标中，{zh}" if rows else "没有指标", f"Of {len(rows)} targets: {en}")
