"""`tongjian pipes import FILE`: a survey of underground pipes from CSV, xlsx or GeoJSON."""

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
    about = text("导入地下管线普查表", "import a survey of underground pipes")
    parser = subparsers.add_parser("pipes", help=about, description=about)
    parser.add_argument("step", choices=["import"])
    parser.add_argument("file", type=Path, metavar=text("文件", "FILE"), help="csv, xlsx, geojson")
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0 recorded or unchanged; 1 refused with every bad cell; 2 when the file could not be read."""
    from django.utils import timezone

    from tongjian.records.spaces.pipes import importing
    from tongjian.records.spaces.pipes.table import PipesRefused

    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        print(text(f"无法读取：{error}", f"cannot be read: {error}"), file=sys.stderr)
        return 2
    try:
        done = importing.import_segments(data, arguments.file.name, by=None, at=timezone.now())
    except PipesRefused as refused:
        for problem in refused.problems:
            print(f"{problem}  [{problem.code}]")
        count = len(refused.problems)
        print(text(f"{count} 处有误，未写入任何管段", f"{count} problems, nothing was written"))
        return 1
    print(
        text(
            f"{done.rows} 段管线，新增 {done.new}，变更 {done.changed}",
            f"{done.rows} segments, {done.new} new, {done.changed} changed",
        )
    )
    return 0
