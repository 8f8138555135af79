"""Numbers as written: digits with separators, and Chinese numerals (二十三, 三千五百)."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
HAN_DIGITS = "〇零一二两三四五六七八九十百千"
_MINUS = str.maketrans("−－", "--", ",，")


def decimal_of(digits: str) -> tuple[Decimal, int]:
    """Value and printed decimals of `1,234.50` (full-width minus allowed)."""
    plain = digits.translate(_MINUS)
    return Decimal(plain), len(plain.partition(".")[2])


def hanzi_value(text: str) -> int | None:
    """The whole number that Chinese numerals write; None when they write none (一二, 千百)."""
    total, digit = 0, 0
    for c in text:
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
        elif c in _TENS:
            total += (digit or 1) * _TENS[c]
            digit = 0
        else:
            return None
    return total + digit
