"""`tongjian nightly`: bring the mirror up to date, measure the declared metrics, record what is new, seal the events."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli._ledger import period
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.facts.measured.actions import Measured
    from tongjian.facts.mirror.refresh import Refreshed
    from tongjian.records.cases.jobs import Night


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("夜间作业：更新镜像，测算指标", "bring the mirror up to date and measure")
    parser = subparsers.add_parser("nightly", help=about, description=about)
    parser.add_argument(
        "--rebuild", action="store_true", help=text("从头建立镜像", "build the mirror from nothing")
    )
    parser.add_argument(
        "--since",
        metavar=text("月份", "MONTH"),
        help=text("从该月起全部重新测算：2018-01", "measure again from this month on: 2018-01"),
    )
    parser.add_argument(
        "--until",
        metavar=text("月份", "MONTH"),
        help=text(
            "只测算到该月，如样例年份的末月：2022-12",
            "up to this month, as the end of a sample year: 2022-12",
        ),
    )
    parser.add_argument(
        "--metric",
        action="append",
        metavar=text("编码", "KEY"),
        help=text("只测算这一指标，可多次使用", "this metric only; may stand several times"),
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when a metric could not be measured; 2 when the mirror could not be brought up to date."""
    from django.utils import timezone

    from tongjian.facts.measured.actions import measure
    from tongjian.facts.mirror.refresh import refresh
    from tongjian.facts.mirror.tables import all_tables
    from tongjian.kernel import seals
    from tongjian.records.cases import jobs

    since = period(arguments.since).start if arguments.since else None
    until = period(arguments.until).end if arguments.until else None
    tables, at = all_tables(), timezone.now()
    _cases(jobs.nightly(at=at))  # before the mirror: what is past retention does not get there
    refreshed = refresh(tables.values(), at=at, whole=arguments.rebuild)
    for done in refreshed:
        if done.changed or done.gone:
            print(_refreshed(done))
    rows = sum(d.rows for d in refreshed)
    print(text(f"镜像：{len(refreshed)} 个表，{rows} 行", f"mirror: {len(refreshed)} tables, {rows} rows"))
    measured = measure(at=at, since=since, until=until, keys=arguments.metric, tables=tables)
    for one in measured:
        if one.problem or one.facts:
            print(_measured(one))
    new, same = sum(m.facts for m in measured), sum(m.skipped for m in measured)
    print(
        text(
            f"{len(measured)} 个测算指标，{same} 个无变化，新增 {new} 个数据",
            f"{len(measured)} measured metrics, {same} unchanged, {new} new facts",
        )
    )
    if made := seals.seal(timezone.now()):
        said = (sum(s.count for s in made), made[-1].digest)
        print(text("封存 {} 个事件，摘要 {}".format(*said), "{} events sealed, digest {}".format(*said)))
    return 1 if any(m.problem for m in measured) else 0


def _cases(night: Night) -> None:
    erased = night.erased
    if erased.cases or night.indexed:
        print(
            text(
                f"办件：{erased.cases} 件到期清除（{erased.parties} 名当事人，{erased.files} 个文件，{erased.keys} 个密钥），"
                f"{night.indexed} 件编入索引",
                f"cases: {erased.cases} past retention ({erased.parties} parties, {erased.files} files, "
                f"{erased.keys} keys), {night.indexed} indexed",
            )
        )
    if night.policies:
        print(
            text(
                f"时限调整：{night.policies} 项已执行，在计时限已重算",
                f"clock policies: {night.policies} in force, running clocks reckoned anew",
            )
        )
    for key, measured in night.learned.items():
        print(
            text(
                f"派单学习 {key}：{measured.cases} 件检验，首选 {measured.top1:.1%}，前三 {measured.top3:.1%}",
                f"routing learned for {key}: of {measured.cases} cases first {measured.top1:.1%}, "
                f"first three {measured.top3:.1%}",
            )
        )


def _refreshed(done: Refreshed) -> str:
    how = text("重建", "built") if done.whole else text("增量", "incremental")
    return text(
        f"镜像 {done.table}：{done.rows} 行（{how}，读取 {done.read}，变化 {done.changed}，移除 {done.gone}）",
        f"mirror {done.table}: {done.rows} rows ({how}, {done.read} read, {done.changed} changed, {done.gone} gone)",
    )


def _measured(one: Measured) -> str:
    if one.problem:
        return text(f"{one.metric}：无法测算。{one.problem}", f"{one.metric}: not measured. {one.problem}")
    return text(
        f"{one.metric}：{one.figures} 个数，新增 {one.facts}",
        f"{one.metric}: {one.figures} figures, {one.facts} new",
    )
