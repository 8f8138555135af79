"""`tongjian cases take|reckon|routes|types`: work orders in, clocks by a new policy, routing rules on history, types checked."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "办件：收录工单、重算时限、试算派单规则、检查类型", "cases: work orders, clocks, routing, types"
    )
    parser = subparsers.add_parser("cases", help=about, description=about)
    steps = parser.add_subparsers(metavar=text("操作", "STEP"), required=True)
    _register_take(steps)
    _register_reckon(steps)
    _register_routes(steps)
    about = text("检查办件类型定义", "check the case types")
    steps.add_parser("types", help=about, description=about).set_defaults(run=with_ledger(types))


def _register_take(steps: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("收录工单文件（xlsx、CSV）", "take in a file of work orders (xlsx, CSV)")
    parser = steps.add_parser("take", help=about, description=about)
    parser.add_argument("file", metavar=text("文件", "FILE"))
    parser.add_argument("--feed", default="city_platform", metavar=text("格式", "FEED"))
    parser.set_defaults(run=with_ledger(take))


def _register_reckon(steps: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("按现行时限和日历重算在办时限", "reckon running clocks by the ruling policy and calendar")
    parser = steps.add_parser("reckon", help=about, description=about)
    parser.add_argument("type", metavar=text("类型", "TYPE"))
    parser.add_argument(
        "--dry-run", action="store_true", help=text("只报告，不写入", "only tell, write nothing")
    )
    parser.set_defaults(run=with_ledger(reckon))


def _register_routes(steps: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("用历史办件试算派单规则", "try the routing rules on history")
    parser = steps.add_parser("routes", help=about, description=about)
    parser.add_argument("type", metavar=text("类型", "TYPE"))
    parser.add_argument("--since", required=True, metavar=text("日期", "DAY"), help="2022-01-01")
    parser.add_argument("--until", required=True, metavar=text("日期", "DAY"), help="2022-12-31")
    parser.set_defaults(run=with_ledger(routes))


def take(arguments: argparse.Namespace) -> int:
    """0; 1 when the file has problems (each on its line); 2 when it cannot be read."""
    from django.utils import timezone

    from tongjian.reading.errors import ReadingError
    from tongjian.records.cases.intake import importing

    path = Path(arguments.file)
    try:
        taken = importing.take(path.read_bytes(), path.name, arguments.feed, by=None, at=timezone.now())
    except importing.OrdersRefused as refused:
        for problem in refused.problems:
            print(problem)
        return 1
    except (OSError, ReadingError) as error:
        print(text(f"无法读取：{error}", f"cannot be read: {error}"), file=sys.stderr)
        return 2
    print(
        text(
            f"{taken.rows} 行：新收 {taken.received} 件，更新 {taken.amended} 件，无变化 {taken.unchanged} 件",
            f"{taken.rows} rows: {taken.received} new, {taken.amended} amended, {taken.unchanged} unchanged",
        )
    )
    return 0


def reckon(arguments: argparse.Namespace) -> int:
    """0; 2 when there is no such type."""
    from django.utils import timezone

    from tongjian.records.cases import catalogue, recompute

    if arguments.type not in catalogue.ruling():
        return _no_type(arguments.type, list(catalogue.ruling()))
    moved = recompute.recompute(arguments.type, by=None, at=timezone.now(), dry_run=arguments.dry_run)
    print(
        text(
            f"在办时限 {moved.looked_at} 个：提前 {moved.earlier}，延后 {moved.later}，因此逾期 {moved.overdue}；"
            f"涉及 {moved.cases} 件",
            f"{moved.looked_at} running clocks: {moved.earlier} earlier, {moved.later} later, {moved.overdue} overdue "
            f"by that; {moved.cases} cases",
        )
    )
    return 0


def routes(arguments: argparse.Namespace) -> int:
    """0; 2 for a day that is none."""
    from django.utils import timezone

    from tongjian.records.cases import routing

    try:
        first, last = (
            timezone.make_aware(datetime.combine(date.fromisoformat(day), edge))
            for day, edge in ((arguments.since, time.min), (arguments.until, time.max))
        )
    except ValueError as error:
        print(text(f"日期有误：{error}", f"no day: {error}"), file=sys.stderr)
        return 2
    told = routing.dry_run(arguments.type, first, last)
    print(
        text(
            f"{told.cases} 件已派：规则给出单位 {told.sent} 件，其中与实际一致 {told.as_dispatched} 件",
            f"{told.cases} dispatched cases: the rules name a unit for {told.sent}, as dispatched {told.as_dispatched}",
        )
    )
    for rule, (cases, same) in sorted(told.by_rule.items(), key=lambda r: -r[1][0]):
        print(f"  {rule:<24} {cases:>8} {same:>8}")
    return 0


def types(_arguments: argparse.Namespace) -> int:
    """0; 1 when a type has faults (each on its line)."""
    from tongjian.kernel import definitions
    from tongjian.records.cases.catalogue import KIND
    from tongjian.records.cases.engine.lint import lint

    bad = 0
    for body in definitions.bodies(KIND):
        faults = lint(body)
        bad += bool(faults)
        print(f"{body['key']}: {text('无误', 'sound') if not faults else ''}".rstrip())
        for fault in faults:
            print(f"  {fault}")
    return 1 if bad else 0


def _no_type(wanted: str, known: list[str]) -> int:
    print(
        text(
            f"没有办件类型 {wanted}，现有：{'、'.join(known)}",
            f"no case type {wanted}; known: {', '.join(known)}",
        ),
        file=sys.stderr,
    )
    return 2
