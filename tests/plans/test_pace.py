"""How much of the year should be done, what the rest asks, and the half-year: rules on plain values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongjian.facts.choices import Bound, Direction, FactStatus, Measure, MetricKind
from tongjian.packs import entries
from tongjian.plans import halfway, lights, needed, pace, rules, sentences
from tongjian.plans.choices import Light, Nature, PathKind
from tongjian.plans.halfway import Half
from tongjian.plans.pace import Pace, Share
from tongjian.plans.rules import Asked, Seen, Side
from tongjian.values import Period

D = Decimal
BOOK = lights.read([e.body for e in entries("lights")])
YEAR = Period.year(2022)
NOVEMBER = Period.to_date(2022, 11)
JUNE = Period.to_date(2022, 6)


def asked(number: str | None = "1000", **more: object) -> Asked:
    fields: dict[str, object] = {
        "number": None if number is None else D(number),
        "bound": Bound.GE,
        "unit": "亿元",
        "measure": Measure.LEVEL,
        "kind": MetricKind.FLOW,
        "direction": Direction.UP,
        "due": YEAR,
    }
    return Asked(**(fields | more))  # type: ignore[arg-type]


def growth(number: str = "6.5", **more: object) -> Asked:
    return asked(number, **({"unit": "%", "measure": Measure.GROWTH, "bound": Bound.APPROX} | more))


def seen(number: str, period: Period = JUNE, status: FactStatus = FactStatus.ACTUAL) -> Seen:
    return Seen(D(number), period, status)


def years(*values: tuple[int, int, str]) -> dict[Period, D]:
    """(year, month, value since January)."""
    return {Period.to_date(y, m): D(v) for y, m, v in values}


# Pace


def test_the_usual_share_is_the_mean_of_the_years_that_are_known() -> None:
    levels = years((2021, 6, "44"), (2021, 12, "100"), (2020, 6, "80"), (2020, 12, "200"), (2019, 12, "90"))
    assert pace.usual_share(levels, JUNE, YEAR) == Share(D(42), (2021, 2020))
    assert pace.usual_share(levels, NOVEMBER, YEAR) is None
    assert pace.usual_share({}, JUNE, YEAR) is None


def test_a_year_of_nothing_has_no_share() -> None:
    assert pace.usual_share(years((2021, 6, "0"), (2021, 12, "0")), JUNE, YEAR) is None


def test_a_month_alone_has_no_share_of_the_year() -> None:
    levels = {Period.month(2021, 6): D(9), YEAR.shifted(-1): D(100)}
    assert pace.usual_share(levels, Period.month(2022, 6), YEAR) is None


def test_working_days_passed() -> None:
    weekdays = {date(2022, 1, 3): 1}
    count = lambda first, last: sum(n for d, n in weekdays.items() if first <= d <= last)  # noqa: E731
    assert pace.working_elapsed(Period.month(2022, 1), YEAR, count) == 100
    assert pace.working_elapsed(YEAR, YEAR, lambda a, b: 0) is None


def test_a_typed_path_holds_its_last_month_until_the_next() -> None:
    points = {Period.month(2022, 3): D(200), Period.month(2022, 9): D(700)}
    at = {m: pace.typed_at(points, Period.to_date(2022, m)) for m in (2, 3, 8, 9, 12)}
    assert at == {2: None, 3: D(200), 8: D(200), 9: D(700), 12: D(700)}


@pytest.mark.parametrize("kind", list(PathKind))
def test_what_cannot_be_reckoned_is_judged_by_months(kind: PathKind) -> None:
    bare = Pace(kind, D(50))
    assert (bare.judged_by, bare.expected) == (PathKind.LINEAR, D(50))


def test_a_path_that_asks_for_nothing_yet_is_not_taken_for_none() -> None:
    assert Pace(PathKind.TYPED, D(25), typed=D(0)).expected == 0


def test_the_sentence_says_months_and_the_usual_course_whichever_judges() -> None:
    both = Pace(PathKind.LINEAR, D("91.66"), Share(D("96.04"), (2021, 2020, 2019)))
    judged = rules.judge(asked(), seen("953.2", NOVEMBER), BOOK, both)
    assert sentences.reason(asked(), seen("953.2", NOVEMBER), judged).zh == (
        "1—11月完成953.2亿元，目标1000亿元以上，完成95.3%，时间进度91.7%（近三年同期96.0%），快3.6个百分点"
    )
    usual = Pace(PathKind.SHARE, D("91.66"), Share(D("96.04"), (2021, 2020, 2019)))
    judged = rules.judge(asked(), seen("953.2", NOVEMBER), BOOK, usual)
    assert judged.light == Light.YELLOW
    assert sentences.reason(asked(), seen("953.2", NOVEMBER), judged).en == (
        "Jan–Nov 2022: 953.2 hundred million yuan, target at least 1000 hundred million yuan, 95.3% of it done, "
        "96.0% by the course of the last 3 years (91.7% of the time passed), 0.7 percentage points behind"
    )


def test_a_binding_target_that_is_missed_by_a_little_is_red_not_yellow() -> None:
    missed = seen("6.4", YEAR)
    wanted = growth("6.5", bound=Bound.GE)
    assert rules.judge(wanted, missed, BOOK).light == Light.YELLOW
    strict = growth("6.5", bound=Bound.GE, nature=Nature.BINDING)
    assert rules.judge(strict, missed, BOOK).light == Light.RED
    assert rules.judge(strict, seen("6.4", JUNE), BOOK).light == Light.YELLOW


def test_the_band_of_about_is_shown() -> None:
    assert sentences.band(growth(), BOOK).zh == "6—7%"
    assert sentences.band(asked(bound=Bound.APPROX), BOOK).zh == "980—1020亿元"
    assert sentences.band(asked(), BOOK) == sentences.NOTHING


levels_of_years = st.lists(
    st.tuples(st.decimals(1, 10**4, places=1), st.decimals(0, 10**4, places=1)), min_size=1, max_size=3
)


@given(levels_of_years)
def test_a_share_lies_between_the_years_own(course: list[tuple[D, D]]) -> None:
    levels: dict[Period, D] = {}
    for back, (part, rest) in enumerate(course, 1):
        levels[JUNE.shifted(-back)], levels[YEAR.shifted(-back)] = part, part + rest
    found = pace.usual_share(levels, JUNE, YEAR)
    own = [part * 100 / (part + rest) for part, rest in course]
    assert found is not None
    assert min(own) - D("1e-9") <= found.percent <= max(own) + D("1e-9")


# What the rest of the year asks


def test_the_rest_of_a_level_target() -> None:
    levels = years(
        (2022, 9, "690"), (2021, 9, "600"), (2021, 12, "800"), (2020, 9, "580"), (2020, 12, "760"),
        (2019, 9, "500"), (2019, 12, "640"),
    )  # fmt: skip
    made = needed.of_level(D(1000), levels, Period.to_date(2022, 9), YEAR, Side.AT_LEAST)
    assert made is not None
    assert (made.amount, made.per_month, made.growth) == (D(310), D(310) / 3, D(55))
    # 2020: 180/140 - 1; 2021: 200/180 - 1
    assert (made.best_year, made.years, made.is_infeasible) == (2020, (2020, 2021), True)
    assert sentences.rest(asked(), made).zh == (
        "后3个月需完成310亿元，月均103.3亿元，后3个月需增长55.0%（历史最高2020年同期28.6%），历史上没有做到过"
    )


def test_the_rest_of_a_growth_target_goes_by_published_growth_on_its_own_basis() -> None:
    levels = years((2021, 9, "600"), (2021, 12, "800"), (2020, 9, "450"), (2020, 12, "600"))
    rates = years((2022, 9, "4.1"), (2021, 9, "10"), (2021, 12, "8"))
    made = needed.of_growth(D("6.5"), rates, levels, Period.to_date(2022, 9), YEAR, Side.AT_LEAST)
    assert made is not None
    # a quarter of last year lies ahead: (6.5 - 0.75 * 4.1) / 0.25; 2021: (8 - 0.75 * 10) / 0.25
    assert (made.growth, made.best, made.best_year) == (D("13.7"), D(2), 2021)
    assert (made.amount, made.is_infeasible) == (None, True)


def test_without_last_year_nothing_is_claimed() -> None:
    made = needed.of_level(D(1000), years((2022, 9, "690")), Period.to_date(2022, 9), YEAR, Side.AT_LEAST)
    assert made is not None
    assert (made.growth, made.best, made.is_infeasible) == (None, None, False)
    assert sentences.rest(asked(), made).zh == "后3个月需完成310亿元，月均103.3亿元"


def test_after_the_year_nothing_is_needed() -> None:
    assert needed.of_level(D(1000), {YEAR: D(900)}, YEAR, YEAR, Side.AT_LEAST) is None


def test_a_limit_says_what_may_still_be_used() -> None:
    levels = years((2022, 9, "70"), (2021, 9, "60"), (2021, 12, "100"), (2020, 9, "60"), (2020, 12, "100"))
    made = needed.of_level(D(90), levels, Period.to_date(2022, 9), YEAR, Side.AT_MOST)
    assert made is not None
    assert (made.growth, made.best, made.is_infeasible) == (D(-50), D(0), True)
    cap = asked("90", bound=Bound.LE)
    assert sentences.rest(cap, made).zh.startswith("后3个月还可用20亿元，月均6.7亿元，后3个月至多下降50.0%")


amounts = st.decimals(1, 10**5, places=1)


@given(amounts, amounts, amounts, amounts)
def test_growing_by_what_is_needed_reaches_the_target(now: D, part: D, rest: D, goal: D) -> None:
    levels = {JUNE: now, JUNE.shifted(-1): part, YEAR.shifted(-1): part + rest}
    made = needed.of_level(goal, levels, JUNE, YEAR, Side.AT_LEAST)
    assert made is not None
    assert made.growth is not None
    assert abs(now + rest * (1 + made.growth / 100) - goal) < D("1e-12") * max(goal, now, 1) + D("1e-9")


rates = st.decimals(-30, 60, places=1)


@given(rates, rates, amounts, amounts)
def test_the_rest_and_the_part_average_to_the_whole(whole: D, first: D, part: D, rest: D) -> None:
    weight = part / (part + rest)
    assume(weight < D("0.999"))
    found = needed.rest_of_rates(whole, first, weight)
    assert found is not None
    assert abs(weight * first + (1 - weight) * found - whole) < D("1e-6")


# 双过半


@pytest.mark.parametrize(
    ("target", "value", "base", "half"),
    [
        (asked(), "500", None, Half.MET),
        (asked(), "499.9", None, Half.MISSED),
        (growth(), "6.0", None, Half.MET),  # 左右 reaches down to 6.0
        (growth(), "5.9", None, Half.MISSED),
        (growth("6.5", bound=Bound.OVER), "6.5", None, Half.MISSED),
        (asked("5", unit="%", kind=MetricKind.RATIO, bound=Bound.LE, direction=Direction.DOWN), "5.0", None, Half.MET),
        (asked("5", unit="%", kind=MetricKind.RATIO, bound=Bound.LE, direction=Direction.DOWN), "5.1", None, Half.MISSED),
        (asked("100", bound=Bound.LE), "50", None, Half.MET),
        (asked("100", bound=Bound.LE), "50.1", None, Half.MISSED),
        (asked("200", kind=MetricKind.STOCK), "160", "120", Half.MET),
        (asked("200", kind=MetricKind.STOCK), "159", "120", Half.MISSED),
        (asked("200", kind=MetricKind.STOCK), "199", None, Half.MISSED),
        (asked("0", unit="%", measure=Measure.GROWTH, bound=Bound.GT, words="稳步增长"), "0.1", None, Half.MET),
        (asked("0", unit="%", measure=Measure.GROWTH, bound=Bound.GT, words="稳步增长"), "0", None, Half.MISSED),
        (asked("0"), "3", None, Half.MET),
    ],
)  # fmt: skip
def test_half_of_the_year(target: Asked, value: str, base: str | None, half: Half) -> None:
    found = halfway.mark(target, seen(value), None if base is None else D(base), BOOK)
    assert found.half == half


def test_what_has_no_verdict_is_named_and_not_counted() -> None:
    marks = [
        halfway.mark(asked(), seen("600"), None, BOOK),
        halfway.mark(asked(), seen("418"), None, BOOK),
        halfway.mark(growth(), seen("3"), None, BOOK),
        halfway.mark(growth(), None, None, BOOK),
        halfway.mark(asked(None, words="完成上级下达任务"), seen("1"), None, BOOK),
        halfway.mark(asked(due=Period.quarter(2022, 1)), seen("1"), None, BOOK),
    ]
    said = halfway.count(marks)
    assert said.zh == "3项指标中2项未完成双过半（另有1项暂无半年数据、1项需由人判断）"
    assert said.en == (
        "2 of 3 targets are below half at mid-year (1 without a half-year value, 1 to be judged by a person)"
    )
    assert halfway.count(marks[:1]).zh == "1项指标中全部完成双过半"
    assert halfway.count(marks[3:4]).zh == "没有可判断双过半的指标"
    assert marks[1].said.zh == "完成全年目标的41.8%"


@given(amounts, amounts, amounts)
def test_more_never_turns_a_half_that_is_met_into_a_miss(goal: D, value: D, more: D) -> None:
    order = [Half.MISSED, Half.MET]
    first = halfway.mark(asked(str(goal)), seen(str(value)), None, BOOK)
    second = halfway.mark(asked(str(goal)), seen(str(value + more)), None, BOOK)
    assert order.index(second.half) >= order.index(first.half)
