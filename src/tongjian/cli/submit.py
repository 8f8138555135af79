"""`tongjian submit FILE --org ORG --period P`: a filled workbook onto the ledger, or all its bad cells."""

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

    from tongjian.facts.models import Submission


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("提交填报表", "send in a filled workbook")
    parser = subparsers.add_parser("submit", help=about, description=about)
    parser.add_argument("file", metavar=text("文件", "FILE"), help="xlsx")
    parser.add_argument(
        "--org", required=True, metavar=text("单位", "ORG"), help=text("单位编码", "key of the organisation")
    )
    parser.add_argument(
        "--period", required=True, metavar=text("时期", "PERIOD"), help="2022, 2022-11, 2022-01/2022-11"
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0 accepted or unchanged; 1 refused or held, with all problems; 2 when it could not be tried."""
    from django.utils import timezone

    from tongjian.facts.collection.actions import submit

    path = Path(arguments.file)
    try:
        data = path.read_bytes()
    except OSError as error:
        print(text(f"无法读取：{error}", f"cannot be read: {error}"), file=sys.stderr)
        return 2
    whose, when = organisation(arguments.org), period(arguments.period)
    return _tell(
        submit(data, path.name, organisation=whose, period=when, by=None, at=timezone.now()), path.name
    )


def _tell(done: Submission, name: str) -> int:
    from tongjian.facts.choices import SubmissionState
    from tongjian.facts.collection import problems

    if done.state == SubmissionState.REFUSED:
        found = problems.of(done)
        for problem in found:
            print(f"{problem}  [{problem.code}]")
        print(
            text(
                f"{name}：{len(found)} 处有误，未写入任何数据",
                f"{name}: {len(found)} problems, nothing was written",
            )
        )
        return 1
    for note in problems.notes_of(done):
        print(note)
    if done.state == SubmissionState.HELD:
        return _tell_held(done, name)
    if done.state == SubmissionState.UNCHANGED:
        print(text(f"{name}：没有变化", f"{name}: nothing new"))
    else:
        print(
            text(f"{name}：写入 {done.facts_written} 条数据", f"{name}: {done.facts_written} facts written")
        )
    return 0


def _tell_held(done: Submission, name: str) -> int:
    """Every cell can be read, and figures contradict each other or the ledger."""
    from tongjian.facts.collection.overrides import hard_findings

    found = hard_findings(done)
    for finding in found:
        print(f"{finding}  [{finding.rule}]")
    print(
        text(
            f"{name}：{len(found)} 处校验不符，待核实，未写入任何数据",
            f"{name}: {len(found)} finding(s) hold it, nothing was written",
        )
    )
    return 1
