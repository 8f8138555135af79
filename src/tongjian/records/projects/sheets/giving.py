"""The project library out: a workbook with the sheets that `take` reads, filled with what a user may see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Choices
from openpyxl.worksheet.worksheet import Worksheet

from tongjian.kernel import passages
from tongjian.kernel.choices import CodeScheme, PassageResult, Sensitivity, SubjectKind
from tongjian.kernel.models import Code, Passage, Shape
from tongjian.reading import xlsx
from tongjian.records.projects import queries
from tongjian.records.projects.choices import (
    DocumentKind,
    FundingSource,
    FundingState,
    Nature,
    ProblemKind,
    ProblemLevel,
    ProjectKind,
    WorkState,
)
from tongjian.records.projects.models import (
    ClockStop,
    Funding,
    Investment,
    Milestone,
    Problem,
    Progress,
    Project,
    ProjectDocument,
)
from tongjian.records.projects.rules.identities import AMOUNTS
from tongjian.records.projects.sheets import layouts
from tongjian.records.projects.sheets.tables import Layout
from tongjian.records.projects.sheets.words import chinese
from tongjian.values import Number

Row = list[xlsx.Value]
VOCABULARIES: Mapping[str, Mapping[str, type[Choices]]] = {
    "项目": {"kind": ProjectKind, "nature": Nature, "sensitivity": Sensitivity},
    "资料": {"kind": DocumentKind},
    "形象进度": {"state": WorkState},
    "资金": {"source": FundingSource, "state": FundingState},
    "制约问题": {"kind": ProblemKind, "level": ProblemLevel},
}


def export(projects: Sequence[Project]) -> bytes:
    """All sheets of these projects as xlsx; empty sheets are there to be filled in."""
    book = xlsx.started()
    held = {p.pk: p for p in projects}
    for layout in layouts.ALL:
        sheet = book.create_sheet(layout.sheet)
        _head(sheet, layout)
        for number, row in enumerate(_ROWS[layout.sheet](held), start=2):
            for column, value in enumerate(row, start=1):
                if value is not None and value != "":
                    xlsx.put(sheet.cell(number, column), value)
        _offer(sheet, layout)
    return xlsx.saved(book)


def _head(sheet: Worksheet, layout: Layout) -> None:
    heads = [(c.label + ("*" if c.needed else ""), float(c.width)) for c in layout.columns.values()]
    xlsx.head(sheet, heads, "C2")


def _offer(sheet: Worksheet, layout: Layout) -> None:
    """Lists to choose from."""
    for name, kind in VOCABULARIES.get(layout.sheet, {}).items():
        column = list(layout.columns).index(name) + 1
        words = list(chinese(kind).values())
        xlsx.offer(
            sheet, column, max(sheet.max_row, 500), words, f"请从列表中选择{layout.columns[name].label}"
        )


def _month(index: int | None) -> str:
    return "" if index is None else f"{index // 12}-{index % 12 + 1:02d}"


def _number(number: Number | None) -> Decimal | None:
    return None if number is None else number.decimal


def _projects(held: dict[int, Project]) -> Iterator[Row]:
    codes = dict(
        Code.objects.filter(scheme=CodeScheme.PROJECT, until=None)
        .order_by("pk")
        .values_list("subject_id", "value")
    )
    shapes = dict(
        Shape.objects.filter(subject__kind=SubjectKind.PROJECT).values_list("subject_id", "geometry")
    )
    for p in held.values():
        yield [
            p.key,
            p.name,
            p.subject.label_en,
            chinese(ProjectKind)[p.kind],
            chinese(Nature)[p.nature],
            p.industry,
            codes.get(p.pk, ""),
            p.builder,
            p.area.subject.label if p.area else "",
            p.owner.subject.label if p.owner else "",
            p.scope,
            _number(p.planned_total),
            _month(p.planned_start),
            _month(p.planned_finish),
            p.reserved_on.isoformat(),
            p.parent.key if p.parent else "",
            chinese(Sensitivity)[p.sensitivity],
            _place(shapes.get(p.pk)),
        ]


def _place(geometry: dict[str, Any] | None) -> str:
    if geometry is None:
        return ""
    if geometry["type"] == "Point":
        return ",".join(f"{c:.10g}" for c in geometry["coordinates"][:2])
    return json.dumps(geometry, separators=(",", ":"))


def _documents(held: dict[int, Project]) -> Iterator[Row]:
    rows = ProjectDocument.objects.select_related("place__file").order_by("project_id", "pk")
    for d in queries.of(rows, held):
        if d.project_id in held:
            title = d.place.excerpt or d.place.file.name
            yield [
                held[d.project_id].key,
                chinese(DocumentKind)[d.kind],
                title,
                d.dated.isoformat() if d.dated else "",
            ]


def _passages(held: dict[int, Project]) -> Iterator[Row]:
    """Only projects that no reopening sent back: a reopening has no row of its own."""
    tracks = passages.all_tracks()
    rows = Passage.objects.filter(track__in=tracks).order_by("subject_id", "track", "seq")
    odd = _odd()
    for p in rows:
        track = tracks[p.track]
        if p.subject_id in held and (p.subject_id, p.track) not in odd and track.has(p.stage):
            yield [held[p.subject_id].key, track.name, track.stage(p.stage).name, p.on.isoformat(), p.note]


def _odd() -> set[tuple[int, str]]:
    """Project and track where something was reopened or left."""
    rows = Passage.objects.exclude(result=PassageResult.ENTERED)
    return set(rows.values_list("subject_id", "track"))


def _stops(held: dict[int, Project]) -> Iterator[Row]:
    """Of the tracks whose stages go out."""
    tracks, odd = passages.all_tracks(), _odd()
    rows = queries.of(ClockStop.objects.order_by("project_id", "track", "since", "pk"), held)
    for s in rows:
        if (s.project_id, s.track) in odd or s.project_id not in held:
            continue
        if s.track in tracks and tracks[s.track].has(s.stage):
            track = tracks[s.track]
            days = [s.since.isoformat(), s.until.isoformat() if s.until else ""]
            yield [held[s.project_id].key, track.name, track.stage(s.stage).name, s.reason, *days, s.note]


def _plan(held: dict[int, Project]) -> Iterator[Row]:
    """The day that counts of each stage."""
    tracks = passages.all_tracks()
    newest = {
        (m.project_id, m.track, m.stage): m
        for m in queries.of(Milestone.objects.order_by("project_id", "seq"), held)
    }
    for m in newest.values():
        if m.project_id in held and m.track in tracks and tracks[m.track].has(m.stage):
            track = tracks[m.track]
            yield [
                held[m.project_id].key,
                track.name,
                track.stage(m.stage).name,
                m.planned_on.isoformat(),
                m.reason,
            ]


def _progress(held: dict[int, Project]) -> Iterator[Row]:
    rows = queries.of(Progress.objects.order_by("project_id", "month", "seq"), held)
    newest = {(p.project_id, p.month): p for p in rows}
    for p in newest.values():
        if p.project_id in held:
            state = chinese(WorkState)[p.state]
            yield [held[p.project_id].key, _month(p.month), state, p.percent, p.text]


def _funding(held: dict[int, Project]) -> Iterator[Row]:
    for f in queries.of(Funding.objects.order_by("project_id", "year", "source", "state"), held):
        if f.project_id in held:
            source, state = chinese(FundingSource)[f.source], chinese(FundingState)[f.state]
            yield [held[f.project_id].key, source, f.year, state, f.amount.decimal]


def _problems(held: dict[int, Project]) -> Iterator[Row]:
    rows = Problem.objects.select_related("owner__subject").prefetch_related("notes")
    for p in queries.of(rows.order_by("project_id", "pk"), held):
        if p.project_id in held:
            said = [n.text for n in p.notes.all() if n.verb == "closed"]
            yield [
                held[p.project_id].key,
                chinese(ProblemKind)[p.kind],
                p.text,
                p.owner.subject.label,
                p.opened_on.isoformat(),
                p.due_on.isoformat(),
                chinese(ProblemLevel)[str(p.level)],
                p.closed_on.isoformat() if p.closed_on else "",
                said[-1] if said else "",
            ]


def _pairing(held: dict[int, Project]) -> Iterator[Row]:
    for pk, shares in queries.shares(list(held)).items():
        for s in shares:
            if pk in held:
                days = [d.isoformat() if d else "" for d in (s.since, s.until)]
                yield [held[pk].key, s.party, s.share.decimal, *days]


def _investment(held: dict[int, Project]) -> Iterator[Row]:
    rows = queries.of(Investment.objects.order_by("project_id", "month", "seq"), held)
    newest = {(r.project_id, r.month): r for r in rows if r.project_id in held}
    for r in newest.values():
        p = held[r.project_id]
        amounts = [getattr(r, name) for name in AMOUNTS]
        numbers: Row = [None if a is None else Number(a, r.decimals).decimal for a in amounts]
        yield [p.key, p.name, _month(r.month), *numbers, r.reason]


_ROWS: dict[str, Callable[[dict[int, Project]], Iterator[Row]]] = {
    "项目": _projects,
    "资料": _documents,
    "阶段": _passages,
    "计时暂停": _stops,
    "节点计划": _plan,
    "形象进度": _progress,
    "资金": _funding,
    "制约问题": _problems,
    "结对": _pairing,
    "月度投资": _investment,
}
