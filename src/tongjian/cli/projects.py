"""`tongjian projects import|export|oc4ids`: the project library as a workbook, and as an OC4IDS package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.records.projects.models import Project

STEPS = ("import", "export", "oc4ids", "check")


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("投资项目库：导入、导出、OC4IDS", "the project library: workbooks in and out, OC4IDS")
    parser = subparsers.add_parser("projects", help=about, description=about)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("file", type=Path, metavar=text("文件", "FILE"), help="xlsx, json")
    everything = text(
        "OC4IDS 包含内部项目，默认只含公开项目",
        "an OC4IDS package of internal projects too; default: public ones",
    )
    parser.add_argument("--internal", action="store_true", help=everything)
    another = text("校验所用的另一 JSON Schema", "another JSON Schema to check against")
    parser.add_argument("--schema", type=Path, metavar=text("文件", "FILE"), help=another)
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0 done; 1 refused or invalid, everything said; 2 when the file could not be read or written."""
    try:
        if arguments.step == "import":
            return _import(arguments.file)
        if arguments.step == "check":
            return _check(arguments.file, arguments.schema)
        if arguments.step == "oc4ids":
            return _package(arguments.file, arguments.internal)
        return _export(arguments.file)
    except OSError as error:
        print(text(f"无法读写：{error}", f"cannot be read or written: {error}"), file=sys.stderr)
        return 2


def _projects() -> list[Project]:
    from tongjian.records.projects.models import Project

    rows = Project.objects.filter(archived_at=None)
    return list(
        rows.select_related("subject", "area__subject", "owner__subject", "parent__subject").order_by("pk")
    )


def _import(file: Path) -> int:
    """A workbook, or an OC4IDS package where the name ends with .json."""
    from django.utils import timezone

    from tongjian.records.projects import oc4ids, sheets
    from tongjian.records.projects.oc4ids.into import PackageRefused

    take = oc4ids.take if file.suffix.lower() == ".json" else sheets.take
    try:
        done = take(file.read_bytes(), file.name, by=None, at=timezone.now())
    except PackageRefused as refused:
        return _refused([str(f) for f in refused.faults] or [str(refused)])
    except sheets.ImportRefused as refused:
        return _refused([f"{p}  [{p.code}]" for p in refused.problems])
    for sheet, rows in done.rows.items():
        new = done.new[sheet]
        print(text(f"{sheet}：{rows} 行，新增或变更 {new}", f"{sheet}: {rows} rows, {new} new or changed"))
    return 0


def _refused(lines: list[str]) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    print(
        text(f"{len(lines)} 处有误，未写入任何数据", f"{len(lines)} problems, nothing was written"),
        file=sys.stderr,
    )
    return 1


def _export(file: Path) -> int:
    from tongjian.records.projects import sheets

    projects = _projects()
    file.write_bytes(sheets.export(projects))
    print(text(f"已写出 {len(projects)} 个项目：{file}", f"Wrote {len(projects)} projects: {file}"))
    return 0


def _package(file: Path, internal: bool) -> int:
    """Personal projects are never in a package."""
    import json

    from django.utils import timezone

    from tongjian.kernel.choices import Sensitivity
    from tongjian.records.projects import oc4ids

    wanted = {Sensitivity.PUBLIC, Sensitivity.INTERNAL} if internal else {Sensitivity.PUBLIC}
    chosen = [p for p in _projects() if p.sensitivity in wanted]
    if not chosen:
        print(text("没有可公开的项目", "there is no project to be published"), file=sys.stderr)
        return 1
    package = oc4ids.package(chosen, timezone.now())
    found = oc4ids.faults(package)
    file.write_text(json.dumps(package, ensure_ascii=False, indent=1), encoding="utf-8")
    print(text(f"已写出 {len(chosen)} 个项目：{file}", f"Wrote {len(chosen)} projects: {file}"))
    return _told(found)


def _check(file: Path, schema: Path | None) -> int:
    import json

    from tongjian.records.projects import oc4ids

    try:
        package = json.loads(file.read_text(encoding="utf-8"))
        other: Any = json.loads(schema.read_text(encoding="utf-8")) if schema else None
    except ValueError as error:
        print(text(f"不是 JSON 文本：{error}", f"not JSON text: {error}"), file=sys.stderr)
        return 2
    return _told(oc4ids.faults(package, other))


def _told(found: list[Any]) -> int:
    for fault in found:
        print(fault, file=sys.stderr)
    print(text(f"校验：{len(found)} 处不符", f"Checked: {len(found)} faults"))
    return 1 if found else 0
