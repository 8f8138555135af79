"""Operators of `derive` lines on the ledger: exact values, and the traps of the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.factories import DISTRICT, NOON, TOWNS, World, area, fact, facts, metric, world
from tongjian.facts import lifetimes, measures, queries, targets
from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Series
from tongjian.facts.refs import parse
from tongjian.facts.resolved import FactMissing, Resolved
from tongjian.kernel.models import Area, Definition
from tongjian.values import Number, Period

pytestmark = pytest.mark.django_db
MONTHS = [{"operator": o} for o in ("single", "quarter", "rolling_12", "year_on_year", "average_2y")]


@pytest.fixture
def ground() -> World:
    return world()


def sales(first_month: int = 1, derive: Sequence[dict[str, Any]] = MONTHS, **fields: Any) -> None:
    metric("sales", "零售额", first_month=first_month, derive=list(derive), **fields)


def found(ref: str) -> Resolved:
    return queries.resolve(parse(ref))


def said(ref: str) -> tuple[str, str, str | None]:
    one = found(ref)
    return str(one.number), one.unit, one.derived


def missing(ref: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(FactMissing) as error:
        found(ref)
    return error.value.code, dict(error.value.params)


def totals(values: Sequence[str | None], year: int = 2022, tokens: str = "") -> None:
    """Counted up since January, from January on."""
    for n, value in enumerate(values, 1):
        if value is not None:
            fact(f"sales{tokens} @ {Period.to_date(year, n)}", value)


# ---- months


def test_single_months_of_a_total(ground: World) -> None:
    sales()
    totals(["3.1", "6.35", "6.35"])
    assert said("sales @ 2022-01") == ("3.1", "亿元", None)
    assert said("sales @ 2022-02") == ("3.25", "亿元", "single")
    assert said("sales @ 2022-03") == ("0.00", "亿元", "single")  # zero is a value
    code, params = missing("sales @ 2022-04")
    assert (code, params["ref"]) == ("facts.missing", f"sales[{DISTRICT}] @ 2022-01/2022-04")


def test_a_reported_single_month_goes_first(ground: World) -> None:
    sales()
    totals(["3.0", "6.0"])
    fact("sales @ 2022-02", "3.1")
    assert said("sales @ 2022-02") == ("3.1", "亿元", None)


def test_january_and_february_are_published_together(ground: World) -> None:
    sales(first_month=2)
    totals([None, "6.0", "9.5"])
    for month in ("2022-01", "2022-02"):
        code, params = missing(f"sales @ {month}")
        assert (code, params["together"]) == (
            "facts.published_together",
            f"sales[{DISTRICT}] @ 2022-01/2022-02",
        )
    assert said("sales @ 2022-01/2022-02") == ("6.0", "亿元", None)
    assert said("sales @ 2022-03") == ("3.5", "亿元", "single")


def test_a_missing_month_never_shifts_the_next(ground: World) -> None:
    sales()
    totals(["3.0", None, "9.0", "12.0"])
    assert missing("sales @ 2022-03")[1]["ref"] == f"sales[{DISTRICT}] @ 2022-01/2022-02"
    assert said("sales @ 2022-04")[0] == "3.0"


def test_quarters(ground: World) -> None:
    sales()
    totals([None, None, "9.0", None, None, "20.5"])
    assert said("sales @ 2022-04/2022-06") == ("11.5", "亿元", "quarter")
    assert said("sales @ 2022-01/2022-03") == ("9.0", "亿元", None)
    assert missing("sales @ 2022-05/2022-07")[0].startswith("facts.missing")


def test_rolling_twelve_months(ground: World) -> None:
    sales()
    totals([None] * 5 + ["50.0"] + [None] * 5 + ["120.0"], year=2021)
    totals([None] * 5 + ["55.5"])
    assert said("sales @ 2021-07/2022-06") == ("125.5", "亿元", "rolling_12")
    inputs = [str(i.ref.period) for i in found("sales @ 2021-07/2022-06").inputs]
    assert inputs == ["2022-01/2022-06", "2021", "2021-01/2021-06"]


def test_totals_of_a_metric_reported_by_months(ground: World) -> None:
    sales(derive=[{"operator": "year_to_date"}, {"operator": "quarter"}, {"operator": "year_on_year"}])
    facts([(f"sales @ 2022-{m:02d}", f"{m}.5") for m in range(1, 7)])
    assert said("sales @ 2022-01/2022-04") == ("12.0", "亿元", "year_to_date")
    assert said("sales @ 2022-04/2022-06") == ("16.5", "亿元", "quarter")
    assert missing("sales @ 2022-01/2022-07")[1]["ref"] == f"sales[{DISTRICT}] @ 2022-07"


def test_growth_of_a_derived_month(ground: World) -> None:
    sales()
    totals(["4.0", "9.0"], year=2021)
    totals(["4.0", "9.5"])
    assert said("sales[growth] @ 2022-02") == ("10.0", "%", "growth")
    assert said("sales[growth] @ 2022-01/2022-02") == ("5.6", "%", "growth")


def test_growth_goes_by_the_revised_base(ground: World) -> None:
    sales()
    fact("sales @ 2021", "100.0")
    fact("sales @ 2022", "104.0")
    assert said("sales[growth] @ 2022")[0] == "4.0"
    fact("sales @ 2021", "98.0", status="revised")
    assert said("sales[growth] @ 2022")[0] == "6.1"


def test_the_average_of_two_years_is_geometric(ground: World) -> None:
    sales()
    facts([("sales @ 2019", "100.0"), ("sales @ 2020", "50.0"), ("sales @ 2021", "121.0")])
    assert said("sales[average_2y] @ 2021") == ("10.0", "%", "average_2y")
    metric("output", "产值", derive=[{"operator": "average_2y", "of": "growth", "basis": "constant_price"}])
    facts(
        [("output[growth, constant_price] @ 2020", "-3.4"), ("output[growth, constant_price] @ 2021", "12.0")]
    )
    assert said("output[average_2y, constant_price] @ 2021") == ("4.0", "%", "average_2y")


# ---- areas


def test_a_total_waits_for_everyone_and_says_how_many_are_lacking(ground: World) -> None:
    sales(derive=[{"operator": "total", "among": "towns"}])
    facts([(f"sales[{TOWNS[0]}] @ 2022", "1.5"), (f"sales[{TOWNS[1]}] @ 2022", "0")])
    code, params = missing("sales @ 2022")
    assert (code, params["count"], params["all"], params["areas"]) == (
        "facts.total_incomplete",
        1,
        3,
        "东街道",
    )
    fact(f"sales[{TOWNS[2]}] @ 2022", "2.25", status="flash")
    one = found("sales @ 2022")
    assert (str(one.number), one.derived, one.status, len(one.inputs)) == ("3.75", "total", "flash", 3)
    fact("sales @ 2022", "3.8")
    assert said("sales @ 2022") == ("3.8", "亿元", None)


def test_a_ratio_rolls_up_by_numerator_and_denominator(ground: World) -> None:
    """Never the mean of the towns' rates: 1/2 and 9/90 make 10/92, not 30 %."""
    for key in ("solved", "due"):
        metric(key, key, unit="件", decimals=0, derive=[{"operator": "total", "among": "towns"}])
    metric(
        "rate",
        "解决率",
        unit="%",
        kind="ratio",
        decimals=2,
        derive=[{"operator": "ratio", "numerator": "solved", "denominator": "due"}],
    )
    for key, solved, due in zip(TOWNS, ("1", "9", "0"), ("2", "90", "0"), strict=True):
        facts([(f"solved[{key}] @ 2022", solved), (f"due[{key}] @ 2022", due)])
    assert said("rate @ 2022") == ("10.87", "%", "ratio")
    assert said(f"rate[{TOWNS[0]}] @ 2022") == ("50.00", "%", "ratio")
    assert missing(f"rate[{TOWNS[2]}] @ 2022")[0] == "facts.no_quotient"


def test_change_of_place_is_up_when_positive(ground: World) -> None:
    sales(
        derive=[
            {"operator": "rank", "of": "level", "among": "towns"},
            {"operator": "change_of_place", "of": "level", "among": "towns"},
        ]
    )
    for year, values in ((2021, "123"), (2022, "533")):
        facts([(f"sales[{k}] @ {year}", v) for k, v in zip(TOWNS, values, strict=True)])
    assert said(f"sales[rank, {TOWNS[2]}] @ 2022") == ("2", "位", "rank")
    assert said(f"sales[change_of_place, {TOWNS[0]}] @ 2022") == ("2", "位", "change_of_place")
    assert said(f"sales[change_of_place, {TOWNS[1]}] @ 2022") == ("0", "位", "change_of_place")
    assert said(f"sales[change_of_place, {TOWNS[2]}] @ 2022") == ("-1", "位", "change_of_place")


def test_a_peer_that_has_not_reported_leaves_no_rank(ground: World) -> None:
    sales(derive=[{"operator": "rank", "among": "towns"}])
    facts([(f"sales[{TOWNS[0]}] @ 2022", "1"), (f"sales[{TOWNS[1]}] @ 2022", "2")])
    code, params = missing(f"sales[rank, {TOWNS[0]}] @ 2022")
    assert (code, params["peers"], params["count"], params["all"]) == (
        "facts.rank_incomplete",
        "东街道",
        1,
        3,
    )
    fact(f"sales[{TOWNS[2]}] @ 2022", None, missing="未报")
    assert missing(f"sales[rank, {TOWNS[0]}] @ 2022")[0] == "facts.rank_incomplete"


# ---- parts


def test_contribution_and_pull(ground: World) -> None:
    metric(
        "industry",
        "工业",
        derive=[{"operator": "contribution", "whole": "gdp"}, {"operator": "pull", "whole": "gdp"}],
    )
    facts([("gdp @ 2021", "1000.0"), ("gdp @ 2022", "1040.0")])
    facts([("industry @ 2021", "300.0"), ("industry @ 2022", "310.0")])
    assert said("industry[contribution] @ 2022") == ("25.0", "%", "contribution")
    assert said("industry[pull] @ 2022") == ("1.0", "个百分点", "pull")
    fact("gdp @ 2022", "1000.0", status="revised")
    assert missing("industry[contribution] @ 2022")[0] == "facts.no_quotient"
    assert said("industry[pull] @ 2022")[0] == "1.0"


def test_contribution_of_a_group_to_its_metric(ground: World) -> None:
    sales(derive=[{"operator": "contribution"}])
    facts([("sales @ 2021", "100.0"), ("sales @ 2022", "110.0")])
    facts([("sales[by:网上] @ 2021", "20.0"), ("sales[by:网上] @ 2022", "28.0")])
    assert said("sales[contribution, by:网上] @ 2022") == ("80.0", "%", "contribution")
    assert missing("sales[contribution] @ 2022")[0] == "facts.no_comparator"


def test_per_head_over_the_mean_of_the_years_two_ends(ground: World) -> None:
    line = {"operator": "per_head", "amount": "gdp", "heads": "residents"}
    for key, average in (("gdp_head", False), ("gdp_head_mean", True)):
        metric(key, key, unit="万元/人", decimals=2, derive=[{**line, "average": average}])
    facts([("gdp @ 2022", "1206.3"), ("residents @ 2021", "184.3"), ("residents @ 2022", "184.4")])
    assert said("gdp_head @ 2022") == ("6.54", "万元/人", "per_head")
    assert said("gdp_head_mean @ 2022") == ("6.54", "万元/人", "per_head")
    fact("residents @ 2021", "200.0", status="revised")
    assert said("gdp_head_mean @ 2022")[0] == "6.28"
    assert len(found("gdp_head_mean @ 2022").inputs) == 3


def test_a_gap_of_figures_kept_in_different_units(ground: World) -> None:
    sales(derive=[{"operator": "gap", "comparator": "last_year"}])
    facts([("sales @ 2021", "1.25"), ("sales @ 2022", "3.0")])
    assert said("sales[difference, last_year] @ 2022") == ("1.75", "亿元", "difference")


# ---- a unit merged mid-year


def merged(until: str = "2022-06") -> None:
    """The east street was taken in by the north town."""
    Definition.objects.create(
        kind="areas",
        key=TOWNS[2],
        version=1,
        body={"key": TOWNS[2], "until": until, "into": TOWNS[0]},
        digest="",
        applied_at="2023-01-01T00:00Z",
    )


def test_a_merged_unit_is_no_peer_after_its_end(ground: World) -> None:
    sales(derive=[{"operator": "rank", "among": "towns"}, {"operator": "total", "among": "towns"}])
    merged()
    for period in ("2022-01/2022-06", "2022-01/2022-07"):
        facts([(f"sales[{TOWNS[0]}] @ {period}", "1"), (f"sales[{TOWNS[1]}] @ {period}", "2")])
    assert missing("sales @ 2022-01/2022-06")[0] == "facts.total_incomplete"
    assert said("sales @ 2022-01/2022-07")[0] == "3"
    assert said(f"sales[rank, {TOWNS[0]}] @ 2022-01/2022-07")[0] == "2"


def test_the_base_of_a_unit_grows_by_what_it_took_in(ground: World) -> None:
    sales()
    merged()
    facts([(f"sales[{TOWNS[0]}] @ 2021", "60.0"), (f"sales[{TOWNS[2]}] @ 2021", "40.0")])
    facts(
        [(f"sales[{TOWNS[0]}] @ 2021-01/2021-05", "20.0"), (f"sales[{TOWNS[0]}] @ 2022-01/2022-05", "22.0")]
    )
    fact(f"sales[{TOWNS[0]}] @ 2022", "104.0")
    assert said(f"sales[growth, {TOWNS[0]}] @ 2022")[0] == "4.0"
    assert said(f"sales[growth, {TOWNS[0]}] @ 2022-01/2022-05")[0] == "10.0"  # before the merger
    base = found(f"sales[growth, {TOWNS[0]}] @ 2022").inputs[1]
    assert (str(base.number), base.derived, len(base.inputs)) == ("100.0", "total", 2)


def test_a_rate_has_no_base_after_a_merger(ground: World) -> None:
    sales(kind="ratio", unit="%", derive=[{"operator": "gap", "comparator": "last_year"}])
    merged()
    facts([(f"sales[{TOWNS[0]}] @ 2021", "60.0"), (f"sales[{TOWNS[0]}] @ 2022", "61.0")])
    assert missing(f"sales[difference, last_year, {TOWNS[0]}] @ 2022")[0] == "facts.merged"


def test_lifetimes_of_pack_entries() -> None:
    found_ = lifetimes.of_bodies([{"key": "old", "until": "2022-06", "into": "new"}, {"key": "new"}])
    june, july = Period.to_date(2022, 6), Period.to_date(2022, 7)
    assert (found_.stands("old", june), found_.stands("old", july), found_.stands("new", july)) == (
        True,
        False,
        True,
    )
    assert found_.taken_in("new", Period.to_date(2021, 7), july) == ("old",)
    assert found_.taken_in("new", Period.to_date(2021, 6), june) == ()
    assert found_.taken_in("new", july, Period.to_date(2023, 7)) == ()


# ---- rules


def n(text: str) -> Number:
    return Number.parse(text)


@pytest.mark.parametrize(
    ("part", "whole", "printed", "how"),
    [
        (88, 89, "98.88", "rounded"),
        (88, 89, "98.87", "truncated"),
        (88, 89, "98.86", None),
        (1, 4, "25.00", "rounded"),
        (-88, 89, "-98.87", "truncated"),
    ],
)
def test_a_percent_may_be_rounded_or_truncated(part: int, whole: int, printed: str, how: str | None) -> None:
    assert measures.printed_as(n(printed), Fraction(part * 100, whole)) == how


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 3))
def test_two_years_of_the_average_lead_from_then_to_now(now: int, before: int, decimals: int) -> None:
    rate = measures.average_2y(Number(now), Number(before), decimals)
    assert rate is not None
    half = 0.5 / 10**decimals
    low, high = (before * max(0.0, 1 + (float(rate.decimal) + d) / 100) ** 2 for d in (-half, half))
    assert low * (1 - 1e-9) <= now <= high * (1 + 1e-9)


def test_a_root_without_base_is_none() -> None:
    assert measures.average_2y(n("5"), n("0"), 1) is None
    assert measures.average_2y(n("-5"), n("4"), 1) is None
    assert measures.average_2y(n("0"), n("4"), 1) == n("-100.0")
    assert measures.average_growth((n("-100"), n("5")), 1) is None


def test_areas_without_a_group_have_no_total(ground: World) -> None:
    sales(derive=[{"operator": "total", "among": "towns"}])
    area("far_city", "远城", "city", None, 9)
    assert missing("sales[far_city] @ 2022")[0] == "facts.missing"
    assert Area.objects.count() == 7


# ---- targets


def owed(monkeypatch: pytest.MonkeyPatch, *steps: tuple[datetime, str]) -> None:
    """A target that the plan office sets, and sets anew."""

    def source(series: Series, period: Period, at: datetime | None) -> Resolved | None:
        stood = [value for since, value in steps if at is None or since <= at]
        ref = queries.ref_of(series, period)
        return Resolved(ref, Number.parse(stood[-1]), series.unit, derived="target") if stood else None

    monkeypatch.setattr(targets, "_sources", [source])


def test_a_target_of_zero_is_not_completed_but_has_a_gap(
    ground: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales(derive=[{"operator": "completion"}, {"operator": "gap", "comparator": "target"}])
    fact("sales @ 2022", "3.5")
    owed(monkeypatch, (NOON, "0"))
    assert missing("sales[completion] @ 2022")[0] == "facts.no_quotient"
    assert said("sales[difference, target] @ 2022") == ("3.5", "亿元", "difference")


def test_a_target_revised_in_the_year_counts_from_then_on(
    ground: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales(derive=[{"operator": "completion"}])
    fact("sales @ 2022", "90.0")
    later = NOON + timedelta(days=30)
    owed(monkeypatch, (NOON, "100.0"), (later, "90.0"))
    then = Ledger(NOON).resolve(parse("sales[completion] @ 2022"))
    now = Ledger(later).resolve(parse("sales[completion] @ 2022"))
    assert (str(then.number), str(now.number)) == ("90.0", "100.0")


def test_a_ceiling_is_held_by_its_margin(ground: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unemployment of 3.92 against at most 5: 1.08 points below, never 78 %."""
    sales(unit="%", kind="ratio", direction="down", derive=[{"operator": "gap", "comparator": "target"}])
    fact("sales @ 2022", "3.92")
    owed(monkeypatch, (NOON, "5"))
    assert said("sales[difference, target] @ 2022") == ("-1.08", "个百分点", "difference")
    assert missing("sales[completion] @ 2022")[0].startswith("facts.missing")
