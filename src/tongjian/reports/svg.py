"""A chart of a report as SVG, drawn from the same points as Word's: columns, bars, lines, slices. No scripts, no styles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tongjian.reports.grids import Grid, number
from tongjian.reports.tree import Figure

WIDE, HIGH = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 16, 16, 34, 28
COLOURS = ("#1F4E79", "#C55A11", "#548235", "#7F7F7F")
Points = Sequence[Figure | None]


@dataclass(frozen=True, slots=True)
class Scale:
    """Values → pixels from the top."""

    lowest: float
    highest: float

    def y(self, value: float) -> float:
        span = self.highest - self.lowest or 1.0
        return round(TOP + (HIGH - TOP - BOTTOM) * (self.highest - value) / span, 1)


def chart_svg(grid: Grid) -> str:
    """Named for who does not see it by its caption; the table beside it holds the numbers."""
    series = list(grid.series())
    kind = grid.drawing.kind if grid.drawing else "column"
    inner = _pie(grid.names, series[0][1]) if kind == "pie" else _plot(kind, grid.names, series)
    label = escape(grid.caption.text if grid.caption else "、".join(name for name, _p in series))
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}" font-size="12" '
        f'text-anchor="middle">{"".join(inner)}</svg>'
    )


def _plot(kind: str, names: Sequence[str], series: Sequence[tuple[str, Points]]) -> Iterator[str]:
    """Bars lie in Word; here they stand, as columns do."""
    values = [_value(p) for _n, points in series for p in points if p is not None]
    scale = _scale(values, from_zero=kind != "line")
    step = (WIDE - LEFT - RIGHT) / max(len(names), 1)
    base = scale.y(min(max(scale.lowest, 0.0), scale.highest))
    yield f'<line x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{base}" y2="{base}" stroke="#7f7f7f"/>'
    for at, name in enumerate(names):
        yield f'<text x="{LEFT + step * (at + 0.5):.1f}" y="{HIGH - 8}">{escape(name)}</text>'
    for at, (_name, points) in enumerate(series):
        colour = COLOURS[at % len(COLOURS)]
        yield from (
            _line(points, scale, step, colour)
            if kind == "line"
            else _columns(points, scale, step, colour, at, len(series))
        )
    if len(series) > 1:
        yield from _legend([name for name, _p in series])


def _scale(values: Sequence[float], *, from_zero: bool) -> Scale:
    """Columns stand on zero; a line shows its course."""
    if from_zero or not values:
        return Scale(min([0.0, *values]) * 1.12, max([0.0, *values]) * 1.12)
    room = (max(values) - min(values)) * 0.4 or abs(values[0]) * 0.1 or 1.0
    return Scale(min(values) - room, max(values) + room)


def _columns(points: Points, scale: Scale, step: float, colour: str, at: int, many: int) -> Iterator[str]:
    width = min(step * 0.7 / many, 56.0)
    for place, point in enumerate(points):
        if point is None:
            continue
        left = LEFT + step * (place + 0.5) + width * (at - many / 2)
        top, bottom = sorted((scale.y(_value(point)), scale.y(0)))
        label = top - 4 if _value(point) >= 0 else bottom + 13
        yield f'<rect x="{left:.1f}" y="{top}" width="{width * 0.92:.1f}" height="{bottom - top:.1f}" fill="{colour}"/>'
        yield f'<text x="{left + width * 0.46:.1f}" y="{label:.1f}">{escape(point.shown)}</text>'


def _line(points: Points, scale: Scale, step: float, colour: str) -> Iterator[str]:
    """Broken where a point is empty."""
    at = [
        (LEFT + step * (n + 0.5), scale.y(_value(p)), p.shown) for n, p in enumerate(points) if p is not None
    ]
    path = "".join(
        f"{'M' if n == 0 or points[n - 1] is None else 'L'}{LEFT + step * (n + 0.5):.1f} {scale.y(_value(p))}"
        for n, p in enumerate(points)
        if p is not None
    )
    yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y, shown in at:
        yield f'<circle cx="{x:.1f}" cy="{y}" r="3.5" fill="{colour}"/>'
        yield f'<text x="{x:.1f}" y="{y - 8:.1f}">{escape(shown)}</text>'


def _legend(names: Sequence[str]) -> Iterator[str]:
    at = float(LEFT)
    for number_, name in enumerate(names):
        yield f'<rect x="{at:.1f}" y="6" width="10" height="10" fill="{COLOURS[number_ % len(COLOURS)]}"/>'
        yield f'<text x="{at + 15:.1f}" y="15" text-anchor="start">{escape(name)}</text>'
        at += 32 + 12.5 * len(name)


def _pie(names: Sequence[str], points: Points) -> Iterator[str]:
    slices = [
        (n, p, _value(p)) for n, p in zip(names, points, strict=True) if p is not None and _value(p) > 0
    ]
    whole = sum(v for _n, _p, v in slices) or 1.0
    turned, middle, radius = 0.0, (WIDE / 2, HIGH / 2 + 6), 112.0
    for at, (name, point, value) in enumerate(slices):
        share = value / whole
        yield _slice(middle, radius, turned, share, COLOURS[at % len(COLOURS)])
        angle = 2 * math.pi * (turned + share / 2)
        x, y = middle[0] + (radius + 26) * math.sin(angle), middle[1] - (radius + 14) * math.cos(angle)
        side = "start" if math.sin(angle) > 0.2 else "end" if math.sin(angle) < -0.2 else "middle"
        yield f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{side}">{escape(name)} {escape(point.shown)}</text>'
        turned += share


def _slice(middle: tuple[float, float], radius: float, turned: float, share: float, colour: str) -> str:
    if share > 0.9999:
        return f'<circle cx="{middle[0]}" cy="{middle[1]}" r="{radius}" fill="{colour}"/>'
    ends = [
        (middle[0] + radius * math.sin(2 * math.pi * t), middle[1] - radius * math.cos(2 * math.pi * t))
        for t in (turned, turned + share)
    ]
    (x1, y1), (x2, y2) = ends
    return (
        f'<path d="M{middle[0]} {middle[1]}L{x1:.1f} {y1:.1f}A{radius} {radius} 0 {int(share > 0.5)} 1 '
        f'{x2:.1f} {y2:.1f}Z" fill="{colour}" stroke="#fff"/>'
    )


def _value(figure: Figure | None) -> float:
    found = None if figure is None else number(figure)
    return 0.0 if found is None else float(found)
