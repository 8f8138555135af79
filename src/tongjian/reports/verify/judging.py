"""Whether a changed figure still says its fact: value, unit, direction, measure and bound word, in that order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tongjian.reading.types import Figure
from tongjian.reports.drafts.agreeing import agrees, comparable
from tongjian.reports.known import Known
from tongjian.values import Bound, Number

# Kinds of figures as read that say a measure in words of its own; all others print a level.
OWN_WORDS: Mapping[str, str] = {"growth": "growth", "difference": "difference", "rank": "rank"}
LOOSE = frozenset({"gt", "over"})  # 超 and 以上 as good as the other


def wrong_in(figure: Figure, known: Known, *, words_stand: bool) -> str:
    """Code of what is wrong with a figure that was changed, empty when it still says the fact.

    words_stand: the direction and bound words directly around it are as written, so its sign is too.
    """
    if isinstance(figure.value, tuple) or known.number is None:
        return "value"
    if not comparable(figure, known):
        return "unit"
    if not agrees(_plain(figure), _unsigned(known)):
        return "value"
    if words_stand:
        return ""
    if figure.kind != known.measure and (figure.kind in OWN_WORDS or known.measure in OWN_WORDS.values()):
        return "measure"
    if (figure.value < 0) != (known.number.decimal < 0) and figure.kind in ("growth", "difference"):
        return "direction"
    return "" if _bound_holds(figure, known) else "bound"


def _plain(figure: Figure) -> Figure:
    assert not isinstance(figure.value, tuple)  # looked at before
    return replace(figure, value=abs(figure.value))


def _unsigned(known: Known) -> Known:
    assert known.number is not None
    return replace(known, number=Number(abs(known.number.mantissa), known.number.decimals))


def _bound_holds(figure: Figure, known: Known) -> bool:
    """A fact that is only about, over or under a value may not be said as exact, nor the other way round."""
    if known.bound is Bound.EQ:
        return True  # `agrees` has looked at the rounding of the word
    return figure.bound == known.bound.value or {figure.bound, known.bound.value} <= LOOSE


def known_of(entry: Mapping[str, Any]) -> Known:
    """The figure of a manifest's entry as plain values; inputs and place are left in the entry."""
    value = entry.get("value")
    return Known(
        expression=str(entry.get("expression", "")),
        number=None if value is None else Number.parse(str(value)),
        unit=str(entry.get("unit", "")),
        measure=str(entry.get("measure", "level")),
        metric=str(entry.get("metric", "")),
        indicator=str(entry.get("indicator", "")),
        subject=str(entry.get("subject", "")),
        period=str(entry.get("period", "")),
        bound=Bound(entry.get("bound", "eq")),
        words=str(entry.get("words", "")),
        status=str(entry.get("status", "actual")),
    )
