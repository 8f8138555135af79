"""Registers in the columnar mirror: a table of each, as its definition says; texts and persons stay out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language

from tongjian.kernel import passages, tracks
from tongjian.kernel.mirrored import AT_ONCE, Column, ColumnKind, MirrorTable, Row
from tongjian.kernel.models import Passage
from tongjian.kernel.tracks import LEFT, Step, Stood, Track
from tongjian.records.registers import library, queries
from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.counts import metrics_of
from tongjian.records.registers.models import Item
from tongjian.records.registers.schema import Attribute, Register, Years
from tongjian.records.registers.sheets.out import days

PAGE = "subjects:subject"
KINDS: Mapping[AttributeKind, ColumnKind] = {
    AttributeKind.INTEGER: ColumnKind.INT,
    AttributeKind.NUMBER: ColumnKind.NUMBER,
    AttributeKind.BOOLEAN: ColumnKind.FLAG,
    AttributeKind.DATE: ColumnKind.DATE,
    AttributeKind.ENUM: ColumnKind.CODE,
    AttributeKind.REFERENCE: ColumnKind.CODE,
}
OWN = (
    Column("id", ColumnKind.ID),
    Column("area", ColumnKind.CODE, "地区", "Area"),
    Column("owner", ColumnKind.CODE, "责任单位", "Owner"),
    Column("archived", ColumnKind.FLAG, "已归档", "Archived"),
    Column("simulated", ColumnKind.FLAG, "模拟", "Simulated"),
    Column("added_on", ColumnKind.DATE, "登记日期", "Added on"),
)
FIELDS = (
    "pk",
    "area__subject__key",
    "owner__subject__key",
    "archived_at",
    "simulated",
    "created_at",
    "attributes",
)


def tables() -> Sequence[MirrorTable]:
    """One of each register."""
    known = passages.all_tracks()
    return [_table(r, known.get(r.track)) for r in library.all_registers().values()]


def table(name: str) -> MirrorTable | None:
    """The one of this name."""
    found = next((r for r in library.all_registers().values() if r.table == name), None)
    return None if found is None else _table(found, library.track_of(found))


def metrics() -> list[dict[str, Any]]:
    """What all registers count."""
    return [m for r in library.all_registers().values() for m in metrics_of(r)]


def _table(register: Register, track: Track | None) -> MirrorTable:
    attributes = [a for a in register.attributes if not a.personal and a.kind in KINDS]

    def rows(since: datetime | None) -> Iterator[Row]:
        return _rows(_items(register, since), attributes, register.years, track)

    return MirrorTable(
        name=register.table,
        columns=(*OWN, *_plan(register), *(_column(a) for a in attributes), *_stages(track)),
        rows=rows,
        count=lambda: _items(register).count(),
        ids=lambda: _items(register).values_list("pk", flat=True).iterator(chunk_size=AT_ONCE),
        visible=_visible(register),
        label=register.name,
        label_en=register.name_en,
        personal=bool(register.personal),
        page=PAGE,
    )


def _items(register: Register, since: datetime | None = None) -> QuerySet[Item]:
    found = Item.objects.filter(register=register.key).order_by()
    return found if since is None else found.filter(changed_at__gte=since)


def _visible(register: Register) -> Callable[[Any], QuerySet[Item]]:
    return lambda user: queries.visible_to(user).filter(register=register.key)


def _column(attribute: Attribute) -> Column:
    return Column(
        attribute.key,
        KINDS[attribute.kind],
        attribute.title,
        attribute.title_en,
        attribute.unit,
        attribute.decimals,
        choices=[(o.key, _named(o.name, o.name_en)) for o in attribute.options],
    )


def _either(zh: str, en: str) -> str:
    return en if en and (get_language() or "").startswith("en") else zh


_named = lazy(_either, str)  # a choice as people read it, in the language of whoever asks


def _plan(register: Register) -> Iterator[Column]:
    """Of a multi-year plan: its first day, and the first day after it, of each entry."""
    if register.years is not None:
        yield Column("plan_from", ColumnKind.DATE, "计划起", "Plan from")
        yield Column("plan_until", ColumnKind.DATE, "计划止", "Plan until")


def _stages(track: Track | None) -> Iterator[Column]:
    """Where an entry stands and since when, and the day of each stage that counts."""
    if track is None:
        return
    words = [(s.key, _named(s.name, s.name_en)) for s in track.stages]
    left = (LEFT, _named("退出", "Left the track"))
    yield Column("stage", ColumnKind.CODE, "阶段", "Stage", choices=[*words, left])
    yield Column("since", ColumnKind.DATE, "阶段日期", "Since")
    for stage in track.stages:
        yield Column(f"{stage.key}_on", ColumnKind.DATE, f"{stage.name}日期", f"{stage.name_en} on")


def _rows(
    items: QuerySet[Item], attributes: Sequence[Attribute], years: Years | None, track: Track | None
) -> Iterator[Row]:
    steps = _steps(items, track) if track is not None else {}
    plan = [(a.key, a.kind == AttributeKind.DATE) for a in attributes]
    for pk, area, owner, archived, simulated, created, kept in items.values_list(*FIELDS).iterator(
        chunk_size=AT_ONCE
    ):
        own = (pk, area, owner, archived is not None, simulated, timezone.localdate(created))
        values = [_day(kept.get(key)) if is_day else kept.get(key) for key, is_day in plan]
        yield (*own, *_planned(years, kept), *values, *_standing(track, steps.get(pk, ())))


def _planned(years: Years | None, kept: Mapping[str, Any]) -> Row:
    if years is None:
        return ()
    first, last = _year(kept.get(years.start)), _year(kept.get(years.until))
    return (date(first, 1, 1) if first else None, date(last + 1, 1, 1) if last else None)


def _year(kept: Any) -> int | None:
    """Of a year or a day; None for what cannot be one."""
    year = int(str(kept)[:4]) if kept is not None and str(kept)[:4].isdecimal() else 0
    return year if 1 <= year < 9999 else None


def _steps(items: QuerySet[Item], track: Track) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = {}
    rows = Passage.objects.filter(track=track.key, subject__item__in=items).order_by("subject_id", "seq")
    for pk, stage, result, on in rows.values_list("subject_id", "stage", "result", "on").iterator():
        found.setdefault(pk, []).append(Step(stage, result, on))
    return found


def _standing(track: Track | None, steps: Sequence[Step]) -> Row:
    if track is None:
        return ()
    now: Stood = tracks.replay(steps)
    reached = days(steps)
    return (now.stage or None, now.since, *(reached.get(s.key) for s in track.stages))


def _day(kept: Any) -> date | None:
    return None if kept is None else date.fromisoformat(kept)
