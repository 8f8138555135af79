"""The manifest: what a report says of its own figures. Travels inside the docx as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tongjian.reading.documents.told import NAMESPACE as NAMESPACE
from tongjian.reports.grids import Grid, charts
from tongjian.reports.known import Known, Where
from tongjian.reports.leads import lead
from tongjian.reports.tree import Figure, Literal, Report, printed

VERSION = 1


def manifest(report: Report, *, year: int, built_at: datetime, layout: str = "") -> dict[str, Any]:
    """The manifest of a bound report; its shape stands in docs/reference/manifest.md."""
    return {
        "version": VERSION,
        "title": report.title,
        "year": year,
        "layout": layout,
        "built_at": built_at.isoformat(timespec="seconds"),
        "figures": dict(_figure_entries(report)),
        "literals": {i.anchor: i.text for i in literals(report)},
        "charts": {anchor: chart_entry(grid) for anchor, grid in _charts(report)},
    }


def figures(report: Report) -> Iterator[Figure]:
    """In reading order."""
    for paragraph in report.walk():
        yield from (i for i in paragraph.inlines if isinstance(i, Figure))


def literals(report: Report) -> Iterator[Literal]:
    for paragraph in report.walk():
        yield from (i for i in paragraph.inlines if isinstance(i, Literal))


def _figure_entries(report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
    drawn = {
        f.anchor: anchor for anchor, grid in _charts(report) for _n, row in grid.series() for f in row if f
    }
    for paragraph in report.walk():
        text = ""
        for inline in paragraph.inlines:
            if isinstance(inline, Figure):
                words = lead(text + inline.before, len(text + inline.before), inline.before)
                point = {"chart": drawn[inline.anchor]} if inline.anchor in drawn else {}
                yield inline.anchor, {**figure_entry(inline, words), **point}
            text += printed(inline)


def _charts(report: Report) -> Iterator[tuple[str, Grid]]:
    return ((g.drawing.anchor, g) for g in charts(report.walk()) if g.drawing)


def chart_entry(grid: Grid) -> dict[str, Any]:
    """What a chart draws; a point is the anchor of its figure, null where it is empty."""
    assert grid.drawing is not None
    return {
        "kind": grid.drawing.kind,
        "caption": grid.caption.text if grid.caption else "",
        "unit": grid.unit,
        "names": list(grid.names),
        "series": [{"name": n, "points": [f and f.anchor for f in row]} for n, row in grid.series()],
    }


def figure_entry(figure: Figure, words: str) -> dict[str, Any]:
    """words: the figure's lead."""
    said = {"shown": figure.shown, "before": figure.before, "after": figure.after, "line": figure.line}
    return {**said, "lead": words, **known_entry(figure.known)}


def known_entry(known: Known) -> dict[str, Any]:
    """A figure's identity, inputs and place; `value` is a string, so that 99.40 stays 99.40."""
    return {
        "value": None if known.number is None else str(known.number),
        "unit": known.unit,
        "indicator": known.indicator,
        "metric": known.metric,
        "subject": known.subject,
        "measure": known.measure,
        "basis": known.basis,
        "comparator": known.comparator,
        "of": known.of,
        "breakdown": known.breakdown,
        "period": known.period,
        "bound": known.bound.value,
        "words": known.words,
        "status": known.status,
        "expression": known.expression,
        "derived": known.derived or None,
        "inputs": [known_entry(i) for i in known.inputs],
        "place": None if known.place is None else place_entry(known.place),
    }


def place_entry(place: Where) -> dict[str, str]:
    return {
        "file": place.file,
        "sha256": place.sha256,
        "kind": place.kind,
        "locator": place.locator,
        "excerpt": place.excerpt,
    }


def as_json(entries: dict[str, Any]) -> str:
    """The same text for the same manifest."""
    return json.dumps(entries, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
