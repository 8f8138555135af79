"""`tongjian metrics export -o FILE.xlsx`: the catalogue of metrics as a workbook."""

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
    about = text("导出指标目录", "write the catalogue of metrics")
    parser = subparsers.add_parser("metrics", help=about, description=about)
    parser.add_argument("step", choices=["export"])
    parser.add_argument("-o", "--out", required=True, metavar="FILE.xlsx")
    parser.add_argument("--theme", help=text("只要一个主题，如 economy", "one theme only, as economy"))
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when there is no such metric; 2 for a path that cannot be written."""
    from tongjian.facts.catalogue_export import export
    from tongjian.facts.models import Metric

    found = Metric.objects.select_related("owner__subject").order_by("order", "key")
    if arguments.theme:
        found = found.filter(theme=arguments.theme)
    if not (count := found.count()):
        print(text("没有这样的指标", "there is no such metric"), file=sys.stderr)
        return 1
    try:
        Path(arguments.out).write_bytes(export(found))
    except OSError as error:
        print(text(f"无法写入：{error}", f"cannot be written: {error}"), file=sys.stderr)
        return 2
    print(text(f"{arguments.out}：{count} 项指标", f"{arguments.out}: {count} metrics"))
    return 0
