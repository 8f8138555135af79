"""`tongjian read`: output, languages, exit codes, and a start without Django."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from document_makers import docx, p, r

from tongjian.cli.main import commands, main

REPORT = (
    "某区2023年政府工作报告\n"
    "——2023年1月8日在某区人民代表大会上\n"
    "一、2022年工作回顾\n"
    "全年实现地区生产总值892.3亿元，同比增长4.2%。河滨公园建成投用。\n"
    "二、2023年工作安排\n"
    "新增学位900个以上。加快推进城东水厂建设，确保年底前建成投用。\n"
)


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报告.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_json_gives_text_and_rows_that_point_into_it(
    report: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["read", str(report), "--json"]) == 0
    printed = json.loads(capfdbinary.readouterr().out)
    assert list(printed) == ["text", "figures", "commitments", "achievements"]
    assert printed["text"] == REPORT
    gdp = next(f for f in printed["figures"] if f["value"] == 892.3)
    assert REPORT[gdp["start"] : gdp["end"]].startswith("892.3")
    assert (gdp["unit"], gdp["period"], gdp["kind"], gdp["status"]) == ("亿元", "2022", "level", "actual")
    places = next(f for f in printed["figures"] if f["value"] == 900)
    assert (places["unit"], places["bound"], places["status"]) == ("个", "ge", "target")
    assert {"indicator", "basis", "comparator", "scope"} <= set(gdp)
    works = next(c for c in printed["commitments"] if "水厂" in c["object"])
    assert {"action", "milestone", "firmness", "deadline"} <= set(works)
    assert any("公园" in a["object"] for a in printed["achievements"])


def test_a_docx_reads_like_its_text(
    tmp_path: Path, report: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    word = tmp_path / "报告.docx"
    word.write_bytes(docx("".join(p(r(line)) for line in REPORT.splitlines())))
    assert main(["read", str(report), "--json"]) == 0
    from_text = json.loads(capfdbinary.readouterr().out)
    assert main(["read", str(word), "--json"]) == 0
    from_word = json.loads(capfdbinary.readouterr().out)
    assert from_word["text"] == REPORT.rstrip("\n")
    assert from_word["figures"] == from_text["figures"]


def test_the_summary_speaks_the_language_asked_for(
    report: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["read", str(report)]) == 0
    chinese = capsys.readouterr().out
    assert "指标数据 3 个" in chinese
    assert "892.3亿元" in chinese
    assert main(["read", str(report), "--lang", "en"]) == 0
    assert "Figures: 3" in capsys.readouterr().out
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert main(["read", str(report)]) == 0
    assert "Figures: 3" in capsys.readouterr().out
    assert main(["--lang=zh", "read", str(report)]) == 0
    assert "指标数据 3 个" in capsys.readouterr().out


def test_xlsx_has_a_sheet_for_each_kind(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.xlsx"
    assert main(["read", str(report), "--xlsx", str(out)]) == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["指标数据", "承诺", "成效", "说明"]
    sheet = book["指标数据"]
    assert sheet.freeze_panes == "A2"
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, [cell.value for cell in sheet[2]], strict=True))
    assert (row["数值"], row["单位"], row["时期"]) == (892.3, "亿元", "2022")
    assert row["所在句子"] == "全年实现地区生产总值892.3亿元，同比增长4.2%"
    assert REPORT[row["起"] : row["止"]] == row["原文"]
    assert all(sheet.column_dimensions[c].width >= 8 for c in "ABCDEFG")
    assert "out.xlsx" in capsys.readouterr().out


def test_an_xlsx_that_cannot_be_written_says_so(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(report), "--xlsx", str(tmp_path / "no" / "out.xlsx")]) == 2
    assert "无法写入" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "reading.empty_file"),
        ("春风拂面，杨柳依依。".encode(), "reading.nothing_found"),
        (None, "reading.file_missing"),
    ],
)
def test_what_cannot_be_read_ends_with_2(
    content: bytes | None, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    if content is not None:
        path.write_bytes(content)
    assert main(["read", str(path), "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"错误 [{code}]" in said.err
    assert main(["read", str(path), "--lang", "en"]) == 2
    assert f"Error [{code}]" in capsys.readouterr().err


def test_hints_reach_the_reader(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("全年实现工业增加值25亿元。\n", encoding="utf-8")
    assert (
        main(["read", str(path), "--json", "--title", "某区统计公报", "--area", "某区", "--year", "2019"])
        == 0
    )
    assert json.loads(capfdbinary.readouterr().out)["figures"][0]["period"] == "2019"


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "read" in commands()
    assert all(name.replace("_", "-") in shown for name in commands())


def test_reading_starts_without_django(report: Path) -> None:
    check = (
        "import sys; from tongjian.cli.main import main; code = main(sys.argv[1:]); "
        "wrong = [m for m in ('django', 'openpyxl', 'pypdfium2') if m in sys.modules]; sys.exit(code or bool(wrong))"
    )
    done = subprocess.run(
        [sys.executable, "-c", check, "read", str(report), "--json"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(io.TextIOWrapper(io.BytesIO(done.stdout), "utf-8").read())["text"] == REPORT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["read"], "错误：缺少参数：文件"),
        (["read", "a", "--json", "--xlsx", "b"], "错误：参数 --xlsx 不能与 --json 同用"),
        (["read", "a", "--year", "x"], "错误：参数 --year 的值 'x' 无效"),
        (["read", "a", "b"], "错误：无法识别的参数：b"),
        (["read", "--lang", "en"], "Error: the following arguments are required: FILE"),
    ],
)
def test_wrong_arguments_are_told_in_the_language(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
