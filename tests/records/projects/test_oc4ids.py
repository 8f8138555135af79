"""OC4IDS out and in: valid, the same after a round trip, and what another's package may do."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from records.projects.factories import AT, amounts, district, place, project, unit, workbook
from records.projects.test_sheets import whole
from tongjian.kernel.models import Code, Event, Passage, Relation, Shape
from tongjian.records.projects import actions, oc4ids, queries, sheets
from tongjian.records.projects.models import (
    Funding,
    Investment,
    Milestone,
    Progress,
    Project,
    ProjectDocument,
)
from tongjian.records.projects.oc4ids import words
from tongjian.records.projects.oc4ids.into import PackageRefused, read
from tongjian.records.projects.oc4ids.profile import PACKAGE, PROJECT

pytestmark = pytest.mark.django_db
LATER = datetime(2023, 5, 1, tzinfo=UTC)


@pytest.fixture
def library() -> list[Project]:
    """Two projects with everything that the standard carries."""
    unit()
    district()
    district("north", "北山区")
    content = whole()
    del content["制约问题"]
    head = ["位置", "公开范围", "上级项目编码", "行业代码", "投资项目代码", "建设单位", "英文名称"]
    content["项目"][0] = [*content["项目"][0], *head]
    more = ["116.65,39.9", "公开", "", "7810", "2411-130202-89-01-637015", "河东建设公司", "Riverside works"]
    content["项目"][1] += more
    content["项目"][2] += ["", "内部", "a-1"]
    sheets.take(workbook(content), "a.xlsx", by=None, at=AT)
    return everyone()


def everyone() -> list[Project]:
    rows = Project.objects.select_related("subject", "area__subject", "owner__subject")
    return list(rows.order_by("pk"))


def bare(package: dict[str, Any]) -> dict[str, Any]:
    """Without the moments of writing."""
    found = copy.deepcopy(package)
    found.pop("publishedDate")
    for p in found["projects"]:
        p.pop("updated")
    return found


def forget() -> None:
    """An empty library again, with the same areas and units."""
    Progress.evidence.through.objects.all().delete()
    for model in (Investment, Progress, Milestone, Funding, ProjectDocument, Shape, Code, Relation):
        model.objects.all().delete()
    from tongjian.kernel.models import Standing, Subject

    Standing.objects.all().delete()
    Passage.objects.all().delete()
    Project.objects.filter(parent__isnull=False).delete()
    Project.objects.all().delete()
    Subject.objects.filter(kind="project").delete()


def test_a_project_says_what_it_is_in_the_standard_s_words(library: list[Project]) -> None:
    first, second = oc4ids.package(library, AT)["projects"]
    assert first["id"] == "oc4ids-000000-a-1"
    assert (first["status"], first["type"], first["sector"]) == (
        "implementation",
        "construction",
        ["waterAndWaste"],
    )
    assert first["budget"]["amount"] == {"amount": 80_000_000, "currency": "CNY"}
    assert first["budget"]["budgetBreakdowns"][0]["budgetBreakdown"][0]["amount"]["amount"] == 5_000_000
    assert [m["status"] for m in first["milestones"]] == ["scheduled", "met"]
    assert first["locations"][0]["geometry"] == {"type": "Point", "coordinates": [116.65, 39.9]}
    observed = first["metrics"][0]["observations"][1]
    assert (observed["id"], observed["value"]["amount"], observed["dimensions"]["yearToDate"]) == (
        "2022-03",
        200_000,
        500_000,
    )
    assert second["relatedProjects"][0]["identifier"] == first["id"]
    assert [s["share"] for s in second["x_pairing"]] == ["0.6", "0.40"]
    assert second["budget"]["amount"]["amount"] == 12_505_000


def test_everything_is_valid(library: list[Project]) -> None:
    assert oc4ids.faults(oc4ids.package(library, AT)) == []
    assert oc4ids.faults(json.loads(oc4ids.export(library, AT))) == []


def test_out_in_and_out_again_is_the_same(library: list[Project]) -> None:
    first = oc4ids.package(library, AT)
    forget()
    assert not Project.objects.exists()
    done = oc4ids.take(json.dumps(first).encode(), "a.json", by=None, at=LATER)
    assert done.rows["项目"] == 2
    second = oc4ids.package(everyone(), LATER)
    assert bare(second) == bare(first)
    assert oc4ids.take(json.dumps(second).encode(), "b.json", by=None, at=LATER).changed == 0
    assert Passage.objects.get().evidence.locator == "/projects/0/milestones/1"
    assert Project.objects.get(subject__key="a-1").source.locator == "/projects#项目"


def test_a_finished_project_has_its_completion() -> None:
    made = project(papers=["permit"])
    given = {"evidence": place(), "by": None, "at": AT}
    actions.convert(made.pk, on=date(2022, 1, 5), **given)
    actions.enter_stage(made.pk, "construction", "works_completed", on=date(2022, 12, 5), **given)
    (one,) = oc4ids.package(everyone(), AT)["projects"]
    assert one["completion"] == {"endDate": "2022-12-05T00:00:00+08:00"}
    assert one["status"] == "completion"
    actions.enter_stage(made.pk, "construction", "in_use", on=date(2023, 1, 5), **given)
    assert oc4ids.package(everyone(), AT)["projects"][0]["status"] == "maintenance"


def test_an_empty_library_is_no_package() -> None:
    with pytest.raises(ValueError, match="at least"):
        oc4ids.package([], AT)


# What is wrong


def minimal(**more: Any) -> dict[str, Any]:
    one = {"id": "oc4ids-abcdef-x1", "title": "河东桥", "publicAuthority": {"id": "housing"}, **more}
    one.setdefault("identificationPeriod", {"startDate": "2022-01-01T00:00:00Z"})
    return {
        "uri": "https://example.org/a.json",
        "version": "0.9",
        "publishedDate": "2023-01-01T00:00:00Z",
        "publisher": {"name": "x"},
        "projects": [one],
    }


def refused(package: Any) -> list[str]:
    unit()
    with pytest.raises(PackageRefused) as found:
        oc4ids.take(json.dumps(package).encode(), "a.json", by=None, at=AT)
    assert not Project.objects.exists()
    return [f.path for f in found.value.faults]


def test_a_package_that_others_made_comes_in() -> None:
    unit()
    assert oc4ids.take(json.dumps(minimal()).encode(), "a.json", by=None, at=AT).changed == 1
    made = Project.objects.get()
    assert (made.key, made.sensitivity, str(made.reserved_on)) == ("x1", "public", "2022-01-01")


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"title": ""}, "/projects/0/title"),
        ({"status": "completed"}, "/projects/0/status"),
        ({"id": "p-1"}, "/projects/0/id"),
        ({"sector": []}, "/projects/0/sector"),
        ({"budget": {"amount": {"amount": 5}}}, "/projects/0/budget/amount"),
        ({"completion": {"endDate": "2022-13-05"}}, "/projects/0/completion/endDate"),
        ({"spending": 5}, "/projects/0"),
        ({"parties": [{"name": "x"}]}, "/projects/0/parties/0"),
    ],
)
def test_faults_are_named_by_their_place(more: dict[str, Any], path: str) -> None:
    assert set(refused(minimal(**more))) == {path}


def test_a_package_without_its_head_or_with_an_id_twice() -> None:
    assert refused({"projects": []}) != []
    twice = minimal()
    twice["projects"] *= 2
    assert refused(twice) == ["/projects/1/id"]
    for data in (b"no", b"[" * 100_000, b'{"a"'):
        with pytest.raises(PackageRefused):
            read(data)


def test_what_the_library_refuses_is_named_by_its_place_too() -> None:
    unit()
    seen = {
        "id": "2022-01",
        "value": {"amount": 10_000, "currency": "CNY"},
        "dimensions": {"yearToDate": 30_000},
    }
    package = minimal(
        metrics=[{"id": "financialProgress", "observations": [seen]}], locations=[{"id": "moon"}]
    )
    with pytest.raises(sheets.ImportRefused) as found:
        oc4ids.take(json.dumps(package).encode(), "a.json", by=None, at=AT)
    assert [(p.cell, p.code) for p in found.value.problems] == [
        ("/projects/0", "projects.area_unknown"),
        ("/projects/0/metrics/0/observations/0", "projects.project_unknown"),
    ]
    assert Event.objects.count() == 0


def test_both_validators_say_the_same() -> None:
    rs = pytest.importorskip("jsonschema_rs")
    import jsonschema

    for more in ({}, {"title": ""}, {"sector": []}, {"spending": 5}):
        package = minimal(**more)
        assert rs.validator_for(PACKAGE).is_valid(package) == jsonschema.Draft7Validator(PACKAGE).is_valid(
            package
        )


# Held against what others wrote


def test_the_standard_s_own_reviewer_finds_nothing(library: list[Project]) -> None:
    """The checks of lib-cove-oc4ids that need no network: empty values, currencies, organisation references, prefixes."""
    checks = pytest.importorskip("libcoveoc4ids.additional_checks", reason="libcoveoc4ids is not installed")
    from libcoveocds.lib.additional_checks import flatten_dict

    package = json.loads(oc4ids.export(library, AT))
    flat = dict(flatten_dict(package))
    tests = [*checks.ADDITIONAL_CHECKS, *checks.CONFORMANCE_CHECKS]
    assert [found for check in tests for found in check(package, flat)] == []


def test_every_code_of_ours_on_a_closed_list_is_the_standard_s() -> None:
    assert set(words.TYPES.values()) <= set(PROJECT["properties"]["type"]["enum"])
    statuses = set(PROJECT["properties"]["status"]["enum"])
    assert {
        "identification",
        "preparation",
        "implementation",
        "completion",
        "maintenance",
        "cancelled",
    } <= statuses


def test_amounts_keep_four_places() -> None:
    made = project()
    held = {n: v for n, v in amounts(1, 1).items() if n in {"this_month", "year_to_date"}}
    from tongjian.values import Number

    held = {n: Number(12345, 4) for n in held}
    actions.report_investment(made.pk, 2022 * 12, held, evidence=place(), by=None, at=AT)
    seen = oc4ids.package(everyone(), AT)["projects"][0]["metrics"][0]["observations"][0]
    assert seen["value"]["amount"] == 12345
    assert queries.newest_investments(made.pk)[0].decimals == 4
