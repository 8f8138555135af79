"""Units with exact conversion: 万 and 亿 as scales, areas and weights by their definition.

Source of factors: 法定计量单位; 亩 is kept at 2000/3 square metres exactly (15 亩 = 1 hectare).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

SCALES: dict[str, int] = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}
ALIASES = {
    "％": "%",
    "百分点": "个百分点",
    "平方千米": "平方公里",
    "km²": "平方公里",
    "m²": "平方米",
    "千米": "公里",
    "ha": "公顷",
}
# base symbol -> (dimension, factor to the first symbol of that dimension)
DIMENSIONS: dict[str, dict[str, Fraction]] = {
    "money": {"元": Fraction(1)},
    "area": {
        "平方米": Fraction(1),
        "亩": Fraction(2000, 3),
        "公顷": Fraction(10_000),
        "平方公里": Fraction(1_000_000),
    },
    "length": {"米": Fraction(1), "公里": Fraction(1000)},
    "mass": {"吨": Fraction(1), "公斤": Fraction(1, 1000), "斤": Fraction(1, 2000)},
    "ratio": {"%": Fraction(1), "‰": Fraction(1, 10)},
    "points": {"个百分点": Fraction(1)},
    "energy": {"吨标准煤": Fraction(1)},
    "concentration": {"微克/立方米": Fraction(1)},
}


class UnknownUnit(ValueError):
    """The unit's text is empty or only a scale."""


class IncompatibleUnits(ValueError):
    """The two units measure different things."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as printed, split: `万户` is scale 10 000 of the counted thing 户.

    Counted things (家, 项, 户 …) each are a dimension of their own: 家 does not convert into 户.
    """

    symbol: str
    scale: int
    base: str
    dimension: str

    @property
    def factor(self) -> Fraction:
        """How many of the dimension's first unit one of this is."""
        return self.scale * DIMENSIONS.get(self.dimension, {}).get(self.base, Fraction(1))

    def __str__(self) -> str:
        return self.symbol


@lru_cache(maxsize=1024)
def unit(symbol: str) -> Unit:
    """The unit that a printed symbol names (`亿元`, `万平方米`, `户`). Raises UnknownUnit when empty."""
    text = ALIASES.get(symbol.strip(), symbol.strip())
    scale, base = 1, text
    for word, factor in SCALES.items():
        if text.startswith(word) and len(text) > len(word) and text not in {"千米", "百分点"}:
            scale, base = factor, text.removeprefix(word)
            break
    base = ALIASES.get(base, base)
    if not base or base in SCALES:
        raise UnknownUnit(f"no unit in {symbol!r}")
    dimension = next((name for name, units in DIMENSIONS.items() if base in units), f"count:{base}")
    return Unit(text, scale, base, dimension)


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """`value` in `source` as so many `target`, exact where the quotient ends, else to 28 digits.

    Raises IncompatibleUnits when the two measure different things (个百分点 never turns into %).
    """
    a, b = unit(source), unit(target)
    if a.dimension != b.dimension:
        raise IncompatibleUnits(f"{source} does not convert into {target}")
    ratio = a.factor / b.factor
    return value * ratio.numerator / ratio.denominator
