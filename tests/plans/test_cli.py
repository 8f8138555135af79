"""The commands of plans: intake, tasks out, tasks in."""

from __future__ import annotations

import argparse
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tongjian.cli import dispatch_table as dispatch_command
from tongjian.cli import intake as intake_command
from tongjian.cli import lights as lights_command
from tongjian.cli import tasks as tasks_command
from tongjian.kernel.errors import TongjianError
from tongjian.plans.models import Intake, PlanYear, Task

from . import factories as make
from .test_judging import facts

pytestmark = pytest.mark.django_db

TEXT = (
    "关于某区2021年国民经济和社会发展计划执行情况与2022年国民经济和社会发展计划草案的报告\n"
    "一、2021年计划执行情况\n（一）经济平稳增长。生产总值同比增长8.1%。\n"
    "三、2022年主要工作\n（一）建设城市。建成滨河公园。启动东路改造。\n"
)


def test_a_report_goes_in_and_its_tasks_out_and_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.DISTRICT", "tongzhou")
    make.district(), make.organisation("water", "区水务局"), make.metric("gdp", name="生产总值")
    report, book = tmp_path / "报告.txt", tmp_path / "任务.xlsx"
    report.write_text(TEXT, encoding="utf-8")
    asked = argparse.Namespace(file=report, year=None, area=None, title=None, accept=True)
    assert intake_command.run(asked) == 0
    assert "入账：事实 1 项，目标 0 项，任务 2 项" in capsys.readouterr().out
    assert (Intake.objects.count(), PlanYear.objects.get().year) == (1, 2022)

    out = argparse.Namespace(step="export", file=book, year=2022, area=None)
    assert tasks_command.run(out) == 0
    filled = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))
    filled["任务"]["F2"], filled["任务"]["H2"] = "区水务局", "2022-10"
    filled["任务"]["F3"] = "没有的单位"
    filled.save(book)
    back = argparse.Namespace(step="assign", file=book, year=2022, area=None)
    assert tasks_command.run(back) == 1
    assert "任务!F3" in capsys.readouterr().err
    filled["任务"]["F3"] = None
    filled.save(book)
    assert tasks_command.run(back) == 0
    assert "2 行，改动 1 项任务" in capsys.readouterr().out
    assert [(str(t.lead or ""), t.due_month) for t in Task.objects.all()] == [
        ("区水务局", "2022-10"),
        ("", ""),
    ]


def test_a_plan_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("django.conf.settings.DISTRICT", "tongzhou")
    make.district()
    with pytest.raises(TongjianError) as caught:
        tasks_command.run(argparse.Namespace(step="export", file=tmp_path / "a.xlsx", year=2030, area=None))
    assert caught.value.code == "plans.no_plan"
    with pytest.raises(TongjianError) as caught:
        tasks_command.run(
            argparse.Namespace(step="export", file=tmp_path / "a.xlsx", year=2030, area="nowhere")
        )
    assert caught.value.code == "plans.unknown_area"


def lights_of(rows: str, folder: Path) -> Path:
    (folder / "lights").mkdir()
    (folder / "lights" / "own.yaml").write_text(rows, encoding="utf-8")
    return folder


STRICT = """
- key: growth
  during: [{light: green, from: 0}, {light: red, below: 0}]
  final: [{light: green, from: 0}, {light: red, below: 0}]
"""


def test_a_year_is_replayed_under_the_lists_of_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.DISTRICT", "tongzhou")
    rate = make.series(make.metric("gdp", name="生产总值"), "growth")
    make.obligation(make.plan(), rate, 6, words="6%以上")
    facts(rate, {"2022-01/2022-06": "5.5"})
    asked = argparse.Namespace(step="replay", rules=lights_of(STRICT, tmp_path), year=2022, area=None)
    asked.as_known = False
    assert lights_command.run(asked) == 0
    said = capsys.readouterr().out
    assert "变化 7 处" in said
    assert "1—6月增长5.5%，目标6%以上，低0.5个百分点" in said
    asked.step = "lint"
    assert lights_command.run(asked) == 0


def test_a_list_with_a_gap_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hole = "- {key: growth, during: [{light: green, from: 0}], final: [{light: red}]}"
    asked = argparse.Namespace(step="lint", rules=lights_of(hole, tmp_path), year=None, area=None)
    assert lights_command.run(asked) == 1
    assert "lights/growth.during: no_catch_all" in capsys.readouterr().err


def test_the_dispatch_table_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.DISTRICT", "tongzhou")
    make.task(make.plan(), 1, lead=make.organisation("water", "区水务局"), due="2022-10")
    out = tmp_path / "table.xlsx"
    asked = argparse.Namespace(year=2022, out=out, day=date(2022, 11, 8), area=None)
    assert dispatch_command.run(asked) == 0
    book = openpyxl.load_workbook(out)
    assert [book["任务"].cell(4, c).value for c in (2, 4, 8)] == ["建成滨河公园", "区水务局", "红"]
