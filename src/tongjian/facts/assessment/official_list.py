"""The city's list of the cases that it assessed in a month, xlsx: number, town, verdicts, taken out. All or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.assessment.casework import APART, FAILED, PASSED
from tongjian.facts.assessment.importing import ResultRefused, areas
from tongjian.facts.assessment.models import OfficialCase, OfficialList
from tongjian.facts.assessment.reconciling import Theirs
from tongjian.facts.assessment.result_sheets import MONTH, TOWN, ResultProblem, month_written
from tongjian.facts.assessment.scheme import Measure, Scheme
from tongjian.facts.collection.workbook import reference
from tongjian.kernel import bulk, events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.models import User
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import run_limited
from tongjian.values import Period

NUMBER = ("工单编号", "工单号", "案件编号", "Case number")
EXCLUDED = ("是否剔除", "剔除", "Taken out")
SIGNS: Mapping[str, str] = {
    **dict.fromkeys(("是", "1", "y", "yes", "√", "true"), PASSED),
    **dict.fromkeys(("否", "0", "n", "no", "×", "false"), FAILED),
    **dict.fromkeys(("", "-", "—", "/", "不计"), APART),
}


class ListProblem(ResultProblem):
    """What is wrong with a cell of the list."""

    messages: ClassVar[Mapping[str, str | Promise]] = {
        **ResultProblem.messages,
        "no_number": _("The row has no case number. Write the city's number of the work order."),
        "number_twice": _("%(value)s stands in row %(first)s already. Keep one."),
        "no_verdict": _("%(value)s is no verdict. Write 是, 否, or leave the cell empty."),
        "other_month": _("%(value)s is not the month of this list. Send each month by itself."),
    }


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The first sheet. rows: the number of each, that of the headings first; columns: their texts, as long as rows."""

    name: str
    rows: Sequence[int]
    columns: Sequence[Sequence[str]]

    def text(self, place: int, column: int) -> str:
        """Of the place-th row; columns from 1."""
        return self.columns[column - 1][place].strip()


@dataclass(frozen=True, slots=True)
class _Columns:
    number: int
    town: int
    month: int
    excluded: int
    measures: tuple[int, ...]


def take(
    data: bytes, name: str, scheme: Scheme, month: str, *, by: User, at: datetime
) -> OfficialList | None:
    """Import a list; the newest of a month rules. None where this very file rules already.

    Raises NotAllowed, ResultRefused with every bad cell.
    """
    must_be_plan_office(by)
    try:
        sheet = _read(data, name)
    except ReadingError as error:
        raise ResultRefused([ListProblem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error
    problems: list[ResultProblem] = []
    rows = list(_rows(sheet, scheme, month, problems))
    if problems:
        raise ResultRefused(problems)
    with transaction.atomic():
        return _kept(rows, sheet.name, scheme, month, (data, name), by=by, at=at)


def _kept(
    rows: Sequence[Theirs],
    sheet: str,
    scheme: Scheme,
    month: str,
    sent: tuple[bytes, str],
    *,
    by: User,
    at: datetime,
) -> OfficialList | None:
    file = evidence.keep(*sent, by=by, at=at, owner=by.organisation)
    before = newest(scheme, month)
    if before is not None and before.file_id == file.pk:
        return None
    made = OfficialList.objects.create(scheme=scheme.key, month=month, file=file, sheet=sheet, by=by, at=at)
    values = ((made.pk, r.number, r.unit, r.excluded, r.verdicts, r.row) for r in rows)
    bulk.insert(OfficialCase, ("list", "number", "unit", "excluded", "verdicts", "row"), values)
    told = {"scheme": scheme.key, "month": month, "rows": len(rows), "file": file.sha256}
    events.record("assessment.official_list", made, by=by, at=at, data=told)
    return made


def newest(scheme: Scheme, month: str) -> OfficialList | None:
    rows = OfficialList.objects.filter(scheme=scheme.key, month=month).select_related("file", "by")
    return rows.order_by("-at", "-pk").first()


def rows_of(kept: OfficialList) -> list[Theirs]:
    rows = kept.rows.order_by("number").values_list("number", "unit", "excluded", "verdicts", "row")
    return [Theirs(*row) for row in rows]


def _read(data: bytes, name: str) -> _Sheet:
    found = run_limited("tongjian.facts.assessment.list_columns:columns", data, name)
    return _Sheet(str(found["sheet"]), found["rows"], found["columns"])


def _rows(sheet: _Sheet, scheme: Scheme, month: str, problems: list[ResultProblem]) -> Iterator[Theirs]:
    columns = _columns(sheet, scheme, problems)
    if columns is None:
        return
    known, seen = areas(), dict[str, int]()
    for place in range(1, len(sheet.rows)):
        if any(sheet.text(place, n) for n in range(1, len(sheet.columns) + 1)):
            yield from _row(sheet, place, columns, (month, known, seen), problems)


def _row(
    sheet: _Sheet,
    place: int,
    columns: _Columns,
    held: tuple[str, Mapping[str, str], dict[str, int]],
    problems: list[ResultProblem],
) -> Iterator[Theirs]:
    month, known, seen = held
    before = len(problems)
    row = sheet.rows[place]
    number, town = sheet.text(place, columns.number), sheet.text(place, columns.town)
    if not number:
        problems.append(_problem(sheet, place, columns.number, "no_number"))
    elif (first := seen.setdefault(number, row)) != row:
        problems.append(_problem(sheet, place, columns.number, "number_twice", first=first))
    if town and town not in known:
        problems.append(_problem(sheet, place, columns.town, "unknown_area"))
    if columns.month and month_written(sheet.text(place, columns.month)) != Period.parse(month):
        problems.append(_problem(sheet, place, columns.month, "other_month"))
    signs = [_sign(sheet, place, n, problems) for n in (columns.excluded, *columns.measures)]
    if len(problems) == before:
        yield Theirs(number, known.get(town, ""), signs[0] == PASSED, "".join(signs[1:]), row)


def _sign(sheet: _Sheet, place: int, column: int, problems: list[ResultProblem]) -> str:
    if not column:
        return APART
    sign = SIGNS.get(sheet.text(place, column).casefold())
    if sign is None:
        problems.append(_problem(sheet, place, column, "no_verdict"))
    return sign or APART


def _columns(sheet: _Sheet, scheme: Scheme, problems: list[ResultProblem]) -> _Columns | None:
    heads = {sheet.text(0, n): n for n in range(1, len(sheet.columns) + 1)}

    def of(names: Sequence[str]) -> int:
        return next((heads[h] for h in names if h in heads), 0)

    wanted = [NUMBER, TOWN, *(headings(m) for m in scheme.measures)]
    wanting = [names[0] for names in wanted if not of(names)]
    problems += [ListProblem(sheet.name, "", "assessment.heading_wanting", {"heading": h}) for h in wanting]
    if wanting:
        return None
    rates = tuple(of(headings(m)) for m in scheme.measures)
    return _Columns(of(NUMBER), of(TOWN), of(MONTH), of(EXCLUDED), rates)


def headings(measure: Measure) -> tuple[str, ...]:
    """How a measure's column may be headed: 是否响应, 响应, 响应率, Response rate."""
    plain = measure.name.removesuffix("率")
    return (f"是否{plain}", plain, measure.name, measure.name_en)


def _problem(sheet: _Sheet, place: int, column: int, code: str, **more: object) -> ResultProblem:
    params = {"value": sheet.text(place, column) or "—", **more}
    return ListProblem(sheet.name, reference(sheet.rows[place], column), f"assessment.{code}", params)
