"""`tongjian packs diff|apply [DIR]`: what definitions would change, and changing them."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

KINDS = (
    "areas",
    "organisations",
    "case_types",
    "routing",
    "work_orders",
    "words",
    "metrics",
    "schemes",
    "lights",
)


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("查看或应用定义包的变更", "show or apply what the packs change")
    parser = subparsers.add_parser("packs", help=about, description=about)
    parser.add_argument("step", choices=["diff", "apply"])
    parser.add_argument(
        "folder", nargs="?", metavar=text("文件夹", "DIR"), help=text("本区自己的定义", "the district's own")
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 2 when a pack cannot be read, with its file."""
    from django.utils import timezone

    from tongjian.facts import catalogue
    from tongjian.kernel import definitions
    from tongjian.packs import PackError

    more = (Path(arguments.folder),) if arguments.folder else ()
    try:
        found = [c for kind in KINDS for c in definitions.changes(kind, *more)]
    except PackError as error:
        print(error, file=sys.stderr)
        return 2
    for change in found:
        before = change.before.body if change.before else {}
        print("\n".join(_difference(f"{change.entry.kind}/{change.entry.key}", before, change.entry.body)))
    print(text(f"{len(found)} 项定义有变更", f"{len(found)} definitions change"))
    if arguments.step == "apply":
        catalogue.sync(timezone.now(), *more)
        print(text("已应用", "applied"))
    return 0


def _difference(name: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    old, new = ([f"{key}: {value}" for key, value in body.items()] for body in (before, after))
    changed = difflib.unified_diff(old, new, lineterm="", n=0)
    return [name, *(f"  {line}" for line in changed if not line.startswith(("---", "+++", "@@")))]
