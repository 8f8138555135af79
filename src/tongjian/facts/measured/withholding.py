"""Which measured figures are not for readers: small counts of persons, and as many more as keep those from being reckoned.

Towns add up to the district, breakdowns to the whole, months to January-to-a-month; whatever two of these that are shown
would tell by a difference is as hidden as if it stood there. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from tongjian.facts.measured import small
from tongjian.facts.measured.values import Cell

Key = tuple[str, str, int, int]  # breakdown, area, first and last month
Counts = Mapping[Key, tuple[int, ...]]


def withheld(parts: Mapping[str, Sequence[Cell]], district: str) -> frozenset[Key]:
    """parts: by breakdown ("": the whole) its figures. Grows until nothing more has to be hidden."""
    counts = {key_of(b, c): _counts(c) for b, cells in parts.items() for c in cells}
    found = frozenset(key_of(b, c) for b, cells in parts.items() for c in cells if _is_small(c))
    if not found and not _has_small_step(counts):
        return found
    columns = [*_by_area(counts, district), *_by_breakdown(counts)]
    while True:
        more = set(found)
        for column in columns:
            more |= small.closed(more.intersection(column), column)
        more |= _to_date(counts, more) | _steps(counts, more)
        if len(more) == len(found):
            return frozenset(more)
        found = frozenset(more)


def key_of(breakdown: str, cell: Cell) -> Key:
    return breakdown, cell.area, cell.period.start, cell.period.end


def _is_small(cell: Cell) -> bool:
    return small.is_small(cell.rows, cell.part)


def _counts(cell: Cell) -> tuple[int, ...]:
    return (cell.rows,) if cell.part is None else (cell.rows, cell.part)


def _by_area(counts: Counts, district: str) -> Iterator[Counts]:
    """Of each breakdown and period, the towns that add up to the district."""
    found: dict[tuple[str, int, int], dict[Key, tuple[int, ...]]] = defaultdict(dict)
    for key, own in counts.items():
        breakdown, area, start, end = key
        if area != district:
            found[breakdown, start, end][key] = own
    yield from found.values()


def _by_breakdown(counts: Counts) -> Iterator[Counts]:
    """Of each area and period, the parts, where they make up the whole."""
    found: dict[tuple[str, int, int], dict[Key, tuple[int, ...]]] = defaultdict(dict)
    for key, own in counts.items():
        if key[0]:
            found[key[1:]][key] = own
    for place, column in found.items():
        whole = counts.get(("", *place))
        if whole is not None and sum(own[0] for own in column.values()) >= whole[0]:
            yield column


def _to_date(counts: Counts, shut: Iterable[Key]) -> set[Key]:
    """January-to-a-month figures that, less a shown one, would tell months that are hidden or small."""
    closed, found = {*shut}, set()
    for run in _runs(counts):
        waiting: list[tuple[int, ...]] = []
        before = (0,) * len(counts[run[0]])
        for key in run:
            step = tuple(b - a for a, b in zip(before, counts[key], strict=True))
            before = counts[key]
            month = (*key[:2], key[3], key[3])
            if month in closed or any(0 < n < small.LEAST for n in step):
                waiting.append(step)
            if waiting and key not in closed and small.together_safe(waiting):
                waiting = []
            if waiting:
                found.add(key)
    return found


def _steps(counts: Counts, shut: Iterable[Key]) -> set[Key]:
    """Months that, with the figure to date before them, would tell a hidden one to date, or the other way round."""
    closed, found = {*shut}, set()
    for run in _runs(counts):
        for before, key in pairwise(run):
            month = (*key[:2], key[3], key[3])
            one_of_them = (before in closed) != (key in closed)
            if one_of_them and key[3] - before[3] == 1 and month in counts:
                found.add(month)
    return found


def _runs(counts: Counts) -> Iterator[list[Key]]:
    """Figures counted from January on, of one breakdown, area and year, in order of time."""
    found: dict[tuple[str, str, int], list[Key]] = defaultdict(list)
    for key in counts:
        if key[2] % 12 == 0:
            found[key[:3]].append(key)
    for run in found.values():
        if len(run) > 1:
            yield sorted(run, key=lambda k: k[3])


def _has_small_step(counts: Counts) -> bool:
    return bool(_to_date(counts, ()))
