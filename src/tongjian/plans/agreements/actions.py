"""Agreements in and out: terms become obligations of their subject, checks become facts, each with its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from openpyxl.worksheet.worksheet import Worksheet

from tongjian.facts import actions as facts
from tongjian.facts import queries as fact_queries
from tongjian.facts import rules as fact_rules
from tongjian.facts.choices import FactSource, MetricKind
from tongjian.facts.collection.actions import read as read_workbook
from tongjian.facts.models import Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Code, EvidenceFile, Organisation, Subject, User
from tongjian.plans.agreements import pack, table
from tongjian.plans.agreements.table import CheckLine, Problem, TermLine
from tongjian.plans.choices import Nature
from tongjian.plans.models import Agreement, Obligation
from tongjian.plans.rows import Row
from tongjian.reading import xlsx
from tongjian.reading.errors import ReadingError
from tongjian.values import IncompatibleUnits, Number, Period, UnknownUnit

AREAS = ("area", "organisation")  # subjects that owe nothing by contract


class AgreementsRefused(TongjianError):
    """A workbook with problems: nothing was recorded. `problems` lists every bad cell."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "agreements.refused",
            _("Nothing was recorded. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])},
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """What a workbook added: agreements, terms, values. All 0: it says what already stands."""

    agreements: int
    terms: int
    values: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rows are held against: metrics by key, name and alias; subjects by key and code."""

    metrics: Mapping[str, Metric]
    subjects: Mapping[str, Subject]


def template() -> bytes:
    """An empty workbook of terms and checks with lists to choose from."""
    book, kinds, metrics = xlsx.started(), pack.kinds(), _metrics()
    names = [metrics[t.metric].name for k in kinds.values() for t in k.terms if t.metric in metrics]
    checked = [metrics[m].name for k in kinds.values() for m in k.checks if m in metrics]
    terms = book.create_sheet(table.TERMS)
    xlsx.head(terms, [(label, 14) for label in table.TERM_COLUMNS.values()], "A2")
    _offer(terms, table.TERM_COLUMNS, "kind", [k.name for k in kinds.values()])
    _offer(terms, table.TERM_COLUMNS, "metric", names)
    _offer(terms, table.TERM_COLUMNS, "bound", list(table.BOUNDS))
    checks = book.create_sheet(table.CHECKS)
    xlsx.head(checks, [(label, 14) for label in table.CHECK_COLUMNS.values()], "A2")
    _offer(checks, table.CHECK_COLUMNS, "metric", checked)
    _offer(checks, table.CHECK_COLUMNS, "status", [s for s in table.STATUSES if s])
    xlsx.explain(book.create_sheet(table.HELP), _HELP, 80)
    return xlsx.saved(book)


_HELP = (
    ("协议条款", "一行一项条款、一个履约期；同一协议的各行，类型、对象、履约方、签订日期应一致。"),
    ("对象编码", "地块、项目、企业等在台账中的编号，或其统一社会信用代码、项目代码。"),
    ("履约期", "年份，如 2024；或 2024-01/2024-06。"),
    ("履约核查", "一行一个数值，单位可与指标单位换算；同一时期再次填报即为更正。"),
)


def _offer(sheet: Worksheet, columns: Mapping[str, str], name: str, words: Sequence[str]) -> None:
    at = list(columns).index(name) + 1
    xlsx.offer(sheet, at, 500, list(dict.fromkeys(words)), "请从列表中选择")


def take_in(data: bytes, name: str, *, by: User | None, at: datetime) -> Taken:
    """Record the terms and the values of a filled workbook; the same one again changes nothing.

    A term that is written anew with another value supersedes the old one. by None: the operator. Raises NotAllowed,
    AgreementsRefused naming every bad cell; nothing is written then.
    """
    if by is not None:
        must_be_plan_office(by)
    try:
        sheets = read_workbook(data, name)
    except ReadingError as error:
        raise AgreementsRefused([Problem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error
    kinds = {k.name: k.key for k in pack.kinds().values()}
    terms, checks, problems = table.check(sheets, kinds)
    ground = Ground(_metrics(), _subjects([*terms, *checks]))
    lines: list[TermLine | CheckLine] = [*terms, *checks]
    for line in lines:
        _fits(line.row, line, ground)
    problems = [*problems, *(p for line in lines for p in line.row.problems if p not in problems)]
    if problems:
        raise AgreementsRefused(problems)
    return _write(terms, checks, ground, data, name, by, at)


def _metrics() -> Mapping[str, Metric]:
    found = list(Metric.objects.select_related("owner__subject"))
    named = {n: m for m in found for n in (*m.aliases, m.name_en, m.name)}
    return named | {m.key: m for m in found}


def _subjects(lines: Sequence[TermLine | CheckLine]) -> Mapping[str, Subject]:
    wanted = sorted({line.subject for line in lines})
    rows = Subject.objects.exclude(kind__in=AREAS)
    by_code = Code.objects.filter(value__in=wanted).exclude(subject__kind__in=AREAS).select_related("subject")
    return {c.value: c.subject for c in by_code} | {s.key: s for s in rows.filter(key__in=wanted)}


def _fits(row: Row, line: TermLine | CheckLine, ground: Ground) -> None:
    metric = ground.metrics.get(line.metric)
    if metric is None:
        row.wrong("metric", "metric_unknown", got=line.metric)
    elif not _converts(line.value, line.unit, metric.unit):
        row.wrong("unit", "metric_unit", metric=metric.name, kept=metric.unit, got=line.unit)
    if line.subject not in ground.subjects:
        row.wrong("subject", "subject_unknown", got=line.subject)


def _converts(number: Number, unit: str, kept: str) -> bool:
    try:
        fact_rules.converted(number, unit, kept)
    except (IncompatibleUnits, UnknownUnit, ValueError):
        return False
    return True


@transaction.atomic
def _write(
    terms: Sequence[TermLine],
    checks: Sequence[CheckLine],
    ground: Ground,
    data: bytes,
    name: str,
    by: User | None,
    at: datetime,
) -> Taken:
    file = evidence.keep(data, name, by=by, at=at)
    before = Agreement.objects.count()
    agreements = {n: _agreement(n, terms, ground, file, by, at) for n in {t.number for t in terms}}
    added = sum(_term(t, agreements[t.number], ground, file, by, at) for t in terms)
    given = [_given(c, ground, file) for c in checks]
    made = facts.record_all(given, source=FactSource.COLLECTION, by=by, at=at)
    return Taken(Agreement.objects.count() - before, added, len(made))


def _agreement(
    number: str, terms: Sequence[TermLine], ground: Ground, file: EvidenceFile, by: User | None, at: datetime
) -> Agreement:
    line = next(t for t in terms if t.number == number)
    keeper = pack.kinds()[line.kind].keeper
    found, made = Agreement.objects.get_or_create(
        number=number,
        defaults={
            "kind": line.kind,
            "subject": ground.subjects[line.subject],
            "bearer": line.bearer,
            "keeper": Organisation.objects.filter(subject__key=keeper).first(),
            "signed_on": line.signed,
            "document": file,
            "recorded_at": at,
        },
    )
    if made:
        events.record("agreement.recorded", found, by=by, at=at, data={"file": file.sha256})
    return found


def _term(
    line: TermLine, agreement: Agreement, ground: Ground, file: EvidenceFile, by: User | None, at: datetime
) -> bool:
    """Whether a new row was written: the first one, or one in the stead of another value."""
    metric = ground.metrics[line.metric]
    series = _series(metric, agreement.subject, line.due)
    number = fact_rules.converted(line.value, line.unit, series.unit)
    old = agreement.obligations.filter(series=series, due=str(line.due), superseded_by=None).first()
    if old is not None and (old.number, old.bound) == (number, line.bound):
        return False
    made = Obligation.objects.create(
        agreement=agreement,
        series=series,
        nature=Nature.BINDING,
        bound=line.bound,
        words=line.words[:128],
        mantissa=number.mantissa,
        decimals=number.decimals,
        due=str(line.due),
        origin=evidence.cell(file, table.TERMS, line.row.where("value"), f"{metric.name}{line.words}"),
        order=agreement.obligations.count(),
        supersedes=old,
        reason="" if old is None else file.name[:200],
        consequence=line.consequence,
        recorded_at=at,
    )
    events.record("agreement.term_recorded", made, by=by, at=at, data={"words": line.words})
    return True


def _series(metric: Metric, subject: Subject, period: Period) -> Series:
    ref = FactRef(metric=metric.key, period=period, subject=subject.key, measure="level")
    return fact_queries.series_for(ref, create=True)


def _given(line: CheckLine, ground: Ground, file: EvidenceFile) -> facts.Given:
    metric, subject = ground.metrics[line.metric], ground.subjects[line.subject]
    series = _series(metric, subject, line.period)
    value = fact_rules.converted(line.value, line.unit, series.unit)
    where = evidence.cell(file, table.CHECKS, line.row.where("value"), str(line.value))
    period = Period(line.period.end, line.period.end) if metric.kind == MetricKind.STOCK else line.period
    return facts.Given(series, period, value, where, status=line.status)
