"""`tongjian audit [--seal] [--kept DIGEST]`: are the recorded events what was sealed?"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.kernel.seals import Broken


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("核验事件记录的封存", "check the seals of the recorded events")
    parser = subparsers.add_parser("audit", help=about, description=about)
    parser.add_argument(
        "--seal", action="store_true", help=text("先封存尚未封存的事件", "seal what is not sealed yet, first")
    )
    parser.add_argument(
        "--kept",
        metavar=text("摘要", "DIGEST"),
        help=text(
            "另行保存的封存摘要，须仍在其中", "a digest that was kept elsewhere; it must be there still"
        ),
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when a seal is broken or the kept digest is not there."""
    from django.utils import timezone

    from tongjian.kernel import seals

    if arguments.seal:
        made = seals.seal(timezone.now())
        print(text(f"新封存 {len(made)} 批", f"{len(made)} new batches sealed"))
    found = seals.audit()
    print(
        text(
            f"{found.seals} 批、{found.events} 个事件已核验，{found.unsealed} 个尚未封存；最后一批摘要 {found.last or '无'}",
            f"{found.seals} batches with {found.events} events checked, {found.unsealed} not sealed yet; "
            f"last digest {found.last or 'none'}",
        )
    )
    for one in found.broken:
        print(_broken(one), file=sys.stderr)
    lost = bool(arguments.kept) and not seals.is_known(arguments.kept)
    if lost:
        print(
            text("另行保存的摘要不在封存之中", "the digest that was kept is not among the seals"),
            file=sys.stderr,
        )
    return 1 if found.broken or lost else 0


def _broken(one: Broken) -> str:
    said = {
        "chain": text("与前一批不相接", "it does not follow the batch before"),
        "count": text("事件数不符", "events are missing or were added"),
        "digest": text("内容已变", "an event was changed"),
    }[one.code]
    batch = text(
        f"第 {one.seal.pk} 批（事件 {one.seal.first}–{one.seal.last}）",
        f"batch {one.seal.pk} (events {one.seal.first}–{one.seal.last})",
    )
    return f"{batch}: {said}"
