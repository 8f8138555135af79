"""Rule lists of lights with other thresholds, for trying them out: bodies in, a book out. Pure.

A threshold is the edge between two neighbouring rules of a list; the lights on its two sides stay as they are.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongjian.plans import lights
from tongjian.plans.choices import Light

BOUNDS = ("approx_points", "approx_percent")


@dataclass(frozen=True, slots=True)
class Edge:
    """name: `growth.during.1`, the first edge of a list, or `bounds.approx_points`. above, below: its lights."""

    name: str
    yardstick: str
    stage: str
    value: str
    above: Light | None = None
    below: Light | None = None


def edges(bodies: Iterable[Mapping[str, Any]]) -> list[Edge]:
    """All thresholds of the lists, in the order of the pack's keys, how wide 左右 is at the end."""
    by_key = {str(b["key"]): b for b in bodies}
    found = [
        _edge(yardstick, stage, number, by_key[yardstick][stage])
        for yardstick in lights.YARDSTICKS
        for stage in lights.STAGES
        for number in range(1, len(by_key[yardstick][stage]))
    ]
    bounds = by_key.get("bounds", {})
    return [*found, *(Edge(f"bounds.{name}", "bounds", name, str(bounds.get(name, 0))) for name in BOUNDS)]


def _edge(yardstick: str, stage: str, number: int, rows: Sequence[Mapping[str, Any]]) -> Edge:
    upper, lower = rows[number - 1], rows[number]
    name, value = f"{yardstick}.{stage}.{number}", str(upper["from"])
    return Edge(name, yardstick, stage, value, Light(upper["light"]), Light(lower["light"]))


def edited(bodies: Iterable[Mapping[str, Any]], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The same lists with thresholds as typed, by the name of the edge; names that are none are passed over."""
    kept = [copy.deepcopy(dict(b)) for b in bodies]
    by_key = {str(b["key"]): b for b in kept}
    for edge in edges(kept):
        if (value := typed.get(edge.name, "").strip()) == "":
            continue
        if edge.yardstick == "bounds":
            by_key["bounds"][edge.stage] = value
        else:
            rows, number = by_key[edge.yardstick][edge.stage], int(edge.name.rsplit(".", 1)[1])
            rows[number - 1]["from"] = rows[number]["below"] = value
    return kept


def changed(before: Iterable[Edge], after: Iterable[Edge]) -> list[tuple[Edge, Edge]]:
    """Thresholds that differ between two books, those that only one has left out."""
    old = {e.name: e for e in before}
    pairs = [(old[e.name], e) for e in after if e.name in old]
    return [(a, b) for a, b in pairs if lights.number(a.value) != lights.number(b.value)]
