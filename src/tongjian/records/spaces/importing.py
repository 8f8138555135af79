"""Parcels, buildings, floors and units out of a GeoJSON file: checked whole, then recorded whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence, geometry, shapes
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.choices import Sensitivity, SubjectKind
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.geometry import Geometry, GeometryError
from tongjian.kernel.models import Area, EvidenceFile, Organisation, Subject, User
from tongjian.kernel.shapes import Feature
from tongjian.records.spaces.choices import SpaceKind
from tongjian.records.spaces.models import Space
from tongjian.values import Number

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "编号", "地块编号", "楼宇编号"),
    "name": ("name", "名称"),
    "kind": ("kind", "类型"),
    "parent": ("parent", "上级"),
    "area_m2": ("area_m2", "面积", "面积(平方米)"),
    "area": ("area", "街乡镇", "所在地区"),
    "owner": ("owner", "管理单位"),
    "sensitivity": ("sensitivity", "密级"),
}
KINDS: Mapping[str, SpaceKind] = {
    "地块": SpaceKind.PARCEL, "宗地": SpaceKind.PARCEL, "楼宇": SpaceKind.BUILDING, "建筑": SpaceKind.BUILDING,
    "楼层": SpaceKind.FLOOR, "房间": SpaceKind.UNIT, "单元": SpaceKind.UNIT,
}  # fmt: skip
WITHIN: Mapping[SpaceKind, SpaceKind | None] = {
    SpaceKind.PARCEL: None,
    SpaceKind.BUILDING: SpaceKind.PARCEL,
    SpaceKind.FLOOR: SpaceKind.BUILDING,
    SpaceKind.UNIT: SpaceKind.FLOOR,
}
CLASSES: Mapping[str, Sensitivity] = {
    "公开": Sensitivity.PUBLIC,
    "内部": Sensitivity.INTERNAL,
    "": Sensitivity.INTERNAL,
}


class SpaceProblem(CellProblem):
    """What is wrong with one feature of a file of spaces; cell: its number from 1."""

    messages: ClassVar[Mapping[str, str | Promise]] = {
        **{code.rpartition(".")[2]: text for code, text in geometry.MESSAGES.items()},
        "wanting": _("%(column)s is empty; it is needed."),
        "key_form": _("“%(got)s” cannot be a number here: letters, digits, - and _, at most 64."),
        "word": _("%(column)s: “%(got)s” is not known. Use one of %(known)s."),
        "no_number": _("%(column)s: “%(got)s” is no number."),
        "twice": _("“%(got)s” stands twice; the first is feature %(first)s."),
        "key_taken": _("“%(got)s” is the number of something else already."),
        "parent": _("“%(got)s” is no %(kind)s on record or in this file."),
        "not_yours": _("%(got)s is not yours to write for."),
    }


class SpacesRefused(TongjianError):
    """A file with problems: nothing was written. `problems` lists all of them."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = tuple(problems)
        said = {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])}
        super().__init__("spaces.refused", _("Nothing was written. %(count)s problem(s): %(problems)s"), said)


@dataclass(frozen=True, slots=True)
class Details:
    """One space as a file tells it. shape None: the feature has no geometry (a floor, a unit)."""

    number: int
    key: str
    name: str
    kind: SpaceKind
    parent: str
    area_m2: Number | None
    area: Area | None
    owner: Organisation | None
    sensitivity: Sensitivity
    attributes: Mapping[str, Any]
    shape: Geometry | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed, of all its features. placed: shapes that are new or moved."""

    features: int
    new: int
    changed: int
    placed: int
    file: EvidenceFile | None = None


@dataclass(frozen=True)
class _Ground:
    areas: Mapping[str, Area]
    owners: Mapping[str, Organisation]
    allowed: frozenset[int] | None
    own: Organisation | None
    known: Mapping[str, Space]
    taken: Mapping[str, str]


def import_spaces(data: bytes, name: str, *, by: User | None, at: datetime) -> Imported:
    """Record the parcels, buildings, floors and units of a GeoJSON file; the same one again changes nothing.

    by None: the operator at the command line. Others write for their own organisations only. Raises NotAllowed,
    SpacesRefused naming all that is wrong; nothing is kept or written then.
    """
    try:
        features = shapes.features_of(data, name)
    except shapes.ShapesRefused as refused:
        raise SpacesRefused(refused.problems) from refused
    found, problems = _checked(features, _ground(by), name)
    if problems:
        raise SpacesRefused(problems)
    with transaction.atomic():
        return _write(found, data, name, by, at)


def _ground(by: User | None) -> _Ground:
    allowed = None
    if by is not None:
        allowed = frozenset(organisations_editable_by(by).values_list("pk", flat=True))
        if not allowed:
            raise NotAllowed(
                "spaces.not_allowed",
                _("You may not record parcels and buildings. Ask the plan office for access."),
            )
    areas = {a.pk: a for a in Area.objects.select_related("subject")}
    units = list(Organisation.objects.select_related("subject"))
    return _Ground(
        areas={n: areas[s.pk] for n, s in shapes.areas_by_name().items()},
        owners={n: o for o in units for n in (o.subject.label, o.subject.label_en, o.key) if n},
        allowed=allowed,
        own=by.organisation if by is not None else None,
        known={s.subject.key: s for s in Space.objects.select_related("subject")},
        taken=dict(Subject.objects.exclude(kind=SubjectKind.AREA).values_list("key", "kind")),
    )


def _checked(features: Sequence[Feature], on: _Ground, name: str) -> tuple[list[Details], list[SpaceProblem]]:
    reader = _Reader(on, name)
    found = [reader.read(f) for f in features]
    kinds = {d.key: d.kind for d in found} | {
        k: SpaceKind(s.kind) for k, s in on.known.items() if k not in {d.key for d in found}
    }
    first: dict[str, int] = {}
    for details in found:
        reader.check_alone(details, first)
        reader.check_parent(details, kinds)
    return found, sorted(reader.problems, key=lambda p: int(p.cell or 0))


class _Reader:
    """Reads features and notes what is wrong on the way."""

    def __init__(self, on: _Ground, name: str) -> None:
        self.on, self.name = on, name
        self.problems: list[SpaceProblem] = []

    def wrong(self, number: int, code: str, **params: object) -> None:
        self.problems.append(SpaceProblem(self.name, str(number), f"spaces.{code}", params))

    def read(self, feature: Feature) -> Details:
        given, rest = _fields(feature.properties)
        number = feature.number
        return Details(
            number,
            self._key(number, given["key"]),
            self._text(number, "名称", given["name"])[:128],
            self._word(number, "类型", given["kind"], KINDS) or SpaceKind.PARCEL,
            given["parent"],
            self._number(number, given["area_m2"]),
            self._named(number, "所在地区", given["area"], self.on.areas),
            self._owner(number, given["owner"]),
            self._word(number, "密级", given["sensitivity"], CLASSES) or Sensitivity.INTERNAL,
            rest,
            self._shape(feature),
        )

    def check_alone(self, details: Details, first: dict[str, int]) -> None:
        if details.key and first.setdefault(details.key, details.number) != details.number:
            self.wrong(details.number, "twice", got=details.key, first=first[details.key])
        if details.key in self.on.taken and details.key not in self.on.known:
            self.wrong(details.number, "key_taken", got=details.key)

    def check_parent(self, details: Details, kinds: Mapping[str, SpaceKind]) -> None:
        """A floor lies in a building and a unit on a floor; a building may stand alone."""
        wanted = WITHIN[details.kind]
        if not details.parent:
            if wanted in {SpaceKind.BUILDING, SpaceKind.FLOOR}:
                self.wrong(details.number, "wanting", column="上级")
        elif wanted is None or kinds.get(details.parent) != wanted:
            kind = wanted.label if wanted else _("space that holds a parcel")
            self.wrong(details.number, "parent", got=details.parent, kind=kind)

    def _key(self, number: int, text: str) -> str:
        if not KEY.fullmatch(text):
            self.wrong(number, "key_form" if text else "wanting", got=text[:60], column="编号")
        return text

    def _text(self, number: int, column: str, text: str) -> str:
        if not text:
            self.wrong(number, "wanting", column=column)
        return text

    def _word(self, number: int, column: str, text: str, words: Mapping[str, Any]) -> Any:
        found = words.get(text) or next((v for v in words.values() if v.value == text), None)
        if found is None:
            said = {"column": column, "got": text[:60], "known": "、".join(w for w in words if w)}
            self.wrong(number, "word" if text else "wanting", **said)
        return found

    def _number(self, number: int, text: str) -> Number | None:
        if not text:
            return None
        try:
            found = Number.parse(text)
        except ValueError:
            found = Number(-1)
        if found.mantissa < 0:
            self.wrong(number, "no_number", column="面积", got=text[:40])
        return found

    def _named(self, number: int, column: str, text: str, known: Mapping[str, Any]) -> Any:
        if text and text not in known:
            self.wrong(number, "word", column=column, got=text[:60], known="、".join(list(known)[:8]) + "…")
        return known.get(text)

    def _owner(self, number: int, text: str) -> Organisation | None:
        found: Organisation | None = (
            self._named(number, "管理单位", text, self.on.owners) if text else self.on.own
        )
        if self.on.allowed is not None and (found is None or found.pk not in self.on.allowed):
            self.wrong(number, "not_yours", got=text or "—")
        return found

    def _shape(self, feature: Feature) -> Geometry | None:
        if feature.geometry is None:
            return None
        try:
            return geometry.parse(feature.geometry)
        except GeometryError as error:
            self.problems.append(SpaceProblem(self.name, str(feature.number), error.code, error.params))
            return None


def _fields(properties: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The known fields as text, and everything else as it came."""
    names = {n: f for f, all_of_them in FIELDS.items() for n in all_of_them}
    given = dict.fromkeys(FIELDS, "")
    rest: dict[str, Any] = {}
    for name, value in properties.items():
        if name in names:
            given[names[name]] = "" if value is None else str(value).strip()
        elif value is not None:
            rest[name] = value
    return given, rest


def _write(found: Sequence[Details], data: bytes, name: str, by: User | None, at: datetime) -> Imported:
    file = evidence.keep(data, name, by=by, at=at)
    known = {s.subject.key: s for s in Space.objects.select_related("subject")}
    new = changed = 0
    for details in sorted(found, key=lambda d: list(WITHIN).index(d.kind)):  # what holds others first
        old = known.get(details.key)
        space = known[details.key] = _space(details, old, known, at)
        if old is None:
            new += 1
        elif _says(space) != _says(old):
            changed += 1
        else:
            continue
        space.save()
        verb = "spaces.space_recorded" if old is None else "spaces.space_changed"
        events.record(verb, space, by=by, at=at, data={"file": file.sha256, "feature": details.number})
    shapes_ = [(known[d.key].subject, d.shape) for d in found if d.shape is not None]
    placed = shapes.place_all(shapes_, evidence.whole(file), by=by, at=at)
    return Imported(len(found), new, changed, placed, file)


def _space(details: Details, old: Space | None, known: Mapping[str, Space], at: datetime) -> Space:
    """The row that the details make, not yet saved."""
    subject = old.subject if old is not None else _plate(details)
    if subject.label != details.name:
        subject.label = details.name
        subject.save(update_fields=["label"])
    return Space(
        subject=subject,
        name=details.name,
        kind=details.kind.value,
        parent=known[details.parent] if details.parent else None,
        area_m2_mantissa=None if details.area_m2 is None else details.area_m2.mantissa,
        area_m2_decimals=0 if details.area_m2 is None else details.area_m2.decimals,
        area=details.area,
        owner=details.owner,
        sensitivity=details.sensitivity.value,
        attributes=dict(details.attributes),
        created_at=at if old is None else old.created_at,
        changed_at=at,
    )


def _plate(details: Details) -> Subject:
    return Subject.objects.create(kind=SubjectKind.SPACE, key=details.key, label=details.name)


def _says(space: Space) -> tuple[object, ...]:
    return (
        space.name, space.kind, space.parent_id, space.area_m2, space.area_id, space.owner_id, space.sensitivity,
        space.attributes, space.archived_at,
    )  # fmt: skip
