"""`tongjian lights lint|replay`: check rule lists of lights, and see which lights a year would have shown under them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.plans.lights import Book
    from tongjian.plans.replay import Replay
    from tongjian.values import Period


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "检查亮灯规则，或用另一套规则重演一年", "check rule lists of lights, or replay a year under them"
    )
    parser = subparsers.add_parser("lights", help=about, description=about)
    parser.add_argument("step", choices=["lint", "replay"])
    parser.add_argument(
        "--rules",
        type=Path,
        metavar="DIR",
        help=text("含 lights/ 的定义包目录", "a folder of packs with lights/ in it"),
    )
    parser.add_argument("--year", type=int, help=text("计划年度", "the plan's year"))
    parser.add_argument(
        "--area", metavar="KEY", help=text("地区编码，默认本区", "key of the area; default: this district")
    )
    parser.add_argument(
        "--as-known",
        action="store_true",
        help=text("只用当月末已入账的数据", "only what was on the ledger at the end of each month"),
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when the lists have faults, all of them said."""
    from tongjian.plans import lights

    bodies = _bodies(arguments.rules)
    faults = lights.lint(bodies)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    if arguments.step == "lint":
        print(text("规则覆盖完整，没有空档和重叠", "The lists cover the line: no gap, no overlap"))
        return 0
    if arguments.year is None:
        print(text("请用 --year 指定计划年度", "Name the plan's year with --year"), file=sys.stderr)
        return 2
    return _replay(arguments, lights.read(bodies))


def _bodies(folder: Path | None) -> list[dict[str, Any]]:
    """The ruling lists, with those of the folder laid over them."""
    from tongjian.kernel import definitions
    from tongjian.packs import SHIPPED, entries

    if folder is None:
        return definitions.bodies("lights")
    laid = {e.key: e.body for e in entries("lights", folder) if SHIPPED not in e.file.parents}
    return list(({str(b["key"]): b for b in definitions.bodies("lights")} | laid).values())


def _replay(arguments: argparse.Namespace, book: Book) -> int:
    from tongjian.cli._plans import plan_of
    from tongjian.plans.replay import replay

    found = replay(plan_of(arguments.area, arguments.year), book, as_known=arguments.as_known)
    for month in dict.fromkeys(row.month for row in found.rows):
        print(f"{_label(month)}  {_tally(found, month)}")
    print(text(f"变化 {len(found.changes)} 处", f"{len(found.changes)} changes"))
    for row in found.changes:
        before, after = row.before, row.after
        print(f"{_label(row.month)}  {row.obligation.series}: {before.light.label} → {after.light.label}")
        print(f"    {after.reason_text}")
    return 0


def _label(month: Period) -> str:
    return month.label(text("zh", "en"))


def _tally(found: Replay, month: Period) -> str:
    """绿 3→2 黄 1→1 …, lights that stand nowhere left out."""
    before, after = found.tally(month, after=False), found.tally(month, after=True)
    return "  ".join(f"{light.label} {n}→{after[light]}" for light, n in before.items() if n or after[light])
