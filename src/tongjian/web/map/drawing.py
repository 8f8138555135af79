"""The towns as a drawing: their boundaries where they were imported, else tiles of a grid, said to be schematic.

Drawn on the server, so that it shows without WebGL or JavaScript and prints as it looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from typing import Any

from tongjian.kernel import definitions, geometry, shapes
from tongjian.kernel.geometry import Box
from tongjian.kernel.models import Area, Shape
from tongjian.values import Number
from tongjian.web import tiles
from tongjian.web.tiles import GAP, HEIGHT, WIDTH, Step

ACROSS = 760.0  # width of a drawing of boundaries, in its own units
FINEST = 0.8  # positions closer than this are one


@dataclass(frozen=True, slots=True)
class Town:
    """One town of the drawing. path: SVG path data; x, y: middle of its label; step: shade by its count, None: no count."""

    key: str
    name: str
    short: str
    path: str
    x: float
    y: float
    count: int
    step: int | None


@dataclass(frozen=True)
class Drawing:
    """left_out: names of towns that have no place in it, with their counts."""

    towns: Sequence[Town]
    steps: Sequence[Step]
    width: float
    height: float
    schematic: bool
    left_out: Sequence[tuple[str, int]]
    frame: Frame | None = None

    @property
    def height_box(self) -> float:
        """Height of the drawing with its margins."""
        return self.height + 4

    @cached_property
    def none(self) -> int:
        """How many towns have nothing of what is shown."""
        return sum(t.step is None for t in self.towns)


@dataclass(frozen=True, slots=True)
class Frame:
    """From degrees to the drawing: the box's north-west corner is its origin."""

    box: Box
    scale: float
    squeeze: float

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            round((lon - self.box.west) * self.squeeze * self.scale, 1),
            round((self.box.north - lat) * self.scale, 1),
        )


def draw(towns: Sequence[Area], counts: Mapping[int, int]) -> Drawing | None:
    """The towns with how many of what is shown lie in each; None where they have neither boundaries nor tiles."""
    placed = {s.pk: s for s in Shape.objects.filter(subject__in=[t.pk for t in towns], kind="area")}
    if placed:
        return _of_boundaries(towns, placed, counts)
    return _of_tiles(towns, counts)


def _shades(towns: Sequence[Area], counts: Mapping[int, int]) -> tuple[list[Step], dict[int, int | None]]:
    numbers = {t.pk: Number(counts.get(t.pk, 0)) for t in towns if counts.get(t.pk)}
    steps = tiles.classes(list(numbers.values()))
    return steps, {t.pk: tiles.step_of(numbers.get(t.pk), steps) for t in towns}


def _of_tiles(towns: Sequence[Area], counts: Mapping[int, int]) -> Drawing | None:
    where = tiles.grid(definitions.bodies("areas"))
    found = [t for t in towns if t.key in where]
    if not found:
        return None
    steps, shade = _shades(found, counts)
    top, left = (min(where[t.key][n] for t in found) for n in (0, 1))
    made = []
    for town in found:
        row, column = where[town.key]
        x, y = (column - left) * (WIDTH + GAP), (row - top) * (HEIGHT + GAP)
        path = f"M{x + 4} {y}h{WIDTH - 8}q4 0 4 4v{HEIGHT - 8}q0 4 -4 4h{8 - WIDTH}q-4 0 -4 -4v{8 - HEIGHT}q0 -4 4 -4z"
        made.append(_town(town, path, x + WIDTH / 2, y + HEIGHT / 2, counts, shade))
    width = (max(where[t.key][1] for t in found) - left + 1) * (WIDTH + GAP) - GAP
    height = (max(where[t.key][0] for t in found) - top + 1) * (HEIGHT + GAP) - GAP
    rest = [(str(t), counts.get(t.pk, 0)) for t in towns if t.key not in where]
    return Drawing(made, steps, width, height, True, rest)


def _of_boundaries(towns: Sequence[Area], placed: Mapping[int, Shape], counts: Mapping[int, int]) -> Drawing:
    found = [t for t in towns if t.pk in placed]
    steps, shade = _shades(found, counts)
    box = shapes.extent(placed.values())
    assert box is not None  # there are shapes
    squeeze = cos(radians((box.south + box.north) / 2))
    scale = ACROSS / max((box.east - box.west) * squeeze, 1e-9)
    frame = Frame(box, scale, squeeze)
    made = []
    for town in found:
        shape = placed[town.pk].geometry
        x, y = frame.point(*geometry.inside(shape))
        made.append(_town(town, path_of(shape, frame), x, y, counts, shade))
    rest = [(str(t), counts.get(t.pk, 0)) for t in towns if t.pk not in placed]
    return Drawing(made, steps, ACROSS, round((box.north - box.south) * scale, 1), False, rest, frame)


def _town(
    town: Area, path: str, x: float, y: float, counts: Mapping[int, int], shade: Mapping[int, int | None]
) -> Town:
    return Town(
        town.key, str(town), tiles.short(town), path, x, y, counts.get(town.pk, 0), shade.get(town.pk)
    )


def path_of(shape: Mapping[str, Any], frame: Frame) -> str:
    """SVG path data of a surface, without positions that nobody could tell apart."""
    return "".join(_ring(ring, frame) for rings in geometry.polygons(shape) for ring in rings)


def _ring(ring: Sequence[Sequence[float]], frame: Frame) -> str:
    kept: list[tuple[float, float]] = []
    for position in ring:
        x, y = frame.point(position[0], position[1])
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) > FINEST:
            kept.append((x, y))
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "z" if len(kept) > 2 else ""
