"""Orders, extensions, the monthly call, tasks from other documents, and the tables that leave."""

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
from tongjian.plans import checkins, evaluation, origins, queries
from tongjian.plans.checkins import CheckInRefused
from tongjian.plans.choices import (
    Claim,
    ExtensionState,
    Light,
    OrderState,
    PlanState,
    Stage,
    TaskSource,
    Verdict,
)
from tongjian.plans.models import Extension, SupervisionOrder, Task
from tongjian.plans.origins import OriginRefused
from tongjian.plans.supervision import (
    access,
    calls,
    dispatch,
    extensions,
    notice,
    orders,
    pack,
    tasks,
    tasks_xlsx,
)
from tongjian.plans.supervision import queries as listing
from tongjian.plans.supervision.calls import CallState
from tongjian.plans.uploads import Upload
from tongjian.values import Period

from . import factories as make
from .factories import PNG
from .test_judging import decision, facts

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 11, 8, 9, tzinfo=UTC)
TODAY = date(2022, 11, 8)


@pytest.fixture
def water() -> Organisation:
    return make.organisation("water", "区水务局")


@pytest.fixture
def office() -> User:
    return make.user("office", Role.PLAN_OFFICE)


@pytest.fixture
def leader() -> User:
    return make.user("leader", Role.LEADER)


@pytest.fixture
def hand(water: Organisation) -> User:
    return make.user("hand", Role.DEPARTMENT, water)


@pytest.fixture
def late(water: Organisation) -> Task:
    """Overdue on TODAY."""
    return make.task(make.plan(), 1, "建成滨河公园", lead=water, due="2022-10")


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


# The monthly call


def test_who_reported_for_a_month_in_time_late_or_not(hand: User, office: User, water: Organisation) -> None:
    plan = make.plan()
    good, slow, silent, back, over, young = (
        make.task(plan, n, f"建成第{n}公园", lead=water, due="2022-12") for n in range(1, 7)
    )
    make.task(plan, 7)  # nobody's
    young.since = "2022-11"
    young.save()
    due = datetime(2022, 11, 7, 12, tzinfo=UTC)

    def report(task: Task, at: datetime, claim: Claim = Claim.ON_TRACK, month: str = "") -> int:
        return checkins.submit(task.pk, claim=claim, text="进展。", month=month, by=hand, at=at).pk

    checkins.confirm(report(over, datetime(2022, 9, 20, tzinfo=UTC), Claim.DONE), by=office, at=due)
    report(good, due)
    report(slow, due + timedelta(days=1), month="2022-10")
    checkins.return_(report(back, due), note="太简略", by=office, at=due)
    before = calls.round_of(plan, Period.month(2022, 10), date(2022, 11, 7))
    assert {c.task.pk: c.state for c in before.calls}[silent.pk] == CallState.WAITING
    found = calls.round_of(plan, Period.month(2022, 10), TODAY)
    assert found.due == date(2022, 11, 7)  # the 5th is a Saturday
    assert {c.task.pk: c.state for c in found.calls} == {
        good.pk: CallState.ON_TIME,
        slow.pk: CallState.LATE,
        silent.pk: CallState.MISSING,
        back.pk: CallState.RETURNED,
    }
    assert good.check_ins.get().month == "2022-10"
    told = notice.notice(found, TODAY).text.splitlines()
    assert told == [
        "关于2022年10月重点任务进展报送情况的通报",
        "截至2022年11月8日，2022年10月应报进展4项（报送截止11月7日），按时报送1项，逾期报送1项，退回未重报1项，未报1项。",
        "未按要求报送的单位1家：",
        "区水务局2项：建成第3公园；建成第4公园（退回未重报）。",
        "请上述单位即日补报，并说明原因。",
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(notice.table(found, TODAY)))["报送情况"]
    assert [sheet.cell(r, 5).value for r in range(4, 8)] == ["未报", "退回未重报", "按时报送", "逾期报送"]


def test_a_month_outside_of_the_plan_is_refused(hand: User, water: Organisation) -> None:
    task = make.task(make.plan(), 1, lead=water, due="2022-12")
    for month in ("2021-12", "2022", "May"):
        with pytest.raises(CheckInRefused) as refused:
            checkins.submit(task.pk, claim=Claim.DONE, text="x", month=month, by=hand, at=NOW)
        assert refused.value.code == "plans.check_in_month"


def test_a_year_without_a_calendar_is_said(water: Organisation) -> None:
    plan = make.plan(2030)
    make.task(plan, 1, lead=water, due="2030-12")
    found = calls.round_of(plan, Period.month(2030, 3), date(2030, 5, 1))
    assert found.unknown_years == (2030,)
    assert "2030" in notice.notice(found, date(2030, 5, 1)).text.splitlines()[-1]


# Tasks from other documents


def draft(title: str = "打通断头路", **more: object) -> tasks.Draft:
    given: dict[str, object] = {"text": "年内打通三条断头路", "source": TaskSource.INSTRUCTION} | more
    return tasks.Draft(title, **given)  # type: ignore[arg-type]


def test_an_instruction_becomes_a_task_that_leads_to_its_sentence(leader: User, water: Organisation) -> None:
    text = "会议听取了汇报。\n会议要求，年内打通三条断头路，\n不得延误。"
    place = origins.place(
        Upload("纪要.txt", text.encode()), "年内打通 三条断头路，不得延误", by=leader, at=NOW
    )
    assert (place.locator, place.excerpt) == ("14-29", "年内打通三条断头路，\n不得延误")
    made = tasks.create(
        make.plan(), draft(lead=water, month="2022-12", since="2022-06"), place, by=leader, at=NOW
    )
    assert (str(made), made.source, made.origin, made.number) == ("打通断头路", "instruction", place, 1)
    assert calls.since(made) == Period.month(2022, 6)
    assert queries.task_light(made, TODAY).light == Light.YELLOW


def test_a_passage_that_is_not_there_and_a_file_that_is_none() -> None:
    for file, passage, code in (
        (Upload("纪要.txt", "另一件事".encode()), "打通断头路", "supervision.passage_missing"),
        (Upload("批示.png", PNG), "打通断头路", "supervision.passage_unreadable"),
        (Upload("批示.exe", b"MZ"), "", "plans.file_type"),
        (Upload("批示.png", b"no picture"), "", "plans.file_content"),
        (Upload("纪要.txt", b""), "", "plans.file_empty"),
    ):
        with pytest.raises(OriginRefused) as refused:
            origins.place(file, passage, by=None, at=NOW)
        assert refused.value.code == code
    assert origins.place(Upload("批示.png", PNG), "", by=None, at=NOW).kind == "whole"


def test_what_is_no_task(hand: User, water: Organisation) -> None:
    plan, place = make.plan(), decision()
    for wrong, code in (
        (draft(" "), "supervision.title_wanting"),
        (draft(month="2023-01"), "supervision.month"),
        (draft(since="June"), "supervision.month"),
        (draft(lead=water, joint=[water]), "supervision.lead_is_joint"),
    ):
        with pytest.raises(tasks.TaskRefused) as refused:
            tasks.create(plan, wrong, place, by=None, at=NOW)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        tasks.create(plan, draft(), place, by=hand, at=NOW)


def test_a_task_is_decomposed_and_follows_its_parts(
    hand: User, office: User, water: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    roads = make.organisation("roads", "区交通局")
    whole = tasks.create(make.plan(), draft(lead=roads, month="2022-12"), decision(), by=office, at=NOW)
    with pytest.raises(tasks.TaskRefused) as later:
        tasks.decompose(whole.pk, "再晚一些", water, "2023-01", by=office, at=NOW)
    assert later.value.code == "supervision.month"
    first = tasks.decompose(whole.pk, "管线迁改", water, "2022-10", by=office, at=NOW)
    second = tasks.decompose(whole.pk, "路面施工", roads, by=office, at=NOW)
    assert (first.parent, second.due_month, second.source) == (whole, "2022-12", "instruction")
    speaker = make.user("roads", Role.DEPARTMENT, roads)
    with pytest.raises(StepNotAllowed) as parted:
        checkins.submit(whole.pk, claim=Claim.DONE, text="整体完成。", by=speaker, at=NOW)
    assert parted.value.code == "plans.has_parts"
    found = queries.task_light(whole, TODAY)
    assert (found.light, found.zh) == (Light.RED, "2项分解任务：逾期1项，需关注1项")
    with django_assert_num_queries(4):  # tasks, joint units, parts, parts of parts
        views = queries.task_views(whole.plan.tasks.all(), TODAY)
        assert {v.task.pk: v.light for v in views}[whole.pk] == Light.RED
    checkins.confirm(
        checkins.submit(first.pk, claim=Claim.DONE, text="已迁改。", by=hand, at=NOW).pk, by=office, at=NOW
    )
    assert queries.task_light(whole, TODAY).zh == "2项分解任务：完成1项，需关注1项"
    round_ = calls.round_of(whole.plan, Period.month(2022, 10), TODAY)
    assert whole.pk not in {c.task.pk for c in round_.calls}, "the parts report, not the whole"
    with pytest.raises(StepNotAllowed) as reported:
        tasks.decompose(first.pk, "更小的一步", water, by=office, at=NOW)
    assert reported.value.code == "supervision.reported_on"


def filled(*rows: tuple[str, ...]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(tasks_xlsx.template(2022)))
    for row in rows:
        book["督办任务"].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROWS = (
    (
        "1",
        "",
        "打通断头路",
        "年内打通三条断头路",
        "批示",
        "某批示",
        "年内打通",
        "区水务局",
        "",
        "2022-12",
        "2022-06",
    ),
    ("2", "1", "管线迁改", "", "批示", "", "", "区水务局", "区交通局", "10月", ""),
    ("3", "", "整治河道", "完成整治", "上级任务", "", "", "区水务局", "", "11", ""),
)


def test_tasks_come_in_by_workbook_once(leader: User, water: Organisation) -> None:
    make.organisation("roads", "区交通局")
    plan, data = make.plan(), filled(*ROWS)
    made = tasks_xlsx.take_in(plan, data, "督办.xlsx", by=leader, at=NOW)
    assert (made.rows, [t.number for t in made.tasks]) == (3, [1, 2, 3])
    first, part, third = made.tasks
    assert (part.parent, part.due_month, [str(u) for u in part.joint.all()]) == (
        first,
        "2022-10",
        ["区交通局"],
    )
    assert (first.origin.locator, first.origin.excerpt) == ("督办任务!C2", "《某批示》年内打通")
    assert (third.source, third.due_month, first.since) == ("upper", "2022-11", "2022-06")
    assert tasks_xlsx.take_in(plan, data, "督办.xlsx", by=leader, at=NOW).tasks == ()


def test_every_bad_cell_of_the_workbook_is_named_and_nothing_is_made(
    leader: User, water: Organisation
) -> None:
    wrong = (
        ("1", "9", "", "", "口头", "", "", "没有的局", "也没有的局", "2023-01", "某月"),
        ("1", "", "整治河道", "", "批示", "", "", "区水务局", "区水务局", "2022-11", ""),
        ("3", "1", "一部分", "", "批示", "", "", "区水务局", "", "2022-12", ""),
    )
    plan = make.plan()
    with pytest.raises(tasks_xlsx.TasksRefused) as refused:
        tasks_xlsx.take_in(plan, filled(*wrong), "督办.xlsx", by=leader, at=NOW)
    assert [(p.cell, p.code) for p in refused.value.problems] == [
        ("B2", "above_unknown"),
        ("C2", "empty"),
        ("E2", "source_unknown"),
        ("H2", "unit_unknown"),
        ("I2", "unit_unknown"),
        ("J2", "month_unknown"),
        ("K2", "month_unknown"),
        ("A3", "number_twice"),
        ("I3", "unit_is_lead"),
    ]
    assert plan.tasks.count() == 0
    assert refused.value.problems[0].where == "督办任务!B2"


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
