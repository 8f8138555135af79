"""`tongjian vintages 'REF'`: all that was ever recorded of a value, and how far it moved each time."""

from __future__ import annotations

import argparse
from argparse import _SubParsersAction
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli._ledger import moment
from tongjian.cli.language import text

if TYPE_CHECKING:
    from tongjian.facts.vintages import Vintage


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "一个数的历次版本：预计、快报、实际、修订", "a value's vintages: estimate, flash, actual, revised"
    )
    parser = subparsers.add_parser("vintages", help=about, description=about)
    parser.add_argument(
        "ref", metavar=text("引用", "REF"), help="metric[subject, measure, basis, comparator] @ period"
    )
    parser.add_argument(
        "--at", metavar=text("时刻", "TIME"), help=text("当时所知：2023-01-04", "as known then: 2023-01-04")
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 2 when the reference is wrong or its series is not on the ledger."""
    from tongjian.facts import queries, refs, vintages

    ref = refs.parse(arguments.ref)
    series = queries.series_for(ref)
    for one in vintages.vintages(series, ref.period, moment(arguments.at)):
        print(_line(one, series.unit))
    return 0


def _line(one: Vintage, unit: str) -> str:
    from django.utils import timezone

    day = timezone.localtime(one.recorded_at).strftime("%Y-%m-%d %H:%M")
    said = one.fact.missing if one.number is None else f"{one.number} {unit}"
    moved = "" if one.change is None else f"  {one.change.decimal:+f}"
    mark = "*" if one.counts else " "
    return f"{mark} {one.fact.seq:>3}  {day}  {one.status.label}  {said}{moved}  ({one.fact.evidence})"
