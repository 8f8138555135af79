"""`tongjian remind --period P -o FILE.xlsx`: who is due or overdue, with the text to send. Sends nothing itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli._ledger import period
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("催报：应报未报的单位和催报文本", "who owes figures, and the text to send")
    parser = subparsers.add_parser("remind", help=about, description=about)
    parser.add_argument("--period", required=True, metavar=text("时期", "PERIOD"), help="2022-11, 2022")
    parser.add_argument("-o", "--out", metavar="FILE.xlsx")
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 2 when the file cannot be written."""
    from django.utils import timezone

    from tongjian.facts.collection import reminders
    from tongjian.facts.collection.rounds import round_of

    round_, today = round_of(period(arguments.period)), timezone.localdate()
    if not arguments.out:
        found = reminders.reminders(round_, today)
    else:
        found, data = reminders.remind(round_, today, by=None, at=timezone.now())
        try:
            Path(arguments.out).write_bytes(data)
        except OSError as error:
            print(text(f"无法写入：{error}", f"cannot be written: {error}"), file=sys.stderr)
            return 2
    for one in found:
        print(one.text)
    print(text(f"{len(found)} 个单位需要催报", f"{len(found)} units to be reminded"))
    return 0
