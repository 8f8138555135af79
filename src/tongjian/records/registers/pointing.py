"""What a definition points to, held against what there is: track, stages, columns of its counts, owner, registers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tongjian.kernel.tracks import Track
from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.definition import Flaw, repeated
from tongjian.records.registers.schema import Count, Register, columns_of
from tongjian.records.registers.sheets.columns import Column, bare, columns


@dataclass(frozen=True, slots=True)
class Ground:
    """What a definition may point to. None: not looked at."""

    tracks: Mapping[str, Track]
    organisations: frozenset[str] | None = None
    registers: frozenset[str] | None = None
    counted: Mapping[str, str] = field(default_factory=dict)  # metric → the register that yields it


def check(register: Register, ground: Ground) -> list[Flaw]:
    """What a register points to that is not there: track, stages, columns of its counts, owner, other registers."""
    return [
        *_check_track(register, ground),
        *_check_counts(register, ground),
        *_check_references(register, ground),
        *_check_headings(register, ground),
    ]


def _check_headings(register: Register, ground: Ground) -> Iterator[Flaw]:
    """A workbook knows its columns by their headings: no two may read alike, in either language."""
    found = columns(register, ground.tracks.get(register.track))
    seen: dict[str, Column] = {}
    for column in found:
        for heading in sorted({column.heading, column.heading_en}):
            other = seen.setdefault(bare(heading), column)
            if other != column:
                where = next((f"attributes.{c.key}" for c in (column, other) if c.attribute), "track")
                yield Flaw(where, "heading", {"got": heading, "other": other.key})


def _check_track(register: Register, ground: Ground) -> Iterator[Flaw]:
    if not register.track:
        if register.checklist and register.checklist.done_stage:
            yield Flaw("checklist.done", "no_stage", {"got": register.checklist.done_stage})
        return
    track = ground.tracks.get(register.track)
    if track is None:
        yield Flaw("track", "no_track", {"got": register.track, "known": "、".join(ground.tracks)})
        return
    if register.checklist and register.checklist.done_stage and not track.has(register.checklist.done_stage):
        yield Flaw("checklist.done", "no_stage", {"got": register.checklist.done_stage})
    for stage in track.stages:
        for need in stage.needs:
            if need.when is not None and need.when.attribute not in register.attribute:
                continue
            given = {"attribute": set(register.attribute), "code": {c.scheme for c in register.codes}}
            if need.kind in given and need.name not in given[need.kind]:
                yield Flaw("track", "need", {"stage": stage.name, "got": need.label or need.name})


def _check_counts(register: Register, ground: Ground) -> Iterator[Flaw]:
    track = ground.tracks.get(register.track)
    columns = columns_of(register, [s.key for s in track.stages] if track else [])
    for number, count in enumerate(register.counts, 1):
        for name in _columns(count):
            if name in register.personal:
                yield Flaw(f"counts.{number}", "personal_required", {"got": name})
            elif name not in columns:
                yield Flaw(f"counts.{number}", "no_column", {"got": name, "known": "、".join(columns)})
    done = register.checklist.done_where if register.checklist else {}
    for name in done:
        if name not in columns:
            yield Flaw("checklist.done", "no_column", {"got": name, "known": "、".join(columns)})
    for again in repeated([c.key for c in register.counts]):
        yield Flaw("counts", "twice", {"got": again})
    for number, count in enumerate(register.counts, 1):
        if ground.counted.get(count.key, register.key) != register.key:
            yield Flaw(f"counts.{number}", "counted", {"got": count.key, "by": ground.counted[count.key]})


def _columns(count: Count) -> Iterator[str]:
    yield from count.where
    for side in (count.ratio or {}).values():
        yield from side if isinstance(side, Mapping) else ()
    yield from (c for c in (count.sum, count.on, count.start, count.until, count.through, count.by) if c)


def _check_references(register: Register, ground: Ground) -> Iterator[Flaw]:
    if ground.organisations is not None and register.owner not in ground.organisations:
        yield Flaw("owner", "no_owner", {"got": register.owner})
    for attribute in register.attributes:
        if attribute.kind != AttributeKind.REFERENCE or attribute.refers in {"area", "organisation"}:
            continue
        others = ground.registers
        if others is not None and attribute.refers not in {*others, register.key}:
            yield Flaw(f"attributes.{attribute.key}", "no_register", {"got": attribute.refers})
