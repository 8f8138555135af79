"""Paths, revisions, the rest of the year, the half-year and replays, out of the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from tongjian.facts.actions import record
from tongjian.facts.choices import Bound
from tongjian.facts.models import Series
from tongjian.facts.refs import parse
from tongjian.kernel import definitions, evidence
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed
from tongjian.kernel.models import Event, Place
from tongjian.packs import entries
from tongjian.plans import evaluation, half_year, lights, paths, queries, remainder, replay, revisions
from tongjian.plans.choices import Light, Nature, PathKind
from tongjian.plans.models import Obligation, Path
from tongjian.values import Number, Period

from . import factories as make

pytestmark = pytest.mark.django_db
AT = make.AT
JULY = datetime(2022, 7, 20, 9, tzinfo=UTC)
TODAY = date(2022, 12, 20)
SHIPPED = [e.body for e in entries("lights")]


def facts(of: Series, values: dict[str, str], *, at: datetime = AT, status: str = "actual") -> None:
    for period, number in values.items():
        place = evidence.cell(make.file("a workbook"), "填报", f"{of.pk}{period}{number}", number)
        with transaction.atomic():
            record(
                of,
                Period.parse(period),
                Number.parse(number),
                status=status,
                source="collection",
                evidence=place,
                by=None,
                at=at,
            )


def decision(text: str = "区政府常务会议决定将目标调整为900亿元") -> Place:
    return evidence.span(make.file("minutes of our own", "纪要.txt"), 0, len(text), text)


@pytest.fixture
def sales() -> Series:
    """A seasonal amount: much of it comes late in the year."""
    made = make.series(make.metric("sales"))
    facts(
        made,
        {
            "2019-01/2019-09": "60", "2019": "100",
            "2020-01/2020-09": "62", "2020": "100",
            "2021-01/2021-09": "128", "2021": "200",
            "2022-01/2022-09": "150",
        },
    )  # fmt: skip
    return made


def test_the_usual_course_stands_beside_the_months_and_may_judge(sales: Series) -> None:
    owed = make.obligation(make.plan(), sales, 230)
    by_months = evaluation.evaluate(owed, None, TODAY)
    assert by_months.light == Light.YELLOW
    assert by_months.reason.zh == (
        "前三季度完成150亿元，目标230亿元以上，完成65.2%，时间进度75.0%（近三年同期62.0%），慢9.8个百分点"
    )
    paths.set_path(owed.pk, PathKind.SHARE, by=None, at=JULY)
    usual = evaluation.evaluate(owed, None, TODAY)
    assert usual.light == Light.GREEN
    assert usual.reason.zh.endswith("完成65.2%，近三年同期62.0%（时间进度75.0%），快3.2个百分点")
    fresh = Obligation.objects.get(pk=owed.pk)
    assert evaluation.evaluate(fresh, JULY - timedelta(days=1), TODAY).light == Light.YELLOW


def test_working_days_are_counted_by_the_calendar(sales: Series) -> None:
    owed = make.obligation(make.plan(), sales, 230)
    paths.set_path(owed.pk, PathKind.WORKING_DAYS, by=None, at=JULY)
    judged = evaluation.evaluate(owed, None, TODAY).judgement
    assert judged is not None
    assert judged.pace is not None
    # 195 weekdays to the end of September, 13 of them holidays, 5 weekend days worked; 249 in the whole year
    assert judged.elapsed == Decimal(187) * 100 / 249
    assert judged.pace.unknown_years == ()


def test_typed_months_judge_an_amount_by_their_share_and_a_growth_by_their_own_number(sales: Series) -> None:
    plan = make.plan()
    owed = make.obligation(plan, sales, 230)
    paths.set_path(owed.pk, PathKind.TYPED, {"2022-06": Number(90), "2022-09": Number(161)}, by=None, at=JULY)
    amount = evaluation.evaluate(owed, None, TODAY)
    assert amount.judgement is not None
    assert amount.judgement.elapsed == Decimal(70)
    assert amount.light == Light.YELLOW
    rate = make.series(make.metric("gdp"), "growth")
    facts(rate, {"2022-01/2022-06": "5.2"})
    wanted = make.obligation(plan, rate, 65, 1, Bound.GE)
    assert evaluation.evaluate(wanted, None, TODAY).light == Light.RED
    paths.set_path(wanted.pk, PathKind.TYPED, {"2022-06": Number(5)}, by=None, at=JULY)
    found = evaluation.evaluate(wanted, None, TODAY)
    assert found.light == Light.GREEN
    assert found.reason.zh == "1—6月增长5.2%，目标5%以上，高0.2个百分点（序时目标；全年6.5%以上）"


def test_a_path_is_set_once_by_the_plan_office_and_told(sales: Series) -> None:
    owed = make.obligation(make.plan(), sales, 230)
    office, hand = make.user("o", Role.PLAN_OFFICE), make.user("d", Role.DEPARTMENT, make.organisation("a"))
    with pytest.raises(NotAllowed):
        paths.set_path(owed.pk, PathKind.SHARE, by=hand, at=JULY)
    for kind, typed in ((PathKind.TYPED, {}), (PathKind.LINEAR, {"2022-06": Number(1)})):
        with pytest.raises(paths.PathRefused) as wrong:
            paths.set_path(owed.pk, kind, typed, by=office, at=JULY)
        assert wrong.value.code == "plans.path_points"
    for month in ("2021-06", "2022", "June"):
        with pytest.raises(paths.PathRefused) as outside:
            paths.set_path(owed.pk, PathKind.TYPED, {month: Number(1)}, by=office, at=JULY)
        assert outside.value.code == "plans.path_month"
    assert Path.objects.count() == 0
    first = paths.set_path(owed.pk, PathKind.TYPED, {"2022-06": Number(90)}, by=office, at=JULY)
    assert paths.set_path(owed.pk, PathKind.TYPED, {"2022-06": Number(90)}, by=office, at=JULY) == first
    verbs = Event.objects.filter(stream=f"plans.obligation/{owed.pk}").values_list("verb", "data")
    assert list(verbs) == [("plans.path_set", {"kind": "typed", "points": {"2022-06": "90"}})]


def test_a_binding_target_is_said_so_by_the_plan_office() -> None:
    rate = make.series(make.metric("energy", direction="down"), "growth")
    owed = make.obligation(make.plan(), rate, -30, 1, Bound.LE)
    facts(rate, {"2022": "-2.9"})
    assert evaluation.evaluate(owed, None, TODAY).light == Light.YELLOW
    with pytest.raises(NotAllowed):
        paths.classify(owed.pk, Nature.BINDING, by=make.user("r", Role.READER), at=JULY)
    paths.classify(owed.pk, Nature.BINDING, by=None, at=JULY)
    owed.refresh_from_db()
    assert evaluation.evaluate(owed, None, TODAY).light == Light.RED


# Revisions


def test_a_revised_target_stands_in_the_old_ones_stead_and_the_old_one_stays_comparable(
    sales: Series,
) -> None:
    plan = make.plan()
    old = make.obligation(plan, sales, 260, words="260亿元以上")
    new = revisions.revise(
        old.pk,
        number=Number(190),
        bound=Bound.GE,
        words="190亿元以上",
        origin=decision(),
        reason="经区人大常委会批准调整",
        by=None,
        at=JULY,
    )
    assert [e.obligation for e in evaluation.evaluate_all(plan, None, TODAY)] == [new]
    assert [e.obligation for e in evaluation.evaluate_all(plan, JULY - timedelta(days=1), TODAY)] == [old]
    assert queries.target(parse("sales @ 2022")) == new
    assert queries.target(parse("sales @ 2022"), at=AT) == old
    chain = revisions.chain(old)
    assert chain == revisions.chain(new) == [old, new]
    assert [evaluation.evaluate(o, None, TODAY).light for o in chain] == [Light.RED, Light.GREEN]
    assert (new.origin.excerpt, new.reason) == (decision().excerpt, "经区人大常委会批准调整")
    assert Event.objects.filter(verb="plans.target_revised").count() == 2


def test_a_revision_needs_a_reason_a_change_and_the_newest_version(sales: Series) -> None:
    old = make.obligation(make.plan(), sales, 230)
    change = {"bound": Bound.GE, "words": "", "origin": decision(), "by": None, "at": JULY}
    for number, reason, code in ((230, "有理由", "plans.revision_same"), (200, " ", "plans.reason_wanting")):
        with pytest.raises(revisions.RevisionRefused) as refused:
            revisions.revise(old.pk, number=Number(number), reason=reason, **change)  # type: ignore[arg-type]
        assert refused.value.code == code
    revisions.revise(old.pk, number=Number(200), reason="调整", **change)  # type: ignore[arg-type]
    with pytest.raises(StepNotAllowed) as again:
        revisions.revise(old.pk, number=Number(190), reason="再调整", **change)  # type: ignore[arg-type]
    assert again.value.code == "plans.revised_already"
    hand = make.user("d", Role.DEPARTMENT, make.organisation("a"))
    with pytest.raises(NotAllowed):
        revisions.revise(old.pk, number=Number(1), reason="x", **(change | {"by": hand}))  # type: ignore[arg-type]


# The rest of the year, the half-year


def test_the_rest_of_the_year_is_held_against_the_best_of_history(sales: Series) -> None:
    made = remainder.remainder(make.obligation(make.plan(), sales, 260), None)
    assert made is not None
    # last year 72 came after September; 110 are wanted; the best rest so far was 72 after 38
    assert made.said.zh == (
        "后3个月需完成110亿元，月均36.7亿元，后3个月需增长52.8%（历史最高2021年同期89.5%）"
    )
    assert not made.needed.is_infeasible
    assert made.period == Period.to_date(2022, 9)


def test_an_estimate_of_the_year_is_no_value_to_reckon_the_rest_from(sales: Series) -> None:
    owed = make.obligation(make.plan(), sales, 260)
    facts(sales, {"2022": "255"}, status="estimate")
    made = remainder.remainder(owed, None)
    assert made is not None
    assert made.period == Period.to_date(2022, 9)
    facts(sales, {"2022": "251"})
    assert remainder.remainder(owed, None) is None, "the year is over"
    ratio = make.series(make.metric("rate", "%", kind="ratio"))
    assert remainder.remainder(make.obligation(make.plan(), ratio, 90), None) is None


def test_the_half_year_counts_in_one_sentence(sales: Series) -> None:
    plan = make.plan()
    facts(sales, {"2022-01/2022-06": "95"})
    make.obligation(plan, sales, 230)
    rate = make.series(make.metric("gdp"), "growth")
    facts(rate, {"2022-01/2022-06": "6.1", "2022-01/2022-09": "5.0"})
    make.obligation(plan, rate, 65, 1, Bound.APPROX)
    beds = make.series(make.metric("beds", "张", kind="stock"))
    facts(beds, {"2021": "120", "2022-06": "170"})
    make.obligation(plan, beds, 200)
    make.obligation(plan, make.series(make.metric("none"), "growth"), 5)
    found = half_year.half_year(plan, None)
    assert found.said.zh == "3项指标中1项未完成双过半（另有1项暂无半年数据）"
    assert [m.said.zh for _o, m in found.rows] == [
        "完成全年目标的41.3%",
        "1—6月增长6.1%，目标6.5%左右，低0.4个百分点，在“左右”的范围（±0.5个百分点）之内",
        "走完全年增量的62.5%",
        "没有1—6月数据",
    ]


# Replay


def stricter() -> lights.Book:
    """Growth that falls short by anything at all is red."""
    rows = [{"light": "green", "from": 0}, {"light": "red", "below": 0}]
    return lights.read([b | {"during": rows} if b["key"] == "growth" else b for b in SHIPPED])


def test_a_year_replayed_under_other_rules_names_what_would_have_changed() -> None:
    plan = make.plan()
    rate = make.series(make.metric("gdp"), "growth")
    make.obligation(plan, rate, 6)
    facts(rate, {"2022-01/2022-03": "7.0", "2022-01/2022-06": "5.5", "2022-01/2022-09": "4.0", "2022": "5.9"})
    found = replay.replay(plan, stricter())
    shown = [(r.month.end % 12 + 1, r.before.light, r.after.light) for r in found.rows]
    green, yellow, red, none = Light.GREEN, Light.YELLOW, Light.RED, Light.NOT_DUE
    assert shown == [
        (1, none, none), (2, none, none), (3, green, green), (4, green, green), (5, green, green),
        (6, yellow, red), (7, yellow, red), (8, yellow, red), (9, red, red), (10, red, red),
        (11, red, red), (12, yellow, yellow),
    ]  # fmt: skip
    assert [r.month.end % 12 + 1 for r in found.changes] == [6, 7, 8]
    assert found.tally(Period.month(2022, 6), after=True)[red] == 1
    assert replay.replay(plan, lights.read(SHIPPED)).changes == ()


def test_a_replay_of_what_was_known_waits_for_the_record() -> None:
    plan = make.plan()
    rate = make.series(make.metric("gdp"), "growth")
    make.obligation(plan, rate, 6)
    facts(rate, {"2022-01/2022-03": "7.0"}, at=datetime(2022, 5, 4, tzinfo=UTC))
    months = [Period.month(2022, m) for m in (4, 5)]
    found = replay.replay(plan, stricter(), months, as_known=True)
    assert [r.before.light for r in found.rows] == [Light.NOT_DUE, Light.GREEN]


def test_the_lists_that_ruled_at_a_moment_judge_what_is_shown_as_known_then() -> None:
    assert evaluation.the_book().versions["growth"] == 0
    definitions.apply(definitions.changes("lights"), at=AT)
    rate = make.series(make.metric("gdp"), "growth")
    owed = make.obligation(make.plan(), rate, 6)
    facts(rate, {"2022-01/2022-06": "5.5"})
    body = next(b for b in SHIPPED if b["key"] == "growth")
    rows = [{"light": "green", "from": 0}, {"light": "red", "below": 0}]
    make.definition("lights", body | {"during": rows}, version=2, at=JULY)
    now, then = evaluation.evaluate(owed, None, TODAY), evaluation.evaluate(owed, AT, TODAY)
    assert (now.light, now.rule) == (Light.RED, "growth v2")
    assert (then.light, then.rule) == (Light.YELLOW, "growth v1")
