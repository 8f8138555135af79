"""The sample's assessment of November: published, then the city's list of cases and its result taken in, one difference explained.

The list is made of the sample's own work orders by rule, with a few that the city counts otherwise; no real result.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from tongjian.demo import accounts, city_result, files
from tongjian.facts.assessment import comparing, official_list, publishing, queries
from tongjian.facts.assessment.casework import APART, PASSED, Assessed, roll
from tongjian.facts.assessment.choices import Difference
from tongjian.facts.assessment.scheme import Scheme
from tongjian.values import Period

MONTH = Period.month(files.YEAR, 11)
NAME = f"模拟市级考核清单-{MONTH}.xlsx"
HEADS = ("工单编号", "街乡镇", "月份", "是否响应", "是否解决", "是否满意", "是否剔除")
NOTE = "市级二次回访后改判，已与市级核对，以市级结果为准。（模拟）"
OTHERWISE = {
    3: "excluded",
    58: "solved",
    91: "solved",
    140: "left out",
}  # of the month's cases, by their order


def keep(at: datetime) -> None:
    """Once; a second run changes nothing. Nothing where no scheme or no case of the month stands."""
    scheme = next(iter(queries.schemes()), None)
    if scheme is None or publishing.editions(scheme, str(MONTH)):
        return
    held = roll(scheme, [MONTH.start])
    if held is None or not held.cases:
        return
    office = accounts.office()
    publishing.publish(scheme, MONTH, by=office, at=at)
    path = _lay_out(scheme, held.cases)
    official_list.take(path.read_bytes(), path.name, scheme, str(MONTH), by=office, at=at)
    city_result.keep(scheme, MONTH, at=at)
    found = comparing.reconcile(scheme, MONTH, [])
    changed = [p.number for p in found.differing if p.kind == Difference.VERDICT] if found else []
    if changed:
        comparing.explain(scheme, str(MONTH), changed[:1], NOTE, by=office, at=at)


def _lay_out(scheme: Scheme, cases: tuple[Assessed, ...]) -> Path:
    path = files.home() / NAME
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_book(scheme, cases))
    return path


def _book(scheme: Scheme, cases: tuple[Assessed, ...]) -> bytes:
    numbers = comparing.numbers_of([c.id for c in cases])
    names = {u.key: u.name for u in queries.units(scheme).values()}
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(HEADS)
    for place, case in enumerate(cases):
        if OTHERWISE.get(place) != "left out":
            sheet.append([numbers[case.id], names.get(case.unit, ""), str(MONTH), *_signs(case, place)])
    book.save(out)
    return out.getvalue()


def _signs(case: Assessed, place: int) -> list[str]:
    otherwise = OTHERWISE.get(place, "")
    words = ["" if v == APART else "是" if v == PASSED else "否" for v in case.verdicts]
    if otherwise == "solved" and len(words) > 1:
        words[1] = "否" if words[1] == "是" else "是"
    return [*words, "是" if case.excluded or otherwise == "excluded" else "否"]
