"""Distributive lists (A、B、C分别为…) whose names and numbers do not count the same: which belongs to which is a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tongjian.reading.types import Figure

EACH = "分别"
_STOP = re.compile(r"[，。；：\n\t]")
_AND = re.compile("[、和及与]")
REACH = 120  # characters before a number in which its list begins
LONGEST = 240  # characters that the names of a list have at most
IsName = Callable[[str, Figure], bool]


def is_uneven(text: str, figure: Figure, figures: Sequence[Figure], name: str) -> bool:
    """Whether the number stands in a list that may name more things than it has numbers: a name may hold a 、 or 和 itself.

    name: of the metric that is thought to be meant. Where it stands whole in the list, with room for all numbers
    before and after this one, it is believed; where names and numbers count the same, only in the number's own place.
    """
    left = text[max(0, figure.start - REACH) : figure.start]
    clause = _STOP.split(left)[-1]
    head, each, _values = clause.rpartition(EACH)
    if not each:
        return False
    begins = figure.start - len(clause) + len(head) + len(each)
    end = _STOP.search(text, figure.end)
    starts = [f.start for f in figures if begins <= f.start < (end.start() if end else len(text))]
    if not _names(head) >= len(starts) > 1:
        return False
    before, found, after = head.partition(name)
    ahead = sum(s < figure.start for s in starts)
    if _names(head) == len(starts):
        return bool(found) and _names(before) - 1 != ahead
    return not found or _names(before) - 1 < ahead or _names(after) - 1 < len(starts) - 1 - ahead


def _names(part: str) -> int:
    """How many names there may be at most."""
    return len(_AND.findall(part)) + 1


def by_place(text: str, figures: Sequence[Figure], is_name: IsName) -> dict[int, str]:
    """Names of the numbers in distributive lists, by the place where each number begins: the n-th name for the n-th.

    A name may hold a 、 or 和 itself, so the words before 分别 are cut where every part is a name that the number can
    have (is_name). Lists for which there is no such cut, or more than one, are left out.
    """
    found: dict[int, str] = {}
    for head, group in _lists(text, figures):
        cuts = _cuts(head, group, is_name)
        if len(cuts) == 1:
            found.update(zip((f.start for f in group), cuts[0], strict=True))
    return found


def _lists(text: str, figures: Sequence[Figure]) -> Iterator[tuple[str, list[Figure]]]:
    """The words before each 分别, back to the stop, and the figures after it, up to the stop."""
    ordered = sorted(figures, key=lambda f: f.start)
    for each in re.finditer(EACH, text):
        end = _STOP.search(text, each.end())
        group = [f for f in ordered if each.end() <= f.start < (end.start() if end else len(text))]
        if len({f.start for f in group}) == len(group) > 1:
            yield _STOP.split(text[max(0, each.start() - LONGEST) : each.start()])[-1], group


def _cuts(head: str, group: Sequence[Figure], is_name: IsName) -> list[tuple[str, ...]]:
    """All ways to cut the words at joints into as many names as there are figures, each a name of its figure."""
    joints = [m.span() for m in _AND.finditer(head)]

    def rest(at: int, first: int) -> list[tuple[str, ...]]:
        """at: where the words not yet given out begin; first: the figure that is next."""
        if first == len(group) - 1:
            return [(head[at:],)] if is_name(head[at:], group[first]) else []
        found: list[tuple[str, ...]] = []
        for start, end in joints:
            if start > at and is_name(head[at:start], group[first]):
                found += [(head[at:start], *tail) for tail in rest(end, first + 1)]
        return found

    return rest(0, 0)
