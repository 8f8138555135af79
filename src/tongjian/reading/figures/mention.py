"""A quantity found in the text, before it is known what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Value = Decimal | tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Mention:
    """`start:end` covers number and unit, `lo:hi` the bound words around them too.

    sort: amount, rank, ratio (a part of a:b:c) or word (全覆盖); part: position in a ratio.
    name: what a word makes of the phrase before it (覆盖率); kind, period: fixed by table or word, else empty.
    """

    start: int
    end: int
    lo: int
    hi: int
    value: Value
    decimals: int
    unit: str
    form: str = "digits"
    bound: str = "eq"
    bound_word: str | None = None
    sort: str = "amount"
    part: int = 0
    name: str = ""
    kind: str = ""
    negative: bool = False
