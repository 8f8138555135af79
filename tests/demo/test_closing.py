"""The sample year closed: its draft is a template that builds as it stands, each figure of it anchored; the next year opens."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tongjian.demo import accounts
from tongjian.kernel.models import Area, Subject
from tongjian.plans import public, publishing, queries
from tongjian.plans.choices import PlanState, PublicState
from tongjian.plans.closing import actions, reading
from tongjian.plans.closing.actions import Wanted
from tongjian.plans.models import PlanYear
from tongjian.reports import actions as reports
from tongjian.reports import closing as drafting

from .conftest import LOADED_AT, District

pytestmark = pytest.mark.django_db
AT = LOADED_AT + timedelta(days=20)


def closed(at: datetime = AT) -> reading.Closing:
    plan = PlanYear.objects.get(year=2022)
    return reading.closing(plan, at, timezone.localdate(at))


def test_the_draft_builds_with_every_figure_anchored(loaded: District) -> None:
    found = closed()
    text = drafting.template(found)
    subject = Subject.objects.get(key=settings.DISTRICT)
    built = reports.build(subject, 2022, text.encode(), by=accounts.office(), at=AT, name="年终.tj.txt")
    figures = built.manifest["figures"]
    told = [t for t in found.targets if t.judged.value is not None]
    assert len(found.targets) == len(told) == 16
    assert len(figures) == 2 * len(told)  # in the text, and in the annex of all promises
    assert all(f["place"] or f["inputs"] for f in figures.values())


def test_every_promise_is_told_once_by_its_end(loaded: District) -> None:
    found = closed()
    plan = found.plan
    whole = plan.tasks.filter(parent=None).count()
    assert len(found.done) + len(found.carried) == len(found.tasks) == whole
    assert len(found.kept) + len(found.missed) + len(found.unknown) == len(found.targets)
    assert {t.state for t in found.missed} <= {PublicState.NEARLY, PublicState.BEHIND, PublicState.MISSED}
    seen = public.public_plan(publishing.published().get(), AT, timezone.localdate(AT))
    assert seen.counts[PublicState.KEPT] == len(found.done) + sum(
        t.state == PublicState.KEPT for t in found.targets
    )


def test_the_next_year_opens_with_what_was_not_done(loaded: District) -> None:
    found = closed()
    wanted = [Wanted(t.obligation.pk, t.proposed, t.obligation.bound) for t in found.targets]
    office = accounts.office()
    assert office is not None
    numbers = [t.task.number for t in found.carried]
    made = actions.draft_next(found.plan.pk, wanted, numbers, by=office, at=AT)
    actions.approve(made.pk, "区人民代表大会决议（示例）", by=office, at=AT)
    plan = queries.visible_to(office).get(year=2023)
    assert plan.state == PlanState.APPROVED
    assert plan.obligations.count() == len(found.targets)
    assert [t.text for t in plan.tasks.all()] == [t.task.text for t in found.carried]


LOOPED = """\
# 通州区[[2022年]]计划落实情况
%for t in targets of 2022
%if {t.ref}
{t.name}{{ {t.ref} | status }}（{t.words}，{t.lead}）。
%end
%end
%for t in tasks kept of 2022
{t.name}。
%end
%if gdp[growth, constant_price] @ 2022 < target gdp[growth, constant_price] @ 2022
增速低于目标。
%else
增速达到目标。
%end
街乡镇：
%for town in areas
{town.name}
%end
"""


def test_a_template_runs_over_the_plan_and_the_towns(loaded: District) -> None:
    found = closed()
    subject = Subject.objects.get(key=settings.DISTRICT)
    built = reports.build(subject, 2022, LOOPED.encode(), by=accounts.office(), at=AT, name="循环.tj.txt")
    assert len(built.manifest["figures"]) == sum(t.judged.value is not None for t in found.targets)
    told = built.html
    assert all(str(t.task) in told for t in found.done)
    assert not any(f"{t.task}。" in told for t in found.carried)
    assert "增速低于目标" in told
    assert "增速达到目标" not in told
    assert all(
        f">{a}<" in told
        for a in Area.objects.filter(parent__subject=subject).values_list("subject__label", flat=True)
    )
