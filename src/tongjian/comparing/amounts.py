"""A promised amount against a reported one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tongjian.comparing.types import Said
from tongjian.reading.types import Figure
from tongjian.values.units import IncompatibleUnits, UnknownUnit, convert

AT_MOST = ("le", "lt")
COUNTED = ("count", "level", "share", "rate", "growth", "difference")
NEAR = Decimal("0.05")  # of the promised amount: 左右 promised, this far off is kept


@dataclass(frozen=True, slots=True)
class Reached:
    """promised and reported figure, and by how much the reported one is on the good side (negative: short)."""

    promised: Figure
    reported: Figure
    over: Decimal

    @property
    def said(self) -> Said:
        sign_zh = "达到" if self.over >= 0 else "未达到"
        sign_en = "reaches" if self.over >= 0 else "falls short of"
        return Said(
            f"{self.reported.text}，{sign_zh}承诺的{self.promised.text}",
            f"{self.reported.text} {sign_en} the promised {self.promised.text}",
        )


def reached(promised: Iterable[Figure], reported: Iterable[Figure]) -> Reached | None:
    """The first promised amount for which an amount of the same kind and unit is reported; None without one."""
    found = list(reported)
    for target in promised:
        for figure in found:
            over = _over(target, figure)
            if over is not None:
                return Reached(target, figure, over)
    return None


def _over(target: Figure, figure: Figure) -> Decimal | None:
    wanted, got = _least(target.value), _least(figure.value)
    if wanted is None or got is None or target.kind not in COUNTED or not _same_kind(target, figure):
        return None
    try:
        got = convert(got, figure.unit, target.unit) if figure.unit != target.unit else got
    except (UnknownUnit, IncompatibleUnits):
        return None
    over = wanted - got if target.bound in AT_MOST else got - wanted
    return Decimal(0) if target.bound == "approx" and abs(over) <= abs(wanted) * NEAR else over


def _same_kind(target: Figure, figure: Figure) -> bool:
    amounts = ("count", "level")
    return target.kind == figure.kind or (target.kind in amounts and figure.kind in amounts)


def _least(value: Decimal | tuple[Decimal, Decimal]) -> Decimal | None:
    return min(value) if isinstance(value, tuple) else value
