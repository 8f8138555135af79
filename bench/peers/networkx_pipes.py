"""A network of pipes as networkx keeps it: one Python object for each node and edge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def build(edges: Iterable[tuple[int, int]]) -> Any:
    import networkx

    graph = networkx.DiGraph()
    graph.add_edges_from(edges)
    return graph


def downstream(graph: Any, node: int) -> set[int]:
    import networkx

    found: set[int] = networkx.descendants(graph, node)
    return found
