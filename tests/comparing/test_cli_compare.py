"""`tongjian compare`: output, files, answers, exit codes, and a start without Django."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_compare import LAST, THIS

from tongjian.cli.main import main


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    paths = (tmp_path / "上年.txt", tmp_path / "今年.txt")
    for path, text in zip(paths, (LAST, THIS), strict=True):
        path.write_text(text, encoding="utf-8")
    return str(paths[0]), str(paths[1])


def test_json(reports: tuple[str, str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["compare", *reports, "--json"]) == 0
    printed = json.loads(capfdbinary.readouterr().out)
    assert list(printed) == ["last", "this", "counts", "links", "questions"]
    assert printed["counts"]["exceeded"] == 1


def test_summary_says_counts_in_the_reader_s_language(
    reports: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *reports]) == 0
    assert "超额完成 1" in capsys.readouterr().out
    assert main(["--lang", "en", "compare", *reports]) == 0
    assert "exceeded 1" in capsys.readouterr().out


def test_files(reports: tuple[str, str], tmp_path: Path) -> None:
    assert main(["compare", *reports, "--html", str(tmp_path / "o.html")]) == 0
    assert "承诺兑现对照" in (tmp_path / "o.html").read_text(encoding="utf-8")
    assert main(["compare", *reports, "--xlsx", str(tmp_path / "o.xlsx")]) == 0
    assert (tmp_path / "o.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    "content", ["no json", '[{"same": true}]', '[{"key": "a", "same": true, "outcome": "x"}]']
)
def test_answers_that_do_not_read_end_with_2(
    reports: tuple[str, str], tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(content, encoding="utf-8")
    assert main(["compare", *reports, "--answers", str(answers)]) == 2
    assert str(answers) in capsys.readouterr().err


def test_a_missing_file_ends_with_2(reports: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", reports[0], "nothing.txt"]) == 2
    assert "nothing.txt" in capsys.readouterr().err


def test_starts_without_django() -> None:
    code = "import sys, tongjian.comparing.linking; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
