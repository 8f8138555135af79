"""`tongjian registers`: list, template, export, import."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from records.registers.factories import people, pond, ponds
from tongjian.cli import registers as command
from tongjian.records.registers.models import Item

pytestmark = pytest.mark.django_db


def run(step: str, key: str | None = None, file: Path | None = None, **more: Any) -> int:
    options = {"personal": False, "archived": False, **more}
    return command.run(argparse.Namespace(step=step, key=key, file=file, **options))


def test_entries_go_out_and_come_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    who = people()
    ponds(who.office)
    pond(who.owner, "荷塘", code="P1", attributes={"kind": "dug", "keeper": "王五"})
    book = tmp_path / "池塘.xlsx"
    assert run("export", "ponds", book, personal=True) == 0
    sheet = openpyxl.load_workbook(book)
    sheet.worksheets[0]["B2"] = "莲塘"
    sheet.worksheets[0].append(["P2", "柳塘", None, None, "天然"])
    sheet.save(book)
    assert run("import", "ponds", book) == 0
    assert "2 行：新增 1，改动 1，登记阶段 0" in capsys.readouterr().out
    assert list(Item.objects.order_by("code").values_list("name", flat=True)) == ["莲塘", "柳塘"]
    assert run("list") == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines() if "ponds" in line] == [
        ["ponds", "2"]
    ]


def test_a_bad_workbook_ends_with_1_and_names_its_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    who = people()
    ponds(who.office)
    book = tmp_path / "池塘.xlsx"
    assert run("template", "ponds", book) == 0
    sheet = openpyxl.load_workbook(book)
    sheet.worksheets[0].append(["P1", "荷塘", None, None, "湖"])
    sheet.save(book)
    assert run("import", "ponds", book) == 1
    assert "池塘台账!E2: “湖”不是“类型”的选项" in capsys.readouterr().err
    assert not Item.objects.exists()


def test_what_is_wanting_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ponds(people().office)
    assert run("export", "ponds") == 2
    assert run("import", "ponds", tmp_path / "none.xlsx") == 2
    assert "无法读取" in capsys.readouterr().err
