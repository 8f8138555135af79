"""The wide table goes to the mirror with days, flags and counted fields, and without a citizen's word."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from records.cases.factories import AT, District, district
from records.cases.test_import import ROWS, as_csv
from tongjian.facts.mirror.reading import opened
from tongjian.facts.mirror.refresh import refresh
from tongjian.records.cases import actions, mirror
from tongjian.records.cases.intake.importing import take
from tongjian.records.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> District:
    return district()


def rows(since: object = None) -> list[dict[str, object]]:
    table = mirror.tables()[0]
    return [dict(zip((c.name for c in table.columns), r, strict=True)) for r in table.rows(since)]  # type: ignore[arg-type]


def test_a_row_as_figures_need_it(d: District) -> None:
    take(as_csv(ROWS), "x.csv", "city_platform", by=d.users["plan"], at=AT)
    first = next(r for r in rows() if r["category"] == "城市管理/照明")
    assert (str(first["opened_on"]), str(first["closed_on"])) == ("2026-03-01", "2026-03-05")
    assert (first["area"], first["lead"], first["first_lead"]) == ("north", "north_gov", "north_gov")
    assert (bool(first["responded_in_time"]), bool(first["solved"]), first["score"]) == (True, True, 5)
    assert (first["nature"], first["kind"], bool(first["merged"])) == ("求助", "closed", False)
    text = [str(v) for r in rows() for v in r.values()]
    assert [t for t in text if "路灯" in t or "1380000" in t] == []


def test_only_what_changed_is_read_again(d: District) -> None:
    take(as_csv(ROWS), "x.csv", "city_platform", by=d.users["plan"], at=AT)
    pk = Case.objects.get(source_id="G3").pk
    later = AT + timedelta(days=1)
    actions.perform(pk, "dispatch", {"lead": d.units["north"].pk}, by=None, at=later)
    assert [r["id"] for r in rows(since=later)] == [pk]


def test_the_mirror_takes_it(d: District, tmp_path: Path) -> None:
    take(as_csv(ROWS), "x.csv", "city_platform", by=d.users["plan"], at=AT)
    file = tmp_path / "mirror.duckdb"
    done = refresh(mirror.tables(), at=AT, file=file)
    assert (done[0].table, done[0].rows) == ("cases", 3)
    with opened(file) as db:
        assert db.execute("SELECT count(*) FROM cases").fetchone() == (3,)
    assert date.fromisoformat(str(rows()[0]["opened_on"])) == date(2026, 3, 1)
