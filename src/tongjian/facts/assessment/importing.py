"""The city's official monthly result, xlsx: town, month, rates. Each cell becomes a fact; all bad cells at once.

The official figures are facts of the scheme's `official` metrics; score and rank of the file are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts import actions, queries, refs
from tongjian.facts.actions import Given
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.choices import FactSource
from tongjian.facts.collection.actions import read
from tongjian.facts.collection.workbook import Sheet, reference
from tongjian.kernel import evidence
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Area, User
from tongjian.reading.errors import ReadingError
from tongjian.values import Number, Period

TOWN, MONTH = ("街乡镇", "属地", "Town"), ("月份", "考核月份", "Month")
UNCLEAR = frozenset({"error", "formula", "scaled", "bool"})  # cells whose number is not what is seen
MONTH_WRITTEN = re.compile(r"(\d{4})(?:-|年|/)(\d{1,2})月?")


class ResultProblem(CellProblem):
    """What is wrong with a cell of the official result."""

    messages: ClassVar[Mapping[str, str | Promise]] = {
        "heading_wanting": _("No column is headed %(heading)s. Add it and send the file again."),
        "unknown_area": _("There is no area %(value)s in this district. Write its name as it is kept."),
        "no_month": _("%(value)s is no month. Write 2022-11."),
        "no_rate": _("%(value)s is no rate from 0 to 100. Write percent, as 93.46."),
        "twice": _("%(value)s stands in row %(first)s for the same month already. Keep one."),
    }


class ResultRefused(TongjianError):
    """A file with bad cells: nothing was written. `problems` lists them all."""

    def __init__(self, problems: Sequence[ResultProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "assessment.result_refused",
            _("Nothing was written. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(map(str, problems[:20]))},
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One official figure and its cell."""

    unit: str
    metric: str
    month: Period
    number: Number
    cell: str


def take(data: bytes, name: str, scheme: Scheme, *, by: User, at: datetime) -> int:
    """Import a file; the same twice changes nothing. Returns the number of new facts.

    Raises NotAllowed, ReadingError, ResultRefused with every bad cell.
    """
    if not by.is_plan_office:
        raise NotAllowed(
            "assessment.office_only", _("Only the plan office takes the official result in. Ask it to do so.")
        )
    try:
        sheet = read(data, name)[0]
    except ReadingError as error:
        raise ResultRefused([ResultProblem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error
    problems: list[ResultProblem] = []
    said = list(_said(sheet, scheme, areas(), problems))
    if problems:
        raise ResultRefused(problems)
    with transaction.atomic():
        return _written(said, sheet.name, (data, name), by=by, at=at)


def areas() -> dict[str, str]:
    """The district and its areas by name and key."""
    rows = Area.objects.filter(path__contains=f"{settings.DISTRICT}/").select_related("subject")
    found: dict[str, str] = {}
    for area in rows:
        found |= {area.subject.label: area.key, area.key: area.key}
    return found


def _said(
    sheet: Sheet, scheme: Scheme, areas: Mapping[str, str], problems: list[ResultProblem]
) -> Iterator[Said]:
    heads = {_text(sheet, 1, n): n for n in range(1, sheet.last_column + 1)}
    town, month = (next((heads[h] for h in some if h in heads), 0) for some in (TOWN, MONTH))
    rates = [
        (m.official, heads.get(m.name) or heads.get(m.name_en, 0), m.name)
        for m in scheme.measures
        if m.official
    ]
    wanting = [h for n, h in ((town, TOWN[0]), (month, MONTH[0]), *((n, h) for _m, n, h in rates)) if not n]
    problems += [ResultProblem(sheet.name, "", "assessment.heading_wanting", {"heading": h}) for h in wanting]
    seen: dict[tuple[str, Period], int] = {}
    for row in range(2, sheet.last_row + 1) if not wanting else ():
        if not any(_text(sheet, row, n) for n in range(1, sheet.last_column + 1)):
            continue
        unit, span = areas.get(_text(sheet, row, town)), month_written(_text(sheet, row, month))
        _check(sheet, row, (town, month), unit, span, seen, problems)
        for metric, column, _name in rates:
            plain = sheet.at(row, column).kind not in UNCLEAR
            number = _rate(_text(sheet, row, column)) if plain else None
            if number is None:
                problems.append(_problem(sheet, row, column, "no_rate"))
            elif unit is not None and span is not None:
                yield Said(unit, metric, span, number, reference(row, column))


def _check(
    sheet: Sheet,
    row: int,
    columns: tuple[int, int],
    unit: str | None,
    span: Period | None,
    seen: dict[tuple[str, Period], int],
    problems: list[ResultProblem],
) -> None:
    town, month = columns
    if unit is None:
        problems.append(_problem(sheet, row, town, "unknown_area"))
    if span is None:
        problems.append(_problem(sheet, row, month, "no_month"))
    if unit is not None and span is not None:
        first = seen.setdefault((unit, span), row)
        if first != row:
            problems.append(_problem(sheet, row, town, "twice", first=first))


def _problem(sheet: Sheet, row: int, column: int, code: str, **more: object) -> ResultProblem:
    params = {"value": _text(sheet, row, column) or "—", **more}
    return ResultProblem(sheet.name, reference(row, column), f"assessment.{code}", params)


def _text(sheet: Sheet, row: int, column: int) -> str:
    return sheet.at(row, column).text.strip()


def month_written(text: str) -> Period | None:
    found = MONTH_WRITTEN.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        return None
    return Period.month(int(found[1]), int(found[2]))


def _rate(text: str) -> Number | None:
    """As printed; a percent sign may stand behind it."""
    try:
        number = Number.parse(text.removesuffix("%").removesuffix("％"))
    except ValueError:
        return None
    return number if Decimal(0) <= number.decimal <= Decimal(100) else None


def _written(said: Sequence[Said], sheet: str, file: tuple[bytes, str], *, by: User, at: datetime) -> int:
    kept = evidence.keep(*file, by=by, at=at, owner=by.organisation)
    given = [
        Given(
            queries.series_for(refs.parse(f"{s.metric}[{s.unit}] @ {s.month}"), create=True),
            s.month,
            s.number,
            evidence.cell(kept, sheet, s.cell, str(s.number)),
        )
        for s in said
    ]
    return len(actions.record_all(given, source=FactSource.COLLECTION, by=by, at=at))
