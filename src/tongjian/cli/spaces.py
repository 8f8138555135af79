"""`tongjian spaces import FILE.geojson`: parcels, buildings, floors and units."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("导入地块与楼宇", "import parcels and buildings")
    parser = subparsers.add_parser("spaces", help=about, description=about)
    parser.add_argument("step", choices=["import"])
    parser.add_argument("file", type=Path, metavar="FILE.geojson")
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0 recorded or unchanged; 1 refused with everything that is wrong; 2 when the file could not be read."""
    from django.utils import timezone

    from tongjian.records.spaces import importing

    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        print(text(f"无法读取：{error}", f"cannot be read: {error}"), file=sys.stderr)
        return 2
    try:
        done = importing.import_spaces(data, arguments.file.name, by=None, at=timezone.now())
    except importing.SpacesRefused as refused:
        for problem in refused.problems:
            print(f"{problem}  [{problem.code}]")
        count = len(refused.problems)
        print(text(f"{count} 处有误，未写入任何数据", f"{count} problems, nothing was written"))
        return 1
    print(
        text(
            f"{done.features} 个要素，新增 {done.new}，变更 {done.changed}，位置变动 {done.placed}",
            f"{done.features} features, {done.new} new, {done.changed} changed, {done.placed} placed",
        )
    )
    return 0
