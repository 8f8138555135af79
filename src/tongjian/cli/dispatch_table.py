"""`tongjian dispatch-table --year 2022 -o FILE.xlsx`: the red-yellow-green workbook for the dispatch meeting."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("导出调度会用的红黄绿调度表", "write the red-yellow-green table for the dispatch meeting")
    parser = subparsers.add_parser("dispatch-table", help=about, description=about)
    parser.add_argument("--year", type=int, required=True, help=text("计划年度", "the plan's year"))
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        metavar="FILE.xlsx",
        help=text("写到哪里", "where to write it"),
    )
    parser.add_argument(
        "--day",
        type=date.fromisoformat,
        metavar="2022-11-07",
        help=text("按哪一天亮灯，默认今天", "the day that lights are for; default: today"),
    )
    parser.add_argument(
        "--area", metavar="KEY", help=text("地区编码，默认本区", "key of the area; default: this district")
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tongjian.cli._plans import plan_of
    from tongjian.plans.supervision import dispatch

    plan = plan_of(arguments.area, arguments.year)
    today = arguments.day or timezone.localdate()
    arguments.out.write_bytes(dispatch.table(plan, timezone.now(), today))
    print(text(f"已写出 {arguments.out}", f"Wrote {arguments.out}"))
    return 0
