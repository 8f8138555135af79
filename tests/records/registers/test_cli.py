"""`tongjian registers`: list, template, export, import."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from records.registers.factories import people, pond, ponds
from tongjian.cli import registers as command
from tongjian.records.registers import personal
from tongjian.records.registers.models import Item, RegisterKey

pytestmark = pytest.mark.django_db


def run(step: str, key: str | None = None, file: Path | None = None, **more: Any) -> int:
    options = {"personal": False, "archived": False, "reason": "", "yes": False, **more}
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


def test_the_key_is_dropped_after_the_register_was_typed_once_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    who = people()
    ponds(who.office)
    item = pond(who.owner, "荷塘", attributes={"kind": "dug", "keeper": "王五"})
    monkeypatch.setattr("builtins.input", lambda _asked: "pond")
    assert run("drop-key", "ponds", reason="保存期满") == 1
    assert personal.opened(Item.objects.get(pk=item.pk))["keeper"] == "王五"
    assert "无法恢复" in capsys.readouterr().out
    monkeypatch.setattr("builtins.input", lambda _asked: "ponds")
    assert run("drop-key", "ponds", reason="保存期满") == 0
    assert "已清除 1 条的个人信息，清空 0 个文件。" in capsys.readouterr().out
    assert "keeper" not in Item.objects.get(pk=item.pk).attributes


def test_without_an_answer_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    who = people()
    ponds(who.office)
    pond(who.owner, "荷塘", attributes={"kind": "dug", "keeper": "王五"})

    def nobody(_asked: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert run("drop-key", "ponds", reason="保存期满") == 1
    assert RegisterKey.objects.filter(name="ponds").exists()
