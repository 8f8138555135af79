"""Targets held against the ledger: which value counts, what is said, what is never green."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tongjian.facts import queries as facts
from tongjian.facts.actions import record
from tongjian.facts.choices import Bound
from tongjian.facts.models import Fact, Series
from tongjian.facts.refs import parse
from tongjian.facts.resolved import FactAmbiguous
from tongjian.kernel import evidence
from tongjian.kernel.choices import Role
from tongjian.plans import attention, derived, evaluation, queries
from tongjian.plans.choices import Light, PlanState
from tongjian.plans.targets import TargetMissing
from tongjian.values import Number, Period

from . import factories as make

pytestmark = pytest.mark.django_db
LATER = datetime(2022, 12, 20, 9, tzinfo=UTC)
TODAY = date(2022, 12, 20)


def fact(
    of: Series,
    period: str,
    number: str,
    *,
    status: str = "actual",
    source: str = "collection",
    at: datetime = make.AT,
) -> Fact:
    place = evidence.cell(make.file("a workbook"), "填报", f"{of.pk}{period}{source}", number)
    with transaction.atomic():
        made = record(
            of,
            Period.parse(period),
            Number.parse(number),
            status=status,
            source=source,
            evidence=place,
            by=None,
            at=at,
        )
    assert made is not None
    return made


def test_the_latest_value_of_the_year_is_judged_and_all_are_points() -> None:
    gdp = make.metric("gdp")
    growth = make.series(gdp, "growth", "constant_price")
    owed = make.obligation(make.plan(), growth, 65, 1, Bound.APPROX, "增长6.5%左右")
    fact(growth, "2022-01/2022-03", "7.0")
    fact(growth, "2022-01/2022-09", "4.1")
    found = evaluation.evaluate(owed, None, TODAY)
    assert (found.light, found.reason.zh) == (
        Light.RED,
        "前三季度增长4.1%，目标6.5%左右，低2.4个百分点",
    )
    assert [str(p.ref.period) for p in found.points] == ["2022-01/2022-03", "2022-01/2022-09"]
    assert found.value == found.points[-1]
    assert found.target_text == "6.5%左右"


def test_an_estimate_of_the_year_goes_before_the_months_so_far_and_the_actual_before_it() -> None:
    growth = make.series(make.metric("gdp"), "growth")
    owed = make.obligation(make.plan(), growth, 65, 1, Bound.APPROX)
    fact(growth, "2022-01/2022-09", "6.2")
    fact(growth, "2022", "3.0", status="estimate", source="document")
    found = evaluation.evaluate(owed, None, TODAY)
    assert (found.light, found.reason.zh) == (Light.RED, "预计全年增长3%，目标6.5%左右，低3.5个百分点")
    fact(growth, "2022", "6.1")
    assert evaluation.evaluate(owed, None, TODAY).reason.zh.startswith("全年增长6.1%")


def test_what_was_not_yet_known_does_not_count() -> None:
    growth = make.series(make.metric("gdp"), "growth")
    owed = make.obligation(make.plan(), growth, 6, 0, Bound.GE)
    fact(growth, "2022-01/2022-06", "7.0")
    fact(growth, "2022-01/2022-09", "5.5", at=LATER)
    assert evaluation.evaluate(owed, make.AT, TODAY).light == Light.GREEN
    assert evaluation.evaluate(owed, None, TODAY).light == Light.YELLOW


def test_no_data_is_never_green() -> None:
    growth = make.series(make.metric("gdp"), "growth")
    owed = make.obligation(make.plan(), growth, 6, 0, Bound.GE)
    fact(growth, "2021", "9.9")
    waiting = evaluation.evaluate(owed, None, TODAY)
    assert (waiting.light, waiting.value) == (Light.NOT_DUE, None)
    assert waiting.reason.zh == "目标6%以上，未到期，尚无数据"
    late = evaluation.evaluate(owed, None, date(2023, 1, 1))
    assert (late.light, late.reason.en) == (
        Light.NO_DATA,
        "Target at least 6%; due, but there is no data",
    )


def test_a_target_in_words_only_waits_for_a_person() -> None:
    growth = make.series(make.metric("energy", direction="down"), "growth")
    owed = make.obligation(make.plan(), growth, None, words="完成上级下达任务")
    fact(growth, "2022", "-3.0")
    found = evaluation.evaluate(owed, None, date(2023, 1, 1))
    assert (found.light, found.judgement) == (Light.NO_DATA, None)
    assert found.reason.zh == "目标“完成上级下达任务”没有数值，需由人判断"


def test_a_month_alone_is_not_the_year_so_far() -> None:
    sales = make.metric("retail_sales")
    level = make.series(sales)
    owed = make.obligation(make.plan(), level, 500, 0, Bound.GE)
    fact(make.series(sales, period_kind="single"), "2022-11", "600")
    assert evaluation.evaluate(owed, None, TODAY).light == Light.NOT_DUE
    fact(level, "2022-01/2022-11", "470")
    assert evaluation.evaluate(owed, None, TODAY).light == Light.GREEN


def test_growth_is_derived_from_levels_where_the_metric_says_so() -> None:
    sales = make.metric("retail_sales", derive=[{"measure": "growth"}])
    level = make.series(sales)
    owed = make.obligation(make.plan(), make.series(sales, "growth"), 5, 0, Bound.APPROX)
    fact(level, "2021-01/2021-06", "200")
    fact(level, "2022-01/2022-06", "208")
    found = evaluation.evaluate(owed, None, TODAY)
    assert (found.light, found.reason.zh) == (
        Light.YELLOW,
        "1—6月增长4%，目标5%左右，低1个百分点",
    )
    assert found.value is not None
    assert [f.number for f in found.value.facts()] == [Number(208), Number(200)]


def test_completion_knows_the_value_and_the_sentence_that_promised_the_target() -> None:
    investment = make.metric("investment", derive=[{"measure": "completion"}])
    level = make.series(investment)
    owed = make.obligation(make.plan(), level, 1000, 0, Bound.OVER, "超千亿元")
    fact(level, "2022-01/2022-11", "953.2")
    ref = parse("investment @ 2022-01/2022-11")
    done = derived.completion(ref)
    assert (done.number, done.unit, done.derived) == (Number(953, 1), "%", "completion")
    assert done.inputs[0].number == Number(9532, 1)
    assert (done.inputs[1].words, done.inputs[1].place) == ("超千亿元", owed.origin)
    assert facts.resolve(parse("investment[completion] @ 2022-01/2022-11")) == done


def test_a_reference_finds_its_target() -> None:
    growth = make.series(make.metric("gdp"), "growth", "constant_price")
    owed = make.obligation(make.plan(), growth, 65, 1, Bound.APPROX)
    assert queries.target(parse("gdp[growth, constant_price] @ 2022")) == owed
    assert queries.target(parse("gdp[growth, constant_price] @ 2022-01/2022-09")) == owed
    for other in ("gdp[growth] @ 2022", "gdp[growth, constant_price] @ 2023", "gdp @ 2022"):
        with pytest.raises(TargetMissing):
            queries.target(parse(other))
    with pytest.raises(TargetMissing):
        queries.target(parse("gdp[growth, constant_price] @ 2022"), at=datetime(2021, 1, 1, tzinfo=UTC))


def test_two_different_targets_for_one_series_are_an_error_and_a_draft_sets_none() -> None:
    growth = make.series(make.metric("gdp"), "growth")
    plan = make.plan()
    make.obligation(plan, growth, 6)
    second = make.obligation(plan, make.series(make.metric("other"), "growth"), 7)
    second.series, second.origin = growth, evidence.span(make.file(), 50, 60, "又一句")
    second.save()
    with pytest.raises(FactAmbiguous):
        queries.target(parse("gdp[growth] @ 2022"))
    plan.state = PlanState.DRAFT
    plan.save()
    with pytest.raises(TargetMissing):
        queries.target(parse("gdp[growth] @ 2022"))


def test_attention_lists_red_before_yellow_and_leaves_out_green() -> None:
    plan, water = make.plan(), make.organisation("water")
    for key, number in (("a", "5.5"), ("b", "1.0"), ("c", "9.0")):
        growth = make.series(make.metric(key), "growth")
        make.obligation(plan, growth, 6)
        fact(growth, "2022-01/2022-06", number)
    make.task(plan, 1, lead=water, due="2022-05")
    make.task(plan, 2)
    tasks = queries.task_views(plan.tasks.all(), TODAY)
    found = attention.attention(
        evaluation.evaluate_all(plan, None, TODAY), tasks, plan, make.user("o", Role.PLAN_OFFICE), TODAY
    )
    assert [(e.obligation.series.metric.key, e.light) for e in found.targets] == [
        ("b", Light.RED),
        ("a", Light.YELLOW),
    ]
    assert [v.task.number for v in found.overdue] == [1]
    assert (found.unassigned, found.is_empty) == (1, False)


def test_many_targets_ask_as_often_as_two(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plan = make.plan()
    for number in range(8):
        growth = make.series(make.metric(f"metric_{number}"), "growth")
        make.obligation(plan, growth, 65, 1, Bound.APPROX)
        fact(growth, "2022-01/2022-09", "6.2")
    with django_assert_num_queries(7):  # targets, paths, lights, metrics, subject, series, facts
        found = evaluation.evaluate_all(plan, None, TODAY)
    assert [e.light for e in found] == [Light.GREEN] * 8
