"""Numbers that keep their printed precision: 99.40 is not 99.4."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

LARGEST = 10**18  # what every database keeps as an integer


@dataclass(frozen=True, slots=True)
class Number:
    """An exact value: mantissa / 10**decimals. `Number(9940, 2)` prints 99.40."""

    mantissa: int
    decimals: int = 0

    def __post_init__(self) -> None:
        if abs(self.mantissa) >= LARGEST:
            raise ValueError("the number has more than 18 digits")
        if not 0 <= self.decimals <= 12:
            raise ValueError(f"decimals must be 0 to 12, not {self.decimals}")

    @classmethod
    def parse(cls, text: str) -> Number:
        """Read a plain number (`-3.20`, `51,000`). Raises ValueError on anything else."""
        try:
            return cls.of(Decimal(text.strip().replace(",", "").replace("，", "")))
        except InvalidOperation:
            raise ValueError(f"not a number: {text!r}") from None

    @classmethod
    def of(cls, value: Decimal | int) -> Number:
        """The same value and precision as a Decimal or int. Raises ValueError for NaN and infinities."""
        sign, digits, exponent = Decimal(value).as_tuple()
        if not isinstance(exponent, int):
            raise ValueError(f"not a finite number: {value}")
        if exponent > 18:
            raise ValueError("the number has more than 18 digits")
        mantissa = int("".join(map(str, digits))) * 10 ** max(exponent, 0)
        return cls(-mantissa if sign else mantissa, max(-exponent, 0))

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.mantissa).scaleb(-self.decimals)

    def rounded(self, decimals: int, mode: str = ROUND_HALF_UP) -> Number:
        """To so many places, half up unless `mode` names another rounding of the decimal module."""
        return Number.of(self.decimal.quantize(Decimal(1).scaleb(-decimals), rounding=mode))

    def __str__(self) -> str:
        return f"{self.decimal:f}"
