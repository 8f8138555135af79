"""The city's official result: rates, score and rank by their cells, towns and districts; every bad cell at once."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from facts.factories import metric
from records.cases.factories import District, area, district
from tongjian.facts.assessment import importing, queries
from tongjian.facts.assessment.importing import ResultRefused
from tongjian.facts.assessment.official import official
from tongjian.facts.assessment.result_sheets import month_written
from tongjian.facts.models import Fact
from tongjian.kernel.choices import AreaKind
from tongjian.values import Period

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HEADS = ("街乡镇", "月份", "响应率", "解决率", "满意率", "综合得分", "位次")
DISTRICTS = ("区", "月份", "综合得分", "位次")
Row = tuple[object, ...]


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    made = district()
    for key in ("response_rate", "resolution_rate", "satisfaction_rate"):
        metric(f"hotline_{key}", key, kind="ratio", unit="%", decimals=2, derive=[])
    metric("hotline_composite_score", "得分", kind="index", unit="分", decimals=2, derive=[])
    metric("hotline_composite_rank", "位次", kind="rank", unit="位", decimals=0, direction="down", derive=[])
    return made


def book(*sheets: tuple[str, Row, Sequence[Row]]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for name, heads, rows in sheets:
        sheet = made.create_sheet(name)
        for row in (heads, *rows):
            sheet.append(list(row))
    made.save(out)
    return out.getvalue()


def take(here: District, *sheets: tuple[str, Row, Sequence[Row]]) -> int:
    scheme = queries.schemes()[0]
    return importing.take(book(*sheets), "结果.xlsx", scheme, by=here.users["plan"], at=AT)


def refused(here: District, *sheets: tuple[str, Row, Sequence[Row]]) -> dict[str, str]:
    """Cell → the code's last word."""
    with pytest.raises(ResultRefused) as told:
        take(here, *sheets)
    assert not Fact.objects.exists()
    return {p.where: p.code.rpartition(".")[2] for p in told.value.problems}


def test_score_and_rank_are_facts_that_lead_to_their_cells(here: District) -> None:
    rows = [
        ("北镇", "2026-01", 100, 90, 80, 88, 1),
        ("南镇", "2026年1月", 100, 41.5, 41.67, "53.27", "第2名"),
    ]
    assert take(here, ("各镇", HEADS, rows)) == 10
    told = official(queries.schemes()[0], ["north", "south"], Period.month(2026, 1))
    south = told.scores["south"], told.ranks["south"]
    assert [(str(f.number), f.evidence.locator) for f in south] == [("53.27", "各镇!F3"), ("2", "各镇!G3")]
    assert south[1].evidence.excerpt == "南镇 2026年1月 位次 2"
    assert told.rates["north", "resolution"].evidence.locator == "各镇!D2"
    assert take(here, ("各镇", HEADS, rows)) == 0


def test_the_district_is_taken_from_the_list_of_districts(here: District) -> None:
    own = here.areas["top"]
    rows = [("甲区", "2026-01", 96, 1), (str(own), "2026-01", 95.5, 2), ("乙区", "2026-01", 90, 3)]
    towns = [(str(own), "2026-01", 99, 93, 94, None, "—"), ("北镇", "2026-01", 100, 90, 80, 88, 1)]
    assert take(here, ("各镇", HEADS, towns), ("各区", DISTRICTS, rows)) == 10
    told = official(queries.schemes()[0], ["riverside"], Period.month(2026, 1))
    assert (told.ranks["riverside"].evidence.locator, str(told.ranks["riverside"].number)) == ("各区!D3", "2")
    assert {f.series.subject.key for f in Fact.objects.all()} == {"riverside", "north"}


def test_a_rank_that_the_list_of_districts_does_not_give_is_refused(here: District) -> None:
    rows = [
        ("甲区", "2026-01", 96, 1),
        (str(here.areas["top"]), "2026-01", 90, 2),
        ("乙区", "2026-01", 95, 3),
    ]
    assert refused(here, ("各区", DISTRICTS, rows)) == {"各区!D3": "rank_order"}


def test_every_bad_score_and_rank_is_told(here: District) -> None:
    area("east", "东镇", AreaKind.TOWN, here.areas["top"])
    rows = [
        ("北镇", "2026-01", 100, 90, 80, 100.01, 1),
        ("南镇", "2026-01", 100, 90, 80, -1, 1.5),
        ("东镇", "2026-01", 100, 90, 80, "良好", 0),
    ]
    assert refused(here, ("表", HEADS, rows)) == {
        "表!F2": "no_score",
        "表!F3": "no_score",
        "表!G3": "no_rank",
        "表!F4": "no_score",
        "表!G4": "no_rank",
    }


def test_a_shared_rank_needs_the_same_score(here: District) -> None:
    same = [("北镇", "2026-01", 100, 90, 80, 88, 1), ("南镇", "2026-01", 100, 90, 80, 88, 1)]
    assert take(here, ("表", HEADS, same)) == 10
    Fact.objects.all().delete()
    other = [same[0], ("南镇", "2026-01", 100, 90, 80, 87, 1)]
    assert refused(here, ("表", HEADS, other)) == {"表!G3": "rank_shared"}


def test_two_sheets_may_not_say_otherwise_of_one_figure(here: District) -> None:
    own = str(here.areas["top"])
    towns, districts = [(own, "2026-01", 99, 93, 94, 95, 2)], [(own, "2026-01", 95, 3)]
    assert refused(here, ("各镇", HEADS, towns), ("各区", DISTRICTS, districts)) == {"各区!D2": "told_twice"}


def test_a_file_without_score_and_rank_still_brings_rates(here: District) -> None:
    assert take(here, ("表", HEADS[:5], [("北镇", "2026-01", 100, 90, 80)])) == 3


def test_what_was_told_later_is_not_known_before(here: District) -> None:
    take(here, ("表", HEADS, [("北镇", "2026-01", 100, 90, 80, 88, 1)]))
    scheme, month = queries.schemes()[0], Period.month(2026, 1)
    assert not official(scheme, ["north"], month, datetime(2026, 3, 1, tzinfo=UTC))
    assert official(scheme, ["north"], month, AT).ranks.keys() == {"north"}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2022-11", Period.month(2022, 11)),
        ("2022年11月", Period.month(2022, 11)),
        ("2022-01/2022-11", Period.to_date(2022, 11)),
        ("2022年1—11月", Period.to_date(2022, 11)),
        ("2022-13", None),
        ("2021-01/2022-11", None),
        ("11月", None),
    ],
)
def test_a_month_or_january_to_it_is_read(text: str, span: Period | None) -> None:
    assert month_written(text) == span
