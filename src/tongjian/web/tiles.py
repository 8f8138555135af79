"""示意图: areas as tiles of a grid, coloured in ordered classes. No boundaries are shipped, so none are drawn.

`tiles` knows nothing of metrics: it takes cells and places them. Where an installation has boundaries, a map of shapes
can be drawn out of the same `Cell`s and `Step`s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import get_language

from tongjian.facts.resolved import Resolved
from tongjian.facts.simulated import rests_on_simulated
from tongjian.kernel import definitions
from tongjian.kernel.choices import AreaKind
from tongjian.kernel.models import Area
from tongjian.values import Number
from tongjian.web import viewing
from tongjian.web.facts.peers import PeerTable

WIDTH, HEIGHT, GAP = 100, 62, 4  # of a tile, in the drawing's own units
CLASSES = 5
FEWEST = 2  # areas with a value that make a map
Grid = Mapping[str, tuple[int, int]]  # row and column from 0, by key of the area
# What a tile leaves out of a name, in Chinese and English: the kind of the area.
ENDINGS: Mapping[str, tuple[str, str]] = {
    AreaKind.STREET: ("街道", " Street"),
    AreaKind.TOWN: ("镇", " Town"),
    AreaKind.TOWNSHIP: ("乡", " Township"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one area shows. name: whole; short: as the tile has room for. value None: not reported."""

    key: str
    name: str
    short: str
    value: Resolved | None

    @property
    def number(self) -> Number | None:
        return None if self.value is None or not viewing.may_show(self.value) else self.value.number

    @property
    def simulated(self) -> bool:
        return self.value is not None and rests_on_simulated(self.value)


@dataclass(frozen=True, slots=True)
class Tile:
    """A cell in its place. step: its class from 0, the lowest; None: not reported."""

    cell: Cell
    x: int
    y: int
    step: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A class of the legend: the lowest and the highest value in it, and how many areas show one of it."""

    low: Number
    high: Number
    count: int

    @property
    def is_one(self) -> bool:
        return self.low.decimal == self.high.decimal


@dataclass(frozen=True, slots=True)
class TileMap:
    """steps: from the lowest. left_out: cells that the arrangement has no place for."""

    tiles: Sequence[Tile]
    steps: Sequence[Step]
    width: int
    height: int
    left_out: Sequence[Cell]

    @property
    def lacking(self) -> int:
        return sum(t.step is None for t in self.tiles)

    @property
    def simulated(self) -> bool:
        return any(t.cell.simulated for t in self.tiles)


def grid(bodies: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """`tile: [row, column]` of pack entries of areas; those without one are left out."""
    return {str(b["key"]): (int(b["tile"][0]), int(b["tile"][1])) for b in bodies if b.get("tile")}


def tiles(cells: Sequence[Cell], where: Grid) -> TileMap | None:
    """The cells that have a place, on the smallest grid that holds them; None for too few to compare."""
    placed = [c for c in cells if c.key in where]
    if sum(c.number is not None for c in placed) < FEWEST:
        return None
    top, left = (min(where[c.key][n] for c in placed) for n in (0, 1))
    rows, columns = (max(where[c.key][n] for c in placed) + 1 for n in (0, 1))
    steps = classes([c.number for c in placed if c.number is not None])
    return TileMap(
        [
            Tile(
                c,
                (where[c.key][1] - left) * (WIDTH + GAP),
                (where[c.key][0] - top) * (HEIGHT + GAP),
                step_of(c.number, steps),
            )
            for c in sorted(placed, key=lambda c: where[c.key])
        ],
        steps,
        (columns - left) * (WIDTH + GAP) - GAP,
        (rows - top) * (HEIGHT + GAP) - GAP,
        [c for c in cells if c.key not in where],
    )


def classes(numbers: Sequence[Number], most: int = CLASSES) -> list[Step]:
    """At most so many classes, about as many areas in each, equal values in the same one; the lowest first."""
    counted = Counter(n.decimal for n in numbers)
    shown = {n.decimal: n for n in numbers}
    values = sorted(counted)
    edges, seen = [0], 0
    for at, value in enumerate(values):
        due = seen * most >= len(numbers) * len(edges)
        if at and due and len(edges) < most:
            edges.append(at)
        seen += counted[value]
    groups = [values[a:b] for a, b in pairwise([*edges, len(values)])]
    return [Step(shown[g[0]], shown[g[-1]], sum(counted[v] for v in g)) for g in groups if g]


def step_of(number: Number | None, steps: Sequence[Step]) -> int | None:
    """The class that a number falls into."""
    if number is None:
        return None
    return next(n for n, s in enumerate(steps) if number.decimal <= s.high.decimal)


def short(area: Area) -> str:
    """The name without the word for its kind, where something is left: 漷县镇 as 漷县."""
    name = str(area)
    ending = ENDINGS.get(area.kind, ("", ""))[(get_language() or "").startswith("en")]
    bare = name.removesuffix(ending)
    return bare if len(bare) > 1 else name


def of_peers(table: PeerTable, where: Grid | None = None) -> TileMap | None:
    """The towns of a comparison. where None: as the packs arrange them."""
    found = grid(definitions.bodies("areas")) if where is None else where
    return tiles([Cell(r.area.key, str(r.area), short(r.area), r.value) for r in table.rows], found)
