"""Pages of enterprise service: the list with its tiles, a package from its opening to its confirmation, visits due."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.cases import factories as make
from records.cases.factories import District
from tongjian.kernel import calendars
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Event
from tongjian.records.cases.models import Case
from tongjian.records.cases.packages import rules
from tongjian.records.cases.packages.models import Contact, ServicePackage
from tongjian.web.cases import package_views
from tongjian.web.requests import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: object) -> District:
    settings.DISTRICT = "riverside"  # type: ignore[attr-defined]
    made = make.district()
    made.units["desk"] = make.organisation("investment_promotion", "投促中心", made.units["gov"])
    made.users["desk"] = make.user("desk", Role.DEPARTMENT, made.units["desk"])
    return made


def opened(client: Client, here: District) -> ServicePackage:
    client.force_login(here.users["desk"])
    form = {
        "enterprise": "临河精密制造有限公司",
        "grade": "district",
        "unit": str(here.units["north"].pk),
        "manager": str(here.users["north"].pk),
    }
    client.post(reverse("cases:package_keep"), form)
    return ServicePackage.objects.get()


def test_a_package_from_opening_to_confirmation(client: Client, here: District) -> None:
    row = opened(client, here)
    at = reverse("cases:package", args=[row.pk])
    client.force_login(here.users["north"])
    form = {
        "on": row.since.isoformat(),
        "words": "生产正常",
        "item": ["需要中试场地", "", ""],
        "demand": ["场地", "政策", "政策"],
    }
    client.post(reverse("cases:package_visit", args=[row.pk]), form)
    case = Case.objects.get()
    assert (case.subject, case.attrs) == (row.enterprise, {"demand": "场地"})
    paper = io.BytesIO("纪要".encode())
    paper.name = "纪要.txt"
    client.post(reverse("cases:package_policy", args=[row.pk]), {"policy": "租金减半", "file": paper})
    shown = client.get(at).content.decode()
    assert "需要中试场地" in shown
    assert "租金减半" in shown
    assert reverse("cases:package_confirm", args=[row.pk]) not in shown
    assert (
        reverse("cases:case", args=[case.pk]) not in shown
    )  # not theirs to open until it is assigned to them
    assert client.post(reverse("cases:package_confirm", args=[row.pk]), {"score": "5"}).status_code == 403
    client.force_login(here.users["desk"])
    client.post(reverse("cases:package_confirm", args=[row.pk]), {"score": "5", "words": "很好"})
    row.refresh_from_db()
    assert row.score == 5
    listed = client.get(reverse("cases:packages")).content.decode()
    assert "临河精密制造有限公司" in listed


def test_a_refused_visit_keeps_its_words(client: Client, here: District) -> None:
    row = opened(client, here)
    sent = client.post(
        reverse("cases:package_visit", args=[row.pk]), {"on": "2999-01-01", "words": "走访很长的记录"}
    )
    assert sent.status_code == 400
    assert "走访很长的记录" in sent.content.decode()


def test_others_find_nothing(client: Client, here: District) -> None:
    row = opened(client, here)
    client.force_login(here.users["south"])
    assert client.get(reverse("cases:package", args=[row.pk])).status_code == 404
    assert "临河精密" not in client.get(reverse("cases:packages")).content.decode()
    assert "临河精密" not in client.get(reverse("cases:visits")).content.decode()


def test_the_list_costs_the_same_however_many(client: Client, here: District) -> None:
    opened(client, here)
    counts = []
    for name in ("甲公司", "乙公司"):
        client.get(reverse("cases:packages"))  # what is looked up once, what was just recorded
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("cases:packages")).status_code == 200
        counts.append(len(seen))
        form = {"enterprise": name, "grade": "town", "unit": str(here.units["south"].pk)}
        client.post(reverse("cases:package_keep"), form)
    assert counts[0] == counts[1]


def names(client: Client, **asked: object) -> list[str]:
    rows = client.get(reverse("cases:packages"), asked).context["rows"]  # type: ignore[arg-type]
    return [str(row.enterprise) for row, _grade, _plan in rows]


def test_packages_by_unit_and_by_when_the_next_visit_is_due(client: Client, here: District) -> None:
    row = opened(client, here)
    for name, unit, days in (("甲公司", "south", -1), ("乙公司", "south", 0), ("丙公司", "south", 31)):
        form = {"enterprise": name, "grade": "town", "unit": str(here.units[unit].pk)}
        client.post(reverse("cases:package_keep"), form)
        made = ServicePackage.objects.latest("pk")
        made.visits.update(due_on=today() + timedelta(days=days))
    row.visits.update(due_on=today() + timedelta(days=30))
    south = here.units["south"].pk
    assert names(client, unit=south) == ["甲公司", "乙公司", "丙公司"]
    assert names(client, visit="overdue") == ["甲公司"]
    assert names(client, visit="soon") == ["乙公司", "临河精密制造有限公司"]
    assert names(client, visit="soon", unit=south) == ["乙公司"]


def test_packages_go_on_to_the_next_page_with_their_filter(
    client: Client, here: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package_views, "PER_PAGE", 1)
    opened(client, here)
    north = here.units["north"].pk
    form = {"enterprise": "甲公司", "grade": "district", "unit": str(north)}
    client.post(reverse("cases:package_keep"), form)
    shown = client.get(reverse("cases:packages"), {"unit": north}).content.decode()
    assert f'href="?unit={north}&amp;page=2"' in shown
    both = names(client, unit=north) + names(client, unit=north, page=2)
    assert sorted(both) == sorted(["甲公司", "临河精密制造有限公司"])


def test_a_measure_of_its_own_policy_from_settled_to_done(client: Client, here: District) -> None:
    row = opened(client, here)
    at = reverse("cases:package", args=[row.pk])
    client.force_login(here.users["north"])
    add, given = (
        reverse("cases:package_measure", args=[row.pk]),
        {"measure": "签订减半租约", "unit": str(here.units["north"].pk), "due_on": "2026-01-05"},
    )
    assert client.post(add, given).status_code == 400  # nothing was settled yet
    paper = io.BytesIO("纪要".encode())
    paper.name = "纪要.txt"
    client.post(reverse("cases:package_policy", args=[row.pk]), {"policy": "租金减半", "file": paper})
    assert client.post(add, {**given, "due_on": ""}).status_code == 400
    client.post(add, given)
    made = row.measures.get()
    assert (made.unit, made.done_on) == (here.units["north"], None)
    done = reverse("cases:measure_done", args=[row.pk, made.pk])
    assert client.post(done, {"done_on": "2999-01-01", "done_words": "已签"}).status_code == 400
    client.post(done, {"done_on": today().isoformat(), "done_words": "租约已签"})
    made.refresh_from_db()
    assert (made.done_on, made.done_words) == (today(), "租约已签")
    assert "租约已签" in client.get(at).content.decode()
    client.force_login(here.users["south"])
    assert client.post(add, given).status_code == 404


def test_a_contact_is_masked_shown_once_for_a_reason_and_erased(client: Client, here: District) -> None:
    row = opened(client, here)
    client.force_login(here.users["north"])
    at = reverse("cases:package", args=[row.pk])
    client.post(reverse("cases:package_contact", args=[row.pk]), {"name": "赵小河", "phone": "13900001111"})
    kept = row.contact
    shown = client.get(at).content.decode()
    assert "13900001111" not in shown
    assert "139****1111" in shown
    assert "赵小河".encode() not in bytes(kept.sealed)
    look = reverse("cases:contact_reveal", args=[row.pk])
    assert client.post(look, {"reason": " "}).status_code == 400
    told = client.post(look, {"reason": "约定走访时间"}, follow=True).content.decode()
    assert "13900001111" in told
    event = Event.objects.get(verb="service_package.contact_revealed")
    assert (event.actor, event.data) == (here.users["north"], {"reason": "约定走访时间"})
    assert not [e for e in Event.objects.all() if "13900001111" in str(e.data) or "赵小河" in str(e.data)]
    client.force_login(here.users["leader"])
    assert client.post(look, {"reason": "看看"}).status_code == 403
    client.force_login(here.users["north"])
    client.post(reverse("cases:package_contact", args=[row.pk]), {"drop": "yes"})
    assert not Contact.objects.exists()


def test_visits_come_in_by_workbook_and_the_plan_of_the_year_follows(client: Client, here: District) -> None:
    row = opened(client, here)
    day = today()
    first, second = (day - timedelta(days=d) for d in (40, 9))
    table = "企业名称,走访日期,走访情况,走访人账号\n"
    good = table + "".join(f"临河精密制造有限公司,{d},生产正常,north\n" for d in (second, first))

    def sent(text: str) -> int:
        book = io.BytesIO(text.encode())
        book.name = "走访.csv"
        return client.post(reverse("cases:visits_upload"), {"file": book}).status_code

    bad = (
        table + f"甲公司,{day},好,\n临河精密制造有限公司,明天,,nobody\n临河精密制造有限公司,2999-01-01,好,\n"
    )
    assert sent(bad) == 400
    assert row.visits.filter(visited_on__isnull=False).count() == 0
    assert [sent(good), sent(good)] == [302, 302]
    made = row.visits.filter(visited_on__isnull=False).order_by("visited_on")
    assert [v.visited_on for v in made] == [first, second]
    assert {v.by for v in made} == {here.users["north"]}
    due = row.visits.get(visited_on=None).due_on
    assert due >= rules.months_after(second, 3)
    (listed,) = client.get(reverse("cases:packages")).context["rows"]
    in_year = [d for d in (first, second) if d.year == day.year]
    left = rules.planned_after(due, "3mo", date(day.year, 12, 31), calendars.current())
    assert (listed[0].visits_done, listed[2]) == (len(in_year), len(in_year) + left)


def test_a_visit_told_of_after_a_later_one_leaves_the_plan_alone(client: Client, here: District) -> None:
    row = opened(client, here)
    later, earlier = today() - timedelta(days=3), today() - timedelta(days=10)
    for day in (later, earlier):
        form = {"on": day.isoformat(), "words": "走访"}
        client.post(reverse("cases:package_visit", args=[row.pk]), form)
    told = row.visits.get(visited_on=earlier)
    assert told.due_on == earlier
    assert row.visits.get(visited_on=None).due_on >= rules.months_after(later, 3)
