"""A list as cells: moments are told as the place's time says them, whatever its offset, on either database."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from records.cases.factories import AT, district
from tongjian.records.cases import actions, exporting
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.lists import Filters
from tongjian.records.cases.models import Case

pytestmark = pytest.mark.django_db

MOMENTS = [
    datetime(2022, 11, 30, 16, 5, 59, tzinfo=UTC),
    datetime(2022, 11, 30, 16, 59, 0, 999_999, tzinfo=UTC),
    datetime(2022, 3, 27, 0, 59, tzinfo=UTC),  # an hour later, clocks in Berlin jump
    datetime(2022, 3, 27, 1, 0, tzinfo=UTC),
    datetime(1988, 6, 1, 15, 30, tzinfo=UTC),  # China had summer time then
]


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "Asia/Kathmandu"])
def test_moments_are_told_in_the_places_time(name: str) -> None:
    here = district()
    for moment in MOMENTS:
        case = actions.receive(Intake("complaint", "路灯不亮", area=here.areas["north"].pk), by=None, at=AT)
        Case.objects.filter(pk=case.pk).update(opened_at=moment, due_at=moment, done_at=None)
    with timezone.override(ZoneInfo(name)):
        told = list(exporting.cells(here.users["plan"], "newest", Filters(), at=AT))
    wanted = [m.astimezone(ZoneInfo(name)).strftime("%Y-%m-%d %H:%M") for m in sorted(MOMENTS, reverse=True)]
    assert [(row[8], row[9], row[10]) for row in told] == [(w, w, None) for w in wanted]
    assert [str(row[0])[:6] for row in told] == [w[:4] + w[5:7] for w in wanted]
