"""Checked entries into rows, many at once: subjects, entries, codes, shapes, and one event each. In a transaction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.utils import timezone

from tongjian.kernel import bulk, events, evidence, shapes
from tongjian.kernel.choices import FileSensitivity, SubjectKind
from tongjian.kernel.models import Code, EvidenceFile, Organisation, Place, Shape, Subject, User
from tongjian.records.registers import personal
from tongjian.records.registers.choices import AttributeKind, Visible
from tongjian.records.registers.drafts import Draft
from tongjian.records.registers.models import Item
from tongjian.records.registers.queries import SENSITIVITY
from tongjian.records.registers.schema import Register

AT_ONCE = 400  # asked for in one query; every database takes so many
MASK = "***"
T = TypeVar("T", int, str)
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
FIELDS = [
    "register_version",
    "simulated",
    "name",
    "area",
    "owner",
    "attributes",
    "text",
    "source",
    "changed_at",
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where what is written comes from. whole: the file; rows: an entry's number → the place of its row."""

    whole: Place | None = None
    rows: Mapping[str, Place] | None = None

    def of(self, code: str) -> Place | None:
        return (self.rows or {}).get(code) or self.whole


def subject_key(register: str, code: str) -> str:
    """The key of an entry's subject: `parks-0012`; of a number that is no plain word, a digest."""
    plain = f"{register}-{code}"
    if _PLAIN.fullmatch(code) and len(plain) <= 64:
        return plain
    return f"{register}--{hashlib.sha256(code.encode()).hexdigest()[:12]}"


def search_text(
    register: Register, name: str, code: str, values: Mapping[str, Any], codes: Iterable[str]
) -> str:
    """What a search finds the entry by: name, number, texts and choices; nothing personal."""
    words = [name, code, *codes]
    for key, value in values.items():
        attribute = register.attribute[key]
        if attribute.personal:
            continue
        if attribute.kind == AttributeKind.ENUM:
            option = attribute.option[str(value)]
            words += [option.name, option.name_en]
        elif attribute.kind in {AttributeKind.STRING, AttributeKind.REFERENCE}:
            words.append(str(value))
    return " ".join(words).lower()


def keep(
    register: Register, data: bytes, name: str, *, owner: Organisation | None, by: User | None, at: datetime
) -> EvidenceFile:
    """Keep a file that came for a register: one of persons, or for its owner alone, is not for everybody."""
    file = evidence.keep(data, name, by=by, at=at, owner=owner)
    closed = bool(register.personal) or register.visible == Visible.OWNER
    if closed and file.received_at == at:  # a file that was here before keeps what it was
        file.sensitivity = FileSensitivity.PERSONAL
        file.save(update_fields=["sensitivity"])
    return file


def create_all(
    register: Register, drafts: Sequence[Draft], source: Source, *, by: User | None, at: datetime
) -> list[Item]:
    """New entries, in the order of the drafts."""
    subjects = _subjects(register, drafts)
    made = [_item(register, s, d, source, at) for s, d in zip(subjects, drafts, strict=True)]
    bulk.insert(Item, COLUMNS, (_values(i) for i in made))
    pairs = list(zip(made, drafts, strict=True))
    Code.objects.bulk_create([c for i, d in pairs for c in _codes(i, d, source)], batch_size=1000)
    _place(pairs, source, by, at)
    events.record_all("registers.added", [(i, {"register": register.key}) for i in made], by=by, at=at)
    return made


def _subjects(register: Register, drafts: Sequence[Draft]) -> list[Subject]:
    """New number plates, in the order of the drafts."""
    made = [
        Subject(kind=SubjectKind.ITEM, key=subject_key(register.key, d.code), label=d.name) for d in drafts
    ]
    bulk.insert(Subject, ("kind", "key", "label", "label_en"), ((s.kind, s.key, s.label, "") for s in made))
    keys: dict[str, int] = {}
    for few in _few([s.key for s in made]):
        keys |= dict(Subject.objects.filter(key__in=few).values_list("key", "pk"))
    for subject in made:
        subject.pk = keys[subject.key]
    return made


COLUMNS = ("subject", "register", *FIELDS, "code", "sensitivity", "created_at", "archived_at")


def _values(item: Item) -> tuple[Any, ...]:
    """In the order of COLUMNS."""
    return (
        item.subject_id,
        item.register,
        *_fields(item),
        item.code,
        item.sensitivity,
        item.created_at,
        None,
    )


def _fields(item: Item) -> tuple[Any, ...]:
    """In the order of FIELDS."""
    own = (item.register_version, item.simulated, item.name, item.area_id, item.owner_id)
    return (*own, item.attributes, item.text, item.source_id, item.changed_at)


def update_all(
    register: Register,
    pairs: Sequence[tuple[Item, Draft]],
    source: Source,
    *,
    reason: str,
    by: User | None,
    at: datetime,
) -> list[Item]:
    """Entries that differ from their drafts become as these; returns those that changed. An event names each field."""
    codes, old = codes_of([i.pk for i, _d in pairs]), shapes_of([i.pk for i, _d in pairs])
    told: list[tuple[Item, Draft, dict[str, list[Any]]]] = []
    for item, draft in pairs:
        found = differences(register, item, draft, codes.get(item.pk, {}), old.get(item.pk))
        if found:
            told.append((item, draft, found))
    renamed = [_renamed(i, d) for i, d, found in told if "name" in found]
    bulk.update(Subject, ("label",), ((s.label, s.pk) for s in renamed))
    for item, draft, _found in told:
        _fill(register, item, draft, source, at)
    bulk.update(Item, FIELDS, ((*_fields(i), i.pk) for i, _d, _f in told))
    changed = [(i, d) for i, d, _f in told]
    _recode(changed, codes, source, at)
    _place([(i, d) for i, d, f in told if "geometry" in f], source, by, at)
    _unplace([i for i, d, f in told if "geometry" in f and d.shape is None])
    said = [(i, {"reason": reason, "changes": f}) for i, _d, f in told]
    events.record_all("registers.amended", said, by=by, at=at)
    return [i for i, _d, _f in told]


def differences(
    register: Register, item: Item, draft: Draft, codes: Mapping[str, str], shape: Any
) -> dict[str, list[Any]]:
    """field → [old, new]; of personal ones it is said only that they changed."""
    pairs: dict[str, tuple[Any, Any]] = {
        "name": (item.name, draft.name),
        "area": (item.area.key if item.area else "", draft.area.key if draft.area else ""),
        "owner": (item.owner.key if item.owner else "", draft.owner.key if draft.owner else ""),
        "simulated": (item.simulated, draft.simulated),
    }
    old, new = personal.opened(item), draft.attributes
    for key in dict.fromkeys([*old, *new]):
        pairs[key] = (old.get(key), new.get(key))
    for scheme in dict.fromkeys([*codes, *draft.codes]):
        verdict = draft.codes.get(scheme)
        pairs[scheme] = (codes.get(scheme, ""), verdict.normalised if verdict else "")
    found = {k: [MASK, MASK] if k in register.personal else [a, b] for k, (a, b) in pairs.items() if a != b}
    body = dict(draft.shape.body) if draft.shape else None
    if shape != body:
        found["geometry"] = [_kind_of(shape), _kind_of(body)]
    return found


def _kind_of(shape: Any) -> str:
    return str(shape["type"]) if shape else ""


def codes_of(pks: Iterable[int]) -> dict[int, dict[str, str]]:
    """subject pk → scheme → the code in use."""
    found: dict[int, dict[str, str]] = {}
    for few in some(pks):
        rows = Code.objects.filter(subject__in=few, until=None).order_by("pk")
        for pk, scheme, value in rows.values_list("subject_id", "scheme", "value"):
            found.setdefault(pk, {})[scheme] = value
    return found


def shapes_of(pks: Iterable[int]) -> dict[int, Any]:
    """subject pk → its geometry as GeoJSON."""
    found: dict[int, Any] = {}
    for few in some(pks):
        found |= dict(Shape.objects.filter(pk__in=few).values_list("pk", "geometry"))
    return found


def some(pks: Iterable[int]) -> Iterable[list[int]]:
    """A few at a time, as many as every database takes in one query."""
    return _few(list(pks))


def _few(things: list[T]) -> Iterable[list[T]]:
    return (things[start : start + AT_ONCE] for start in range(0, len(things), AT_ONCE))


def _item(register: Register, subject: Subject, draft: Draft, source: Source, at: datetime) -> Item:
    made = Item(
        subject_id=subject.pk,
        register=register.key,
        code=draft.code,
        sensitivity=SENSITIVITY[register.visible],
        created_at=at,
    )
    made.subject = subject
    return _fill(register, made, draft, source, at)


def _fill(register: Register, item: Item, draft: Draft, source: Source, at: datetime) -> Item:
    item.register_version = register.version
    item.name, item.area, item.owner = draft.name, draft.area, draft.owner
    item.simulated = draft.simulated
    item.attributes = personal.sealed(register, draft.attributes, item.attributes)
    codes = [v.normalised for v in draft.codes.values()]
    item.text = search_text(register, draft.name, draft.code, draft.values, codes)
    if source.rows is not None:
        item.source = source.rows.get(draft.code)
    item.changed_at = at
    return item


def _renamed(item: Item, draft: Draft) -> Subject:
    item.subject.label = draft.name
    return item.subject


def _codes(item: Item, draft: Draft, source: Source, *, but: Mapping[str, str] | None = None) -> list[Code]:
    place = source.of(draft.code)
    found = [v for s, v in draft.codes.items() if (but or {}).get(s) != v.normalised]
    if found and place is None:
        raise RuntimeError("a code needs its source")
    return [
        Code(
            subject_id=item.pk,
            scheme=v.scheme,
            value=v.normalised,
            verdict=v.state.value,
            note=v.message.code[:200] if v.state != "ok" else "",
            source=place,
        )
        for v in found
    ]


def _recode(
    pairs: Sequence[tuple[Item, Draft]], codes: Mapping[int, Mapping[str, str]], source: Source, at: datetime
) -> None:
    """Codes that changed or went end today; new ones begin. One that comes back is in use again."""
    today = timezone.localdate(at)
    for item, draft in pairs:
        had = codes.get(item.pk, {})
        now = {s: v.normalised for s, v in draft.codes.items()}
        for scheme in [s for s, value in had.items() if now.get(s) != value]:
            Code.objects.filter(subject=item.pk, scheme=scheme, value=had[scheme]).update(until=today)
        for code in _codes(item, draft, source, but=had):
            values = {"verdict": code.verdict, "note": code.note, "source": code.source, "until": None}
            Code.objects.update_or_create(
                subject_id=item.pk, scheme=code.scheme, value=code.value, defaults=values
            )


def _place(pairs: Sequence[tuple[Item, Draft]], source: Source, by: User | None, at: datetime) -> None:
    found = [(i.subject, d.shape) for i, d in pairs if d.shape is not None]
    if not found:
        return
    if source.whole is None:
        raise RuntimeError("a shape needs its source")
    shapes.place_all(found, source.whole, by=by, at=at)


def _unplace(items: Sequence[Item]) -> None:
    for few in some([i.pk for i in items]):
        Shape.objects.filter(pk__in=few).delete()
