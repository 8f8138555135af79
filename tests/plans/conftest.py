"""People and things that several files of tests need."""

from __future__ import annotations

import pytest

from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User
from tongjian.plans import intake
from tongjian.plans.intake import seam
from tongjian.plans.models import Intake, Task
from tongjian.reading.types import Hints

from . import factories as make
from .factories import AT
from .report_read import TEXT, reading


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


@pytest.fixture
def report_metrics() -> None:
    make.metric(
        "gdp",
        name="生产总值",
        collect=[{"measure": "level"}, {"measure": "growth", "basis": "constant_price"}],
        derive=[{"measure": "difference", "of": "growth", "comparator": "city", "basis": "constant_price"}],
    )
    make.metric("investment", "万元", name="投资")
    make.metric("income", "元", name="居民收入")
    make.metric("unemployment", "%", "ratio", "down", name="登记失业率")
    make.metric("green", "亩", "flow", name="新增绿地")


@pytest.fixture
def opened(office: User, report_metrics: None, monkeypatch: pytest.MonkeyPatch) -> Intake:
    monkeypatch.setattr(seam, "read_file", lambda data, name, hints: reading())
    return intake.start(
        TEXT.encode(), "报告.txt", subject=make.district(), hints=Hints(year=2022), by=office, at=AT
    )
