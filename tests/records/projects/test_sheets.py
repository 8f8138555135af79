"""The workbook of the project library: in, twice, out and in again; every bad cell at once and nothing written."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db.models import Max
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from records.long_books import stretched
from records.projects.factories import AT, district, place, project, saved, unit, user, workbook
from tongjian.kernel.access import files_visible_to
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Event, Place
from tongjian.records.projects import monitoring, queries, sheets
from tongjian.records.projects.choices import YearClass
from tongjian.records.projects.models import (
    ClockStop,
    Funding,
    Investment,
    Milestone,
    Problem,
    Progress,
    Project,
)
from tongjian.values import Number

pytestmark = pytest.mark.django_db

PROJECTS = [
    "项目编码",
    "项目名称",
    "项目类型",
    "建设性质",
    "牵头单位",
    "属地",
    "计划总投资（万元）",
    "计划开工",
    "计划完工",
    "入库日期",
]
INVESTMENT = [
    "项目编码",
    "月份",
    "本月完成",
    "自年初累计",
    "建筑工程",
    "安装工程",
    "设备工器具购置",
    "其他费用",
    "自开始累计",
    "说明",
]
STAGES = ["项目编码", "流程", "阶段", "日期", "说明"]
STOPS = ["项目编码", "流程", "阶段", "暂停原因", "暂停日期", "恢复日期", "说明"]
PAPERS = ["项目编码", "资料类型", "文号或名称", "日期"]


def row(key: str, total: object = 8000, **more: object) -> list[object]:
    given = {"kind": "产业项目", "nature": "新建", "owner": "区住建局", "area": "河东区"} | more
    names = [given["kind"], given["nature"], given["owner"], given["area"]]
    return [key, f"河东工程{key}", *names, total, more.get("start", "2022-03"), "2023-06", "2021-05-01"]


def month(
    key: str, month: object, this: object, to_date: object, total: object = None, reason: str = ""
) -> list[object]:
    return [key, month, this, to_date, to_date, 0, 0, 0, total, reason]


def whole() -> dict[str, list[list[object]]]:
    """One workbook with every sheet."""
    return {
        "项目": [PROJECTS, row("a-1"), row("a-2", "1,250.5")],
        "资料": [PAPERS, ["a-1", "施工许可证", "施2022-017", "2022-02-20"]],
        "阶段": [STAGES, ["a-1", "建设进度", "开工", "2022-03-05", "举行仪式"]],
        "计时暂停": [STOPS],
        "节点计划": [
            ["项目编码", "流程", "阶段", "计划日期", "调整原因"],
            ["a-1", "建设进度", "主体封顶", "2022-12-01", ""],
        ],
        "形象进度": [
            ["项目编码", "月份", "施工状态", "形象进度", "进度说明"],
            ["a-1", "2022年3月", "施工", "5%", "土方"],
        ],
        "资金": [
            ["项目编码", "资金来源", "年度", "状态", "金额（万元）"],
            ["a-1", "债券", 2022, "计划", 500],
        ],
        "制约问题": [
            ["项目编码", "问题类别", "问题", "责任单位", "提出日期", "解决期限", "层级"],
            ["a-1", "征地拆迁", "两户未腾退", "区住建局", "2022-03-01", "2022-04-01", "调度会"],
        ],
        "结对": [
            ["项目编码", "结对方", "份额", "开始日期"],
            ["a-2", "河东区", 0.6, "2021-01-01"],
            ["a-2", "北山区", "40%", "2021-01-01"],
        ],
        "月度投资": [INVESTMENT, month("a-1", "2022-02", 30, 30), month("a-1", "2022-03", 20, 50)],
    }


@pytest.fixture(autouse=True)
def known() -> None:
    unit()
    district()
    district("north", "北山区")


def take(content: dict[str, Any] | bytes, **how: Any) -> sheets.Taken:
    data = content if isinstance(content, bytes) else workbook(content)
    return sheets.take(data, "项目库.xlsx", **{"by": None, "at": AT, **how})


def wrong(content: dict[str, Any] | bytes, **how: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(sheets.ImportRefused) as refused:
        take(content, **how)
    assert Event.objects.count() == 0, "nothing is half-written"
    return [(p.sheet, p.cell, p.code) for p in refused.value.problems]


def test_a_whole_workbook_comes_in_and_the_second_time_changes_nothing() -> None:
    done = take(whole())
    assert done.rows == {n: len(r) - 1 for n, r in whole().items()}
    assert done.changed == sum(done.rows.values())
    held = Project.objects.get(subject__key="a-1")
    assert queries.standings([held], 2022)[held.pk].year_class is YearClass.NEW_START
    assert Project.objects.get(subject__key="a-2").planned_total == Number(12505, 1)
    assert [i.year_to_date for i in queries.newest_investments(held.pk)] == [30, 50]
    assert Progress.objects.get().percent == 5
    assert Place.objects.get(kind="cell", locator="资料!C2").excerpt == "施2022-017"
    before = Event.objects.count()
    assert take(whole()).changed == 0
    assert Event.objects.count() == before


def test_out_and_in_again_changes_nothing() -> None:
    take(whole())
    out = sheets.export(list(Project.objects.all()))
    assert take(out).changed == 0
    assert {s.title for s in load_workbook(io.BytesIO(out)).worksheets} == set(whole())


def test_a_corrected_workbook_adds_the_next_versions() -> None:
    take(whole())
    new = whole()
    new["月度投资"][2] = month("a-1", "2022-03", 25, 55)
    new["节点计划"][1] = ["a-1", "建设进度", "主体封顶", "2023-01-15", "征拆未完成"]
    new["资金"][1] = ["a-1", "债券", 2022, "计划", 480]
    new["制约问题"][0] += ["解决日期", "解决情况"]
    new["制约问题"][1] = [
        "a-1",
        "征地拆迁",
        "两户未腾退",
        "区住建局",
        "2022-03-01",
        "2022-04-01",
        "区领导",
        "2022-04-10",
        "已签约",
    ]
    done = take(new)
    assert (done.new["月度投资"], done.new["节点计划"], done.new["资金"], done.new["制约问题"]) == (
        1,
        1,
        1,
        1,
    )
    assert Investment.objects.aggregate(n=Max("seq"))["n"] == 2
    assert Milestone.objects.order_by("-seq")[0].reason == "征拆未完成"
    assert Funding.objects.get().amount == Number(480)
    problem = Problem.objects.get()
    assert (problem.level, str(problem.closed_on)) == (3, "2022-04-10")
    assert [n.verb for n in problem.notes.order_by("seq")] == ["raised", "escalated", "escalated", "closed"]


def test_every_bad_cell_of_every_sheet_is_told_at_once() -> None:
    bad = whole()
    bad["项目"] += [
        row("a-1"),
        row("中文", total="约500万", start="三月"),
        row("a-4", total=1.23456, owner="某局", kind="喷泉", area="无此区"),
    ]
    bad["阶段"] += [
        ["a-9", "建设进度", "开工", "2022-03-05", ""],
        ["a-1", "建设进度", "开饭", "2022-13-05", ""],
    ]
    bad["月度投资"] += [
        month("a-1", "2022-04", 5, "五十"),
        month("zzz", "2022-04", 1, 1),
        month("a-1", "2022-03", 1, 1),
    ]
    assert wrong(bad) == [
        ("项目", "A4", "projects.key_twice"),
        ("项目", "A5", "projects.key_shape"),
        ("项目", "H5", "projects.not_month"),
        ("项目", "G5", "projects.not_number"),
        ("项目", "C6", "projects.not_choice"),
        ("项目", "G6", "projects.too_precise"),
        ("项目", "F6", "projects.area_unknown"),
        ("项目", "E6", "projects.unit_unknown"),
        ("阶段", "A3", "projects.project_unknown"),
        ("阶段", "C4", "projects.stage_unknown"),
        ("阶段", "D4", "projects.not_day"),
        ("月度投资", "A5", "projects.project_unknown"),
        ("月度投资", "D4", "projects.not_number"),
        ("月度投资", "E4", "projects.not_number"),
        ("月度投资", "B6", "projects.key_twice"),
    ]
    assert not Project.objects.exists()


def test_identities_are_told_at_their_cells_with_the_arithmetic() -> None:
    bad = whole()
    bad["月度投资"][2] = [*month("a-1", "2022-03", 20, 60)[:4], 55, 0, 0, 0, None, ""]
    with pytest.raises(sheets.ImportRefused) as refused:
        take(bad)
    assert [(p.cell, p.message) for p in refused.value.problems] == [
        ("D3", "自年初累计 60 ≠ 上月累计 30 + 本月 20 = 50"),
        ("D3", "自年初累计 60 ≠ 建筑 55 + 安装 0 + 设备 0 + 其他 0 = 55"),
    ]


def test_a_gate_is_told_at_the_stage() -> None:
    bad = whole()
    del bad["资料"]
    assert wrong(bad) == [("阶段", "C2", "tracks.missing")]


def test_shares_that_make_no_whole_are_told_at_each_row() -> None:
    bad = whole()
    bad["结对"][2][2] = "30%"
    assert wrong(bad) == [("结对", "C2", "projects.shares_sum"), ("结对", "C3", "projects.shares_sum")]


def asked(since: str, until: str = "", reason: str = "补正", stage: str = "工程建设许可") -> list[object]:
    return ["a-1", "工程建设项目审批", stage, reason, since, until, "缺宗地图"]


def in_approval(*stops: list[object]) -> dict[str, list[list[object]]]:
    """A project whose works permit ran from 7 March 2022 and was given on 1 April."""
    stages = [["a-1", "工程建设项目审批", "立项用地规划许可", "2022-03-07", ""]]
    papers = [[k, f"文{n}", ""] for n, k in enumerate(["立项、核准或备案文件", "用地文件"])]
    code = [[*PROJECTS, "投资项目代码"], [*row("a-1"), "2411-130202-89-01-637015"]]
    return {
        "项目": code,
        "资料": [PAPERS, *(["a-1", *p] for p in papers)],
        "阶段": [STAGES, *stages],
        "计时暂停": [STOPS, *stops],
    }


def test_stops_of_a_clock_come_in_end_and_go_out_again() -> None:
    first = asked("2022-03-09", "2022-03-11")
    assert take(in_approval(first, asked("2022-03-14"))).new["计时暂停"] == 2
    ended = in_approval(first, asked("2022-03-14", "2022-03-18"))
    assert [take(ended).new["计时暂停"] for _again in range(2)] == [1, 0]
    held = [(str(s.since), str(s.until), s.evidence.locator) for s in ClockStop.objects.order_by("since")]
    assert held == [
        ("2022-03-09", "2022-03-11", "计时暂停!E2"),
        ("2022-03-14", "2022-03-18", "计时暂停!E3"),
    ]
    clock = monitoring.stage_clocks([Project.objects.get()], "approval", date(2022, 3, 25))
    (permit, *_rest) = clock[Project.objects.get().pk]
    assert permit.used.amount == 6  # 14 working days less 9 to 11 and 14 to 18 March
    out = sheets.export(list(Project.objects.all()))
    assert [c.value for c in load_workbook(io.BytesIO(out))["计时暂停"][3]] == asked(
        "2022-03-14", "2022-03-18"
    )
    assert take(out).changed == 0


def test_a_stop_may_be_told_after_the_stage_was_entered() -> None:
    late = in_approval(asked("2022-03-14", "2022-03-18"))
    late["阶段"].append(["a-1", "工程建设项目审批", "工程建设许可", "2022-04-01", ""])
    assert take(late).new["计时暂停"] == 1
    late["计时暂停"] = [STOPS, asked("2022-03-28", "2022-04-06")]
    with pytest.raises(sheets.ImportRefused) as refused:
        take(late)
    assert [(p.cell, p.code) for p in refused.value.problems] == [("F2", "projects.clock_late")]


def test_every_stop_that_cannot_have_been_is_told_at_its_cell() -> None:
    bad = in_approval(
        asked("2022-03-14", "2022-03-18"),
        asked("2022-03-16", "2022-03-20"),
        asked("2022-03-02", "2022-03-04"),
        asked("2022-03-22", reason="等通知"),
        asked("2022-03-22", stage="施工许可"),
        asked("2099-03-22"),
        asked("2022-03-24", "2022-03-23"),
    )
    assert sorted(wrong(bad)) == [
        ("计时暂停", "C6", "projects.clock_none"),
        ("计时暂停", "D5", "projects.clock_reason"),
        ("计时暂停", "E3", "projects.clock_stopped"),
        ("计时暂停", "E4", "projects.clock_early"),
        ("计时暂停", "E7", "projects.clock_ahead"),
        ("计时暂停", "F8", "projects.ends_before"),
    ]


def test_a_stop_that_is_recorded_is_not_written_over() -> None:
    take(in_approval(asked("2022-03-14", "2022-03-18")))
    with pytest.raises(sheets.ImportRefused) as refused:
        take(in_approval(asked("2022-03-14", "2022-03-20")))
    assert [(p.cell, p.code) for p in refused.value.problems] == [("F2", "projects.clock_stands")]
    assert str(ClockStop.objects.get().until) == "2022-03-18"


def test_merged_cells_errors_and_empty_formulas_are_told() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "项目"
    for r in (PROJECTS, row("a-1"), row("a-2"), row("a-3")):
        sheet.append(r)
    sheet.merge_cells("E2:E3")
    sheet["G2"] = "=1+1"
    sheet["G4"] = "#REF!"
    assert wrong(saved(book)) == [
        ("项目", "E2", "projects.merged"),
        ("项目", "G2", "projects.cell_value"),
        ("项目", "E3", "projects.needed"),
        ("项目", "G4", "projects.cell_value"),
    ]


def test_headings_and_sheets_that_are_not_there() -> None:
    assert wrong({"别的": [["x"]]}) == [("", "", "projects.sheet_missing")]
    missing = [PROJECTS[:-1], row("a-1")[:-1]]
    assert wrong({"项目": missing}) == [("项目", "", "projects.heading_missing")]
    twice = [[*PROJECTS, "项目名称"], [*row("a-1"), "x"]]
    assert wrong({"项目": twice}) == [("项目", "K1", "projects.heading_twice")]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "sheets.empty_file"), (b"no zip", "sheets.not_xlsx"), (b"PK\x03\x04 broken", "sheets.damaged")],
)
def test_files_that_are_no_workbooks(data: bytes, code: str) -> None:
    assert wrong(data) == [("", "", code)]


def test_a_table_one_row_too_long_is_refused_whole() -> None:
    long = stretched(workbook({"项目": [PROJECTS, row("a-1")]}), 60_000)
    assert wrong(long) == [("", "", "sheets.too_many_cells")]
    assert not Project.objects.exists()


def test_a_department_takes_in_its_own_projects_only() -> None:
    other = unit("water", "区水务局")
    project("a-1", owner=other)
    Event.objects.all().delete()
    mine = user("wang", Role.DEPARTMENT, unit())
    content = {"项目": [PROJECTS, row("a-1"), row("a-2", owner="区水务局")]}
    assert wrong(content, by=mine) == [
        ("项目", "A2", "projects.key_of_another"),
        ("项目", "E3", "projects.not_your_unit"),
    ]
    assert take({"项目": [PROJECTS, row("a-3")]}, by=mine).changed == 1
    with pytest.raises(NotAllowed):
        take(whole(), by=user("reader", Role.READER))


def test_a_workbook_of_a_personal_project_is_closed_like_it() -> None:
    mine, other = (
        user("wang", Role.DEPARTMENT, unit()),
        user("li", Role.DEPARTMENT, unit("water", "区水务局")),
    )
    content = {"项目": [[*PROJECTS, "公开范围"], [*row("a-1"), "个人信息"], [*row("a-2"), "内部"]]}
    first = take(content, by=mine).file
    assert [files_visible_to(u).filter(pk=first.pk).exists() for u in (mine, other)] == [True, False]
    months = take({"月度投资": [INVESTMENT, month("a-1", "2022-01", 1, 1)]}, by=mine).file
    assert not files_visible_to(other).filter(pk=months.pk).exists()
    plain = take({"月度投资": [INVESTMENT, month("a-2", "2022-01", 1, 1)]}, by=mine).file
    assert files_visible_to(other).filter(pk=plain.pk).exists()


def test_a_text_that_begins_like_a_formula_stays_text_on_its_way_out() -> None:
    project("a-1", name='=HYPERLINK("x")', scope="+1")
    out = load_workbook(io.BytesIO(sheets.export(list(Project.objects.all()))))["项目"]
    assert [(c.value, c.data_type) for c in (out["B2"], out["K2"])] == [('=HYPERLINK("x")', "s"), ("+1", "s")]


def test_every_message_has_its_words() -> None:
    from tongjian.records.projects.sheets.problems import MESSAGES

    place()
    assert all(str(m) for m in MESSAGES.values())
