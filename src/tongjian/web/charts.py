"""Charts as plain data: what `chart.js` draws, and what the table below it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongjian.facts.models import Fact, Series
from tongjian.values import Number, Period, PeriodKind
from tongjian.web import units, viewing

Chart = dict[str, Any]
Point = tuple[Period, Number]
MONTHS = 12
FEWEST_FOR_A_LINE = 3


def of_series(series: Series, facts: Sequence[Fact], target: Number | None = None) -> Chart | None:
    """A chart of the ruling facts of one series; None where one value or none is known."""
    points = [(f.interval, f.number) for f in facts if f.number is not None and viewing.may_show(f)]
    return of_points(points, series.unit, series.period_kind == PeriodKind.CUMULATIVE, target)


def of_points(
    points: Sequence[Point], unit: str, adds_up: bool, target: Number | None = None
) -> Chart | None:
    """Values counted up since January lie on a line of twelve months for each year; others stand in order of time."""
    if len(points) < 2:
        return None
    by_month = adds_up and len({p.end % MONTHS for p, _n in points}) > 1
    body = _years(points) if by_month else _row(points)
    aim = None if target is None else float(target.decimal)
    return body | {"unit": units.shown(unit), "target": aim, "targetLabel": _("Target")}


def _row(points: Sequence[Point]) -> Chart:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return {
        "kind": "line" if len(points) >= FEWEST_FOR_A_LINE else "bar",
        "labels": [p.label(language) for p, _n in points],
        "lines": [{"name": "", "values": [float(n.decimal) for _p, n in points]}],
    }


def _years(points: Sequence[Point]) -> Chart:
    """One line a year, the newest and the one before if it has a course too; January to December."""
    counted = Counter(p.end_year for p, _n in points)
    newest = max(counted)
    years = [y for y in (newest - 1, newest) if y == newest or counted[y] > 1]
    known = {(p.end_year, p.end % MONTHS): float(n.decimal) for p, n in points}
    return {
        "kind": "line",
        "labels": month_labels(),
        "lines": [
            {"name": year_name(year), "values": [known.get((year, m)) for m in range(MONTHS)]}
            for year in years
        ],
    }


def month_labels() -> list[str]:
    """The twelve months under an axis."""
    return [_to_month(m) for m in range(MONTHS)]


def _to_month(index: int) -> str:
    """1月, 1—2月 … as printed under the axis."""
    if (get_language() or "").startswith("en"):
        return Period.month(2000, index + 1).label("en").split()[0]
    return f"{index + 1}月"


def year_name(year: int) -> str:
    return Period.year(year).label("en" if (get_language() or "").startswith("en") else "zh")
