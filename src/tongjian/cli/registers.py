"""`tongjian registers list|template|export|import|drop-key`: registers and their workbooks at the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import language, text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.records.registers.schema import Register


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("列出台账，导出、导入台账条目", "list the registers, write and take in their entries")
    parser = subparsers.add_parser("registers", help=about, description=about)
    parser.add_argument("step", choices=["list", "template", "export", "import", "drop-key"])
    parser.add_argument("key", nargs="?", metavar=text("台账", "REGISTER"))
    parser.add_argument("file", nargs="?", type=Path, metavar=text("工作簿.xlsx", "WORKBOOK.xlsx"))
    parser.add_argument(
        "--personal",
        action="store_true",
        help=text("导出个人信息列（默认不含）", "with the columns of persons, which are left out otherwise"),
    )
    parser.add_argument(
        "--archived", action="store_true", help=text("导出已归档条目", "archived entries instead")
    )
    parser.add_argument(
        "--reason", default="", help=text("销毁密钥的理由", "why the key is dropped, for the log")
    )
    parser.add_argument(
        "--yes", action="store_true", help=text("不再询问", "do not ask before dropping the key")
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when a workbook has problems, all of them said; 2 for wrong arguments."""
    if arguments.step == "list":
        return _list()
    if arguments.step == "drop-key" and arguments.key is not None:
        return _drop(arguments.key, arguments.reason, sure=arguments.yes)
    if arguments.key is None or arguments.file is None:
        said = text("请给出台账和工作簿。", "Name the register and the workbook.")
        print(said, file=sys.stderr)
        return 2
    from tongjian.records.registers import library

    found = library.register(arguments.key)
    if arguments.step == "import":
        return _import(found, arguments.file)
    return _write(found, arguments)


def _list() -> int:
    """One line a register: key, name, owner, entries in use."""
    from django.db.models import Count

    from tongjian.records.registers import library
    from tongjian.records.registers.models import Item

    rows = Item.objects.filter(archived_at=None).order_by().values_list("register")
    entries = dict(rows.annotate(Count("pk")))
    for found in library.all_registers().values():
        name = text(found.name, found.name_en)
        print(f"{found.key:32} {entries.get(found.key, 0):>7}  {found.theme:4} {name}  ({found.owner})")
    return 0


def _write(found: Register, arguments: argparse.Namespace) -> int:
    from tongjian.records.registers.models import Item
    from tongjian.records.registers.sheets import out

    if arguments.step == "template":
        data = out.template(found, language=language())
    else:
        items = Item.objects.filter(register=found.key, archived_at__isnull=not arguments.archived)
        items = items.select_related("area__subject", "owner__subject").order_by("code")
        data = out.export(found, items, language=language(), personal=arguments.personal)
    arguments.file.write_bytes(data)
    print(text(f"已写出 {arguments.file}", f"Wrote {arguments.file}"))
    return 0


def _drop(key: str, reason: str, *, sure: bool) -> int:
    """Asks for the register's key once more: nothing brings the persons back."""
    from django.utils import timezone

    from tongjian.records.registers import erasing, library

    found = library.register(key)
    zh = f"将销毁“{found.name}”的密钥：其中的个人信息将无法恢复，单为其导入的工作簿同时清空。此前的备份仍含密钥，请按保存期限删除。"
    en = f"The key of “{found.name_en}” will be dropped: its persons cannot be brought back. Backups made before still hold it: delete them in time."
    print(text(zh, en))
    if not sure and not _typed(key):
        print(text("未作任何改动。", "Nothing was changed."), file=sys.stderr)
        return 1
    done = erasing.drop_key(key, reason=reason, by=None, at=timezone.now())
    zh = f"已清除 {done.entries} 条的个人信息，清空 {done.files} 个文件。"
    en = f"{done.entries} entries lost their persons, {done.files} files were emptied."
    print(text(zh, en))
    for name in done.shared:
        zh, en = (
            f"仍含原文：{name}（其他台账也以此为依据）",
            f"still as received, other registers rest on it: {name}",
        )
        print(text(zh, en))
    return 0


def _typed(key: str) -> bool:
    try:
        return input(text(f"请输入 {key} 以确认：", f"Type {key} to confirm: ")).strip() == key
    except EOFError:
        return False


def _import(found: Register, file: Path) -> int:
    from django.utils import timezone

    from tongjian.records.registers.problems import Refused
    from tongjian.records.registers.sheets.taking import take_in

    try:
        data = file.read_bytes()
    except OSError as error:
        print(text(f"无法读取：{error}", f"cannot be read: {error}"), file=sys.stderr)
        return 2
    try:
        done = take_in(data, file.name, found, by=None, at=timezone.now())
    except Refused as refused:
        for problem in refused.problems:
            print(problem, file=sys.stderr)
        return 1
    zh = f"{done.rows} 行：新增 {done.added}，改动 {done.changed}，登记阶段 {done.stages}"
    en = f"{done.rows} rows: {done.added} new, {done.changed} changed, {done.stages} stages entered"
    print(text(zh, en))
    return 0
