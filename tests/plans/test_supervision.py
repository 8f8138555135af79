"""Orders, extensions of deadlines, and the dispatch table that leaves."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from pytest_django import DjangoAssertNumQueries

from tongjian.facts.choices import Bound
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed
from tongjian.kernel.models import Event, Organisation, User
from tongjian.plans import evaluation
from tongjian.plans.choices import (
    ExtensionState,
    Light,
    OrderState,
    PlanState,
    Stage,
    Verdict,
)
from tongjian.plans.models import Extension, SupervisionOrder, Task
from tongjian.plans.supervision import (
    access,
    dispatch,
    extensions,
    orders,
    pack,
)
from tongjian.plans.supervision import queries as listing
from tongjian.plans.uploads import Upload

from . import factories as make
from .factories import PNG
from .test_judging import facts

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 11, 8, 9, tzinfo=UTC)
TODAY = date(2022, 11, 8)


def issued(late: Task, by: User, **more: object) -> SupervisionOrder:
    given: dict[str, object] = {"demand": "查明原因，限期完工。", "due": date(2022, 11, 22)} | more
    cause = orders.of_task(late.pk, TODAY)
    return orders.issue(cause, by=by, at=NOW, today=TODAY, **given)  # type: ignore[arg-type]


def seen(order: SupervisionOrder, today: date) -> listing.OrderView:
    rows = listing.with_answers(SupervisionOrder.objects.filter(pk=order.pk))
    return listing.view(rows.get(), today, pack.current())


# Orders


def test_an_order_is_issued_answered_returned_answered_again_and_closed(
    late: Task, leader: User, hand: User, office: User
) -> None:
    order = issued(late, leader)
    assert (str(order), order.owner.key, order.light) == ("督办〔2022〕1号", "water", Light.RED)
    assert order.cause == "逾期：应于2022年10月完成，没有经确认的进展"
    first = orders.reply(order.pk, text="正在赶工。", files=[Upload("现场.png", PNG)], by=hand, at=NOW)
    assert first.evidence.get().file.owner == late.lead
    with pytest.raises(StepNotAllowed):
        orders.reply(order.pk, text="又一次", by=hand, at=NOW)
    with pytest.raises(orders.OrderRefused) as bare:
        orders.return_(order.pk, note=" ", by=office, at=NOW)
    assert bare.value.code == "supervision.note_wanting"
    orders.return_(order.pk, note="没有说明何时完工。", by=office, at=NOW)
    orders.reply(order.pk, text="已于11月15日完工。", by=hand, at=NOW + timedelta(days=7))
    closed = orders.close(order.pk, by=office, at=NOW + timedelta(days=8))
    assert (closed.state, closed.closed_at) == (OrderState.CLOSED, NOW + timedelta(days=8))
    assert [r.verdict for r in closed.replies.order_by("at")] == [Verdict.RETURNED, Verdict.CONFIRMED]
    verbs = Event.objects.filter(stream=f"plans.supervisionorder/{order.pk}").order_by("seq")
    assert [e.verb.removeprefix("supervision.") for e in verbs] == [
        "issued", "answered", "returned", "answered", "closed",
    ]  # fmt: skip
    assert Event.objects.filter(stream=f"plans.task/{late.pk}", verb="supervision.opened_on").count() == 1


def test_an_order_is_opened_from_a_red_target_and_its_owner_is_the_metrics(leader: User) -> None:
    unit = make.organisation("statistics", "区统计局")
    rate = make.series(make.metric("gdp", name="地区生产总值", owner=unit), "growth")
    owed = make.obligation(make.plan(), rate, 65, 1, Bound.APPROX, "6.5%左右")
    facts(rate, {"2022-01/2022-09": "3.1"})
    order = orders.issue(
        orders.of_target(owed.pk, NOW, TODAY), demand="分析原因。", due=TODAY, by=leader, at=NOW, today=TODAY
    )
    assert (order.title, order.owner, order.obligation) == ("地区生产总值：6.5%左右", unit, owed)
    assert order.cause == "前三季度增长3.1%，目标6.5%左右，低3.4个百分点"
    assert [v.order for v in listing.orders_on(owed, leader, TODAY)] == [order]


def test_what_cannot_be_ordered(late: Task, leader: User, hand: User, water: Organisation) -> None:
    for more, code in (
        ({"demand": " "}, "supervision.demand_wanting"),
        ({"due": TODAY - timedelta(days=1)}, "supervision.due_passed"),
    ):
        with pytest.raises(orders.OrderRefused) as refused:
            issued(late, leader, **more)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        issued(late, hand)
    with pytest.raises(NotAllowed):
        issued(late, make.user("reader", Role.READER))
    green = make.task(late.plan, 2, lead=water, due="2022-12")
    with pytest.raises(orders.OrderRefused) as not_red:
        issued(green, leader)
    assert not_red.value.code == "supervision.light"
    nobody = make.task(late.plan, 3, due="2022-10")
    with pytest.raises(orders.OrderRefused) as ownerless:
        issued(nobody, leader)
    assert ownerless.value.code == "supervision.no_owner"
    assert issued(nobody, leader, owner=water).owner == water
    issued(late, leader)
    with pytest.raises(StepNotAllowed) as twice:
        issued(late, leader)
    assert twice.value.code == "supervision.order_open"
    assert [o.number for o in SupervisionOrder.objects.order_by("number")] == [1, 2]


def test_only_the_plan_office_closes_and_only_the_owner_answers(late: Task, leader: User, hand: User) -> None:
    order = issued(late, leader)
    other = make.user("roads", Role.DEPARTMENT, make.organisation("roads"))
    for user in (other, leader):
        with pytest.raises(NotAllowed):
            orders.reply(order.pk, text="x", by=user, at=NOW)
    orders.reply(order.pk, text="已办。", by=hand, at=NOW)
    for user in (hand, leader, other):
        with pytest.raises(NotAllowed):
            orders.close(order.pk, by=user, at=NOW)
    reader = make.user("reader", Role.READER)
    shown = {u.username: access.visible_to(u).count() for u in (leader, hand, other, reader)}
    assert shown == {"leader": 1, "hand": 1, "roads": 0, "reader": 0}


def test_the_stage_rises_with_the_days_and_by_hand(late: Task, leader: User, hand: User) -> None:
    order = issued(late, leader)
    stages = {d: seen(order, date(2022, 11, d) if d < 31 else date(2022, 12, 7)).stage for d in (22, 23, 31)}
    assert stages == {22: Stage.BLUE, 23: Stage.ORANGE, 31: Stage.RED}
    orders.reply(order.pk, text="已办。", by=hand, at=NOW)
    assert seen(order, date(2022, 12, 7)).stage == Stage.BLUE, "an answer that waits stops the clock"
    for stage, reason, code in (
        (Stage.BLUE, "理由", "supervision.stage_lower"),
        (Stage.RED, "", "supervision.reason_wanting"),
    ):
        with pytest.raises(orders.OrderRefused) as refused:
            orders.raise_stage(order.pk, stage, reason=reason, by=leader, at=NOW)
        assert refused.value.code == code
    orders.raise_stage(order.pk, Stage.RED, reason="连续两月未动工", by=leader, at=NOW)
    assert seen(order, TODAY).stage == Stage.RED


def test_open_orders_come_hardest_first_in_two_queries(
    late: Task, leader: User, water: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    second = make.task(late.plan, 2, lead=water, due="2022-09")
    issued(late, leader)
    issued(second, leader, stage=Stage.RED)
    with django_assert_num_queries(2):  # the pack, the orders
        found = listing.open_orders(leader, late.plan, TODAY)
        assert [(v.order.number, v.stage, v.order.owner.subject.label) for v in found] == [
            (2, Stage.RED, "区水务局"),
            (1, Stage.BLUE, "区水务局"),
        ]


def test_the_offered_deadline_is_ten_working_days_off() -> None:
    # two days of September, then from the 8th: the holiday week's weekend is worked
    assert orders.offered_due(date(2022, 9, 28)) == date(2022, 10, 17)


# Extensions


def test_more_time_for_a_task_is_asked_before_it_is_due_and_moves_the_month(
    hand: User, office: User, water: Organisation
) -> None:
    task = make.task(make.plan(), 1, lead=water, due="2022-11")
    ask = {"reason": "雨季停工。", "by": hand, "at": NOW, "today": TODAY}
    for month, code in (("2022-11", "supervision.new_date_earlier"), ("soon", "supervision.new_date")):
        with pytest.raises(extensions.ExtensionRefused) as refused:
            extensions.ask_for_task(task.pk, new_month=month, **ask)  # type: ignore[arg-type]
        assert refused.value.code == code
    with pytest.raises(extensions.ExtensionRefused) as bare:
        extensions.ask_for_task(task.pk, new_month="2022-12", **(ask | {"reason": ""}))  # type: ignore[arg-type]
    assert bare.value.code == "supervision.reason_wanting"
    asked = extensions.ask_for_task(task.pk, new_month="2022-12", **ask)  # type: ignore[arg-type]
    with pytest.raises(StepNotAllowed) as waiting:
        extensions.ask_for_task(task.pk, new_month="2022-12", **ask)  # type: ignore[arg-type]
    assert waiting.value.code == "supervision.extension_waiting"
    with pytest.raises(NotAllowed):
        extensions.decide(asked.pk, granted=True, by=hand, at=NOW)
    extensions.decide(asked.pk, granted=True, by=office, at=NOW)
    task.refresh_from_db()
    asked.refresh_from_db()
    assert (task.due_month, asked.old_due, asked.state) == ("2022-12", "2022-11", ExtensionState.GRANTED)
    with pytest.raises(StepNotAllowed):
        extensions.decide(asked.pk, granted=False, note="改主意", by=office, at=NOW)


def test_after_the_deadline_it_is_too_late_to_ask(late: Task, hand: User) -> None:
    with pytest.raises(StepNotAllowed) as asked:
        extensions.ask_for_task(late.pk, new_month="2022-12", reason="x", by=hand, at=NOW, today=TODAY)
    assert asked.value.code == "supervision.asked_late"
    assert Extension.objects.count() == 0


def test_more_time_for_an_order_and_a_refusal_with_its_reason(
    late: Task, leader: User, hand: User, office: User
) -> None:
    order = issued(late, leader)
    first = extensions.ask_for_order(
        order.pk, new_due=date(2022, 12, 9), reason="设备未到", by=hand, at=NOW, today=TODAY
    )
    with pytest.raises(extensions.ExtensionRefused):
        extensions.decide(first.pk, granted=False, by=office, at=NOW)
    extensions.decide(first.pk, granted=False, note="不同意", by=office, at=NOW)
    order.refresh_from_db()
    assert order.due == date(2022, 11, 22)
    second = extensions.ask_for_order(
        order.pk, new_due=date(2022, 12, 2), reason="设备未到", by=hand, at=NOW, today=TODAY
    )
    extensions.decide(second.pk, granted=True, by=office, at=NOW)
    order.refresh_from_db()
    assert order.due == date(2022, 12, 2)
    assert list(listing.waiting_extensions(office)) == []


# The dispatch table


def test_the_dispatch_table_lists_the_worst_first_and_prints(
    late: Task, leader: User, water: Organisation
) -> None:
    make.task(late.plan, 2, "开工建设南镇小学", lead=water, due="2022-12")
    sales = make.series(make.metric("sales", name="社会消费品零售总额", owner=water))
    facts(sales, {"2021-01/2021-09": "60", "2021": "100", "2022-01/2022-09": "50", "2022-01/2022-06": "30"})
    make.obligation(late.plan, sales, 100, 0, Bound.APPROX)
    issued(late, leader)
    book = openpyxl.load_workbook(io.BytesIO(dispatch.table(late.plan, NOW, TODAY)))
    assert book.sheetnames == ["指标", "任务", "督办单", "未报进展"]
    target, task, order, owed = (book[n] for n in book.sheetnames)
    row = [target.cell(4, c).value for c in range(1, 15)]
    assert row[:12] == [
        1, "社会消费品零售总额", "预期性", "区水务局", "100亿元左右", "98—102亿元",
        "50亿元", "2022年前三季度", "50.0", "75.0", "60.0", "红",
    ]  # fmt: skip
    assert target["A2"].value == (
        "截至2022年11月8日　亮灯：红1　双过半：1项指标中1项未完成双过半　单位：见各列"
    )
    assert [(task.cell(r, 2).value, task.cell(r, 8).value) for r in (4, 5)] == [
        ("建成滨河公园", "红"),
        ("开工建设南镇小学", "黄"),
    ]
    assert task.cell(4, 10).value == "督办〔2022〕1号 蓝色提醒"
    assert task.cell(4, 8).fill.fgColor.rgb == "00F2B8B5"
    assert (order.cell(4, 1).value, order.cell(4, 6).value) == ("督办〔2022〕1号", "蓝色提醒")
    assert owed["A2"].value == "截至2022年11月8日　报送截止2022年11月7日　应报2项，未报2项"
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$3"
        assert sheet["A1"].value.startswith("通州区2022年") or sheet.title == "未报进展"


def test_an_empty_plan_makes_an_empty_table() -> None:
    book = openpyxl.load_workbook(io.BytesIO(dispatch.table(make.plan(), NOW, TODAY)))
    assert [s.max_row for s in book.worksheets] == [3, 3, 3, 3]


def test_a_draft_plan_has_no_orders(late: Task, leader: User) -> None:
    late.plan.state = PlanState.DRAFT
    late.plan.save()
    with pytest.raises(NotAllowed):
        orders.of_task(late.pk, TODAY)
    assert evaluation.evaluate_all(late.plan, None, TODAY) == []
