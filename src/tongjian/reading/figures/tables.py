"""Tables inside plain text: one cell a line (or between tabs), a label followed by its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from tongjian.reading.types import Figure, Outline


def table_figures(text: str, outline: Outline) -> tuple[Sequence[Figure], Sequence[tuple[int, int]]]:
    """Figures of table cells, and the spans that the tables cover."""
    return (), ()
