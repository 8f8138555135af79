"""`tongjian check`: exit codes, text in both languages, JSON, workbook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tongjian.cli.main import main

CLEAN = "某县2023年政府工作报告\n一、2022年工作回顾\n选派交流教师984名，其中骨干教师208名。\n二、2023年工作安排\n抓好项目。\n"
WRONG = CLEAN.replace("208名", "1208名")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_a_contradiction_ends_with_1_and_shows_its_arithmetic(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(report)]) == 1
    said = capsys.readouterr().out
    assert "[错误 K09] 部分大于总数：1208名 > 984名" in said
    assert "⟦1208名⟧" in said
    assert "未运行（未提供上年报告）" in said


def test_a_clean_report_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "clean.txt"
    path.write_text(CLEAN, encoding="utf-8")
    assert main(["--lang", "en", "check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "errors 0, questions 0, hints 0" in said
    assert "Not run (no report of last year was given)" in said


def test_last_years_report_and_a_sibling_are_taken(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = tmp_path / "last.txt"
    last.write_text(CLEAN.replace("2023", "2021"), encoding="utf-8")
    main(["check", str(report), "--previous", str(last), "--sibling", str(last), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {s["rule"].split("/")[1] for s in found["skipped"]} == {"ledger"}
    assert "K03/previous" in found["run"]


def test_json_gives_places_in_the_text(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(report), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    first = found["findings"][0]
    assert (first["code"], first["severity"]) == ("K09", "error")
    assert [found["text"][s["start"] : s["end"]] for s in first["spans"]] == ["1208名", "984名"]


def test_the_workbook_opens_with_the_findings(report: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert main(["check", str(report), "--xlsx", str(out)]) == 1
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[:3] == ["发现", "检查", "指标数据"]
    assert [c.value for c in book["发现"][2]][:2] == ["错误", "K09"]


def test_checking_knows_no_django() -> None:
    code = "import sys; from tongjian.checking import rules; rules(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
