"""Taking a five-year plan's indicators in: the document kept, every bad cell told, the same workbook twice is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.facts import linking, specs
from tongjian.facts import rules as fact_rules
from tongjian.facts.choices import Measure
from tongjian.facts.collection.actions import read as read_workbook
from tongjian.facts.models import Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Subject, User
from tongjian.plans.choices import MidtermRule
from tongjian.plans.intake import mapping
from tongjian.plans.midterm import table
from tongjian.plans.midterm.table import Line, Problem
from tongjian.plans.models import FiveYearPlan, FiveYearTarget
from tongjian.reading import xlsx
from tongjian.reading.errors import ReadingError
from tongjian.values import IncompatibleUnits, Number, Period

YEARS = 5


class PlanRefused(TongjianError):
    """A workbook with problems: nothing was recorded. `problems` lists every bad cell."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "midterm.refused",
            _("Nothing was recorded. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])},
        )


def template() -> bytes:
    """An empty workbook of indicators with lists to choose from."""
    book = xlsx.started()
    sheet = book.create_sheet(table.SHEET)
    widths = {"name": 32, "number": 6}
    xlsx.head(sheet, [(label, widths.get(name, 12)) for name, label in table.COLUMNS.items()], "A2")
    at = {name: number for number, name in enumerate(table.COLUMNS, 1)}
    offered = {
        "rule": table.RULES, "nature": table.NATURES, "bound": table.BOUNDS, "direction": table.DIRECTIONS
    }  # fmt: skip
    for name, words in offered.items():
        xlsx.offer(sheet, at[name], 200, [w for w in words if w], "请从列表中选择")
    return xlsx.saved(book)


def take_in(
    data: bytes, name: str, *, subject: Subject, first: int, title: str = "", by: User | None, at: datetime
) -> FiveYearPlan:
    """Record the indicators of the plan that begins in `first`; a corrected workbook replaces them.

    by None: the operator. Raises NotAllowed, PlanRefused naming every bad cell; nothing is written then.
    """
    if by is not None:
        must_be_plan_office(by)
    try:
        sheets = read_workbook(data, name)
    except ReadingError as error:
        raise PlanRefused([Problem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error
    lines, problems = table.check(sheets)
    metrics = [_metric(line) for line in lines]
    problems = [*problems, *(p for line in lines for p in line.row.problems)]
    if problems:
        raise PlanRefused(problems)
    return _write(lines, metrics, data, name, subject, first, title, by, at)


def _metric(line: Line) -> Metric | None:
    """The metric that the row names, else the one that its name and unit lead to; what does not fit is a problem."""
    if not line.metric:
        kind = "growth" if line.rule == MidtermRule.AVERAGE_GROWTH else "level"
        return linking.link(line.name, line.unit, kind)
    found = Metric.objects.filter(key=line.metric).first()
    if found is None:
        line.row.wrong("metric", "metric_unknown", got=line.metric)
        return None
    if line.rule != MidtermRule.AVERAGE_GROWTH and not _converts(line, found):
        params = {"metric": found.name, "kept": found.unit, "got": line.unit}
        line.row.wrong("metric", "metric_unit", **params)
    return found


def _converts(line: Line, metric: Metric) -> bool:
    try:
        fact_rules.converted(line.target, line.unit, metric.unit)
    except (IncompatibleUnits, ValueError):
        return False
    return True


@transaction.atomic
def _write(
    lines: Sequence[Line],
    metrics: Sequence[Metric | None],
    data: bytes,
    name: str,
    subject: Subject,
    first: int,
    title: str,
    by: User | None,
    at: datetime,
) -> FiveYearPlan:
    file = evidence.keep(data, name, by=by, at=at)
    last = first + YEARS - 1
    usual = f"{subject.label}{first}—{last}年国民经济和社会发展规划主要指标"
    plan, made = FiveYearPlan.objects.get_or_create(
        subject=subject,
        first=first,
        last=last,
        defaults={"title": title or usual, "document": file, "recorded_at": at},
    )
    if not made and plan.document_id == file.pk:
        return plan
    plan.targets.all().delete()
    plan.document, plan.recorded_at = file, at
    plan.save(update_fields=["document", "recorded_at"])
    FiveYearTarget.objects.bulk_create(
        _target(plan, line, metric, file) for line, metric in zip(lines, metrics, strict=True)
    )
    data_of = {"file": file.sha256, "targets": len(lines)}
    events.record("midterm.plan_recorded", plan, by=by, at=at, data=data_of)
    return plan


def _target(plan: FiveYearPlan, line: Line, metric: Metric | None, file: EvidenceFile) -> FiveYearTarget:
    series = None if metric is None else _series(plan, line, metric)
    kept = line.unit if series is None else series.unit
    number, base = _kept(line.target, line, kept), _kept(line.base, line, kept)
    assert number is not None  # a line always has one
    return FiveYearTarget(
        plan=plan,
        number=line.number,
        name=line.name,
        unit=kept,
        rule=line.rule,
        nature=line.nature,
        bound=line.bound,
        direction=line.direction,
        base_mantissa=None if base is None else base.mantissa,
        base_decimals=0 if base is None else base.decimals,
        mantissa=number.mantissa,
        decimals=number.decimals,
        words=line.words[:128],
        series=series,
        origin=evidence.cell(file, table.SHEET, line.cell, f"{line.name}：{line.words}"),
    )


def _series(plan: FiveYearPlan, line: Line, metric: Metric) -> Series:
    """Yearly growth on the metric's usual basis for mean growth, the level for all else."""
    growth = line.rule == MidtermRule.AVERAGE_GROWTH
    measure = Measure.GROWTH if growth else Measure.LEVEL
    ref = FactRef(
        metric=metric.key,
        period=Period.year(plan.last),
        subject=plan.subject.key,
        measure=measure.value,
        basis=_basis(metric, measure),
    )
    return mapping.series_of(ref)


def _basis(metric: Metric, measure: Measure) -> str:
    """The only basis that is reported; else the only one that the metric declares at all, else as recorded."""
    reported = {
        c.basis for c in specs.collected(metric.collect) if (c.measure, c.comparator) == (measure, "")
    }
    return reported.pop() if len(reported) == 1 else mapping.default_basis(metric, measure)


def _kept(number: Number | None, line: Line, kept: str) -> Number | None:
    """In the series' unit; a mean growth is in per cent whatever the metric is kept in."""
    if number is None or line.rule == MidtermRule.AVERAGE_GROWTH:
        return number
    return fact_rules.converted(number, line.unit, kept)
