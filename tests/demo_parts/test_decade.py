"""Ten simulated years: through what is published, adding up, within bounds, marked, and in by the importer alone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from django.test.utils import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tongjian.demo import clock, files
from tongjian.demo.decade import books, intake, shapes
from tongjian.demo.decade.chance import Chance
from tongjian.demo.decade.published import Cell, published
from tongjian.demo.decade.recipes import FIRST, LAST, meterings, recipes
from tongjian.demo.decade.rows import Row, rows
from tongjian.demo.load import load
from tongjian.facts import rules, specs
from tongjian.facts.collection import completeness
from tongjian.facts.models import DeliveredFile, Fact, Submission
from tongjian.facts.queries import resolve
from tongjian.facts.refs import parse
from tongjian.facts.resolved import FactMissing
from tongjian.facts.simulated import is_simulated, rests_on_simulated
from tongjian.kernel.models import Organisation
from tongjian.packs import entries
from tongjian.plans.evaluation import evaluate_all
from tongjian.plans.models import PlanYear
from tongjian.values import Number, Period

AT = datetime(2022, 12, 28, 1, tzinfo=UTC)
BOOKS = 300  # 15 units, nine years and eleven months
ROWS: list[Row] = rows()
TOWNS = tuple(recipes().towns)
VALUES = {r.cell: r.value for r in ROWS if r.value is not None and r.status != "修订"}


def level(metric: str, period: str, area: str = "") -> Decimal:
    """Simulated or published."""
    cell = Cell(metric, area, "level", "natural", Period.parse(period))
    return (VALUES.get(cell) or published().values[cell]).decimal


# Arithmetic


@given(st.integers(0, 10**6), st.lists(st.floats(0.001, 1000), min_size=1, max_size=30))
def test_spread_adds_up_and_gives_nobody_less_than_its_share(total: int, weights: list[float]) -> None:
    given_out = shapes.spread(total, weights)
    assert sum(given_out) == total
    whole = sum(weights)
    assert all(abs(g - total * w / whole) < 1 + 1e-6 for g, w in zip(given_out, weights, strict=True))


@given(
    st.lists(st.floats(0.1, 10), min_size=12, max_size=12),
    st.sets(st.integers(1, 12), min_size=1).flatmap(
        lambda months: st.lists(st.integers(0, 5000), min_size=len(months), max_size=len(months)).map(
            lambda totals: dict(zip(sorted(months), sorted(totals), strict=True))
        )
    ),
)
def test_whole_months_pass_through_every_anchor(raw: list[float], anchors: dict[int, int]) -> None:
    months = shapes.whole_months(raw, anchors)
    assert len(months) == 12
    assert {m: sum(months[:m]) for m in anchors} == anchors
    assert min(months) >= 0


def test_a_total_that_falls_is_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        shapes.fitted([1.0] * 12, {3: 10.0, 6: 9.0})


@given(
    st.lists(st.floats(-100, 100), min_size=10, max_size=10),
    st.dictionaries(st.integers(2, 9), st.floats(-100, 100), min_size=1),
)
def test_a_course_is_bent_through_what_is_known(raw: list[float], known: dict[int, float]) -> None:
    course = shapes.bent(raw, known, 1)
    assert all(course[i] == pytest.approx(value) for i, value in known.items())
    assert course[:2] == raw[:2]


def test_the_festival_moves_between_january_and_february() -> None:
    assert shapes.festival_share(2020, 1) == pytest.approx(11 / 15)  # 25 January: from the 21st on
    assert shapes.festival_share(2013, 2) == 1.0
    for year in range(FIRST, LAST + 1):
        assert sum(shapes.festival_share(year, m) for m in (1, 2, 3)) == pytest.approx(1)


def test_chance_is_the_same_everywhere() -> None:
    chance = Chance("gdp")
    assert [round(chance.around(1.0), 6) for _ in range(3)] == [0.440543, 1.71562, 2.011921]


# The rows


def test_the_rows_are_the_same_each_time_and_on_each_python() -> None:
    """The digest changes with data/decade.yaml, with a published value, and with nothing else."""
    again = rows()
    assert again == ROWS
    told = "\n".join(f"{r.year} {r.cell} {r.value} {r.status} {r.note}" for r in ROWS)
    assert len(ROWS) == 23867
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == "716b0526d31078d3"


def test_every_row_is_of_a_series_that_its_department_reports() -> None:
    collected = {e.key: specs.collected(e.body.get("collect", ())) for e in entries("metrics")}
    for metric, area, measure, basis in {c[:4] for c in VALUES}:
        place = area or "tongzhou"
        assert any(
            (one.measure, one.basis) == (measure, basis)
            and (place in (one.subjects or ("tongzhou",)) or ("towns" in one.subjects and place in TOWNS))
            for one in collected[metric]
        ), (metric, area, measure, basis)


def test_nothing_published_is_said_again_and_all_is_marked() -> None:
    assert not {r.cell for r in ROWS} & set(published().values)
    assert all("模拟" in r.note for r in ROWS)
    assert max(c.period.end for c in VALUES) == Period.parse("2022-11").end


def test_every_metric_has_ten_years_and_towns_have_a_hundred_months() -> None:
    years: dict[str, set[int]] = defaultdict(set)
    months: dict[str, set[int]] = defaultdict(set)
    for cell in VALUES:
        if cell.area == "yongshun":
            months[cell.metric].add(cell.period.end)
        elif not cell.area:
            years[cell.metric].add(cell.period.end_year)
    full = [m for m, told in years.items() if len(told) >= 9]
    assert len(full) >= 50
    assert sum(len(told) > 100 for told in months.values()) == 6


def test_january_is_told_with_february_where_it_is_published_so() -> None:
    for cell in VALUES:
        if meterings()[cell.metric].first_month == 2:
            assert cell.period.end % 12 >= 1, cell


def test_totals_rise_and_shares_and_rates_stay_within_bounds() -> None:
    bounds = {e.key: e.body for e in entries("metrics")}
    flows: dict[tuple[str, str, int], list[tuple[int, Number]]] = defaultdict(list)
    for cell, value in VALUES.items():
        body = bounds[cell.metric]
        if cell.measure == "growth":
            assert value.decimal > -100
        elif body["kind"] == "flow":
            flows[cell.metric, cell.area, cell.period.end_year].append((cell.period.end, value))
        elif body["unit"] == "%":
            assert 0 <= value.decimal <= 100
        assert value.decimal >= 0 or cell.measure == "growth"
    for told in flows.values():
        course = [v.decimal for _end, v in sorted(told, key=lambda t: t[0])]
        assert course == sorted(course)


@pytest.mark.parametrize(
    "metric",
    [f.metric for f in (*recipes().flows, *recipes().parts) if f.towns is not None]
    + [s.metric for s in recipes().stocks if s.towns is not None],
)
def test_towns_make_up_the_district(metric: str) -> None:
    own = {
        c.period: v.decimal
        for c, v in (VALUES | dict(published().values)).items()
        if (c.metric, c.area, c.measure) == (metric, "", "level")
    }
    towns: dict[Period, list[Decimal]] = defaultdict(list)
    for cell, value in VALUES.items():
        if cell.metric == metric and cell.area in TOWNS:
            towns[cell.period].append(value.decimal)
    compared = [p for p, told in towns.items() if len(told) == len(TOWNS)]
    assert len(compared) > 100
    assert {p: sum(towns[p]) for p in compared} == {p: own[p] for p in compared}


def test_growth_is_that_of_the_totals_and_the_published_growth_is_met() -> None:
    for cell, value in VALUES.items():
        if (cell.measure, cell.basis, cell.area) == (
            "growth",
            "natural",
            "",
        ) and cell.period.end_year > FIRST:
            now, before = (level(cell.metric, str(p)) for p in (cell.period, cell.period.shifted(-1)))
            assert rules.growth(Number.of(now), Number.of(before), 1) == value, cell
    for (metric, period), growth in {
        ("retail_sales", "2022-01/2022-03"): "1.1",
        ("retail_sales", "2022-01/2022-06"): "-4.6",
        ("retail_sales", "2022-01/2022-11"): "-3.2",
        ("hightech_manufacturing_investment", "2022-01/2022-11"): "263.7",
    }.items():
        now, before = level(metric, period), level(metric, str(Period.parse(period).shifted(-1)))
        assert abs((now / before - 1) * 100 - Decimal(growth)) < Decimal("0.6"), (metric, period)


def test_parts_lie_within_their_wholes() -> None:
    for cell, value in VALUES.items():
        part = next((p for p in recipes().parts if p.metric == cell.metric), None)
        if part and cell.measure == "level" and not cell.area:
            assert value.decimal <= level(part.whole, str(cell.period)), cell
    period = "2021-01/2021-11"
    revenue = level("general_public_budget_revenue", period)
    assert level("tax_revenue", period) + level("non_tax_revenue", period) == revenue


def test_a_hard_year_shows() -> None:
    assert level("visitors", "2020") < level("visitors", "2019") * Decimal("0.6")
    assert level("retail_sales", "2020-01/2020-03") < level("retail_sales", "2019-01/2019-03") * Decimal(
        "0.9"
    )
    february = level("electricity_consumption", "2013-01/2013-02") - level(
        "electricity_consumption", "2013-01"
    )
    august = level("electricity_consumption", "2013-01/2013-08") - level(
        "electricity_consumption", "2013-01/2013-07"
    )
    assert february < august


# The workbooks


def test_a_workbook_says_that_it_is_simulated(tmp_path: Path) -> None:
    own = [r for r in ROWS if r.year == 2016 and meterings()[r.cell.metric].owner == "tax"]
    path = tmp_path / books.name_of("tax", Period.year(2016))
    path.write_bytes(books.book("tax", Period.year(2016), own))
    assert path.name == "区税务局-2016-模拟.xlsx"
    sheet = openpyxl.load_workbook(path)["填报"]
    assert sheet["A1"].value == "区税务局　2016年月度指标填报（模拟 Simulated，未公布）"
    assert {sheet.cell(r, 10).value for r in range(3, sheet.max_row + 1)} == {"模拟数，未公布"}
    assert sheet.max_row == 2 + 12 * 23
    assert sheet["H3"].number_format == "0.00"


def test_workbooks_are_laid_out_once(tmp_path: Path) -> None:
    with override_settings(HOME=tmp_path):
        assert books.lay_out() == BOOKS
        assert books.lay_out() == 0
        folders = sorted(p.name for p in (files.home() / "decade").iterdir())
        assert folders == [*map(str, range(2013, 2022)), *(f"2022-{m:02d}" for m in range(1, 12))]
        assert (files.home() / "decade/2022-06" / "区统计局-2022-06-模拟.xlsx").exists()


def test_each_month_of_the_last_year_holds_what_ends_with_it_and_revisions_come_once() -> None:
    by_round: dict[Period, list[Row]] = defaultdict(list)
    for row in ROWS:
        by_round[books.round_of(row)].append(row)
    assert set(by_round) == set(books.ROUNDS)
    assert sum(map(len, by_round.values())) == len(ROWS)
    for round_, own in by_round.items():
        if round_.end_year == LAST:
            assert {r.cell.period.end for r in own if r.status != "修订"} == {round_.end}
            assert any(r.status == "修订" for r in own) == (round_ == books.REVISING)


@given(st.lists(st.dates(date(2022, 7, 1), date(2022, 7, 31)), min_size=1))
def test_nobody_sends_in_late_and_those_due_later_send_later(due: list[date]) -> None:
    for day in due:
        sent = clock.sent_on(day, due)
        assert sent in due
        assert sent <= day
        assert (sent.day > clock.MID_MONTH) == (day.day > clock.MID_MONTH)


# The whole way


def _known(ref: str, day: date) -> str | None:
    """What was known of it at the end of that day."""
    at = timezone.make_aware(datetime.combine(day, time.max))
    try:
        return str(resolve(parse(ref), at).number)
    except FactMissing:
        return None


def _as_known_then(at: datetime) -> None:
    """A value is known from the middle of the month after, revised later, and never by more than its newest word."""
    may, june = "fixed_asset_investment @ 2022-01/2022-05", "electricity_consumption @ 2022-01/2022-06"
    assert [_known(may, date(2022, 6, d)) is None for d in (10, 30)] == [True, False]
    assert [_known(june, d) is None for d in (date(2022, 6, 30), date(2022, 7, 18))] == [True, False]
    revised = f"{next(f.metric for f in recipes().flows if f.revised)} @ 2021"
    assert (
        _known(revised, date(2022, 6, 30))
        != _known(revised, date(2022, 12, 27))
        == _known(revised, at.date())
    )
    rows = Fact.objects.order_by("series", "period", "source", "seq")
    course = list(rows.values_list("series", "period", "source", "recorded_at"))
    assert all(a[3] <= b[3] for a, b in pairwise(course) if a[:3] == b[:3])
    assert set(Fact.objects.filter(recorded_at__gt=at)) == set()
    plan = PlanYear.objects.get(year=2022)
    then = timezone.make_aware(datetime(2022, 6, 30, 23, 59))
    seen = {
        e.obligation.series.metric.key: e
        for e in evaluate_all(plan, then, date(2022, 6, 30))
        if e.value is not None
    }
    ends = {k: e.value.ref.period.end % 12 + 1 for k, e in seen.items() if e.value is not None}
    assert (ends["retail_sales"], ends["fixed_asset_investment"], ends["general_public_budget_revenue"]) == (
        5,
        5,
        5,
    )
    matrix = completeness.matrix([Period.to_date(2022, m) for m in range(2, 12)], at.date())
    unit = Organisation.objects.get(subject__key="hotline")
    assert {c.standing for c in matrix.of(unit)} == {"in_time"}
    assert all("late" not in {c.standing for c in cells} for _unit, cells in matrix.rows)


@pytest.mark.slow
@pytest.mark.django_db
def test_ten_years_come_in_by_the_importer_and_leave_the_three_misses(tmp_path: Path) -> None:
    """The one test that imports all ten years."""
    with override_settings(HOME=tmp_path, EVIDENCE_ROOT=tmp_path / "evidence"):
        first = load(lambda line: None, AT)
        simulated = [f for f in Fact.objects.select_related("evidence__file") if is_simulated(f.evidence)]
        assert len(simulated) >= 23_000
        assert DeliveredFile.objects.filter(outcome="taken").count() == BOOKS
        _as_known_then(AT)
        assert not Submission.objects.filter(state__in=["refused", "held"]).exists()
        assert Fact.objects.filter(source="collection").exclude(evidence__kind="cell").count() == 0
        plan = PlanYear.objects.get(year=2022)
        red = {
            e.obligation.series.metric.key for e in evaluate_all(plan, None, AT.date()) if e.light == "red"
        }
        assert red == {"gdp", "retail_sales", "general_public_budget_revenue"}
        assert not is_simulated(resolve(parse("gdp @ 2022-01/2022-09")).facts()[0].evidence)
        assert rests_on_simulated(resolve(parse("fixed_asset_investment[growth] @ 2022-01/2022-11")))
        before = Fact.objects.count()
        report = hashlib.sha256(first.report.read_bytes()).hexdigest()
        assert intake.take_in(AT) == 0
        second = load(lambda line: None, AT)
        assert Fact.objects.count() == before
        assert hashlib.sha256(second.report.read_bytes()).hexdigest() == report
