"""A project typed into a form: the same rules, words and evidence as a row of the workbook."""

from __future__ import annotations

import json

import pytest

from records.projects import factories as make
from tongjian.kernel.choices import FileSensitivity, Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Code, Event
from tongjian.records.projects import queries, sheets
from tongjian.records.projects.models import Project
from tongjian.records.projects.sheets import form

pytestmark = pytest.mark.django_db
GIVEN = {
    "key": "P2023-001",
    "name": "东岸泵站",
    "kind": "infrastructure",
    "nature": "new",
    "owner": "housing",
    "area": "hedong",
    "planned_total": "3600.50",
    "planned_start": "2023-05",
    "planned_finish": "2024-09",
    "reserved_on": "2023-01-06",
    "sensitivity": "internal",
    "place": "116.65,39.90",
}


@pytest.fixture(autouse=True)
def ground() -> None:
    make.district()
    make.unit()


def wrong(given: dict[str, str]) -> dict[str, str]:
    with pytest.raises(sheets.ImportRefused) as refused:
        form.add(given, by=None, at=make.AT)
    return form.by_field(refused.value)


def test_a_typed_project_stands_with_what_was_typed_as_its_evidence() -> None:
    made = form.add(GIVEN, by=None, at=make.AT)
    assert (made.key, made.name, str(made.planned_total)) == ("p2023-001", "东岸泵站", "3600.50")
    assert made.planned_start == 2023 * 12 + 4
    assert form.given_of(made) == dict.fromkeys(form.NAMES, "") | GIVEN | {
        "key": "p2023-001",
        "place": "116.65,39.9",
    }
    held = json.loads(made.source.file.path.read_bytes())
    assert held["typed"]["name"] == "东岸泵站"
    assert held["what"] == "projects.register"


def test_every_bad_field_is_told_at_once_in_the_words_of_the_workbook() -> None:
    bad = GIVEN | {
        "key": "东岸",
        "name": "",
        "planned_total": "很多",
        "planned_finish": "2022-01",
        "code": "12",
        "parent": "nobody",
        "place": "1,2,3",
        "owner": "nobody",
    }
    told = wrong(bad)
    assert set(told) == {"key", "name", "planned_total", "planned_finish", "code", "parent", "place", "owner"}
    row = [bad.get(n, "") for n in form.NAMES]
    heads = [c.label for c in sheets.taking.layouts.PROJECTS.columns.values()]
    with pytest.raises(sheets.ImportRefused) as refused:
        sheets.take(make.workbook({"项目": [heads, row]}), "p.xlsx", by=None, at=make.AT)
    assert form.by_field(refused.value) == told  # one set of rules
    assert not Project.objects.exists()


def test_a_key_in_use_is_refused_and_a_free_one_is_offered() -> None:
    assert queries.free_key(2023) == "p2023-001"
    form.add(GIVEN, by=None, at=make.AT)
    assert set(wrong(GIVEN)) == {"key"}
    assert set(wrong(GIVEN | {"name": ""})) == {"key", "name"}
    assert queries.free_key(2023) == "p2023-002"
    assert Project.objects.get().name == "东岸泵站"


def test_amending_needs_a_reason_and_ends_the_code_it_replaces() -> None:
    made = form.add(GIVEN | {"industry": "4852"}, by=None, at=make.AT)
    sent = form.given_of(made) | {"planned_total": "4000", "industry": "4813"}
    with pytest.raises(sheets.ImportRefused) as refused:
        form.amend(made.pk, sent, reason=" ", by=None, at=make.AT)
    assert set(form.by_field(refused.value)) == {"reason"}
    changed = form.amend(made.pk, sent, reason="概算批复", by=None, at=make.AT)
    assert str(changed.planned_total) == "4000"
    assert Event.objects.filter(verb="projects.changed").get().data["reason"] == "概算批复"
    assert [c.value for c in Code.objects.filter(subject=made.pk, until=None)] == ["4813"]
    form.amend(made.pk, sent | {"industry": "4852"}, reason="改回", by=None, at=make.AT)
    assert [c.value for c in Code.objects.filter(subject=made.pk, until=None)] == ["4852"]
    assert Code.objects.filter(subject=made.pk).count() == 2


def test_the_key_stays_whatever_was_sent() -> None:
    made = form.add(GIVEN, by=None, at=make.AT)
    form.amend(
        made.pk,
        form.given_of(made) | {"key": "other", "name": "西岸泵站"},
        reason="更名",
        by=None,
        at=make.AT,
    )
    assert Project.objects.get().key == "p2023-001"


def test_only_for_ones_own_unit_and_what_is_personal_stays_so() -> None:
    other = make.unit("water", "区水务局")
    clerk = make.user("clerk", Role.DEPARTMENT, other)
    with pytest.raises(sheets.ImportRefused) as refused:
        form.add(GIVEN, by=clerk, at=make.AT)
    assert set(form.by_field(refused.value)) == {"owner"}
    with pytest.raises(NotAllowed):
        form.add(GIVEN, by=make.user("reader", Role.READER), at=make.AT)
    made = form.add(GIVEN | {"owner": "water", "sensitivity": "personal"}, by=clerk, at=make.AT)
    assert made.source.file.sensitivity == FileSensitivity.PERSONAL
