"""Named lists: right rows, right order, pages that go on without gap or repetition, nothing that may not be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from records.cases.factories import AT, District, district
from tongjian.records.cases import actions, lists, queries
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.lists import LISTS, Filters, page
from tongjian.records.cases.models import Case

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def d() -> District:
    found = district()
    for n in range(24):
        at = AT + HOUR * (n // 3)
        category = ("城市管理/照明", "城市管理", "城市管理局", "水务")[n % 4]
        intake = Intake(
            "complaint", f"第{n}件路灯", category=category, area=found.areas[("north", "south")[n % 2]].pk
        )
        case = actions.receive(intake, by=None, at=at)
        if n % 2:
            unit = found.units["north" if n % 4 == 1 else "water"]
            actions.perform(case.pk, "dispatch", {"lead": unit.pk}, by=None, at=at)
    return found


NONE = Filters()


def walked(d: District, who: str, key: str, filters: Filters = NONE, limit: int = 4) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        one = page(d.users[who], key, filters, at=AT + DAY, after=after, limit=limit)
        found += [c.pk for c in one.rows]
        if one.following is None:
            return found
        after = one.following


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("who", ["hotline", "north", "plan", "leader", "reader"])
def test_pages_are_the_list_and_the_list_is_seen(d: District, who: str, key: str) -> None:
    found = walked(d, who, key)
    assert len(found) == len(set(found))
    assert set(found) <= set(queries.visible_to(d.users[who]).values_list("pk", flat=True))
    named = LISTS[key]
    whole = Case.objects.filter(pk__in=found).order_by(*named.order)
    assert list(whole.values_list("pk", flat=True)) == found
    assert [c.pk for c in lists.export(d.users[who], key, at=AT + DAY)] == found


def test_lists_hold_what_they_say(d: District) -> None:
    assert len(walked(d, "hotline", "to_dispatch")) == 12
    assert len(walked(d, "north", "unit_open")) == len(walked(d, "north", "to_accept")) == 6
    assert len(walked(d, "plan", "overdue")) == 24
    assert walked(d, "north", "overdue") == walked(d, "north", "unit_open")
    assert len(walked(d, "plan", "newest")) == 24
    assert walked(d, "reader", "newest") == []
    assert walked(d, "north", "joint") == []


def test_filters_narrow(d: District) -> None:
    assert len(walked(d, "plan", "newest", Filters(category="城市管理"))) == 12
    assert len(walked(d, "plan", "newest", Filters(area=d.areas["south"].pk, lead=d.units["water"].pk))) == 6
    assert len(walked(d, "plan", "newest", Filters(since=AT + 4 * HOUR, until=AT + 6 * HOUR))) == 6
    assert len(walked(d, "plan", "newest", Filters(types=("hazard",)))) == 0
    searched = walked(d, "north", "unit_open", Filters(words="路灯"))
    assert searched == sorted(walked(d, "north", "unit_open"), reverse=True)


def test_lists_are_offered_to_whom_they_concern(d: District) -> None:
    def keys(who: str) -> set[str]:
        return {found.whose for found in lists.offered(d.users[who])}

    assert keys("hotline") == {"seen", "desk", "unit"}
    assert keys("north") == {"seen", "unit"}
    assert keys("plan") == {"seen", "desk"}
    assert keys("leader") == {"seen"}


def test_a_page_takes_few_queries(d: District, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        found = page(d.users["north"], "unit_open", at=AT + DAY)
        assert [str(c.lead) for c in found.rows]
