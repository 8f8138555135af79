"""Between a reading and the rows that a person checks: figures, commitments and achievements as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from tongjian.facts.linking import Linker
from tongjian.facts.models import Metric
from tongjian.plans.choices import ItemKind
from tongjian.plans.models import Intake, IntakeItem
from tongjian.reading.types import Achievement, Commitment, Figure, Outline, Reading, Section

Read = Figure | Commitment | Achievement
JSON = dict[str, Any]


def items_of(intake: Intake, reading: Reading) -> list[IntakeItem]:
    """Unsaved rows for everything that was read, figures linked to metrics, commitments by their figures."""
    linker = Linker.load()
    figures = [_row(intake, ItemKind.FIGURE, i, f, link(f, linker)) for i, f in enumerate(reading.figures)]
    commitments = [
        _row(intake, ItemKind.COMMITMENT, i, c, _metric_of(c, figures, linker))
        for i, c in enumerate(reading.commitments)
    ]
    achievements = [
        _row(intake, ItemKind.ACHIEVEMENT, i, a, None) for i, a in enumerate(reading.achievements)
    ]
    return [*figures, *commitments, *achievements]


def _row(intake: Intake, kind: ItemKind, index: int, read: Read, metric: Metric | None) -> IntakeItem:
    return IntakeItem(
        intake=intake,
        kind=kind,
        index=index,
        start=read.start,
        end=read.end,
        data=to_json(read),
        metric=metric,
    )


def link(figure: Figure, linker: Linker) -> Metric | None:
    """The metric that a figure measures, by name and unit; never forced."""
    return linker.link(figure.indicator, figure.unit, figure.kind) if figure.indicator else None


def _metric_of(commitment: Commitment, figures: list[IntakeItem], linker: Linker) -> Metric | None:
    """Of a target: what its object names, else what its only figure measures; other commitments have none."""
    if commitment.kind != "target":
        return None
    inside = [figures[i] for i in commitment.figures if i < len(figures)]
    kinds = [(str(f.data["unit"]), str(f.data["kind"])) for f in inside] or [("%", "growth")]
    named = [linker.link(commitment.object, unit, kind) for unit, kind in kinds]
    only = inside[0].metric if len(inside) == 1 else None
    return next((m for m in named if m is not None), None) or only


def to_json(read: Read) -> JSON:
    """All fields but the span; decimals as text, so that 99.40 stays 99.40."""
    return {k: _plain(v) for k, v in asdict(read).items() if k not in {"start", "end"}}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def figure_of(item: IntakeItem) -> Figure:
    """The figure of an item as mended."""
    data = _known(Figure, item.data)
    value = data["value"]
    data["value"] = tuple(Decimal(v) for v in value) if isinstance(value, list) else Decimal(value)
    return Figure(start=item.start, end=item.end, **data)


def commitment_of(item: IntakeItem) -> Commitment:
    """The commitment of an item as mended."""
    data = _known(Commitment, item.data)
    data["figures"] = tuple(data.get("figures", ()))
    return Commitment(start=item.start, end=item.end, **data)


def _known(kind: type[Figure] | type[Commitment], data: Mapping[str, Any]) -> JSON:
    """The fields that the type has today: rows outlive the reader that made them."""
    names = {f.name for f in fields(kind)} - {"start", "end"}
    return {k: v for k, v in data.items() if k in names}


def sections_json(outline: Outline) -> list[JSON]:
    """The outline as kept with the intake."""
    return [
        {
            "path": s.path,
            "number": s.number,
            "title": s.title,
            "level": s.level,
            "part": s.part.value,
            "year": s.year,
            "start": s.start,
            "end": s.end,
        }
        for s in outline.sections
    ]


def section_at(sections: list[JSON], offset: int) -> JSON | None:
    """The innermost headed section that holds this character; a paragraph that only opens with a cue is none."""
    holding = [s for s in sections if s["title"] and s["start"] <= offset < s["end"]]
    return max(holding, key=lambda s: (s["level"], s["start"]), default=None)


def heading(section: Section | JSON) -> str:
    """A heading as printed: （一）…, 一、…"""
    number, title = (
        (section.number, section.title)
        if isinstance(section, Section)
        else (str(section["number"]), str(section["title"]))
    )
    if not title or number in {"——", title}:
        return title or number
    return f"{number}、{title}" if number and number[-1] in "一二三四五六七八九十" else f"{number}{title}"
