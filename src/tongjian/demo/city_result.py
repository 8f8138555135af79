"""The city's monthly result as the sample has it: towns by the city's own list of cases, and the districts among each other.

Towns' rates are those of the list, their scores and ranks follow from these. Of the other districts only made-up scores are
given; where our own stands among them is counted, month by month. No real result, and no rank is written down here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tongjian.demo import accounts, files
from tongjian.facts.assessment import comparing, importing, queries, results
from tongjian.facts.assessment.comparing import Reconciled
from tongjian.facts.assessment.counting import history
from tongjian.facts.assessment.queries import Unit
from tongjian.facts.assessment.results import Rate
from tongjian.facts.assessment.scheme import Scheme
from tongjian.kernel.models import Subject
from tongjian.values import Period

Cell = str | int | float | None
TOWNS, DISTRICTS = "各街乡镇", "各区"
OTHERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"
# Scores of the other districts by month, the first of each is 甲区's.
SCORES = {
    3: "97.12 96.85 96.51 96.30 96.02 95.88 95.71 95.60 95.43 95.31 95.20 95.08 94.02 93.10 92.25",
    6: "97.20 96.71 96.74 96.25 96.10 95.83 95.52 95.40 95.17 95.01 94.40 94.21 93.86 93.05 92.31",
    9: "97.35 96.90 96.62 96.44 96.21 95.97 95.80 95.62 95.03 94.88 94.70 94.25 93.80 92.97 92.04",
    11: "97.41 97.02 96.73 96.38 96.11 95.14 95.02 94.71 94.40 94.12 93.77 93.35 92.86 92.41 91.90",
}


def keep(scheme: Scheme, month: Period, *, at: datetime) -> int:
    """The result of the month laid out once in HOME/demo and imported. Returns how many figures are new."""
    units = queries.units(scheme)
    found = comparing.reconcile(scheme, month, list(units))
    if found is None:
        return 0
    path = files.home() / f"模拟市级考核结果-{month}.xlsx"
    if not path.exists():
        path.write_bytes(_book(scheme, month, found, units))
    return importing.take(path.read_bytes(), path.name, scheme, by=accounts.office(), at=at)


def _book(scheme: Scheme, month: Period, found: Reconciled, units: dict[str, Unit]) -> bytes:
    own = str(Subject.objects.get(key=settings.DISTRICT))
    rates = _rates(found)
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.title = TOWNS
    sheet.append(["街乡镇", "月份", *(m.name for m in scheme.measures), "综合得分", "位次"])
    sheet.append([own, str(month), *_percents(rates[""]), None, None])
    for row in _towns(scheme, month, rates, units):
        sheet.append(row)
    _districts(book.create_sheet(DISTRICTS), scheme, month, own, rates[""])
    for one in book.worksheets:
        _as_printed(one)
    book.save(out)
    return out.getvalue()


def _rates(found: Reconciled) -> dict[str, list[Rate]]:
    """Unit, "" for all → its rates by the city's list."""
    made: dict[str, list[Rate]] = {}
    for bridge in found.bridges:
        made.setdefault(bridge.unit, []).append(Rate(*bridge.theirs))
    return made


def _towns(
    scheme: Scheme, month: Period, rates: dict[str, list[Rate]], units: dict[str, Unit]
) -> Iterator[list[Cell]]:
    """By group, then rank. A town without a rate is left out."""
    scores = {u: s for u in units if (s := _score(scheme, rates[u])) is not None}
    for group in scheme.groups:
        own = {u: s for u, s in scores.items() if units[u].group == group.key}
        ranks = results.competition(own)
        for unit in sorted(own, key=lambda u: (ranks[u], u)):
            told = [*_percents(rates[unit]), float(own[unit]), ranks[unit]]
            yield [units[unit].name, str(month), *told]


def _districts(sheet: Worksheet, scheme: Scheme, last: Period, own: str, rates: Sequence[Rate]) -> None:
    sheet.append(["区", "月份", "综合得分", "位次"])
    for month, others in SCORES.items():
        span = Period.month(files.YEAR, month)
        score = _score(scheme, rates) if span == last else _counted(scheme, span)
        scores = {f"{n}区": Decimal(s) for n, s in zip(OTHERS, others.split(), strict=True)}
        scores |= {own: score} if score is not None else {}
        ranks = results.competition(scores)
        for name in sorted(scores, key=lambda n: (ranks[n], n)):
            sheet.append([name, str(span), float(scores[name]), ranks[name]])


def _counted(scheme: Scheme, month: Period) -> Decimal | None:
    """The district's score by all cases of the month."""
    held = history(scheme)
    if held is None:
        return None
    return queries.assess(scheme, month, held, queries.units(scheme)).whole.score_printed


def _score(scheme: Scheme, rates: Sequence[Rate]) -> Decimal | None:
    score = results.score(scheme, rates)
    return None if score is None else results.printed(score)


def _as_printed(sheet: Worksheet) -> None:
    """Rates and scores with two places, as a result tells them."""
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, float):
                cell.number_format = "0.00"


def _percents(rates: Sequence[Rate]) -> list[Cell]:
    return [None if r.percent is None else float(r.percent) for r in rates]
