"""`tongjian shapes import FILE.geojson`: boundaries of towns, or where projects and register entries lie."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.kernel.models import Subject

KINDS = ("area", "project", "item", "enterprise", "space")


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("导入图形（街乡镇边界、项目位置）", "import shapes: boundaries of towns, places of projects")
    parser = subparsers.add_parser("shapes", help=about, description=about)
    parser.add_argument("step", choices=["import"])
    parser.add_argument("file", type=Path, metavar="FILE.geojson")
    parser.add_argument(
        "--of", choices=KINDS, default="area",
        help=text("图形属于什么：默认街乡镇", "what the shapes are of; default: areas"),
    )  # fmt: skip
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0 placed or unchanged; 1 refused with every bad feature; 2 when the file could not be read."""
    from django.utils import timezone

    from tongjian.kernel import shapes

    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        print(text(f"无法读取：{error}", f"cannot be read: {error}"), file=sys.stderr)
        return 2
    wanted, of = _wanted(arguments.of)
    try:
        done = shapes.import_file(data, arguments.file.name, wanted, of, by=None, at=timezone.now())
    except shapes.ShapesRefused as refused:
        for problem in refused.problems:
            print(f"{problem}  [{problem.code}]")
        count = len(refused.problems)
        print(text(f"{count} 处有误，未写入任何图形", f"{count} problems, nothing was written"))
        return 1
    said = text(
        f"{done.features} 个图形，其中 {done.changed} 个新增或变更",
        f"{done.features} shapes, {done.changed} new or moved",
    )
    print(said)
    return 0


def _wanted(kind: str) -> tuple[dict[str, Subject], str]:
    """The subjects of a kind by their names, and what to call them."""
    from tongjian.kernel import shapes
    from tongjian.kernel.choices import SubjectKind

    found = shapes.areas_by_name() if kind == "area" else shapes.subjects_by_key(SubjectKind(kind))
    return found, str(SubjectKind(kind).label)
