"""Random libraries: written whole or not at all, the same again, and reads that cost the same for few and many."""

from __future__ import annotations

from itertools import accumulate

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.projects.factories import AT, project
from tongjian.kernel import passages
from tongjian.kernel.models import Event
from tongjian.reading.grids import Grid
from tongjian.records.projects import monitoring, queries
from tongjian.records.projects.models import Investment, Project
from tongjian.records.projects.sheets import layouts, taking

pytestmark = pytest.mark.django_db
HEADS = [f"t{c.label}" for c in layouts.INVESTMENT.columns.values()]
PLACES = list(layouts.INVESTMENT.columns)


def line(key: str, month: int, this: int, to_date: int, parts: tuple[int, int, int]) -> list[str]:
    held = {
        "key": f"t{key}",
        "month": f"t2022-{month:02d}",
        "this_month": f"n{this}",
        "year_to_date": f"n{to_date}",
    }
    held |= dict(zip(("construction", "installation", "equipment"), (f"n{p}" for p in parts), strict=True))
    held["other"] = f"n{to_date - sum(parts)}"
    return [held.get(name, "") for name in PLACES]


@st.composite
def books(draw: st.DrawFn) -> list[list[str]]:
    """Clean months of three projects, in any order."""
    rows = []
    for key in ("p-1", "p-2", "p-3"):
        months = draw(st.lists(st.integers(0, 10**6), max_size=6))
        for n, to_date in enumerate(accumulate(months), 1):
            parts = (to_date // 2, to_date // 7, to_date // 11)
            rows.append(line(key, n, months[n - 1], to_date, parts))
    return draw(st.permutations(rows))


CORRUPTIONS = {
    "this_month": "n-5",
    "year_to_date": "t五十",
    "month": "t2022-13",
    "key": "tnobody",
    "construction": "e#REF!",
    "equipment": "n1.00001",
    "other": "f",
}


def take(rows: list[list[str]]) -> taking.Taken:
    grid = Grid("月度投资", [(1, HEADS), *enumerate(rows, 2)])
    return taking.write([grid], repr(rows).encode(), "a.xlsx", by=None, at=AT)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=books(), data=st.data())
def test_a_book_is_written_whole_or_not_at_all(db: None, rows: list[list[str]], data: st.DataObject) -> None:
    Investment.objects.all().delete()
    if not Project.objects.exists():
        for key in ("p-1", "p-2", "p-3"):
            project(key, planned_total=None)
    if rows:
        which = data.draw(st.integers(0, len(rows) - 1))
        name = data.draw(st.sampled_from(sorted(CORRUPTIONS)))
        bad = [list(r) for r in rows]
        bad[which][PLACES.index(name)] = CORRUPTIONS[name]
        before = Event.objects.count()
        with pytest.raises(taking.ImportRefused) as refused:
            take(bad)
        assert any(p.cell.endswith(str(which + 2)) for p in refused.value.problems)
        assert (Investment.objects.count(), Event.objects.count()) == (0, before)
    assert take(rows).changed == len(rows) == Investment.objects.count()
    assert take(list(reversed(rows))).changed == 0
    assert monitoring.broken(list(Project.objects.all())) == []


def queries_of(call: object) -> int:
    assert callable(call)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        call()
    return len(seen)


def test_reads_of_many_projects_cost_as_many_queries_as_of_few() -> None:
    few = [project(f"p-{n}", papers=["approval"]) for n in range(2)]
    many = few + [project(f"p-{n}", papers=["approval"]) for n in range(2, 9)]
    track = passages.track("approval")
    for read in (
        lambda some: queries.standings(some, 2022),
        lambda some: queries.missing_to_advance(some, track),
        monitoring.contradictions,
        monitoring.backward,
        lambda some: monitoring.stage_clocks(some, "approval", AT.date()),
    ):
        assert queries_of(lambda read=read: read(many)) == queries_of(lambda read=read: read(few)) <= 8
