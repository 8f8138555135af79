"""`tongjian template ORG PERIOD -o FILE`: the workbook that an organisation fills in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli._ledger import organisation, period
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("生成单位的填报模板", "write the workbook that an organisation fills in")
    parser = subparsers.add_parser("template", help=about, description=about)
    parser.add_argument("organisation", metavar=text("单位", "ORG"), help=text("单位编码", "its key"))
    parser.add_argument(
        "period", metavar=text("时期", "PERIOD"), help="2022, 2022-11, 2022-01/2022-11, 2022年1—11月"
    )
    parser.add_argument("-o", "--out", required=True, metavar="FILE.xlsx")
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when the organisation reports nothing; 2 for an unknown one, a bad period, a path not writable."""
    from django.utils import timezone

    from tongjian.facts.collection.lines import due_lines
    from tongjian.facts.collection.rounds import round_of
    from tongjian.facts.collection.template import template

    whose, when = organisation(arguments.organisation), period(arguments.period)
    if not (rows := len(due_lines(whose, round_of(when)))):
        print(text(f"{whose}没有需要填报的指标", f"{whose} reports no metric"), file=sys.stderr)
        return 1
    try:
        Path(arguments.out).write_bytes(template(whose, when, timezone.now()))
    except OSError as error:
        print(text(f"无法写入：{error}", f"cannot be written: {error}"), file=sys.stderr)
        return 2
    print(text(f"{arguments.out}：{rows} 行待填", f"{arguments.out}: {rows} rows to fill in"))
    return 0
