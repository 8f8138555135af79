"""The sample district comes in by a user's doors, once; a changed cell changes its sentences and no others."""

from __future__ import annotations

import ast
import hashlib
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tongjian.demo import accounts, files, load, photo, steps, tasks
from tongjian.facts.collection import completeness
from tongjian.facts.collection.actions import submit
from tongjian.facts.models import Fact, Metric, Submission
from tongjian.facts.queries import resolve
from tongjian.facts.refs import parse
from tongjian.kernel.models import Event, Organisation, User
from tongjian.plans.choices import Verdict
from tongjian.plans.models import CheckIn, FiveYearPlan, Obligation, PlanYear, SupervisionOrder
from tongjian.values import Period
from tongjian.web.facts.listing import lines

from .conftest import District

pytestmark = pytest.mark.django_db
LATER = datetime(2022, 12, 29, 1, tzinfo=UTC)
SOURCE = Path(load.__file__).parent


def again(progress: list[str] | None = None) -> load.DemoResult:
    return load.load((progress if progress is not None else []).append, LATER, history=False)


def sentences(report: Path) -> list[str]:
    return [s for p in Document(str(report)).paragraphs for s in re.findall(r"[^。；]+[。；]?", p.text)]


def set_cell(workbook: Path, where: dict[str, str], value: float) -> None:
    """Change the one 数值 whose row says all of `where` (heading → text)."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["填报"]
    head = {c.value: c.column for c in sheet[2]}
    rows = [
        r
        for r in range(3, sheet.max_row + 1)
        if all(sheet.cell(r, head[h]).value == text for h, text in where.items())
    ]
    assert len(rows) == 1
    sheet.cell(rows[0], head["数值"]).value = value
    book.save(workbook)


def test_the_load_tells_its_steps_and_makes_the_accounts_once(loaded: District) -> None:
    assert [line.split()[0] for line in loaded.told] == [f"{n}/10" for n in range(1, 11)]
    assert {a.name for a in loaded.first.accounts} == set(accounts.SAMPLE)
    assert len({a.password for a in loaded.first.accounts}) == len(accounts.SAMPLE)
    assert all(User.objects.get(username=a.name).check_password(a.password) for a in loaded.first.accounts)


def test_the_plan_holds_the_published_targets(loaded: District) -> None:
    plan = PlanYear.objects.get(subject__key="tongzhou", year=2022)
    first = {
        (o.series.metric.key, o.series.measure, o.series.basis): (str(o.number), o.bound)
        for o in Obligation.objects.filter(plan=plan)
    }
    assert first["gdp", "growth", "constant_price"] == ("6.5", "approx")
    assert first["general_public_budget_revenue", "growth", "natural"] == ("6", "eq")
    assert first["fixed_asset_investment", "level", "natural"] == ("1000", "over")
    assert first["retail_sales", "growth", "natural"] == ("5", "approx")
    assert first["disposable_income_per_capita", "growth", "natural"] == ("0", "gt")
    assert first["registered_unemployment_rate", "level", "natural"] == ("5", "le")
    assert 40 <= plan.tasks.count() <= 90
    assert not plan.tasks.filter(lead=None).exists()
    assert not plan.tasks.filter(due_month="").exists()


def test_every_workbook_is_accepted_from_its_own_department(loaded: District) -> None:
    assert loaded.first.workbooks == len(files.workbooks()) == 18
    assert set(Submission.objects.values_list("state", flat=True)) == {"accepted"}
    by = set(Submission.objects.values_list("organisation__subject__key", "by__username"))
    assert ("statistics", "statistics") in by
    assert ("education", "planoffice") in by


def test_the_tutorials_department_has_a_workbook_and_tasks(loaded: District) -> None:
    tutorial = (SOURCE.parents[2] / "docs/tutorial/first-hour.md").read_text(encoding="utf-8")
    named = re.search(r"Sign in as the department `(\w+)`", tutorial)
    assert named is not None
    unit = User.objects.get(username=named[1]).organisation
    assert Submission.objects.filter(organisation=unit).exists()
    assert PlanYear.objects.get(year=2022).tasks.filter(lead=unit).exists()


def test_facts_have_a_cell_or_a_passage_and_the_department_goes_first(loaded: District) -> None:
    assert Fact.objects.filter(source="collection").exclude(evidence__kind="cell").count() == 0
    assert Fact.objects.filter(source="document").exclude(evidence__kind="span").count() == 0
    told = 253 + 21 + 121  # departments' cells, the agreements' checks, the city's result
    assert Fact.objects.filter(source="collection").count() == told


def test_yearly_figures_are_not_asked_for_in_november(loaded: District) -> None:
    """Schools and teachers are counted once a year: no cell, no reminder before; they stand in report and list."""
    november, year = Period.parse("2022-01/2022-11"), Period.year(2022)
    found = completeness.matrix([november, year], LATER.date())
    education = Organisation.objects.get(subject__key="education")
    before, after = found.of(education)
    assert (before.standing, before.expected, after.expected, after.received) == ("nothing", 0, 11, 6)
    assert str(resolve(parse("new_schools_built @ 2022")).number) == "4"
    listed = {line.metric.key: line.level for line in lines(Metric.objects.filter(owner=education))}
    assert listed["new_schools_built"] is not None


def test_check_ins_have_all_verdicts_and_photographs(loaded: District) -> None:
    verdicts = set(CheckIn.objects.values_list("verdict", flat=True))
    assert verdicts == set(Verdict.values)
    assert CheckIn.objects.filter(evidence__file__media_type="image/png").count() >= 5


def test_a_second_load_changes_nothing(district: District) -> None:
    before = (Event.objects.count(), Fact.objects.count(), CheckIn.objects.count(), User.objects.count())
    report = hashlib.sha256(district.first.report.read_bytes()).hexdigest()
    second = again()
    assert (
        Event.objects.count(),
        Fact.objects.count(),
        CheckIn.objects.count(),
        User.objects.count(),
    ) == before
    assert (second.accounts, second.workbooks, second.check_ins) == ((), 0, 0)
    assert hashlib.sha256(second.report.read_bytes()).hexdigest() == report


def test_one_changed_cell_changes_the_sentences_that_say_it_and_no_others(district: District) -> None:
    before = sentences(district.first.report)
    set_cell(
        district.home / "demo/workbooks/statistics-2022-sample.xlsx",
        {"指标名称": "地区生产总值", "地区": "北京市"},
        1.0,
    )
    after = sentences(again().report)
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) == 1
    assert "高于全市3.3个百分点" in changed[0][0]
    assert changed[0][1] == changed[0][0].replace("3.3个百分点", "3.1个百分点")


def test_a_cell_that_two_sentences_rest_on_changes_both(district: District) -> None:
    before = sentences(district.first.report)
    set_cell(
        district.home / "demo/workbooks/human-resources-2022-sample.xlsx",
        {"指标名称": "登记失业率", "时期": "2022年"},
        4.1,
    )
    after = sentences(again().report)
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) == 2
    assert all("3.92%" in a and "4.10%" in b for a, b in changed)
    assert "低于控制目标0.90个百分点" in changed[0][1]


def test_a_cell_changed_and_changed_back_says_what_it_said(district: District) -> None:
    before = sentences(district.first.report)
    workbook = district.home / "demo/workbooks/health-2022-sample.xlsx"
    original = workbook.read_bytes()
    set_cell(workbook, {"指标名称": "疫情救治三级医院"}, 6)
    assert sentences(again().report) != before
    workbook.write_bytes(original)
    assert sentences(again().report) == before


@pytest.mark.parametrize("name", ["corrected.xlsx", "health-2022-sample.xlsx"])
def test_what_a_department_corrected_itself_is_not_taken_back(
    district: District, tmp_path: Path, name: str
) -> None:
    """Under whatever name, the sample's own among them; a change of the sample file after that is the newest word."""
    workbook = tmp_path / name
    workbook.write_bytes((district.home / "demo/workbooks/health-2022-sample.xlsx").read_bytes())
    set_cell(workbook, {"指标名称": "疫情救治三级医院"}, 7)
    done = submit(
        workbook.read_bytes(),
        workbook.name,
        organisation=Organisation.objects.get(subject__key="health"),
        period=Period.year(2022),
        by=None,
        at=LATER,
    )
    assert done.facts_written == 1
    for _twice in range(2):
        assert again().workbooks == 0
        assert str(resolve(parse("tertiary_hospitals_in_treatment_network @ 2022")).number) == "7"
    set_cell(district.home / "demo/workbooks/health-2022-sample.xlsx", {"指标名称": "疫情救治三级医院"}, 8)
    assert again().workbooks == 1
    assert str(resolve(parse("tertiary_hospitals_in_treatment_network @ 2022")).number) == "8"


def test_a_bad_cell_is_named_with_its_file_and_nothing_is_written(district: District) -> None:
    facts = Fact.objects.count()
    workbook = district.home / "demo/workbooks/commerce-2022-sample.xlsx"
    set_cell(workbook, {"指标名称": "首店"}, -1.5)
    set_cell(workbook, {"指标名称": "在推外资项目数量"}, 2.5)
    with pytest.raises(steps.DemoRefused) as refused:
        again()
    assert refused.value.code == "demo.workbook_refused"
    assert "commerce-2022-sample.xlsx" in str(refused.value)
    assert "填报!I" in str(refused.value)
    assert Fact.objects.count() == facts


def test_a_figure_that_contradicts_the_ledger_is_told_and_told_again(district: District) -> None:
    """40 and growth of -3.2 % do not fit last year's level: held, not silently left out."""
    facts = Fact.objects.count()
    workbook = district.home / "demo/workbooks/finance-2022-sample.xlsx"
    where = {"指标编码": "general_public_budget_revenue", "度量": "水平", "时期": "2022年"}
    set_cell(workbook, where, 40)
    for _again in range(2):
        with pytest.raises(steps.DemoRefused) as refused:
            again()
        assert "填报!I" in str(refused.value)
    assert Fact.objects.count() == facts


def test_new_passwords_work_and_old_ones_do_not(district: District) -> None:
    old = {a.name: a.password for a in district.first.accounts}
    told = accounts.reset_passwords()
    assert {(name, role) for name, _p, role in told} == {
        (n, r.value) for n, (r, _o) in accounts.SAMPLE.items()
    }
    for name, password, _role in told:
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert not user.check_password(old[name])


def test_nothing_in_the_demo_writes_the_ledger_by_itself() -> None:
    """It imports no door of facts but the workbook's, and creates no rows."""
    for file in SOURCE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imported = {
            f"{n.module}.{a.name}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names
        }
        assert not {i for i in imported if i.startswith("tongjian.facts.actions")}, file
        called = {
            n.func.attr
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        assert not called & {"create", "bulk_create", "get_or_create", "update_or_create", "save"} - {
            "save" if file.name in {"tasks_sheet.py", "assessed.py", "city_result.py"} else ""  # openpyxl's
        }, file


def test_assignments_name_organisations_that_exist(loaded: District) -> None:
    rules, otherwise = tasks.assignments()
    named = {key for r in (*rules, otherwise) for key in (r.lead, *r.joint)}
    assert named == set(
        Organisation.objects.filter(subject__key__in=named).values_list("subject__key", flat=True)
    )
    assert tasks.assignment_of("完成路口疏堵", rules, otherwise).lead == "transport"
    assert tasks.assignment_of("没有一条规则认得", rules, otherwise) is otherwise


def test_a_photograph_is_a_png_and_follows_its_number() -> None:
    assert photo.png(1).startswith(b"\x89PNG\r\n\x1a\n")
    assert photo.png(1) == photo.png(1) != photo.png(2)


def test_sample_workbooks_are_marked_as_samples() -> None:
    for workbook in sorted((files.SHIPPED / "workbooks").glob("*.xlsx")):
        sheet = openpyxl.load_workbook(workbook)["填报"]
        assert "样例" in str(sheet["A1"].value), workbook.name
        notes = [str(sheet.cell(r, 12).value) for r in range(3, sheet.max_row + 1)]
        assert all(n.startswith("样例") for n in notes), workbook.name
        values = [sheet.cell(r, 9).value for r in range(3, sheet.max_row + 1)]
        assert all(isinstance(v, int | float) and Decimal(str(v)).is_finite() for v in values), workbook.name


def test_a_leader_has_ordered_on_the_red_targets_and_one_is_answered(loaded: District) -> None:
    found = SupervisionOrder.objects.order_by("number")
    assert {o.by.username for o in found if o.by} == {accounts.LEADER}
    assert {o.obligation.series.metric.key for o in found if o.obligation} == {
        "gdp",
        "retail_sales",
        "general_public_budget_revenue",
    }
    assert [o.state for o in found] == ["answered", "issued", "issued"]
    assert again().workbooks == 0
    assert SupervisionOrder.objects.count() == 3


def test_the_sample_five_year_plan_says_that_it_is_one(loaded: District) -> None:
    plan = FiveYearPlan.objects.get()
    assert ("示例" in plan.title, plan.targets.count()) == (True, 6)
    assert all(t.series is not None for t in plan.targets.all())
