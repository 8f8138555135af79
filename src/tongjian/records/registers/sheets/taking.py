"""Taking in a register's workbook: whole or not at all, and the same one again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import bulk, events, evidence, passages, tracks
from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import EvidenceFile, Organisation, Place, User
from tongjian.kernel.passages import Entry, StageRefused
from tongjian.kernel.tracks import Having, Step, Stood, Track
from tongjian.reading.errors import ReadingError
from tongjian.reading.grids import Grid, grids_of
from tongjian.reading.limited import run_limited
from tongjian.records.registers import library, personal, queries, writing
from tongjian.records.registers.choices import Geometry
from tongjian.records.registers.drafts import Given
from tongjian.records.registers.models import Attachment, Item
from tongjian.records.registers.names import names
from tongjian.records.registers.problems import Problem, Refused
from tongjian.records.registers.schema import Register
from tongjian.records.registers.sheets.columns import columns, sheet_name
from tongjian.records.registers.sheets.out import days
from tongjian.records.registers.sheets.table import Read, Row, Table, read
from tongjian.records.registers.writing import Source

CELLS = "tongjian.reading.grids:cells"
REASON = "导入"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a workbook changed, of all its rows: new entries, changed ones, stages entered. file None: nothing."""

    rows: int
    added: int = 0
    changed: int = 0
    stages: int = 0
    file: EvidenceFile | None = None


@dataclass(slots=True)
class _Standing:
    """What there is of the register already, by number, in few queries. given: made when a row asks for it."""

    items: Mapping[str, Item]
    codes: Mapping[int, Mapping[str, str]]
    shapes: Mapping[int, object]
    steps: Mapping[int, Sequence[Step]]
    papers: Mapping[int, frozenset[str]]

    def given(self, code: str) -> Given | None:
        item = self.items.get(code)
        if item is None:
            return None
        area, owner = item.area.key if item.area else "", item.owner.key if item.owner else ""
        codes, shape = self.codes.get(item.pk, {}), self.shapes.get(item.pk)
        return Given(item.name, code, area, owner, personal.opened(item), codes, shape, item.simulated)

    def steps_of(self, code: str) -> Sequence[Step]:
        item = self.items.get(code)
        return self.steps.get(item.pk, ()) if item else ()


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stage that a row enters."""

    row: Row
    stage: str
    on: date
    having: Having


@dataclass(slots=True)
class _Plan:
    """What a workbook would change, and what is wrong with it."""

    new: list[Row] = field(default_factory=list)
    known: list[tuple[Item, Row]] = field(default_factory=list)
    stages: list[_Stage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def take_in(data: bytes, name: str, register: Register, *, by: User | None, at: datetime) -> Taken:
    """Take over a filled workbook. by None: the operator at the command line.

    Raises NotAllowed, Refused naming every bad cell; nothing is kept or written then.
    """
    if by is not None and not queries.may_add(by, register):
        raise NotAllowed("registers.not_yours", _("This register is not yours to change."))
    with transaction.atomic():
        return _take(grids(data, name), register, _File(data, name, by, at))


def take_in_all(
    data: bytes,
    name: str,
    registers: Sequence[Register],
    *,
    by: User | None,
    at: datetime,
    sheets: Sequence[Grid] | None = None,
) -> dict[str, Taken]:
    """A workbook with a sheet for each of several registers, each named like its register; all or nothing.

    Registers without a sheet are left alone. sheets: what `grids` read of it already.
    Raises NotAllowed, Refused naming every bad cell of all sheets.
    """
    done: dict[str, Taken] = {}
    problems: list[Problem] = []
    found = {g.name: g for g in (grids(data, name) if sheets is None else sheets)}
    with transaction.atomic():
        for register in registers:
            own = [found[n] for lang in ("zh", "en") if (n := sheet_name(register, lang)) in found]
            if by is not None and own and not queries.may_add(by, register):
                raise NotAllowed("registers.not_yours", _("This register is not yours to change."))
            try:
                done |= {register.key: _take(own[:1], register, _File(data, name, by, at))} if own else {}
            except Refused as refused:
                problems += refused.problems
        if problems:
            raise Refused(problems)
    return done


def _take(sheets: Sequence[Grid], register: Register, came: _File) -> Taken:
    """Raises Refused."""
    track = library.track_of(register)
    standing = _standing(register, track)
    told = read(sheets, register, columns(register, track), names(), standing.given)
    plan = _planned(told, register, track, standing, came.by, came.at)
    if plan.problems or told.table is None:
        raise Refused(plan.problems)
    return _write(plan, told.table, register, track, came, len(told.rows))


def grids(data: bytes, name: str) -> tuple[Grid, ...]:
    """The sheets of a workbook, read in a limited process. Raises Refused."""
    try:
        return grids_of(run_limited(CELLS, data, name))
    except ReadingError as error:
        raise Refused([Problem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error


def _standing(register: Register, track: Track | None) -> _Standing:
    rows = Item.objects.filter(register=register.key)
    items = {i.code: i for i in rows.select_related("subject", "area__subject", "owner__subject")}
    pks = [i.pk for i in items.values()]
    shapes = writing.shapes_of(pks) if register.geometry != Geometry.NONE else {}
    steps = passages.steps_of(pks, track.key) if track else {}
    papers: dict[int, set[str]] = {}
    mine = Attachment.objects.filter(item__register=register.key) if track else Attachment.objects.none()
    for pk, kind in mine.values_list("item", "kind"):
        papers.setdefault(pk, set()).add(kind)
    codes = writing.codes_of(pks) if register.codes else {}
    return _Standing(items, codes, shapes, steps, {pk: frozenset(k) for pk, k in papers.items()})


# Checking


def _planned(
    told: Read,
    register: Register,
    track: Track | None,
    standing: _Standing,
    by: User | None,
    at: datetime,
) -> _Plan:
    plan = _Plan(problems=list(told.problems))
    own = queries.area_of(by, register) if by is not None else ""
    for row in told.rows:
        assert told.table is not None  # there are rows
        item = standing.items.get(row.draft.code)
        if item is None:
            plan.new.append(row)
        else:
            plan.known.append((item, row))
        plan.problems += _forbidden(row, item, own, told.table)
        if track is not None and row.stages:
            _stages(plan, row, track, standing, told.table, at)
    return plan


def _forbidden(row: Row, item: Item | None, own: str, table: Table) -> Iterator[Problem]:
    """Archived entries, and (for a town) entries of another area, as they are or would be."""
    if item is not None and item.archived_at is not None:
        where = table.reference(row.number, "code")
        yield Problem(table.sheet, where, "registers.archived", {})
    areas = [row.draft.area, *([item.area] if item is not None else [])]
    for area in areas if own else ():
        if area is None or not area.path.startswith(own):
            where = table.reference(row.number, "area")
            yield Problem(table.sheet, where, "registers.not_yours", {"got": str(area or "–")})
            return


def _stages(plan: _Plan, row: Row, track: Track, standing: _Standing, table: Table, at: datetime) -> None:
    """The stages that a row enters, in the order of the track, each as if those before had been."""
    steps = standing.steps_of(row.draft.code)
    now, recorded = tracks.replay(steps), days(steps)
    item = standing.items.get(row.draft.code)
    papers = standing.papers.get(item.pk, frozenset()) if item else frozenset()
    had = Having(
        row.draft.values, {s: v.state.value for s, v in row.draft.codes.items()}, frozenset(), papers
    )
    today = timezone.localdate(at)
    for stage in track.stages:
        on = row.stages.get(stage.key)
        if on is None or recorded.get(stage.key) == on:
            continue
        where = table.reference(row.number, "stage", stage.key)
        if stage.key in recorded:
            params = {"title": stage.name, "recorded": recorded[stage.key].isoformat(), "got": on.isoformat()}
            plan.problems.append(Problem(table.sheet, where, "registers.stage_changed", params))
            continue
        having = _standing_at(had, now)
        refused = passages.refused_by(track, stage.key, having, on, now.since, today)
        if refused is not None:
            plan.problems.append(_refused(table.sheet, where, refused))
            continue
        plan.stages.append(_Stage(row, stage.key, on, having))
        now = tracks.after(now, Step(stage.key, tracks.ENTERED, on))


def _standing_at(had: Having, now: Stood) -> Having:
    return Having(had.attributes, had.codes, had.relations, had.evidence, now.entered, now.left)


def _refused(sheet: str, where: str, refused: StageRefused) -> Problem:
    return Problem(sheet, where, "registers.stage_refused", {"why": str(refused)})


# Writing


@dataclass(frozen=True, slots=True)
class _File:
    """The workbook as it came."""

    data: bytes
    name: str
    by: User | None
    at: datetime


def _write(
    plan: _Plan, table: Table, register: Register, track: Track | None, came: _File, rows: int
) -> Taken:
    known = _differing(register, plan.known)
    if not (plan.new or known or plan.stages):
        return Taken(rows)
    file = _kept(register, came)
    touched = [*plan.new, *(r for _i, r in known)]
    places = _places(file, table, touched, plan.stages)
    source = Source(
        evidence.whole(file), {r.draft.code: places[table.reference(r.number, "code")] for r in touched}
    )
    same = {"by": came.by, "at": came.at}
    made = writing.create_all(register, [r.draft for r in plan.new], source, **same)  # type: ignore[arg-type]
    pairs = [(i, r.draft) for i, r in known]
    changed = writing.update_all(register, pairs, source, reason=REASON, **same)  # type: ignore[arg-type]
    entered = _enter(plan, table, track, made, places, came)
    said = {
        "register": register.key,
        "rows": rows,
        "added": len(made),
        "changed": len(changed),
        "stages": entered,
    }
    events.record("registers.imported", file, by=came.by, at=came.at, data=said)
    return Taken(rows, len(made), len(changed), entered, file)


def _differing(register: Register, known: Sequence[tuple[Item, Row]]) -> list[tuple[Item, Row]]:
    """Those that the workbook changes."""
    pks = [i.pk for i, _r in known]
    codes, shapes = writing.codes_of(pks), writing.shapes_of(pks)
    return [
        (i, r)
        for i, r in known
        if writing.differences(register, i, r.draft, codes.get(i.pk, {}), shapes.get(i.pk))
    ]


def _kept(register: Register, came: _File) -> EvidenceFile:
    owner = Organisation.objects.filter(subject__key=register.owner).first()
    return writing.keep(register, came.data, came.name, owner=owner, by=came.by, at=came.at)


def _places(
    file: EvidenceFile, table: Table, rows: Sequence[Row], stages: Sequence[_Stage]
) -> dict[str, Place]:
    """Cell → its place: of each row its number's, of each stage its day's."""
    wanted = {table.reference(r.number, "code"): r.draft.name for r in rows}
    wanted |= {table.reference(s.row.number, "stage", s.stage): s.on.isoformat() for s in stages}
    prefix = f"{table.sheet}!"
    found = Place.objects.filter(file=file, kind=PlaceKind.CELL, locator__startswith=prefix)
    places = {p.locator.removeprefix(prefix): p for p in found}
    new = [
        (file.pk, PlaceKind.CELL.value, f"{prefix}{cell}", text)
        for cell, text in wanted.items()
        if cell not in places
    ]
    bulk.insert(Place, ("file", "kind", "locator", "excerpt"), new)
    return {p.locator.removeprefix(prefix): p for p in found.all()} if new else places


def _enter(
    plan: _Plan,
    table: Table,
    track: Track | None,
    made: Sequence[Item],
    places: Mapping[str, Place],
    came: _File,
) -> int:
    if track is None or not plan.stages:
        return 0
    items = {i.code: i for i in [*made, *(i for i, _r in plan.known)]}
    entries = [
        Entry(
            items[s.row.draft.code].subject,
            s.stage,
            s.on,
            places[table.reference(s.row.number, "stage", s.stage)],
            "",
            s.having,
        )
        for s in plan.stages
    ]
    moved = {e.subject.pk for e in entries}
    for few in writing.some([i.pk for i, _r in plan.known if i.pk in moved]):
        Item.objects.filter(pk__in=few).update(changed_at=came.at)
    return len(passages.enter_all(track, entries, by=came.by, at=came.at))
