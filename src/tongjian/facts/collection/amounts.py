"""From a cell to an exact number in the unit that a series is kept in. Knows no Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tongjian.facts import rules
from tongjian.facts.collection.workbook import Cell
from tongjian.values import IncompatibleUnits, Number, UnknownUnit, unit

SIGNED = frozenset({"money", "ratio", "points"})  # dimensions whose levels may lie below zero
_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})


class BadCell(Exception):
    """What is wrong with a cell: the code after `collection.`, and the sentence's parameters."""

    def __init__(self, code: str, /, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Amount:
    """number: in the kept unit. printed: the cell's text. percent: read from a cell formatted as percent."""

    number: Number
    printed: str
    percent: bool = False


def amount(cell: Cell, given: str, kept: str) -> Amount:
    """The value of a cell whose row is in the unit `given`, for a series kept in `kept`. Raises BadCell."""
    _check_kind(cell)
    check_units(given, kept)
    text = unicodedata.normalize("NFKC", cell.text).translate(_MINUS).strip()
    percent = text.endswith("%")
    number = _number(text.removesuffix("%").strip(), cell.text)
    if percent and unit(given).dimension not in {"ratio", "points"}:
        raise BadCell("percent_mismatch", got=cell.text, unit=given)
    source = rules.PERCENT if percent and unit(given).dimension == "ratio" else given
    source = rules.POINTS if percent and unit(given).dimension == "points" else source
    return Amount(_converted(number, source, kept), cell.text, cell.kind == "percent")


def _check_kind(cell: Cell) -> None:
    if cell.kind == "formula":
        raise BadCell("formula_without_value")
    if cell.kind == "error":
        raise BadCell("formula_error", got=cell.text)
    if cell.kind == "date":
        raise BadCell("date_in_number", got=cell.text)
    if cell.kind == "scaled":
        raise BadCell("scaled_format", got=cell.text)
    if cell.kind == "bool":
        raise BadCell("not_a_number", got=cell.text)


def check_units(given: str, kept: str) -> None:
    """Raises BadCell when `given` is no unit or measures something else than `kept`."""
    if not given:
        raise BadCell("unit_missing", kept=kept)
    try:
        one, other = unit(given), unit(kept)
    except UnknownUnit:
        raise BadCell("unknown_unit", got=given, kept=kept) from None
    if one.dimension != other.dimension:
        raise BadCell("unit_mismatch", got=given, kept=kept)


def _number(text: str, shown: str) -> Number:
    if not _PLAIN.fullmatch(text):
        raise BadCell("not_a_number", got=shown)
    try:
        number = Number.parse(text)
    except ValueError:
        raise BadCell("number_too_long", got=shown) from None
    return number


def _converted(number: Number, source: str, kept: str) -> Number:
    try:
        return rules.converted(number, source, kept)
    except IncompatibleUnits:
        raise BadCell("unit_mismatch", got=source, kept=kept) from None
    except rules.InexactConversion:
        raise BadCell("unit_inexact", got=source, kept=kept) from None
    except ValueError:
        raise BadCell("number_too_long", got=str(number)) from None


def check_range(number: Number, measure: str, bounds: Sequence[str], kept: str) -> None:
    """Refuse what cannot be: a rank below 1 or with places, growth below −100 %, a count below zero.

    bounds: lowest and highest level of the metric as text, or none; kept: the series' unit. Raises BadCell.
    """
    if measure == "rank" and (number.decimal < 1 or number.decimal != number.decimal.to_integral_value()):
        raise BadCell("rank_not_whole", got=str(number))
    low, high = _limits(measure, bounds, kept)
    if (low and number.decimal < Decimal(low)) or (high and number.decimal > Decimal(high)):
        raise BadCell("out_of_range", got=str(number), low=low or "−∞", high=high or "∞")


def _limits(measure: str, bounds: Sequence[str], kept: str) -> tuple[str, str]:
    """What falls below zero can fall by more than a hundred percent: a profit that turns into a loss.

    Things, areas, lengths are never fewer than none unless the metric's bounds say so; money and rates may be.
    """
    if measure == "level" and len(bounds) == 2:
        return bounds[0], bounds[1]
    if measure == "level" and unit(kept).dimension not in SIGNED:
        return "0", ""
    if measure == "growth":
        return ("", "") if bounds and Decimal(bounds[0]) < 0 else ("-100", "")
    return {"share": ("0", "100"), "completion": ("0", "")}.get(measure, ("", ""))
