"""A sample of supervision and of a five-year plan: illustrative numbers, said so in their names. Safe to run again."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from tongjian.demo import accounts, files
from tongjian.kernel.models import Subject, User
from tongjian.plans import evaluation
from tongjian.plans.choices import Light
from tongjian.plans.midterm import actions as midterm
from tongjian.plans.models import FiveYearPlan, PlanYear, SupervisionOrder
from tongjian.plans.supervision import orders

FIRST_YEAR = 2021
DEMAND = "分析与目标的差距，提出年内可落实的措施，明确责任和完成时间。"
ANSWER = "已会同有关部门提出措施清单（示例），逐项明确完成时间。"


def five_years(at: datetime) -> FiveYearPlan:
    """The sample table of indicators, by the door that the plan office's takes; a changed one is taken in anew."""
    file = files.five_years()
    return midterm.take_in(
        file.read_bytes(),
        file.name,
        subject=Subject.objects.get(key=settings.DISTRICT),
        first=FIRST_YEAR,
        title=f"{FIRST_YEAR}—{FIRST_YEAR + 4}年规划主要指标（示例）",
        by=accounts.office(),
        at=at,
    )


def supervise(plan: PlanYear, at: datetime) -> int:
    """A leader opens orders on the red targets and the first one is answered; as long as the plan has none."""
    if plan.orders.exists():
        return 0
    today = timezone.localtime(at).date()
    red = [e.obligation for e in evaluation.evaluate_all(plan, None, today) if e.light == Light.RED]
    made = [_issue(pk, at) for pk in (o.pk for o in red if o.series.metric.owner)]
    if made:
        orders.reply(made[0].pk, text=ANSWER, by=accounts.speaker(made[0].owner.key), at=at)
    return len(made)


def _issue(target: int, at: datetime) -> SupervisionOrder:
    today = timezone.localtime(at).date()
    return orders.issue(
        orders.of_target(target, at, today),
        demand=DEMAND,
        due=orders.offered_due(today),
        by=User.objects.get(username=accounts.LEADER),
        at=at,
        today=today,
    )
