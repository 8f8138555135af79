"""The city's targets beside a district's: K18 asks why one lies below, on the platform's own ledger."""

from __future__ import annotations

import pytest

from plans import factories as make
from tongjian.checking import check
from tongjian.facts.choices import Bound
from tongjian.facts.models import Series
from tongjian.kernel.choices import AreaKind, SubjectKind
from tongjian.kernel.models import Area, Subject
from tongjian.plans.choices import PlanState
from tongjian.plans.held import wider_targets
from tongjian.plans.models import PlanYear
from tongjian.reading import read_text

pytestmark = pytest.mark.django_db
TEXT = "河东区2022年政府工作报告\n一、2021年工作回顾\n抓好民生。\n二、2022年主要目标\n规上工业增加值增长{}%。"


@pytest.fixture
def district() -> Subject:
    """A district in a city whose plan asks for 6.5 % growth of industry; its own asks for 5 %."""
    own = make.district()
    plate = Subject.objects.create(key="city", kind=SubjectKind.AREA, label="都城")
    city = Area.objects.create(subject=plate, path="/city/", kind=AreaKind.CITY)
    Area.objects.filter(subject=own).update(parent=city)
    metric = make.metric("industry", aliases=["规上工业增加值"])
    series = make.series(metric, "growth")
    theirs = Series.objects.create(
        subject=plate,
        metric=metric,
        measure="growth",
        basis="natural",
        period_kind=series.period_kind,
        unit="%",
    )
    plan = PlanYear.objects.create(subject=plate, year=2022, title="都城2022年计划", state=PlanState.APPROVED)
    make.obligation(plan, theirs, 65, 1, bound=Bound.APPROX, words="6.5%左右")
    make.obligation(make.plan(), series, 5, words="5%以上")
    return own


def found(district: Subject, number: str) -> list[str]:
    ledger = wider_targets(district, PlanYear.objects.all())
    checked = check(read_text(TEXT.format(number)), ledger=ledger)
    return [f.code for f in checked.findings if f.code == "K18"]


def test_a_target_below_the_citys_is_asked_about(district: Subject) -> None:
    assert found(district, "5") == ["K18"]
    assert found(district, "6.5") == []
    assert found(district, "7") == []


def test_only_the_citys_plans_that_may_be_seen_count(district: Subject) -> None:
    assert len(wider_targets(district, PlanYear.objects.all())) == 1
    assert wider_targets(district, PlanYear.objects.filter(subject=district)) == ()
    PlanYear.objects.filter(subject__key="city").update(state=PlanState.DRAFT)
    assert wider_targets(district, PlanYear.objects.all()) == ()
    assert wider_targets(Subject.objects.get(key="city"), PlanYear.objects.all()) == ()
