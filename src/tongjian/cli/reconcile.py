"""`tongjian reconcile 'REF'`: two bases of one figure, what they imply was adjusted, and the evidence for it."""

from __future__ import annotations

import argparse
from argparse import _SubParsersAction
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tongjian.cli._django import with_ledger
from tongjian.cli._ledger import moment
from tongjian.cli.language import text

if TYPE_CHECKING:
    from tongjian.facts.growths import Growths
    from tongjian.facts.reconcile import Reconciliation
    from tongjian.facts.resolved import Resolved

VERDICTS: Mapping[str, tuple[str, str]] = {
    "evidenced": ("调整项与两个口径的增速相符", "the adjustments make up what the rates imply"),
    "unevidenced": ("两个口径隐含调整，但没有依据", "the rates imply an adjustment, and none has evidence"),
    "differs": ("调整项与两个口径的增速不符", "the adjustments make up another amount than the rates imply"),
    "none_needed": ("两个口径的增速在四舍五入范围内一致", "the rates may be the same, given their rounding"),
    "incomplete": ("缺少数值或增速，无法核对", "a level or a rate is missing"),
}


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "口径核对：两个口径的增速隐含多少调整，有无依据；公布增速与数值推算的增速",
        "bases side by side: the adjustment they imply and its evidence; growth as published and as reckoned",
    )
    parser = subparsers.add_parser("reconcile", help=about, description=about)
    parser.add_argument("ref", metavar=text("引用", "REF"), help="metric[subject] @ period")
    parser.add_argument(
        "--at", metavar=text("时刻", "TIME"), help=text("当时所知：2023-01-04", "as known then: 2023-01-04")
    )
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0; 1 when an adjustment lacks evidence or differs; 2 when the reference is wrong."""
    from tongjian.facts import growths, reconcile, refs
    from tongjian.facts.ledger import Ledger

    ref, ledger = refs.parse(arguments.ref), Ledger(moment(arguments.at))
    found = reconcile.all_bases(ref, ledger)
    print("\n".join(_growth(growths.growths(ref, ledger))))
    for one in found:
        print("\n".join(_lines(one)))
    return 1 if any(one.verdict in {"unevidenced", "differs"} for one in found) else 0


def _growth(found: Growths) -> Iterator[str]:
    """Growth as published, as reckoned, and why they differ."""
    yield str(found.ref)
    if found.published is not None:
        yield text(f"  公布增速 {found.published.number}%", f"  published {found.published.number}%")
    if found.published is None and found.naive is None:
        yield text("  没有增速：既未公布，也缺少两年的数值", "  no growth: none published, and no two levels")
    if found.naive is not None:
        yield text(f"  按数值推算 {found.naive}%", f"  of the levels {found.naive}%")
    for reason in found.reasons:
        yield f"  – {reason.sentence}"
    if not found.is_explained:
        yield text(f"  – 相差 {found.gap} 个百分点，原因不明", f"  – {found.gap} points apart, unexplained")


def _lines(found: Reconciliation) -> Iterator[str]:
    yield f"{found.ref} · {found.basis.label}"
    for name, value in (("level", found.level), ("natural", found.natural), ("other", found.other)):
        if value is not None:
            yield f"  {_name(name, found)} {value.number} {value.unit}{_where(value)}"
    if found.shown is not None and found.level is not None:
        middle, low, high = found.shown
        amount = f"{middle} ({low}–{high}) {found.level.unit}"
        yield text(f"  隐含调整 {amount}", f"  implied adjustment {amount}")
    for value in found.added:
        yield f"  + {value.ref.breakdown or value.ref.basis} {value.number} {value.unit}{_where(value)}"
    for value in found.base_added:
        base = text("上年基数", "base")
        yield f"  + {base} {value.ref.breakdown} {value.number} {value.unit}{_where(value)}"
    yield "  " + text(*VERDICTS[found.verdict])


def _name(name: str, found: Reconciliation) -> str:
    label = {"level": text("数值", "level"), "natural": text("自然口径增速", "growth as recorded")}
    return label.get(name, text(f"{found.basis.label}增速", f"growth, {found.basis.label}"))


def _where(value: Resolved) -> str:
    return f"  ({value.place})" if value.place is not None else ""
