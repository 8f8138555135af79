"""Pipes within a distance of a dig by shapely's tree over projected lines."""

from __future__ import annotations

from typing import Any


def build(lines: Any) -> tuple[Any, Any]:
    """lines: float64 [pipe, end, metres east and north]."""
    import shapely

    shapes = shapely.linestrings(lines)
    return shapely.STRtree(shapes), shapes


def within(tree: Any, ring: Any, metres: float) -> Any:
    import shapely

    return tree.query(shapely.polygons(ring), predicate="dwithin", distance=metres)
