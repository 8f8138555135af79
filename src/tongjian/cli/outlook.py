"""`tongjian outlook 'REF'`: what the year will come to, month by month, with the errors of earlier years."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli._ledger import moment
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.facts.foresight.outlook import Estimate
    from tongjian.facts.foresight.queries import Outlook


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "预计全年：估计值、区间、回测误差", "the year's estimate, its interval and its errors before"
    )
    parser = subparsers.add_parser("outlook", help=about, description=about)
    parser.add_argument(
        "ref", metavar=text("引用", "REF"), help=text("指标与年份：gdp @ 2022", "metric and year: gdp @ 2022")
    )
    parser.add_argument(
        "--at", metavar=text("时刻", "TIME"), help=text("当时所知：2022-12-04", "as known then: 2022-12-04")
    )
    parser.add_argument(
        "--models",
        action="store_true",
        help=text(
            "再比较 ETS、Theta、ARIMA（需要 forecast 扩展）", "weigh ETS, Theta, ARIMA too (extra: forecast)"
        ),
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 2 when the reference is wrong or nothing can be estimated, with the reason."""
    from tongjian.facts import refs
    from tongjian.facts.foresight import library, sentences
    from tongjian.facts.foresight.queries import series_of, year_end
    from tongjian.values import Period

    ref = refs.parse(arguments.ref)
    if ref.period != Period.year(ref.period.end_year):
        raise sentences.NoOutlook("facts.outlook_year", ref=str(ref))
    if arguments.models and not library.is_installed():
        raise sentences.NoOutlook("facts.outlook_library")
    second = library.second if arguments.models else None
    outlook = sentences.required(year_end(series_of(ref), ref.period.end_year, moment(arguments.at), second))
    print("\n".join([str(outlook.series), *sentences.explained(outlook)]))
    print("\n".join([*_months(outlook), *_methods(outlook)]))
    return 0


def _months(outlook: Outlook) -> Iterator[str]:
    """One line for each month: value so far, estimate, interval, tests."""
    from tongjian.facts.foresight.sentences import METHODS

    yield text(
        "月份  至今  预计全年  80%区间  方法  回测年数", "month  so far  year  80 % interval  method  tests"
    )
    for e in outlook.estimates:
        ends = "–" if e.low is None or e.high is None else f"{outlook.shown(e.low)}…{outlook.shown(e.high)}"
        values = f"{outlook.shown(e.so_far)}  {outlook.shown(e.point)}  {ends}"
        yield f"{e.month:2d}  {values}  {METHODS[e.method]}  {e.tests}"
    if outlook.actual is not None:
        yield text(f"实际：{outlook.actual.number}", f"actual: {outlook.actual.number}") + f" {outlook.unit}"


def _methods(outlook: Outlook) -> Iterator[str]:
    """What each method gives for the newest month and how far off it was on average."""
    newest: Estimate | None = outlook.newest
    if newest is None:
        return
    from tongjian.facts.foresight.sentences import METHODS

    yield text("方法  预计全年  平均误差  权重", "method  year  mean error  weight")
    for m in newest.methods:
        point = "–" if m.point is None else str(outlook.shown(m.point))
        error = "–" if m.error is None else str(outlook.shown(m.error))
        yield f"{METHODS[m.method]}  {point}  {error}  {m.weight:.0%}"
