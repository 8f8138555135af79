"""`tongjian tasks export|assign`: the tasks of a plan out to a workbook, and the filled one in again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.plans.models import PlanYear


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("导出任务清单，或导入分工", "export the tasks, or take in who does them by when")
    parser = subparsers.add_parser("tasks", help=about, description=about)
    parser.add_argument("step", choices=["export", "assign"])
    parser.add_argument("file", type=Path, metavar=text("工作簿.xlsx", "WORKBOOK.xlsx"))
    parser.add_argument("--year", type=int, required=True, help=text("计划年度", "the plan's year"))
    parser.add_argument(
        "--area", metavar="KEY", help=text("地区编码，默认本区", "key of the area; default: this district")
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    from tongjian.cli._plans import plan_of
    from tongjian.plans import tasks_xlsx

    plan = plan_of(arguments.area, arguments.year)
    if arguments.step == "export":
        arguments.file.write_bytes(tasks_xlsx.export(plan))
        print(text(f"已写出 {arguments.file}", f"Wrote {arguments.file}"))
        return 0
    return _assign(arguments.file, plan)


def _assign(file: Path, plan: PlanYear) -> int:
    """0; 1 when the workbook has problems, all of them said."""
    from django.utils import timezone

    from tongjian.plans import tasks_xlsx
    from tongjian.reading.documents.open import load

    try:
        done = tasks_xlsx.assign(plan, load(file), file.name, by=None, at=timezone.now())
    except tasks_xlsx.AssignRefused as refused:
        for problem in refused.problems:
            print(problem, file=sys.stderr)
        return 1
    print(
        text(f"{done.rows} 行，改动 {done.changed} 项任务", f"{done.rows} rows, {done.changed} tasks changed")
    )
    return 0
