"""`tongjian intake FILE`: take in a published report; with --accept, put all of it on the ledger."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.plans.intake import Summary
    from tongjian.plans.models import Intake


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "读入一份已发布的报告（--accept：全部采用并入账）",
        "take in a published report (--accept: record all of it)",
    )
    parser = subparsers.add_parser("intake", help=about, description=about)
    parser.add_argument("file", type=Path, metavar=text("文件", "FILE"))
    parser.add_argument(
        "--year",
        type=int,
        help=text(
            "报告提出的年份；公报则为所述年份", "year in which it is given; of a bulletin, the year it covers"
        ),
    )
    parser.add_argument(
        "--area", metavar="KEY", help=text("地区编码，默认本区", "key of the area; default: this district")
    )
    parser.add_argument("--title", help=text("标题", "title"))
    parser.add_argument(
        "--accept", action="store_true", help=text("全部采用并入账", "accept and record everything")
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tongjian.cli._plans import area
    from tongjian.plans import intake
    from tongjian.reading.documents.open import load
    from tongjian.reading.types import Hints

    subject, at = area(arguments.area), timezone.now()
    hints = Hints(arguments.title, subject.label, arguments.year)
    data = load(arguments.file)
    found = intake.start(data, arguments.file.name, subject=subject, hints=hints, by=None, at=at)
    _tell(found)
    if arguments.accept:
        intake.accept_all(found, by=None, at=at)
        _tell_recorded(intake.record(found, by=None, at=at))
    return 0


def _tell(found: Intake) -> None:
    kinds = [found.items.filter(kind=k).count() for k in ("figure", "commitment", "achievement")]
    print(
        text(
            "{}：数据 {} 项，承诺 {} 项，成效 {} 项；回顾 {} 年，计划 {} 年",
            "{}: {} figures, {} commitments, {} achievements; reviews {}, plans {}",
        ).format(found.title, *kinds, found.reviewed or "–", found.planned or "–")
    )


def _tell_recorded(made: Summary) -> None:
    print(
        text("入账：事实 {} 项，目标 {} 项，任务 {} 项", "Recorded: {} facts, {} targets, {} tasks").format(
            made.facts, made.obligations, made.tasks
        )
    )
    from tongjian.plans.choices import Outcome

    for code, count in made.outcomes.items():
        print(f"  {Outcome(code).label}: {count}")
