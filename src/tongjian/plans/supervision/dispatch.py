"""红黄绿调度表: the workbook that a dispatch meeting (调度会) goes through: targets, tasks, open orders, who did not report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from tongjian.kernel import calendars
from tongjian.plans import evaluation, half_year, queries, sentences
from tongjian.plans.choices import Light, Nature, OrderState, Stage, TaskSource, Verdict
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import CheckIn, PlanYear, SupervisionOrder, Task
from tongjian.plans.queries import TaskView
from tongjian.plans.sheets import Column, Table, Value, workbook
from tongjian.plans.supervision import calls
from tongjian.plans.supervision import queries as orders
from tongjian.plans.supervision.notice import COLUMNS as CALL_COLUMNS
from tongjian.plans.supervision.notice import SAID
from tongjian.plans.supervision.queries import OrderView
from tongjian.values import Period

LIGHTS = {
    Light.RED: "红",
    Light.YELLOW: "黄",
    Light.GREEN: "绿",
    Light.NOT_DUE: "未到期",
    Light.NO_DATA: "暂无数据",
}
FILLS = {Light.RED: "F2B8B5", Light.YELLOW: "FBE3A1", Light.GREEN: "BFE3C8"}
STAGES = {Stage.BLUE: "蓝色提醒", Stage.ORANGE: "橙色预警", Stage.RED: "红色督办"}
STAGE_FILLS = {Stage.BLUE: "BBD3F0", Stage.ORANGE: "F9CFA4", Stage.RED: "F2B8B5"}
STATES = {
    OrderState.ISSUED: "已下达",
    OrderState.ANSWERED: "已回复",
    OrderState.RETURNED: "已退回",
    OrderState.CLOSED: "已办结",
}
SOURCES = {
    TaskSource.REPORT: "报告",
    TaskSource.INSTRUCTION: "领导批示",
    TaskSource.MINUTES: "会议纪要",
    TaskSource.UPPER: "上级任务",
    TaskSource.OTHER: "其他",
}
NATURES = {Nature.ANTICIPATED: "预期性", Nature.BINDING: "约束性"}
ORDER = (Light.RED, Light.YELLOW, Light.GREEN, Light.NO_DATA, Light.NOT_DUE)


def table(plan: PlanYear, at: datetime, today: date) -> bytes:
    """The workbook as of a moment and a day; everything worst first."""
    on = orders.views(
        SupervisionOrder.objects.filter(plan=plan).select_related("plan", "owner__subject"), today
    )
    sheets = [
        _targets(plan, at, today, on),
        _tasks(plan, today, on),
        _orders(plan, today, on),
        _calls(plan, today),
    ]
    return workbook(sheets)


def _day(today: date) -> str:
    return f"{today.year}年{today.month}月{today.day}日"


def _tally(lights: Sequence[Light]) -> str:
    return "、".join(f"{LIGHTS[c]}{lights.count(c)}" for c in ORDER if lights.count(c))


def _on_target(found: Evaluation, on: Sequence[OrderView]) -> str:
    return _on([v for v in on if v.order.obligation_id == found.obligation.pk])


def _on(found: Sequence[OrderView]) -> str:
    """督办〔2022〕3号 橙色预警 of the open order, or how the last one ended."""
    return "；".join(
        f"{v.order.reference} {STAGES[v.stage] if v.stage else STATES[OrderState.CLOSED]}" for v in found[:1]
    )


# Targets

TARGET_COLUMNS = (
    Column("序号", 6, centred=True),
    Column("指标", 22),
    Column("属性", 8, centred=True),
    Column("责任单位", 16),
    Column("全年目标", 14, centred=True),
    Column("“左右”区间", 13, centred=True),
    Column("最新数据", 12, centred=True),
    Column("时期", 13, centred=True),
    Column("完成率（%）", 9, centred=True),
    Column("时间进度（%）", 9, centred=True),
    Column("近三年同期（%）", 10, centred=True),
    Column("亮灯", 9, centred=True),
    Column("说明", 44),
    Column("督办", 18),
)


def _targets(plan: PlanYear, at: datetime, today: date, on: Sequence[OrderView]) -> Table:
    found = sorted(evaluation.evaluate_all(plan, at, today), key=lambda e: ORDER.index(e.light))
    half = half_year.half_year(plan, at).said.zh
    lights = [e.light for e in found]
    return Table(
        "指标",
        f"{plan.subject.label}{plan.year}年主要指标调度表",
        f"截至{_day(today)}　亮灯：{_tally(lights) or '无'}　双过半：{half}　单位：见各列",
        TARGET_COLUMNS,
        [_target(n, e, on) for n, e in enumerate(found, 1)],
        {(n, 11): FILLS[c] for n, c in enumerate(lights) if c in FILLS},
        _warnings(found),
    )


def _target(number: int, found: Evaluation, on: Sequence[OrderView]) -> Sequence[Value]:
    owed, judged, value = found.obligation, found.judgement, found.value
    pace = judged.pace if judged else None
    return (
        number,
        f"{owed.series.metric.name}{_qualities(found)}",
        NATURES[Nature(owed.nature)],
        owed.series.metric.owner.subject.label if owed.series.metric.owner else "",
        found.target.zh,
        found.band.zh,
        f"{value.number}{value.unit}" if value else "",
        value.ref.period.label() if value else "",
        _one(judged.completion if judged else None),
        _one(pace.linear if pace else None),
        _one(pace.share.percent if pace and pace.share else None),
        LIGHTS[found.light],
        found.reason.zh,
        _on_target(found, on),
    )


def _qualities(found: Evaluation) -> str:
    series = found.obligation.series
    return {"growth": "增速", "share": "占比", "completion": "完成率", "rank": "位次"}.get(series.measure, "")


def _one(value: Decimal | None) -> str:
    return "" if value is None else sentences.one_place(value)


def _warnings(found: Sequence[Evaluation]) -> list[str]:
    years = {y for e in found if e.judgement and e.judgement.pace for y in e.judgement.pace.unknown_years}
    warning = calendars.warning(sorted(years))
    return [warning] if warning else []


# Tasks

TASK_COLUMNS = (
    Column("序号", 6, centred=True),
    Column("任务", 36),
    Column("来源", 10, centred=True),
    Column("牵头单位", 18),
    Column("配合单位", 18),
    Column("完成时限", 10, centred=True),
    Column("最新进展（经确认）", 44),
    Column("亮灯", 9, centred=True),
    Column("说明", 32),
    Column("督办", 18),
)


def _tasks(plan: PlanYear, today: date, on: Sequence[OrderView]) -> Table:
    newest = CheckIn.objects.filter(task=OuterRef("pk"), verdict=Verdict.CONFIRMED).order_by("-at", "-pk")
    rows = plan.tasks.annotate(
        said=Subquery(newest.values("text")[:1]), said_at=Subquery(newest.values("at")[:1])
    )
    found = sorted(queries.task_views(rows, today), key=lambda v: (ORDER.index(v.light), v.task.number))
    lights = [v.light for v in found]
    overdue = sum(v.overdue for v in found)
    return Table(
        "任务",
        f"{plan.subject.label}{plan.year}年重点任务调度表",
        f"截至{_day(today)}　共{len(found)}项　亮灯：{_tally(lights) or '无'}　逾期{overdue}项",
        TASK_COLUMNS,
        [_task(v, on) for v in found],
        {(n, 7): FILLS[c] for n, c in enumerate(lights) if c in FILLS},
    )


def _task(view: TaskView, on: Sequence[OrderView]) -> Sequence[Value]:
    task = view.task
    return (
        task.number,
        str(task),
        SOURCES[TaskSource(task.source)],
        task.lead.subject.label if task.lead else "未分工",
        "、".join(u.subject.label for u in task.joint.all()),
        task.due_month,
        _progress(task),
        LIGHTS[view.light],
        view.zh,
        _on([v for v in on if v.order.task_id == task.pk]),
    )


def _progress(task: Task) -> str:
    said, at = getattr(task, "said", None), getattr(task, "said_at", None)
    return f"{said}（{timezone.localtime(at):%m-%d}）" if said and at else ""


# Orders and calls

ORDER_COLUMNS = (
    Column("编号", 16, centred=True),
    Column("事项", 36),
    Column("承办单位", 20),
    Column("下达日期", 12, centred=True),
    Column("办结时限", 12, centred=True),
    Column("阶段", 12, centred=True),
    Column("状态", 10, centred=True),
    Column("督办要求", 40),
    Column("逾期（天）", 8, centred=True),
)


def _orders(plan: PlanYear, today: date, on: Sequence[OrderView]) -> Table:
    open_ = [v for v in on if v.is_open]
    counted = "、".join(f"{STAGES[s]}{n}" for s, n in orders.tally(open_).items() if n)
    rows = [
        (
            v.order.reference,
            v.order.title,
            v.order.owner.subject.label,
            f"{timezone.localtime(v.order.at):%Y-%m-%d}",
            str(v.order.due),
            STAGES[v.stage] if v.stage else "",
            STATES[OrderState(v.order.state)],
            v.order.demand,
            v.over or "",
        )
        for v in on
    ]
    return Table(
        "督办单",
        f"{plan.subject.label}{plan.year}年督办单",
        f"截至{_day(today)}　共{len(on)}件，未办结{len(open_)}件{f'（{counted}）' if counted else ''}",
        ORDER_COLUMNS,
        rows,
        {(n, 5): STAGE_FILLS[v.stage] for n, v in enumerate(on) if v.stage},
    )


def _calls(plan: PlanYear, today: date) -> Table:
    """Progress of the last month that was due."""
    round_ = calls.round_of(plan, last_called(plan, today), today)
    rows = [
        (n, c.unit.subject.label, str(c.task), c.task.due_month, SAID[c.state], "")
        for n, c in enumerate(round_.owing, 1)
    ]
    return Table(
        "未报进展",
        f"{round_.month.label()}重点任务进展未报送情况",
        f"截至{_day(today)}　报送截止{_day(round_.due)}　应报{len(round_.calls)}项，未报{len(rows)}项",
        CALL_COLUMNS,
        rows,
    )


def last_called(plan: PlanYear, today: date) -> Period:
    """The last month before today, within the plan's year."""
    this = Period.month(today.year, today.month)
    last = Period(this.start - 1, this.start - 1)
    return min(max(last, Period.month(plan.year, 1)), Period.month(plan.year, 12))
