"""Every identity of the monthly form, its arithmetic, and that whole columns say what single rows say."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.records.projects.rules.identities import (
    CHECKS,
    MISSING,
    Break,
    Settings,
    breaks,
    columns,
    construction_and_installation,
)

JANUARY = 2022 * 12
Row = dict[str, int | None]


def row(month: int, this: int, to_date: int, total: int | None = None, **more: int | None) -> Row:
    parts = {"construction": to_date, "installation": 0, "equipment": 0, "other": 0}
    return {
        "project": 1,
        "month": JANUARY + month - 1,
        "this_month": this,
        "year_to_date": to_date,
        "total": total,
        **parts,
        **more,
    }


def found(rows: list[Row], **settings: int) -> list[tuple[str, int]]:
    return [(b.check.key, b.row) for b in breaks(columns(rows), Settings(**settings))]


def said(rows: list[Row], language: str = "zh") -> list[str]:
    return [b.said(language) for b in breaks(columns(rows))]


def test_a_clean_year_breaks_nothing() -> None:
    assert found([row(1, 100, 100, 600), row(2, 50, 150, 650), row(3, 0, 150, 650)]) == []


def test_months_add_up() -> None:
    rows = [row(1, 100, 100), row(2, 50, 160)]
    assert said(rows) == ["自年初累计 160 ≠ 上月累计 100 + 本月 50 = 150"]
    assert said(rows, "en") == ["year to date 160 ≠ up to last month 100 + this month 50 = 150"]


def test_january_begins_anew_and_may_come_with_february() -> None:
    december = {**row(1, 900, 900), "month": JANUARY - 1}
    assert found([december, row(1, 100, 100)]) == []
    assert found([december, row(2, 100, 100)]) == []
    assert found([december, row(1, 100, 1000)]) == [("year_to_date_follows", 1)]


def test_a_gap_in_the_months_is_told_unless_explained() -> None:
    assert found([row(1, 100, 100), row(3, 50, 170)]) == [("month_missing", 1)]
    assert found([row(1, 100, 100), {**row(3, 50, 170), "explained": 1}]) == []


def test_parts_add_up() -> None:
    broken = row(1, 100, 100, construction=60, installation=20, equipment=15, other=10)
    assert said([broken]) == ["自年初累计 100 ≠ 建筑 60 + 安装 20 + 设备 15 + 其他 10 = 105"]
    assert found([row(1, 100, 100, construction=None, installation=None, equipment=None, other=None)]) == []
    assert found([row(1, 100, 100, installation=None, equipment=None, other=None)]) == []


def test_the_total_follows_from_last_years_end() -> None:
    december = {**row(1, 900, 900, 2000), "month": JANUARY - 1}
    assert found([december, row(1, 100, 100, 2100)]) == []
    assert said([december, row(1, 100, 100, 2150)]) == [
        "自开始累计 2150 ≠ 上年末累计 2000 + 自年初累计 100 = 2100"
    ]
    assert found([row(1, 100, 100, 600), row(2, 50, 150, 660)]) == [("total_follows", 1)]
    november = {**december, "month": JANUARY - 2}  # what December brought is not known
    assert found([november, row(1, 100, 100, 2150)]) == []


def test_the_planned_total_may_be_passed_by_the_tolerance_or_with_a_reason() -> None:
    assert found([row(1, 100, 100, 1100, planned_total=1000)]) == []
    over = row(1, 100, 100, 1101, planned_total=1000)
    assert said([over]) == ["自开始累计 1101 > 计划总投资 1000 ×（1 + 容许 10%）= 1100"]
    assert found([{**over, "explained": 1}]) == []
    assert found([over], tolerance_percent=20) == []
    assert found([row(1, 100, 100, 9999)]) == []


def test_parts_of_equipment_and_other_costs() -> None:
    less = row(1, 100, 100, construction=0, equipment=100, old_equipment=80, renewed_equipment=30)
    assert said([less]) == ["设备工器具购置 100 < 旧设备 80 + 更新 30 = 110"]
    less = row(1, 100, 100, construction=0, other=100, old_buildings=1, land=100)
    assert said([less]) == ["其他费用 100 < 旧建筑物购置 1 + 建设用地费 100 = 101"]


def test_an_amount_below_nothing_needs_a_reason() -> None:
    rows = [row(1, 100, 100), row(2, -30, 70)]
    assert found(rows) == [("never_falls", 1)]
    rows[1]["explained"] = 1
    assert found(rows) == []


def test_no_figures_before_entry() -> None:
    assert found([row(1, 100, 100, entered=JANUARY + 1)]) == [("before_entry", 0)]
    assert found([row(1, 100, 100, entered=JANUARY)]) == []


def test_places_are_printed() -> None:
    broken = breaks(columns([row(1, 1050, 1050), row(2, 50, 1200)], decimals=1))
    assert [b.said() for b in broken] == ["自年初累计 120.0 ≠ 上月累计 105.0 + 本月 5.0 = 110.0"]


def test_slack_forgives_rounding() -> None:
    rows = [row(1, 100, 100), row(2, 50, 151)]
    assert found(rows, slack=1) == []
    assert found(rows) == [("year_to_date_follows", 1)]


def test_every_check_has_words_in_both_languages() -> None:
    for check in CHECKS.values():
        line = Break(check, 0, (1, 2, 3, 4, 5, 6))
        assert "{" not in line.said("zh") + line.said("en")
        assert line.said("zh") != line.said("en")


def test_construction_and_installation_never_holds_equipment() -> None:
    given_ = columns(
        [row(1, 9, 9, construction=4, installation=3, equipment=2), {"project": 2, "year_to_date": 5}]
    )
    assert construction_and_installation(given_).tolist() == [7, MISSING]


@st.composite
def years(draw: st.DrawFn) -> list[Row]:
    """Clean months of some projects over two years, in any order."""
    rows: list[Row] = []
    for project in range(draw(st.integers(1, 4))):
        total = draw(st.integers(0, 500))
        for year in (0, 12):
            months = draw(st.lists(st.integers(0, 900), min_size=12, max_size=12))
            for m, to_date in enumerate(accumulate(months)):
                one = row(m + 1 + year, months[m], to_date, total + to_date)
                rows.append({**one, "project": project})
            total += sum(months)
    return draw(st.permutations(rows))


@given(years())
def test_clean_years_break_nothing_in_any_order(rows: list[Row]) -> None:
    assert breaks(columns(rows)) == []


@given(years(), st.data())
def test_one_wrong_month_is_found_and_names_its_row(rows: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    by = data.draw(st.integers(1, 50))
    rows[at] = {**rows[at], "this_month": (rows[at]["this_month"] or 0) + by}
    assert found(rows) == [("year_to_date_follows", at)]


@pytest.mark.parametrize("which", ["construction", "installation", "equipment", "other"])
def test_each_part_counts(which: str) -> None:
    one = row(1, 100, 100)
    one[which] = (one[which] or 0) + 1
    assert found([one]) == [("parts_add_up", 0)]


def test_nothing_is_nothing() -> None:
    assert breaks(columns([])) == []
