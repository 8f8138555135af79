"""`tongjian fact 'REF'`: a value, where it comes from, and all that it is derived from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli._ledger import moment
from tongjian.cli.language import text

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from datetime import datetime

    from tongjian.facts.models import Fact
    from tongjian.facts.resolved import Resolved


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("查一个数：数值、来源、推算过程", "a value, its source, and what it is derived from")
    parser = subparsers.add_parser("fact", help=about, description=about)
    parser.add_argument(
        "ref", metavar=text("引用", "REF"), help="metric[subject, measure, basis, comparator] @ period"
    )
    parser.add_argument(
        "--at", metavar=text("时刻", "TIME"), help=text("当时所知：2023-01-04", "as known then: 2023-01-04")
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 2 when the reference is wrong or nothing fits, with the reason."""
    from tongjian.facts import queries, refs

    at = moment(arguments.at)
    found = queries.resolve(refs.parse(arguments.ref), at)
    print("\n".join(_tree(found, 0)))
    print("\n".join(_others(found, at)))
    return 0


def _tree(found: Resolved, depth: int) -> Iterator[str]:
    """One line for a value, indented by how deep it lies, and its inputs below."""
    from tongjian.facts.choices import Bound

    bound = "" if found.bound == "eq" else f"{Bound(found.bound).label} "
    yield f"{'  ' * depth}{found.ref} = {bound}{found.number} {found.unit}{_whence(found)}"
    for other in found.inputs:
        yield from _tree(other, depth + 1)


def _whence(found: Resolved) -> str:
    from tongjian.facts.choices import FactStatus

    parts = [str(FactStatus(found.status).label)]
    if found.derived:
        parts.append(text(f"由 {found.derived} 推算", f"derived by {found.derived}"))
    if found.place is not None:
        parts.append(str(found.place))
    return f"  ({'; '.join(parts)})"


def _others(found: Resolved, at: datetime | None) -> Iterator[str]:
    """What other sources say of the same value."""
    from tongjian.facts import queries

    if found.fact is not None:
        for fact in queries.sources(found.fact.series, found.ref.period, at):
            if fact != found.fact:
                yield _other(fact)


def _other(fact: Fact) -> str:
    said = fact.missing if fact.number is None else f"{fact.number} {fact.series.unit}"
    return text(f"另见：{said}", f"also: {said}") + f"  ({fact.get_source_display()}; {fact.evidence})"
