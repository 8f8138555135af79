"""`tongjian collect FOLDER|ZIP --period P [--errors DIR]`: many workbooks at once, one matrix, one error list a sender."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli._ledger import period
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from datetime import datetime

    from tongjian.facts.models import Delivery, Submission
    from tongjian.values import Period


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("批量接收文件夹或 zip 中的填报表", "take in a folder or zip of filled workbooks")
    parser = subparsers.add_parser("collect", help=about, description=about)
    parser.add_argument("path", metavar=text("文件夹或zip", "FOLDER|ZIP"))
    parser.add_argument("--period", required=True, metavar=text("时期", "PERIOD"), help="2022-11, 2022")
    parser.add_argument(
        "--errors",
        metavar=text("文件夹", "DIR"),
        help=text("把每个单位的错误清单写到这里", "write the error list of each sender there"),
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0 all taken; 1 some refused, held or not recognised; 2 when it could not be tried."""
    from django.utils import timezone

    path, when = Path(arguments.path), period(arguments.period)
    try:
        delivery = _collect(path, when, timezone.now())
    except OSError as error:
        print(text(f"无法读取：{error}", f"cannot be read: {error}"), file=sys.stderr)
        return 2
    stopped = _tell(delivery)
    _matrix(when)
    if arguments.errors and stopped:
        _write(stopped, Path(arguments.errors))
    wrong = bool(stopped) or delivery.items.filter(outcome="unrecognised").exists()
    return 1 if wrong else 0


def _collect(path: Path, when: Period, at: datetime) -> Delivery:
    from tongjian.facts.collection import deliveries, parcels

    if path.is_dir():
        return deliveries.collect(parcels.of_folder(path), path.name, period=when, by=None, at=at)
    return deliveries.collect_zip(path.read_bytes(), path.name, period=when, by=None, at=at)


def _tell(delivery: Delivery) -> list[Submission]:
    """One line a file; returns the submissions that were stopped."""
    from tongjian.facts.choices import SubmissionState
    from tongjian.facts.collection import deliveries

    stopped = []
    for item in delivery.items.select_related("submission__organisation__subject", "submission__file"):
        done = item.submission
        if done is None:
            print(f"{item.name}: {item.get_outcome_display()} — {deliveries.why(item)}")
            continue
        state, facts = deliveries.became(item)
        label, written = SubmissionState(state).label, text(f"{facts} 条数据", f"{facts} facts")
        print(f"{item.name}: {done.organisation} — {label} ({written})")
        if state in {SubmissionState.REFUSED, SubmissionState.HELD}:
            stopped.append(done)
    return stopped


def _matrix(when: Period) -> None:
    """The units of the round by how they stand."""
    from django.utils import timezone

    from tongjian.facts.collection.completeness import matrix
    from tongjian.facts.collection.rounds import round_of

    round_ = round_of(when)
    found = matrix([round_], timezone.localdate())
    print()
    print(
        text(
            f"{round_.label('zh')}：单位、状态、已报/应报",
            f"{round_.label('en')}: unit, state, received/expected",
        )
    )
    for unit, cells in found.rows:
        print(
            f"  {unit}\t{cells[0].label}\t{cells[0].received}/{cells[0].expected}\t{cells[0].due.isoformat()}"
        )


def _write(stopped: Sequence[Submission], folder: Path) -> None:
    from tongjian.facts.collection import errorlists

    folder.mkdir(parents=True, exist_ok=True)
    used: set[str] = set()
    for one in errorlists.made(stopped):
        name = errorlists.unused(one.name, used)
        (folder / name).write_bytes(one.xlsx)
        (folder / name).with_suffix(".txt").write_text(one.text, encoding="utf-8")
    print(text(f"{len(stopped)} 份错误清单：{folder}", f"{len(stopped)} error lists in {folder}"))
