"""The sheets of the city's official monthly result: towns with rates, score and rank; and the districts among each other.

A sheet with a column 街乡镇 has a row for each town and month, and may have one for the district itself. A sheet with a column
区 ranks the districts of the city: only the row of our own is kept, the others show whether its rank is what the scores give.
Every bad cell is found at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.assessment.ranking import Placed, misplaced
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.collection.workbook import Sheet, reference
from tongjian.kernel.cells import CellProblem
from tongjian.values import Number, Period

TOWN, MONTH = ("街乡镇", "属地", "Town"), ("月份", "考核月份", "Month")
DISTRICT = ("区", "区县", "District")
SCORE, RANK = ("综合得分", "得分", "综合成绩", "Score"), ("位次", "排名", "综合排名", "Rank")
UNCLEAR = frozenset({"error", "formula", "scaled", "bool"})  # cells whose number is not what is seen
MONTH_WRITTEN = re.compile(r"(\d{4})(?:-|年|/)(\d{1,2})月?")
TO_DATE_WRITTEN = re.compile(r"(\d{4})(?:-0?1/\1-|年1(?:月)?[-—–至~～]+)(\d{1,2})月?")
UNRANKED = frozenset({"", "-", "—", "/"})
LAST_MONTH = 12


class ResultProblem(CellProblem):
    """What is wrong with a cell of the official result."""

    messages: ClassVar[Mapping[str, str | Promise]] = {
        "heading_wanting": _("No column is headed %(heading)s. Add it and send the file again."),
        "unknown_area": _("There is no area %(value)s in this district. Write its name as it is kept."),
        "no_month": _("%(value)s is no month. Write 2022-11."),
        "no_rate": _("%(value)s is no rate from 0 to 100. Write percent, as 93.46."),
        "no_score": _("%(value)s is no score from 0 to %(full)s. Write it as 93.46."),
        "no_rank": _("%(value)s is no rank. Write a whole number from 1."),
        "rank_order": _("Rank %(value)s stands beside a lower score than row %(other)s, which is ranked after it."),
        "rank_shared": _("Rank %(value)s stands in row %(other)s already, beside another score."),
        "rank_twice": _("Rank %(value)s stands in row %(other)s already, and no rank is given twice."),
        "rank_counted": _("Rank %(value)s is not what the scores of the list give: that is %(due)s."),
        "told_twice": _("%(value)s stands here and %(other)s in %(cell)s. Keep one."),
        "twice": _("%(value)s stands in row %(first)s for the same month already. Keep one."),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One official figure and its cell. words: what the cell says with the words of its row and column."""

    unit: str
    metric: str
    month: Period
    number: Number
    sheet: str
    cell: str
    words: str


@dataclass(frozen=True, slots=True)
class Known:
    """areas: by name and key; groups: area → the list that it is ranked in, "" of none; here: the district's key."""

    areas: Mapping[str, str]
    groups: Mapping[str, str]
    here: str


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of one sheet, 0: not there. rates: metric and column. whole: a sheet of districts."""

    unit: int
    month: int
    rates: Sequence[tuple[str, int]]
    score: int
    rank: int
    whole: bool


@dataclass(slots=True)
class _Read:
    """What is found while a sheet is read. seen: unit and month → row; placed: list and month → its ranks."""

    problems: list[ResultProblem]
    seen: dict[tuple[str, Period], int] = field(default_factory=dict)
    placed: dict[tuple[str, Period], list[Placed]] = field(default_factory=dict)


def said(sheets: Sequence[Sheet], scheme: Scheme, known: Known, problems: list[ResultProblem]) -> list[Said]:
    """All figures of our own units. What is wrong goes to `problems`; then nothing of this may be used."""
    fit = [s for s in sheets if _heading(s, TOWN) or (_heading(s, DISTRICT) and _heading(s, MONTH))]
    found: dict[tuple[str, str, Period], Said] = {}
    for sheet in fit or sheets[:1]:
        for one in _of_sheet(sheet, scheme, known, problems):
            first = found.setdefault((one.unit, one.metric, one.month), one)
            if first.sheet != one.sheet and first.number.decimal != one.number.decimal:
                params = {"value": one.number, "other": first.number, "cell": f"{first.sheet}!{first.cell}"}
                problems.append(ResultProblem(one.sheet, one.cell, "assessment.told_twice", params))
    return list(found.values())


def _of_sheet(sheet: Sheet, scheme: Scheme, known: Known, problems: list[ResultProblem]) -> Iterator[Said]:
    columns = _columns(sheet, scheme, problems)
    if columns is None:
        return
    read = _Read(problems)
    for row in range(2, sheet.last_row + 1):
        if any(_text(sheet, row, n) for n in range(1, sheet.last_column + 1)):
            yield from _row(sheet, row, columns, scheme, known, read)
    for rows in read.placed.values():
        problems += _misplaced(sheet, rows, columns.rank, scheme.ties)


def _columns(sheet: Sheet, scheme: Scheme, problems: list[ResultProblem]) -> _Columns | None:
    """A sheet of towns has every rate; one of districts may have none."""
    whole = not _heading(sheet, TOWN) and bool(_heading(sheet, DISTRICT))
    unit, month = _heading(sheet, DISTRICT if whole else TOWN), _heading(sheet, MONTH)
    rates = [
        (m.official, _heading(sheet, (m.name, m.name_en)), m.name) for m in scheme.measures if m.official
    ]
    wanting = [h for n, h in ((unit, TOWN[0]), (month, MONTH[0])) if not n]
    wanting += [name for _metric, n, name in rates if not n and not whole]
    problems += [ResultProblem(sheet.name, "", "assessment.heading_wanting", {"heading": h}) for h in wanting]
    if wanting:
        return None
    score = _heading(sheet, SCORE) if scheme.official_score else 0
    rank = _heading(sheet, RANK) if scheme.official_rank else 0
    return _Columns(unit, month, [(m, n) for m, n, _name in rates if n], score, rank, whole)


def _row(
    sheet: Sheet, row: int, columns: _Columns, scheme: Scheme, known: Known, read: _Read
) -> Iterator[Said]:
    name, span = _text(sheet, row, columns.unit), month_written(_text(sheet, row, columns.month))
    unit = known.areas.get(name) or (name if columns.whole else None) or None
    _check(sheet, row, columns, unit, span, read)
    numbers = dict(_numbers(sheet, row, columns, scheme, read.problems))
    if unit is None or span is None:
        return
    score, rank = (numbers.get(n) if n else None for n in (columns.score, columns.rank))
    if score is not None and rank is not None and (columns.whole or known.groups.get(unit)):
        held = read.placed.setdefault((known.groups.get(unit, ""), span), [])
        held.append(Placed(row, score.decimal, int(rank.decimal)))
    if columns.whole and unit != known.here:
        return
    metrics = [*columns.rates, (scheme.official_score, columns.score), (scheme.official_rank, columns.rank)]
    for metric, column in metrics:
        if column and column in numbers:
            words = f"{name} {_text(sheet, row, columns.month)} {_text(sheet, 1, column)} {numbers[column]}"
            yield Said(unit, metric, span, numbers[column], sheet.name, reference(row, column), words)


def _check(
    sheet: Sheet, row: int, columns: _Columns, unit: str | None, span: Period | None, read: _Read
) -> None:
    if unit is None:
        read.problems.append(_problem(sheet, row, columns.unit, "unknown_area"))
    if span is None:
        read.problems.append(_problem(sheet, row, columns.month, "no_month"))
    if unit is not None and span is not None:
        first = read.seen.setdefault((unit, span), row)
        if first != row:
            read.problems.append(_problem(sheet, row, columns.unit, "twice", first=first))


def _numbers(
    sheet: Sheet, row: int, columns: _Columns, scheme: Scheme, problems: list[ResultProblem]
) -> Iterator[tuple[int, Number]]:
    """Column → its number. A score or a rank may be left empty: of a town that is not ranked; a rate only of districts."""
    full = f"{float(scheme.full_score):g}"
    for column in (n for _metric, n in columns.rates):
        if not (columns.whole and _text(sheet, row, column) in UNRANKED):
            yield from _number(sheet, row, column, _rate(_plain(sheet, row, column)), "no_rate", problems)
    if columns.score and _text(sheet, row, columns.score) not in UNRANKED:
        score = _between(_plain(sheet, row, columns.score), scheme.full_score)
        yield from _number(sheet, row, columns.score, score, "no_score", problems, full=full)
    if columns.rank and _text(sheet, row, columns.rank) not in UNRANKED:
        yield from _number(sheet, row, columns.rank, _rank(_plain(sheet, row, columns.rank)), "no_rank", problems)  # fmt: skip


def _number(
    sheet: Sheet,
    row: int,
    column: int,
    number: Number | None,
    code: str,
    problems: list[ResultProblem],
    **more: object,
) -> Iterator[tuple[int, Number]]:
    if number is None:
        problems.append(_problem(sheet, row, column, code, **more))
    else:
        yield column, number


def _misplaced(sheet: Sheet, rows: Sequence[Placed], column: int, ties: str) -> Iterator[ResultProblem]:
    for one in misplaced(rows, ties):
        yield _problem(sheet, one.row, column, f"rank_{one.code}", other=one.other, due=one.due)


def _problem(sheet: Sheet, row: int, column: int, code: str, **more: object) -> ResultProblem:
    params = {"value": _text(sheet, row, column) or "—", **more}
    return ResultProblem(sheet.name, reference(row, column), f"assessment.{code}", params)


def _heading(sheet: Sheet, names: Sequence[str]) -> int:
    """The column that is headed so, 0: none."""
    heads = {_text(sheet, 1, n): n for n in range(1, sheet.last_column + 1)}
    return next((heads[h] for h in names if h in heads), 0)


def _text(sheet: Sheet, row: int, column: int) -> str:
    return sheet.at(row, column).text.strip()


def _plain(sheet: Sheet, row: int, column: int) -> str:
    """Of a cell whose number is what is seen, else ""."""
    return "" if sheet.at(row, column).kind in UNCLEAR else _text(sheet, row, column)


def month_written(text: str) -> Period | None:
    """2022-11, 2022年11月; January to it: 2022-01/2022-11, 2022年1—11月."""
    for written, of in ((MONTH_WRITTEN, Period.month), (TO_DATE_WRITTEN, Period.to_date)):
        found = written.fullmatch(text)
        if found is not None and 1 <= int(found[2]) <= LAST_MONTH:
            return of(int(found[1]), int(found[2]))
    return None


def _rate(text: str) -> Number | None:
    """As printed; a percent sign may stand behind it."""
    return _between(text.removesuffix("%").removesuffix("％"), Fraction(100))


def _between(text: str, most: Fraction) -> Number | None:
    """A number from 0 to most, as printed."""
    try:
        number = Number.parse(text)
    except ValueError:
        return None
    return number if Decimal(0) <= number.decimal and Fraction(number.decimal) <= most else None


def _rank(text: str) -> Number | None:
    """6, or 第6名."""
    text = text.removeprefix("第").removesuffix("位").removesuffix("名")
    return Number.parse(text) if text.isascii() and text.isdigit() and int(text) >= 1 else None
