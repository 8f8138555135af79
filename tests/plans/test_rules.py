"""What a target asks, how far a value is from it, which light that is, and the sentence that says so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tongjian.facts.choices import Bound, Direction, FactStatus, Measure, MetricKind
from tongjian.kernel.errors import StepNotAllowed
from tongjian.packs import entries
from tongjian.plans import rules, sentences, task_rules
from tongjian.plans.choices import Claim, Light, Verdict
from tongjian.plans.lights import Book, read
from tongjian.plans.models import PlanYear
from tongjian.plans.rules import Asked, Seen, Side
from tongjian.values import Period

YEAR = Period.year(2022)


BOOK = read(e.body for e in entries("lights"))


@pytest.fixture
def book() -> Book:
    return BOOK


def growth(number: str, bound: Bound, *, direction: Direction = Direction.UP, words: str = "") -> Asked:
    return Asked(Decimal(number), bound, "%", Measure.GROWTH, MetricKind.FLOW, direction, YEAR, words)


def flow(number: str, bound: Bound) -> Asked:
    return Asked(Decimal(number), bound, "亿元", Measure.LEVEL, MetricKind.FLOW, Direction.UP, YEAR)


def cap(number: str) -> Asked:
    return Asked(
        Decimal(number), Bound.LE, "%", Measure.LEVEL, MetricKind.RATIO, Direction.DOWN, YEAR, "5%以内"
    )


def seen(number: str, period: str, status: FactStatus = FactStatus.ACTUAL, bound: Bound = Bound.EQ) -> Seen:
    return Seen(Decimal(number), Period.parse(period), status, bound)


def said(asked: Asked, value: Seen, book: Book) -> tuple[Light, str, str]:
    judged = rules.judge(asked, value, book)
    sentence = sentences.reason(asked, value, judged)
    return judged.light, sentence.zh, sentence.en


def test_growth_short_of_its_target_is_red_with_the_gap_in_points(book: Book) -> None:
    assert said(growth("6.5", Bound.APPROX), seen("4.1", "2022-01/2022-09"), book) == (
        Light.RED,
        "前三季度增长4.1%，目标6.5%左右，低2.4个百分点",
        "Q1–Q3 2022: up 4.1%, target about 6.5%, 2.4 percentage points short",
    )


def test_about_grants_its_tolerance_and_says_so(book: Book) -> None:
    light, zh, en = said(growth("6.5", Bound.APPROX), seen("6.1", "2022"), book)
    assert light == Light.GREEN
    assert zh == "全年增长6.1%，目标6.5%左右，低0.4个百分点，在“左右”的范围（±0.5个百分点）之内"
    assert en.endswith("0.4 percentage points short, within the range of “about” (±0.5 percentage points)")
    assert said(growth("6.5", Bound.EQ), seen("6.1", "2022"), book)[0] == Light.RED


def test_an_estimate_is_named_and_judged_as_not_final(book: Book) -> None:
    light, zh, en = said(
        growth("6.5", Bound.GE), seen("6.0", "2022", FactStatus.ESTIMATE, Bound.APPROX), book
    )
    assert (light, zh) == (Light.YELLOW, "预计全年增长6%左右，目标6.5%以上，低0.5个百分点")
    assert en == "2022 (estimate): up about 6%, target at least 6.5%, 0.5 percentage points short"
    assert said(growth("6.5", Bound.GE), seen("6.0", "2022"), book)[0] == Light.RED


def test_a_fall_is_said_as_a_fall(book: Book) -> None:
    assert said(growth("6", Bound.EQ), seen("-3.2", "2022-01/2022-11"), book)[1] == (
        "1—11月下降3.2%，目标6%，低9.2个百分点"
    )


def test_steady_growth_is_met_by_any_growth_but_not_by_none(book: Book) -> None:
    steady = growth("0", Bound.GT, words="稳步增长")
    assert said(steady, seen("0.1", "2022"), book)[:2] == (
        Light.GREEN,
        "全年增长0.1%，目标稳步增长，实现增长",
    )
    assert said(steady, seen("0.0", "2022"), book)[:2] == (
        Light.YELLOW,
        "全年增长0%，目标稳步增长，没有实现增长",
    )
    assert said(steady, seen("-1.2", "2022"), book)[0] == Light.RED


def test_a_flow_is_held_against_the_time_passed_and_at_the_end_against_its_number(book: Book) -> None:
    target = flow("1000", Bound.OVER)
    assert said(target, seen("953.2", "2022-01/2022-11"), book) == (
        Light.GREEN,
        "1—11月完成953.2亿元，目标超1000亿元，完成95.3%，时间进度91.7%，快3.6个百分点",
        "Jan–Nov 2022: 953.2 hundred million yuan, target over 1000 hundred million yuan, 95.3% of it done, 91.7% of the time passed, 3.6 percentage points ahead",
    )
    assert said(target, seen("850", "2022-01/2022-11"), book)[0] == Light.YELLOW
    assert said(target, seen("400", "2022-01/2022-06"), book)[0] == Light.YELLOW
    assert said(target, seen("300", "2022-01/2022-06"), book)[0] == Light.RED
    assert said(target, seen("1005", "2022"), book)[:2] == (
        Light.GREEN,
        "全年完成1005亿元，目标超1000亿元，高5亿元",
    )


def test_over_needs_more_than_the_number_unless_the_value_itself_is_over(book: Book) -> None:
    target = flow("1000", Bound.OVER)
    light, zh, en = said(target, seen("1000", "2022"), book)
    assert (light, zh) == (
        Light.YELLOW,
        "全年完成1000亿元，目标超1000亿元，与目标数相同，而目标要求超过它",
    )
    assert en.endswith("the number named, where more is asked")
    assert said(target, seen("1000", "2022", bound=Bound.OVER), book)[0] == Light.GREEN
    assert said(flow("1000", Bound.GE), seen("1000", "2022"), book)[0] == Light.GREEN
    assert said(flow("1000", Bound.GE), seen("1000", "2022", bound=Bound.LT), book)[0] == Light.YELLOW


def test_a_cap_compares_the_margin(book: Book) -> None:
    assert said(cap("5"), seen("3.92", "2022-11"), book) == (
        Light.GREEN,
        "11月为3.92%，目标5%以内，余1.08个百分点",
        "Nov 2022: 3.92%, target at most 5%, 1.08 percentage points below the cap",
    )
    assert said(cap("5"), seen("4.9", "2022-11"), book)[0] == Light.YELLOW
    assert said(cap("5"), seen("4.9", "2022"), book)[0] == Light.GREEN
    assert said(cap("5"), seen("5.1", "2022-11"), book)[:2] == (
        Light.RED,
        "11月为5.1%，目标5%以内，超出上限0.1个百分点",
    )


def test_a_capped_flow_is_held_against_the_time_passed(book: Book) -> None:
    target = Asked(Decimal(120), Bound.LE, "万吨", Measure.LEVEL, MetricKind.FLOW, Direction.DOWN, YEAR)
    assert said(target, seen("50", "2022-01/2022-06"), book)[:2] == (
        Light.GREEN,
        "1—6月完成50万吨，目标120万吨以内，已用去41.7%，时间进度50.0%，慢8.3个百分点",
    )
    assert said(target, seen("63", "2022-01/2022-06"), book)[0] == Light.YELLOW
    assert said(target, seen("121", "2022"), book)[0] == Light.RED


def test_a_stock_compares_directly(book: Book) -> None:
    target = Asked(Decimal(470), Bound.GE, "万平方米", Measure.LEVEL, MetricKind.STOCK, Direction.UP, YEAR)
    assert said(target, seen("440", "2022-06"), book)[:2] == (
        Light.YELLOW,
        "6月末为440万平方米，目标470万平方米以上，低30万平方米",
    )
    light, zh, en = said(target, seen("440", "2022"), book)
    assert (light, zh) == (Light.RED, "年末为440万平方米，目标470万平方米以上，低30万平方米")
    assert (
        en
        == "End of 2022: 440 ten thousand m², target at least 470 ten thousand m², 30 ten thousand m² short"
    )


def test_a_fall_asked_for_is_met_by_a_larger_fall(book: Book) -> None:
    target = growth("-3", Bound.GE, direction=Direction.DOWN)
    assert rules.side(target) == Side.AT_MOST
    assert said(target, seen("-3.5", "2022"), book)[0] == Light.GREEN
    assert said(target, seen("-2", "2022"), book)[0] == Light.RED


def test_a_neutral_metric_has_to_stay_near(book: Book) -> None:
    target = growth("3", Bound.APPROX, direction=Direction.NONE)
    assert said(target, seen("3.4", "2022"), book)[0] == Light.GREEN
    light, zh, _ = said(target, seen("5", "2022"), book)
    assert (light, zh) == (Light.RED, "全年增长5%，目标3%左右，相差2个百分点")


@given(
    st.sampled_from([Bound.EQ, Bound.APPROX, Bound.GE, Bound.GT, Bound.OVER]),
    st.decimals(-20, 20, places=1),
    st.decimals(-20, 20, places=1),
    st.decimals(0, 10, places=1),
    st.integers(1, 12),
)
def test_more_growth_never_worsens_the_light(
    bound: Bound, wanted: Decimal, value: Decimal, more: Decimal, month: int
) -> None:
    order = [Light.RED, Light.YELLOW, Light.GREEN]
    asked, period = growth(str(wanted), bound), str(Period.to_date(2022, month))
    low = rules.judge(asked, seen(str(value), period), BOOK)
    high = rules.judge(asked, seen(str(value + more), period), BOOK)
    assert order.index(high.light) >= order.index(low.light)


@pytest.mark.parametrize(
    ("period", "passed"), [("2022-01/2022-03", "25"), ("2022-06", "50"), ("2022", "100"), ("2021", "0")]
)
def test_time_progress_is_the_share_of_the_year_that_has_passed(period: str, passed: str) -> None:
    assert rules.elapsed(Period.parse(period), YEAR) == Decimal(passed)


def test_no_value_is_never_green() -> None:
    assert rules.light_without_value(YEAR, date(2022, 12, 31)) == Light.NOT_DUE
    assert rules.light_without_value(YEAR, date(2023, 1, 1)) == Light.NO_DATA


TODAY = date(2022, 6, 15)


@pytest.mark.parametrize(
    ("due", "confirmed", "light", "overdue", "zh"),
    [
        ("2022-05", Claim.DONE, Light.GREEN, False, "已完成，经计划部门确认"),
        ("", Claim.DONE, Light.GREEN, False, "已完成，经计划部门确认"),
        ("2022-05", None, Light.RED, True, "逾期：应于2022年5月完成，没有经确认的进展"),
        ("2022-05", Claim.ON_TRACK, Light.RED, True, "逾期：应于2022年5月完成，最近确认为“按进度推进”"),
        ("2022-09", Claim.BLOCKED, Light.RED, False, "已确认：受阻"),
        ("2022-09", Claim.BEHIND, Light.YELLOW, False, "已确认：滞后"),
        ("2022-09", Claim.ON_TRACK, Light.GREEN, False, "已确认：按进度推进"),
        ("2022-06", None, Light.YELLOW, False, "临近到期：应于2022年6月完成，没有经确认的进展"),
        ("2022-07", None, Light.YELLOW, False, "临近到期：应于2022年7月完成，没有经确认的进展"),
        ("2022-08", None, Light.NOT_DUE, False, "2022年8月到期，尚无进展"),
        ("", None, Light.NOT_DUE, False, "未定完成月份"),
        ("", Claim.ON_TRACK, Light.NOT_DUE, False, "未定完成月份"),
        ("", Claim.BLOCKED, Light.RED, False, "已确认：受阻"),
    ],
)
def test_the_light_of_a_task(due: str, confirmed: Claim | None, light: Light, overdue: bool, zh: str) -> None:
    found = task_rules.light(due, confirmed, TODAY)
    assert (found.light, found.overdue, found.zh) == (light, overdue, zh)


@pytest.mark.parametrize(
    ("confirmed", "light"),
    [
        (None, Light.NO_DATA),
        (Claim.ON_TRACK, Light.NO_DATA),
        (Claim.BEHIND, Light.YELLOW),
        (Claim.BLOCKED, Light.RED),
        (Claim.DONE, Light.GREEN),
    ],
)
def test_a_task_without_a_month_is_not_still_to_come_when_the_plan_year_is_over(
    confirmed: Claim | None, light: Light
) -> None:
    found = task_rules.light("", confirmed, date(2023, 1, 1), over=True)
    assert (found.light, found.overdue) == (light, False)
    assert found.zh.startswith("计划年度已过") == (light == Light.NO_DATA)


def test_a_task_is_not_overdue_on_the_last_day_of_its_month() -> None:
    assert task_rules.light("2022-06", None, date(2022, 6, 30)).overdue is False
    assert task_rules.light("2022-06", None, date(2022, 7, 1)).overdue is True


@pytest.mark.parametrize("said_before", [Verdict.CONFIRMED, Verdict.RETURNED])
@pytest.mark.parametrize("wanted", list(Verdict))
def test_a_verdict_is_given_once(said_before: Verdict, wanted: Verdict) -> None:
    with pytest.raises(StepNotAllowed) as caught:
        task_rules.check_step(said_before, wanted)
    assert caught.value.code == "plans.verdict_given"


def test_a_waiting_check_in_can_be_confirmed_or_returned() -> None:
    task_rules.check_step(Verdict.PENDING, Verdict.CONFIRMED)
    task_rules.check_step(Verdict.PENDING, Verdict.RETURNED)


def test_the_usual_title_of_a_plan_is_said_in_the_language_of_the_page() -> None:
    usual = PlanYear(year=2022, title="河东区2022年国民经济和社会发展计划")
    own = PlanYear(year=2022, title="河东区2022年振兴计划")
    with translation.override("en"):
        assert str(usual) == "Plan for economic and social development 2022"
        assert str(own) == own.title
    with translation.override("zh-hans"):
        assert str(usual) == usual.title
