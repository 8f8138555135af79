"""A report that our writer made, read again: its manifest says which fact each figure is, key first. Still proposals.

A manifest may say anything, so it is believed only where its number is what stands in the text; the rest is read as in any report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tongjian.facts import refs, rules
from tongjian.facts.models import Metric
from tongjian.facts.refs import FactRef, RefError
from tongjian.plans.choices import ItemKind
from tongjian.plans.intake import items, mapping
from tongjian.plans.intake.mapping import Placed
from tongjian.plans.models import Intake, IntakeItem
from tongjian.reading.types import Figure
from tongjian.values import IncompatibleUnits, Number, UnknownUnit

KEY = "anchor"
STATUSES = frozenset({"actual", "estimate", "flash", "revised"})
BOUNDS = frozenset({"eq", "approx", "gt", "ge", "lt", "le", "over"})
# Words that make a number less exact than it is on the ledger: 6000余套, 超5000座.
LOOSE = Decimal("0.1")
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A figure of the manifest where it stands: `text[start:end]`."""

    start: int
    end: int
    ref: FactRef
    value: Decimal
    told: Told


def overlay(intake: Intake, rows: Sequence[IntakeItem], manifest: Told | None) -> list[IntakeItem]:
    """The rows, each figure that the manifest names with its reference, and the figures that the reader did not see."""
    if not manifest:
        return list(rows)
    metrics = Metric.objects.in_bulk(field_name="key")
    figures = [r for r in rows if r.kind == ItemKind.FIGURE]
    added: list[IntakeItem] = []
    for anchor in anchors(manifest, intake.text):
        if anchor.ref.metric not in metrics:
            continue
        row = next((r for r in figures if r.start < anchor.end and anchor.start < r.end), None)
        if row is None:
            row = _unseen(intake, anchor, len(figures) + len(added))
            added.append(row)
        elif not agrees(items.figure_of(row), anchor):
            continue
        row.metric = metrics[anchor.ref.metric]
        row.data[KEY] = {k: anchor.told.get(k, "") for k in ("value", "unit", "bound", "status")} | {
            "ref": str(anchor.ref)
        }
    return [*rows, *added]


def anchors(manifest: Told, text: str) -> Iterator[Anchor]:
    """The manifest's figures that stand in the text with the words before them, each place once."""
    taken: set[int] = set()
    figures = manifest.get("figures")
    told = [f for f in figures.values() if isinstance(f, dict)] if isinstance(figures, dict) else []
    for figure in sorted(told, key=lambda f: -len(str(f.get("lead", "")))):
        found = _read(figure)
        start = -1 if found is None else _place(figure, text, taken)
        if found is not None and start >= 0:
            taken.add(start)
            yield Anchor(start, start + len(str(figure["shown"])), *found, figure)


def _read(figure: Told) -> tuple[FactRef, Decimal] | None:
    """Reference and value; None for a target, and what cannot be read or is no number that the ledger keeps."""
    try:
        value = Decimal(str(figure.get("value")))
        Number.of(value)
        ref = refs.parse(str(figure.get("expression", "")))
    except (RefError, InvalidOperation, ValueError):
        return None
    return (ref, value) if figure.get("shown") else None


def _place(figure: Told, text: str, taken: set[int]) -> int:
    """Where the shown number begins, behind its words; -1 where it does not stand there."""
    shown, before = str(figure["shown"]), str(figure.get("before", ""))
    for words in (str(figure.get("lead", "")), ""):
        head = words if words.endswith(before) else words + before
        at = text.find(head + shown)
        while at >= 0:
            if at + len(head) not in taken and (head or text.count(shown) == 1):
                return at + len(head)
            at = text.find(head + shown, at + 1)
    return -1


def agrees(figure: Figure, anchor: Anchor) -> bool:
    """Whether the manifest's number is the printed one, as far as that is exact."""
    if isinstance(figure.value, tuple):
        return False
    ours = _in_unit(Number.of(anchor.value), str(anchor.told.get("unit", "")), figure.unit)
    if ours is None:
        return False
    if figure.bound == "eq" and not figure.bound_word:
        return abs(ours.rounded(figure.decimals).decimal) == abs(figure.value)
    return abs(abs(ours.decimal) - abs(figure.value)) <= LOOSE * abs(figure.value)


def _in_unit(number: Number, unit: str, wanted: str) -> Number | None:
    if unit == wanted or rules.PLACE in (unit, wanted):
        return number
    try:
        return rules.converted(number, unit, wanted)
    except (UnknownUnit, IncompatibleUnits, rules.InexactConversion, ValueError):
        return None


def _unseen(intake: Intake, anchor: Anchor, index: int) -> IntakeItem:
    """A figure that only the manifest knows of: 全覆盖, 百亿元."""
    told, bound = anchor.told, str(anchor.told.get("bound", "eq"))
    figure = Figure(
        start=anchor.start,
        end=anchor.end,
        text=intake.text[anchor.start : anchor.end],
        value=anchor.value,
        decimals=Number.of(anchor.value).decimals,
        unit=str(told.get("unit", "")),
        indicator=str(told.get("indicator", "")),
        period=str(anchor.ref.period),
        period_stated=False,
        kind=anchor.ref.measure,
        status="estimate" if told.get("status") == "estimate" else "actual",
        bound=bound if bound in BOUNDS else "eq",
        bound_word=None,
        basis=None,
        comparator=None,
        scope=None,
        form="implied",
    )
    return IntakeItem(
        intake=intake,
        kind=ItemKind.FIGURE,
        index=index,
        start=figure.start,
        end=figure.end,
        data=items.to_json(figure),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A figure as its anchor says it."""

    placed: Placed
    bound: str
    status: str


def said(item: IntakeItem) -> Said | None:
    """Where the item's anchor puts it; None without one. Raises NoPlace."""
    told = item.data.get(KEY)
    if not told or item.metric is None:
        return None
    ref = refs.parse(str(told["ref"]))
    kept = rules.unit_of(item.metric.unit, ref.measure, ref.of)
    number = _in_unit(Number.of(Decimal(str(told["value"]))), str(told["unit"]), kept)
    if number is None or ref.metric != item.metric.key:
        return None
    bound, status = str(told["bound"]), str(told["status"])
    return Said(
        Placed(mapping.series_of(ref), ref.period, number),
        bound if bound in BOUNDS else "eq",
        status if status in STATUSES else "actual",
    )
