"""Pages of enterprise service: the list with its tiles, a package from its opening to its confirmation, visits due."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.cases import factories as make
from records.cases.factories import District
from tongjian.kernel.choices import Role
from tongjian.records.cases.models import Case
from tongjian.records.cases.packages.models import ServicePackage
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
    return [str(row.enterprise) for row, _grade in rows]


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
