"""Bound words of figures: which stand before, inside or after the number, and what each may mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP

from tongjian.reports.known import Known
from tongjian.values import Bound, unit
from tongjian.values.units import SCALES

OVER = frozenset({Bound.OVER, Bound.GT})
UNDER = frozenset({Bound.LT, Bound.APPROX})
ABOUT = frozenset({Bound.APPROX})
LEAST = frozenset({Bound.GE})
MOST = frozenset({Bound.LE, Bound.LT})
BEFORE: Mapping[str, frozenset[Bound]] = {
    "超过": OVER,
    "突破": OVER,
    "超": OVER,
    "逾": OVER,
    "高于": OVER,
    "不少于": LEAST,
    "不低于": LEAST,
    "至少": LEAST,
    "达到": LEAST,
    "不超过": MOST,
    "不高于": MOST,
    "低于": MOST,
    "接近": UNDER,
    "将近": UNDER,
    "近": UNDER,
    "大约": ABOUT,
    "约": ABOUT,
}
AFTER: Mapping[str, frozenset[Bound]] = {
    "左右": ABOUT,
    "上下": ABOUT,
    "规模": ABOUT,
    "以上": LEAST | OVER,
    "以内": MOST,
    "以下": MOST,
}
INSIDE: Mapping[str, frozenset[Bound]] = {"余": OVER, "多": OVER}
DEFAULT: Mapping[Bound, str] = {
    Bound.EQ: "",
    Bound.APPROX: "左右",
    Bound.GE: "以上",
    Bound.LE: "以内",
    Bound.LT: "近",
    Bound.GT: "超",
    Bound.OVER: "超",
}
_PRINTED_BEFORE = re.compile("|".join(sorted(BEFORE, key=len, reverse=True)))
_PRINTED_AFTER = re.compile(f"(?:{'|'.join(AFTER)})$")
_PRINTED_INSIDE = re.compile(rf"(?:[\d万亿千百]|^)([{''.join(INSIDE)}])")


@dataclass(frozen=True, slots=True)
class BoundWord:
    """A bound word and where it stands; at most one of the three is not empty."""

    before: str = ""
    inside: str = ""
    after: str = ""


def means(word: str, bound: Bound) -> bool:
    """Whether the word can say this bound."""
    return any(bound in table.get(word, ()) for table in (BEFORE, INSIDE, AFTER))


def rounds(word: str) -> tuple[str, Bound] | None:
    """How a number is rounded to be said with this word, and what the word then says: 超 and 余 down, 近 up, 约 to the
    nearest. None: no such word.
    """
    meant = next((table[word] for table in (BEFORE, INSIDE, AFTER) if word in table), frozenset())
    if Bound.OVER in meant:
        return ROUND_DOWN, Bound.OVER
    if meant == UNDER:
        return ROUND_UP, Bound.LT
    return (ROUND_HALF_UP, Bound.APPROX) if meant == ABOUT else None


def placed(word: str) -> BoundWord:
    """The word in its place; an unknown one stands before."""
    if word in AFTER:
        return BoundWord(after=word)
    return BoundWord(inside=word) if word in INSIDE else BoundWord(before=word)


def printed(known: Known) -> str:
    """The bound word that was printed with the fact, if it says the fact's bound; else the bound's usual word."""
    if known.bound is Bound.EQ:
        return ""
    for pattern in (_PRINTED_BEFORE, _PRINTED_AFTER, _PRINTED_INSIDE):
        found = pattern.search(known.words)
        word = found[found.lastindex or 0] if found else ""
        if word and means(word, known.bound):
            return word
    return DEFAULT[known.bound]


def inserted(number: str, symbol: str, word: str) -> str:
    """`余` inside: 4 + 万人 → 4万余人, 6000 + 套 → 6000余套."""
    scale = unit(symbol).scale if symbol not in SCALES else 1
    split = next((len(name) for name, factor in SCALES.items() if scale == factor != 1), 0)
    return f"{number}{symbol[:split]}{word}{symbol[split:]}"
