"""The workbook of agreements: sheet 协议条款, one row a term and due period; sheet 履约核查, one row a value. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Bound, FactStatus
from tongjian.facts.collection.workbook import Sheet
from tongjian.kernel.cells import CellProblem
from tongjian.plans.rows import Form, Row, rows
from tongjian.values import Number, Period, PeriodError

TERMS, CHECKS, HELP = "协议条款", "履约核查", "说明"
TERM_COLUMNS: Mapping[str, str] = {
    "number": "协议编号",
    "kind": "协议类型",
    "subject": "对象编码",
    "bearer": "履约方",
    "signed": "签订日期",
    "metric": "指标",
    "bound": "界定",
    "value": "约定值",
    "unit": "单位",
    "due": "履约期",
    "consequence": "违约责任",
}
TERM_NEEDED = ("number", "kind", "subject", "metric", "bound", "value", "unit", "due")
CHECK_COLUMNS: Mapping[str, str] = {
    "subject": "对象编码",
    "metric": "指标",
    "period": "时期",
    "value": "数值",
    "unit": "单位",
    "status": "状态",
}
CHECK_NEEDED = ("subject", "metric", "period", "value", "unit")
BOUNDS: Mapping[str, Bound] = {
    "不低于": Bound.GE,
    "不高于": Bound.LE,
    "高于": Bound.GT,
    "低于": Bound.LT,
    "等于": Bound.EQ,
}
STATUSES: Mapping[str, FactStatus] = {
    "": FactStatus.ACTUAL,
    "实际": FactStatus.ACTUAL,
    "预计": FactStatus.ESTIMATE,
    "快报": FactStatus.FLASH,
    "修订": FactStatus.REVISED,
}
_DAY = re.compile(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?\Z")

MESSAGES: Mapping[str, str | Promise] = {
    "sheet_missing": _("The workbook has no sheet named %(wanted)s. Start from the template."),
    "heading_missing": _("The column %(heading)s was not found. Copy the headings from the template."),
    "no_rows": _("Neither sheet has a filled row. Fill in terms, checks, or both."),
    "cell_value": _("The cell holds an error or a formula without a result (%(got)s). Type the value."),
    "empty": _("The cell is empty. Fill it in."),
    "not_a_number": _("“%(got)s” is not a number. Write the number alone."),
    "not_a_day": _("“%(got)s” is no day. Write it as 2022-06-30."),
    "not_a_period": _("“%(got)s” is no period. Write a year such as 2024, or 2024-01/2024-06."),
    "word_unknown": _("“%(got)s” is not understood. Choose %(known)s."),
    "metric_unknown": _("No metric has the name or key %(got)s."),
    "metric_unit": _("The metric %(metric)s is kept in %(kept)s, which %(got)s does not convert into."),
    "subject_unknown": _(
        "Nothing on record has the number %(got)s. Enter the parcel, project or enterprise in its register first."
    ),
    "term_twice": _("The same term with the same due period stands in row %(first)s already."),
    "agreement_differs": _("Row %(first)s says otherwise of the agreement %(number)s: %(what)s."),
    "value_twice": _("The same value stands in row %(first)s already. Delete one of the two rows."),
}

W = TypeVar("W")


class Problem(CellProblem):
    """What is wrong with a cell of such a workbook."""

    __slots__ = ()
    messages = MESSAGES


TERM_FORM = Form(TERMS, TERM_COLUMNS, TERM_NEEDED, Problem)
CHECK_FORM = Form(CHECKS, CHECK_COLUMNS, CHECK_NEEDED, Problem)


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term of an agreement for one due period, as written."""

    row: Row
    number: str
    kind: str
    subject: str
    bearer: str
    signed: date | None
    metric: str
    bound: Bound
    value: Number
    unit: str
    due: Period
    consequence: str
    words: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One value found at a check, as written."""

    row: Row
    subject: str
    metric: str
    period: Period
    value: Number
    unit: str
    status: FactStatus


def check(
    sheets: Sequence[Sheet], kinds: Mapping[str, str]
) -> tuple[list[TermLine], list[CheckLine], list[CellProblem]]:
    """Terms, values and every problem; use the first two only when the last is empty. kinds: label → key."""
    terms, broken = rows(sheets, TERM_FORM)
    checks, torn = rows(sheets, CHECK_FORM)
    problems = _whole(broken, torn)
    if problems:
        return [], [], problems
    made = [line for row in terms if (line := _term(row, kinds)) is not None]
    found = [value for row in checks if (value := _check(row)) is not None]
    _agree(made)
    _once(found)
    return made, found, [p for row in (*terms, *checks) for p in row.problems]


def _whole(terms: list[CellProblem], checks: list[CellProblem]) -> list[CellProblem]:
    """One of the sheets may be empty or not there; a sheet that is there has its headings."""
    bare = {"no_rows", "sheet_missing"}
    codes = {p.code for p in (*terms, *checks)}
    if codes <= bare and not (terms and checks):
        return []
    if codes <= bare:
        return [p for p in terms if p.code == "sheet_missing"] or terms[:1]
    return [p for p in (*terms, *checks) if p.code not in bare]


def _term(row: Row, kinds: Mapping[str, str]) -> TermLine | None:
    number, subject, metric = row.needed("number"), row.needed("subject"), row.needed("metric")
    kind, bound = _word(row, "kind", kinds), _word(row, "bound", BOUNDS)
    value, unit, due = _number(row), row.needed("unit"), _period(row, "due")
    signed = _day(row, "signed")
    if row.problems or kind is None or bound is None or value is None or due is None:
        return None
    words = f"{row.text('bound')}{value}{unit}"
    bearer, consequence = row.text("bearer"), row.text("consequence")
    return TermLine(
        row, number, kind, subject, bearer, signed, metric, bound, value, unit, due, consequence, words
    )


def _check(row: Row) -> CheckLine | None:
    subject, metric, unit = row.needed("subject"), row.needed("metric"), row.needed("unit")
    period, value, status = _period(row, "period"), _number(row), _word(row, "status", STATUSES)
    if row.problems or period is None or value is None or status is None:
        return None
    return CheckLine(row, subject, metric, period, value, unit, status)


def _agree(lines: Sequence[TermLine]) -> None:
    """Rows of one agreement say the same of it, and each term once."""
    heads: dict[str, TermLine] = {}
    terms: dict[tuple[str, str, str], TermLine] = {}
    for line in lines:
        head = heads.setdefault(line.number, line)
        for name in ("kind", "subject", "bearer", "signed"):
            if getattr(head, name) != getattr(line, name):
                what = TERM_COLUMNS[name]
                line.row.wrong(
                    name if name in line.row.columns else "number",
                    "agreement_differs",
                    first=head.row.number,
                    number=line.number,
                    what=what,
                )
        first = terms.setdefault((line.number, line.metric, str(line.due)), line)
        if first is not line:
            line.row.wrong("metric", "term_twice", first=first.row.number)


def _once(lines: Sequence[CheckLine]) -> None:
    seen: dict[tuple[str, str, str], CheckLine] = {}
    for line in lines:
        first = seen.setdefault((line.subject, line.metric, str(line.period)), line)
        if first is not line:
            line.row.wrong("metric", "value_twice", first=first.row.number)


def _number(row: Row) -> Number | None:
    written = row.needed("value")
    if not written:
        return None
    try:
        return Number.parse(written)
    except ValueError:
        row.wrong("value", "not_a_number", got=written)
        return None


def _period(row: Row, name: str) -> Period | None:
    written = row.needed(name).removesuffix("年")
    if not written:
        return None
    try:
        return Period.parse(written)
    except PeriodError:
        row.wrong(name, "not_a_period", got=written)
        return None


def _day(row: Row, name: str) -> date | None:
    written = row.text(name).removesuffix(" 00:00:00")
    if not written:
        return None
    found = _DAY.match(written)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(written)
    except ValueError:
        row.wrong(name, "not_a_day", got=written)
        return None


def _word(row: Row, name: str, known: Mapping[str, W]) -> W | None:
    written = row.text(name)
    if written not in known:
        choices = "、".join(k for k in known if k)
        row.wrong(name if name in row.columns else "metric", "word_unknown", got=written, known=choices)
    return known.get(written)
