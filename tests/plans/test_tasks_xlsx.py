"""Tasks out to a workbook and in again: every bad cell told at once, nothing half done, twice the same."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Event, EvidenceFile, User
from tongjian.plans import tasks_xlsx
from tongjian.plans.models import PlanYear, Task
from tongjian.plans.tasks_xlsx import AssignRefused

from . import factories as make
from .factories import AT

pytestmark = pytest.mark.django_db
LEAD, JOINT, MONTH, ID = "F", "G", "H", "I"


@pytest.fixture
def plan() -> PlanYear:
    made = make.plan()
    for key, label in (("water", "区水务局"), ("roads", "区交通局"), ("parks", "区园林绿化局")):
        make.organisation(key, label)
    part = make.section(made, "三/（一）", "（一）城市建设")
    for number, text in enumerate(("建成滨河公园", "启动东路改造", "=修复河道"), start=1):
        make.task(made, number, text, in_section=part)
    return made


@pytest.fixture
def office() -> User:
    return make.user("o", Role.PLAN_OFFICE)


def filled(plan: PlanYear, fill: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(tasks_xlsx.export(plan)))
    fill(book["任务"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def good(sheet: Worksheet) -> None:
    sheet[f"{LEAD}2"], sheet[f"{JOINT}2"], sheet[f"{MONTH}2"] = (
        "区水务局",
        "区交通局、区园林绿化局",
        "2022-09",
    )
    sheet[f"{LEAD}3"], sheet[f"{MONTH}3"] = "区交通局", "10月"


def assigned(plan: PlanYear) -> list[tuple[str, list[str], str]]:
    tasks = Task.objects.filter(plan=plan).order_by("number")
    return [
        (t.lead.key if t.lead else "", [u.key for u in t.joint.order_by("path")], t.due_month) for t in tasks
    ]


def test_the_export_names_every_task_and_offers_units_and_months(plan: PlanYear) -> None:
    book = openpyxl.load_workbook(io.BytesIO(tasks_xlsx.export(plan)))
    sheet = book["任务"]
    assert [c.value for c in sheet[1]] == [
        "序号",
        "章节",
        "任务",
        "节点",
        "约束",
        "牵头单位",
        "配合单位",
        "完成月份",
        "任务编号",
    ]
    first = plan.tasks.get(number=1)
    assert [c.value for c in sheet[2]][:5] == [1, "（一）城市建设", "建成滨河公园", "完工", "硬"]
    assert (sheet[f"{ID}2"].value, sheet.column_dimensions[ID].hidden) == (first.pk, True)
    assert (sheet["C4"].value, sheet["C4"].data_type) == ("=修复河道", "s")
    assert [r[0].value for r in book["单位"].iter_rows(min_row=2)] == ["区园林绿化局", "区交通局", "区水务局"]
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists["F2:F4"] == "'单位'!$A$2:$A$4"
    assert lists["H2:H4"].startswith('"2022-01,2022-02,')


def test_a_filled_workbook_assigns_and_the_same_again_changes_nothing(plan: PlanYear, office: User) -> None:
    data = filled(plan, good)
    done = tasks_xlsx.assign(plan, data, "任务.xlsx", by=office, at=AT)
    assert (done.rows, done.changed) == (3, 2)
    assert assigned(plan) == [
        ("water", ["parks", "roads"], "2022-09"),
        ("roads", [], "2022-10"),
        ("", [], ""),
    ]
    events = Event.objects.count()
    again = tasks_xlsx.assign(plan, data, "任务.xlsx", by=office, at=AT)
    assert (again.rows, again.changed, Event.objects.count()) == (3, 0, events)
    back = tasks_xlsx.assign(plan, tasks_xlsx.export(plan), "out.xlsx", by=office, at=AT)
    assert back.changed == 0


def test_an_emptied_cell_takes_the_assignment_away_and_a_deleted_row_leaves_it(
    plan: PlanYear, office: User
) -> None:
    tasks_xlsx.assign(plan, filled(plan, good), "a.xlsx", by=office, at=AT)

    def clear(sheet: Worksheet) -> None:
        sheet[f"{LEAD}2"] = sheet[f"{JOINT}2"] = sheet[f"{MONTH}2"] = None
        sheet.delete_rows(3)

    assert tasks_xlsx.assign(plan, filled(plan, clear), "b.xlsx", by=office, at=AT).changed == 1
    assert assigned(plan)[:2] == [("", [], ""), ("roads", [], "2022-10")]


def test_all_bad_cells_are_told_at_once_and_nothing_is_written(plan: PlanYear, office: User) -> None:
    def spoil(sheet: Worksheet) -> None:
        good(sheet)
        sheet[f"{LEAD}3"] = "区交通"
        sheet[f"{JOINT}2"] = "区水务局、区不存在局"
        sheet[f"{MONTH}3"] = "2023-01"
        sheet[f"{MONTH}4"] = "年底"
        sheet[f"{ID}4"] = 999999
        sheet["C5"] = "多出来的任务"

    files = EvidenceFile.objects.count()
    with pytest.raises(AssignRefused) as caught:
        tasks_xlsx.assign(plan, filled(plan, spoil), "a.xlsx", by=office, at=AT)
    assert [(p.where, p.code) for p in caught.value.problems] == [
        ("任务!G2", "unit_unknown"),
        ("任务!G2", "unit_is_lead"),
        ("任务!F3", "unit_unknown"),
        ("任务!H3", "month_outside"),
        ("任务!I4", "id_unknown"),
        ("任务!H4", "month_unknown"),
        ("任务!I5", "id_missing"),
    ]
    assert "区交通局" in caught.value.problems[2].message
    assert assigned(plan) == [("", [], "")] * 3
    assert EvidenceFile.objects.count() == files


def test_rows_sorted_in_part_and_twice_are_found_out(plan: PlanYear, office: User) -> None:
    def mix(sheet: Worksheet) -> None:
        sheet["A2"], sheet["A3"] = 2, 1
        sheet[f"{ID}4"] = sheet[f"{ID}2"].value

    with pytest.raises(AssignRefused) as caught:
        tasks_xlsx.assign(plan, filled(plan, mix), "a.xlsx", by=office, at=AT)
    assert [(p.where, p.code) for p in caught.value.problems] == [
        ("任务!A2", "id_mixed"),
        ("任务!A3", "id_mixed"),
        ("任务!A4", "id_mixed"),
        ("任务!I4", "id_twice"),
    ]


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2022-9", "2022-09"),
        ("2022年12月", "2022-12"),
        ("3月", "2022-03"),
        (11, "2022-11"),
        (datetime(2022, 8, 1), "2022-08"),
    ],
)
def test_months_as_people_write_them(plan: PlanYear, office: User, written: object, month: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet[f"{MONTH}2"].number_format = "General"
        sheet[f"{MONTH}2"].value = written

    tasks_xlsx.assign(plan, filled(plan, fill), "a.xlsx", by=office, at=AT)
    assert assigned(plan)[0][2] == month


def test_tasks_of_another_plan_are_unknown_here(plan: PlanYear, office: User) -> None:
    data = filled(plan, good)
    with pytest.raises(AssignRefused) as caught:
        tasks_xlsx.assign(make.plan(2023), data, "a.xlsx", by=office, at=AT)
    assert {p.code for p in caught.value.problems} >= {"id_unknown"}


def test_what_is_no_workbook_is_refused(plan: PlanYear, office: User) -> None:
    with pytest.raises(AssignRefused) as caught:
        tasks_xlsx.assign(plan, b"not a workbook", "a.xlsx", by=office, at=AT)
    assert [p.code for p in caught.value.problems] == ["collection.not_xlsx"]
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(AssignRefused) as caught:
        tasks_xlsx.assign(plan, out.getvalue(), "a.xlsx", by=office, at=AT)
    assert [p.code for p in caught.value.problems] == ["sheet_missing"]


def test_a_missing_column_is_named(plan: PlanYear, office: User) -> None:
    data = filled(plan, lambda sheet: sheet.delete_cols(8))
    with pytest.raises(AssignRefused) as caught:
        tasks_xlsx.assign(plan, data, "a.xlsx", by=office, at=AT)
    assert [(p.code, p.params["heading"]) for p in caught.value.problems] == [("heading_missing", "完成月份")]


def test_a_department_assigns_nothing(plan: PlanYear) -> None:
    hand = make.user("w", Role.DEPARTMENT, make.organisation("water"))
    with pytest.raises(NotAllowed):
        tasks_xlsx.assign(plan, filled(plan, good), "a.xlsx", by=hand, at=AT)
    assert assigned(plan) == [("", [], "")] * 3
