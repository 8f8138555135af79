"""What of a report does not go onto the ledger, who may take one in, and where a figure belongs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tongjian.facts.models import Fact, Metric, Series
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed
from tongjian.kernel.models import EvidenceFile, User
from tongjian.plans import intake
from tongjian.plans.choices import IntakeState, ItemKind, Outcome
from tongjian.plans.intake import actions, mapping
from tongjian.plans.models import Intake, Obligation, Task
from tongjian.reading.types import (
    Hints,
)
from tongjian.values import Number

from . import factories as make
from .factories import AT
from .report_read import FIGURES, at, item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("report_metrics")]


def test_all_bad_corrections_are_told_at_once(opened: Intake, office: User) -> None:
    bad = item(opened, ItemKind.FIGURE, 0)
    changes = {
        "value": "viel",
        "period": "去年",
        "kind": "big",
        "text": "x",
        "metric": "nope",
        "unit": "亿元",
    }
    with pytest.raises(intake.MendRefused) as caught:
        intake.mend(bad.pk, changes, by=office, at=AT)
    assert {(p.field, p.code) for p in caught.value.problems} == {
        ("value", "plans.mend_value"),
        ("period", "plans.mend_period"),
        ("kind", "plans.mend_choice"),
        ("text", "plans.mend_field"),
        ("metric", "plans.mend_metric"),
    }
    assert item(opened, ItemKind.FIGURE, 0).data["value"] == "702.3"


def test_a_report_that_contradicts_itself_is_not_recorded_twice(opened: Intake, office: User) -> None:
    estimate = item(opened, ItemKind.FIGURE, 3)
    intake.mend(estimate.pk, {"period": "2021-01/2021-09", "status": "actual"}, by=office, at=AT)
    intake.accept_all(opened, by=office, at=AT)
    intake.record(opened, by=office, at=AT)
    estimate.refresh_from_db()
    start, end = at("9.1%")
    assert (estimate.outcome, estimate.note) == (Outcome.CONFLICT, f"9.1% · {start}-{end}")
    growth = Fact.objects.get(series__metric__key="gdp", series__measure="growth")
    assert str(growth.number) == "9.1"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"metric": ""}, Outcome.NO_METRIC),
        ({"kind": "duration"}, Outcome.MEASURE),
        ({"unit": "家"}, Outcome.UNIT),
        ({"value": "3-5"}, Outcome.RANGE),
        ({"value": "999999999999999999", "unit": "万亿元"}, Outcome.TOO_LARGE),
        ({"kind": "difference", "comparator": ""}, Outcome.MEASURE),
    ],
)
def test_why_a_figure_is_not_recorded(
    opened: Intake, office: User, changes: dict[str, str], outcome: Outcome
) -> None:
    one = item(opened, ItemKind.FIGURE, 0)
    intake.mend(one.pk, changes, by=office, at=AT)
    intake.accept([one.pk], by=office, at=AT)
    intake.record(opened, by=office, at=AT)
    one.refresh_from_db()
    assert one.outcome == outcome
    assert not Fact.objects.exists()
    assert not Series.objects.exists()


def test_another_document_cannot_announce_the_same_plan(
    opened: Intake, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake.accept_all(opened, by=office, at=AT)
    intake.record(opened, by=office, at=AT)
    other = intake.start(b"another", "另一份.txt", subject=make.district(), hints=Hints(), by=office, at=AT)
    intake.accept_all(other, by=office, at=AT)
    tasks = Task.objects.count()
    with pytest.raises(StepNotAllowed) as caught:
        intake.record(other, by=office, at=AT)
    assert caught.value.code == "plans.plan_exists"
    other.refresh_from_db()
    assert (other.state, Task.objects.count()) == (IntakeState.OPEN, tasks)
    assert not other.items.exclude(outcome="").exists()


def test_only_the_plan_office_takes_in(opened: Intake) -> None:
    reader = make.user("r", Role.READER)
    for step in (
        lambda: intake.start(b"x", "x", subject=make.district(), hints=Hints(), by=reader, at=AT),
        lambda: intake.accept_all(opened, by=reader, at=AT),
        lambda: intake.record(opened, by=reader, at=AT),
        lambda: intake.mend(1, {}, by=reader, at=AT),
    ):
        with pytest.raises(NotAllowed):
            step()
    assert not actions.visible_to(reader).exists()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "empty.txt", "reading.empty_file"),
        ("今天天气很好。".encode(), "nothing.txt", "reading.nothing_found"),
        (b"PK\x03\x04broken", "a.docx", "reading.docx_damaged"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_kept(office: User, data: bytes, name: str, code: str) -> None:
    with pytest.raises(intake.IntakeRefused) as caught:
        intake.start(data, name, subject=make.district(), hints=Hints(), by=office, at=AT)
    assert (caught.value.code, EvidenceFile.objects.count(), Intake.objects.count()) == (code, 0, 0)
    assert str(caught.value) == caught.value.zh


def test_a_real_reading_goes_the_whole_way(office: User) -> None:
    text = (
        "关于某区2021年国民经济和社会发展计划执行情况与2022年国民经济和社会发展计划草案的报告\n"
        "一、2021年计划执行情况\n（一）经济平稳增长。生产总值同比增长8.1%。\n"
        "二、2022年主要目标\n——生产总值比上年增长6.5%左右；\n"
        "三、2022年主要工作\n（一）建设城市。建成滨河公园。\n"
    )
    found = intake.start(text.encode(), "r.txt", subject=make.district(), hints=Hints(), by=office, at=AT)
    intake.accept_all(found, by=office, at=AT)
    made = intake.record(found, by=office, at=AT)
    assert (made.facts, made.obligations, made.tasks) == (1, 1, 1)
    assert str(Fact.objects.get()).endswith("2021: 8.1%")
    assert Obligation.objects.get().number == Number(65, 1)
    assert Task.objects.get().text == "建成滨河公园"


def test_the_area_that_opens_an_indicator_is_whose_figure_it_is() -> None:
    make.district("songzhuang")
    subject = make.district("songzhuang")
    subject.label = "宋庄镇"
    subject.save()
    words = mapping.Words()
    gdp = Metric.objects.get(key="gdp")
    named = replace(FIGURES[0], indicator="宋庄镇生产总值")
    assert mapping.reference(named, gdp, make.district(), words).subject == "songzhuang"
    assert mapping.reference(FIGURES[0], gdp, make.district(), words).subject == "tongzhou"


def test_a_group_becomes_a_breakdown_and_a_known_basis_its_code() -> None:
    words = mapping.Words()
    gdp = Metric.objects.get(key="gdp")
    group = replace(FIGURES[1], scope="民营经济", basis="还原口径")
    found = mapping.reference(group, gdp, make.district(), words)
    assert (found.breakdown, found.basis) == ("民营经济", "restated")


def test_each_promise_of_a_clause_takes_its_own_figure(office: User) -> None:
    make.metric("towns_income", "元", name="城镇居民收入")
    make.metric("rural_income", "元", name="农村居民收入")
    text = (
        "关于某区2021年国民经济和社会发展计划执行情况与2022年国民经济和社会发展计划草案的报告\n"
        "二、2022年主要目标\n城镇居民收入和农村居民收入分别增长7.5%和8.5%以上。\n"
    )
    found = intake.start(text.encode(), "r.txt", subject=make.district(), hints=Hints(), by=office, at=AT)
    intake.accept_all(found, by=office, at=AT)
    intake.record(found, by=office, at=AT)
    owed = {o.series.metric.key: str(o.number) for o in Obligation.objects.all()}
    assert owed == {"towns_income": "7.5", "rural_income": "8.5"}


def test_a_number_of_something_else_in_the_clause_is_no_target_of_the_linked_metric(office: User) -> None:
    make.metric("innovators", "家", "stock", name="创新企业")
    text = (
        "关于某区2021年国民经济和社会发展计划执行情况与2022年国民经济和社会发展计划草案的报告\n"
        "三、2022年主要工作\n（一）培育企业。新增高新技术企业3000家、创新企业1000家左右。\n"
    )
    found = intake.start(text.encode(), "r.txt", subject=make.district(), hints=Hints(), by=office, at=AT)
    intake.accept_all(found, by=office, at=AT)
    intake.record(found, by=office, at=AT)
    assert [(o.series.metric.key, str(o.number)) for o in Obligation.objects.all()] == [
        ("innovators", "1000")
    ]
