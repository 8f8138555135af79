"""Distributive lists (A、B、C分别为…) whose names and numbers do not count the same: which belongs to which is a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongjian.reading.types import Figure

EACH = "分别"
_STOP = re.compile(r"[，。；：\n\t]")
_AND = re.compile("[、和及与]")
REACH = 120  # characters before a number in which its list begins


def is_uneven(text: str, figure: Figure, figures: Sequence[Figure], name: str) -> bool:
    """Whether the number stands in a list that may name more things than it has numbers: a name may hold a 、 or 和 itself.

    name: of the metric that is thought to be meant. Where it stands whole in the list, with room for all numbers
    before and after this one, it is believed.
    """
    left = text[max(0, figure.start - REACH) : figure.start]
    clause = _STOP.split(left)[-1]
    head, each, _values = clause.rpartition(EACH)
    if not each:
        return False
    begins = figure.start - len(clause) + len(head) + len(each)
    end = _STOP.search(text, figure.end)
    starts = [f.start for f in figures if begins <= f.start < (end.start() if end else len(text))]
    if not _names(head) > len(starts) > 1:
        return False
    before, found, after = head.partition(name)
    ahead = sum(s < figure.start for s in starts)
    return not found or _names(before) - 1 < ahead or _names(after) - 1 < len(starts) - 1 - ahead


def _names(part: str) -> int:
    """How many names there may be at most."""
    return len(_AND.findall(part)) + 1
