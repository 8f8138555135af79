"""Entries of a register as people read them: values with units and labels, references by name, persons masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongjian.kernel.models import Organisation, Standing, Subject
from tongjian.kernel.tracks import Track
from tongjian.records.registers import library, rules
from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.models import Item
from tongjian.records.registers.schema import Attribute, Register
from tongjian.web import units
from tongjian.web.templatetags.pages import day

MASK = "＊＊＊"
COLUMNS = 5  # attributes that a list shows at most


@dataclass(frozen=True, slots=True)
class Cell:
    """A value to be shown. url: what it refers to; personal: masked, to be revealed for a reason."""

    label: str
    text: str = ""
    url: str = ""
    number: bool = False
    personal: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a list. stage: its name and since when; "": not begun, or the register has no track."""

    item: Item
    cells: tuple[Cell, ...]
    stage: str = ""
    since: date | None = None
    behind: bool = False


def english() -> bool:
    return (get_language() or "").startswith("en")


def name(register: Register) -> str:
    return register.name_en if english() else register.name


def title(attribute: Attribute) -> str:
    """With its unit, for headings and forms."""
    if english():
        return (
            f"{attribute.title_en} ({units.shown(attribute.unit)})" if attribute.unit else attribute.title_en
        )
    return f"{attribute.title}（{attribute.unit}）" if attribute.unit else attribute.title


def listed(register: Register) -> tuple[Attribute, ...]:
    """The attributes that a list has columns for."""
    return tuple(a for a in register.attributes if a.listed and not a.long and not a.personal)[:COLUMNS]


def lines(items: Sequence[Item], register: Register, track: Track | None) -> list[Line]:
    """Rows of a list, in as few queries for many as for one."""
    shown = listed(register)
    known = References.of(items, shown)
    stood = _standings(items, track)
    return [_line(i, shown, known, stood.get(i.pk), track) for i in items]


def _standings(items: Sequence[Item], track: Track | None) -> Mapping[int, Standing]:
    if track is None:
        return {}
    rows = Standing.objects.filter(track=track.key, subject__in=[i.pk for i in items])
    return {s.subject_id: s for s in rows}


def _line(
    item: Item, shown: Sequence[Attribute], known: References, stood: Standing | None, track: Track | None
) -> Line:
    cells = tuple(cell(a, item.attributes.get(a.key), known) for a in shown)
    if stood is None or track is None:
        return Line(item, cells)
    return Line(item, cells, stage_name(track, stood.stage), stood.since)


def stage_name(track: Track, key: str) -> str:
    """The stage's name; its key where the track has it no longer."""
    found = next((s for s in track.stages if s.key == key), None)
    if found is None:
        return key
    return found.name_en if english() else found.name


@dataclass(frozen=True, slots=True)
class References:
    """Names of what attributes refer to: units and areas by key, entries by register and number."""

    subjects: Mapping[str, str]
    entries: Mapping[tuple[str, str], tuple[str, str]]  # → name, key of the subject

    @staticmethod
    def of(items: Iterable[Item], attributes: Iterable[Attribute]) -> References:
        refers = [a for a in attributes if a.kind == AttributeKind.REFERENCE]
        wanted: dict[str, set[str]] = {}
        for item in items if refers else ():
            for a in refers:
                if kept := item.attributes.get(a.key):
                    wanted.setdefault(a.refers, set()).add(str(kept))
        own = wanted.pop("area", set()) | wanted.pop("organisation", set())
        subjects = {s.key: str(s) for s in Subject.objects.filter(key__in=own)} if own else {}
        return References(subjects, _entries(wanted))


def _entries(wanted: Mapping[str, set[str]]) -> dict[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for register, codes in wanted.items():
        rows = Item.objects.filter(register=register, code__in=codes).select_related("subject")
        found |= {(register, i.code): (i.name, i.subject.key) for i in rows}
    return found


def cell(attribute: Attribute, kept: object, known: References) -> Cell:
    """One attribute of one entry."""
    label = title(attribute)
    if attribute.personal:
        return Cell(label, MASK if kept else "", personal=bool(kept), key=attribute.key)
    value = rules.loaded(attribute, kept)
    if value is None:
        return Cell(label)
    if attribute.kind == AttributeKind.REFERENCE:
        return _reference(attribute, str(value), known, label)
    numeric = attribute.kind in {AttributeKind.NUMBER, AttributeKind.INTEGER}
    return Cell(label, _text(attribute, value), number=numeric, key=attribute.key)


def _reference(attribute: Attribute, key: str, known: References, label: str) -> Cell:
    if attribute.refers in {"area", "organisation"}:
        return Cell(label, known.subjects.get(key, key))
    found = known.entries.get((attribute.refers, key))
    return Cell(label, found[0], reverse("subjects:subject", args=[found[1]])) if found else Cell(label, key)


def _text(attribute: Attribute, value: rules.Value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return str(day(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    if attribute.kind == AttributeKind.ENUM and value in attribute.option:
        option = attribute.option[str(value)]
        return option.name_en if english() else option.name
    return str(value)


def owners() -> list[Organisation]:
    return list(Organisation.objects.select_related("subject").order_by("order", "path"))


def track_of(register: Register) -> Track | None:
    return library.track_of(register)
