"""A report's way onto the ledger: what is proposed, mended, accepted, recorded, and what each item says of itself."""

from __future__ import annotations

import pytest

from tongjian.facts.models import Fact
from tongjian.kernel.errors import StepNotAllowed
from tongjian.kernel.models import Event, User
from tongjian.plans import intake
from tongjian.plans.choices import IntakeState, ItemKind, ItemState, Outcome
from tongjian.plans.models import Intake, Obligation, PlanYear, Task
from tongjian.reading.types import (
    Hints,
)
from tongjian.values import Number

from . import factories as make
from .factories import AT
from .report_read import TEXT, at, item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("report_metrics")]


def test_everything_read_is_proposed_and_linked_by_name(opened: Intake) -> None:
    assert (opened.title, opened.reviewed, opened.planned, opened.state) == ("我们的报告", 2021, 2022, "open")
    assert opened.items.count() == 17
    assert not opened.items.exclude(state=ItemState.PROPOSED).exists()
    linked = [
        i.metric.key if i.metric else None for i in opened.items.filter(kind="figure").order_by("index")
    ]
    assert linked == [
        "gdp",
        "gdp",
        "gdp",
        "gdp",
        "green",
        None,
        "gdp",
        "investment",
        "income",
        "unemployment",
    ]
    assert item(opened, ItemKind.COMMITMENT, 0).metric == item(opened, ItemKind.FIGURE, 6).metric
    assert not Fact.objects.exists()


def test_the_same_file_is_one_intake(opened: Intake, office: User) -> None:
    again = intake.start(
        TEXT.encode(), "copy.txt", subject=make.district(), hints=Hints(year=2022), by=office, at=AT
    )
    assert (again.pk, Intake.objects.count(), again.items.count()) == (opened.pk, 1, 17)
    anew = intake.start(TEXT.encode(), "copy.txt", subject=make.district(), hints=Hints(), by=office, at=AT)
    assert (anew.pk, anew.hints["year"], anew.items.count()) == (opened.pk, None, 17)


def test_recording_makes_facts_targets_and_tasks_each_with_its_sentence(opened: Intake, office: User) -> None:
    intake.accept_all(opened, by=office, at=AT)
    made = intake.record(opened, by=office, at=AT)
    assert (made.facts, made.obligations, made.tasks) == (5, 4, 2)
    facts = {
        (f.series.metric.key, f.series.measure, f.series.basis, f.series.comparator, f.period): f
        for f in Fact.objects.select_related("series__metric", "evidence")
    }
    so_far = "2021-01/2021-09"
    assert {k: (str(f.number), f.bound, f.status, f.words) for k, f in facts.items()} == {
        ("gdp", "level", "natural", "", so_far): ("702.3", "eq", "actual", "702.3亿元"),
        ("gdp", "growth", "constant_price", "", so_far): ("9.1", "eq", "actual", "9.1%"),
        ("gdp", "difference", "constant_price", "city", so_far): ("0.4", "eq", "actual", "0.4个百分点"),
        ("gdp", "growth", "constant_price", "", "2021"): ("8", "approx", "estimate", "8%左右"),
        ("green", "level", "natural", "", "2021"): ("187.5", "eq", "actual", "12.5公顷"),
    }
    level = facts["gdp", "level", "natural", "", so_far]
    start, end = at("702.3亿元")
    assert (level.source, level.evidence.kind, level.evidence.locator) == (
        "document",
        "span",
        f"{start}-{end}",
    )
    assert level.evidence.excerpt.startswith("生产总值前三季度实现702.3亿元")
    owed = [
        (o.series.metric.key, o.series.measure, o.series.basis, o.bound, str(o.number), o.due, o.words)
        for o in Obligation.objects.order_by("order")
    ]
    assert owed == [
        ("gdp", "growth", "constant_price", "approx", "6.5", "2022", "6.5%左右"),
        ("investment", "level", "natural", "over", "10000000", "2022", "超千亿元"),
        ("income", "growth", "natural", "gt", "0", "2022", "稳步增长"),
        ("unemployment", "level", "natural", "le", "5", "2022", "5%以内"),
    ]
    first = Obligation.objects.order_by("order").first()
    assert first is not None
    assert (str(first.section), first.origin.excerpt) == ("二、2022年主要目标", "生产总值增长6.5%左右")
    assert [(t.number, t.kind, t.object, t.due_month, str(t.section)) for t in Task.objects.all()] == [
        (1, "target", "能耗强度", "", "二、2022年主要目标"),
        (2, "project_milestone", "滨河公园", "2022-06", "（一）城市建设"),
    ]
    plan = PlanYear.objects.get()
    assert (plan, plan.year, plan.document) == (made.plan, 2022, opened.file)
    assert [s.path for s in plan.sections.all()] == ["二", "三", "三/（一）"]


def test_every_item_says_what_became_of_it(opened: Intake, office: User) -> None:
    intake.accept_all(opened, by=office, at=AT)
    intake.record(opened, by=office, at=AT)
    ends = [i.outcome for i in opened.items.filter(kind="figure").order_by("index")]
    assert ends == ["fact"] * 5 + ["range"] + ["for_target"] * 4
    ends = [i.outcome for i in opened.items.filter(kind="commitment").order_by("index")]
    assert ends == ["obligation"] * 4 + ["task_no_number", "task"]
    assert item(opened, ItemKind.ACHIEVEMENT, 0).outcome == Outcome.NOTED
    assert not opened.items.filter(outcome="").exists()


def test_recorded_again_nothing_is_doubled(opened: Intake, office: User) -> None:
    intake.accept_all(opened, by=office, at=AT)
    intake.record(opened, by=office, at=AT)
    rows = (Fact, Obligation, Task, PlanYear, Event)
    before = [m.objects.count() for m in rows]
    again = intake.record(opened, by=office, at=AT)
    assert again.is_empty
    assert [m.objects.count() for m in rows] == before
    started = intake.start(
        TEXT.encode(), "x.txt", subject=make.district(), hints=Hints(year=1999), by=office, at=AT
    )
    assert (started.pk, started.state) == (opened.pk, IntakeState.RECORDED)


def test_only_what_was_accepted_is_recorded_and_more_may_follow(opened: Intake, office: User) -> None:
    first, park = item(opened, ItemKind.FIGURE, 0), item(opened, ItemKind.COMMITMENT, 5)
    intake.accept([first.pk], by=office, at=AT)
    made = intake.record(opened, by=office, at=AT)
    assert (made.facts, made.tasks, made.plan, PlanYear.objects.exists()) == (1, 0, None, False)
    intake.accept([park.pk], by=office, at=AT)
    made = intake.record(opened, by=office, at=AT)
    assert (made.facts, made.tasks, Task.objects.get().object) == (0, 1, "滨河公园")
    with pytest.raises(StepNotAllowed):
        intake.drop([park.pk], by=office, at=AT)


def test_a_dropped_figure_gives_no_target_its_number(opened: Intake, office: User) -> None:
    intake.drop([item(opened, ItemKind.FIGURE, 6).pk], by=office, at=AT)
    intake.accept([item(opened, ItemKind.COMMITMENT, 0).pk], by=office, at=AT)
    intake.record(opened, by=office, at=AT)
    assert item(opened, ItemKind.COMMITMENT, 0).outcome == Outcome.TASK_NO_NUMBER
    assert not Obligation.objects.exists()


def test_mending_corrects_what_is_recorded(opened: Intake, office: User) -> None:
    mended = item(opened, ItemKind.FIGURE, 4)
    intake.mend(mended.pk, {"value": "13.50", "period": "2021-12", "bound": "ge"}, by=office, at=AT)
    intake.accept([mended.pk], by=office, at=AT)
    intake.record(opened, by=office, at=AT)
    fact = Fact.objects.get()
    assert (fact.number, fact.period, fact.bound) == (Number(2025, 1), "2021-12", "ge")
    mended.refresh_from_db()
    assert (mended.mended, mended.fact) == (True, fact)
    with pytest.raises(StepNotAllowed):
        intake.mend(mended.pk, {"value": "1"}, by=office, at=AT)
