"""Where subjects lie: placing them, and taking in a GeoJSON file of them whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence, geometry
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.geometry import Box, Geometry, GeometryError
from tongjian.kernel.models import Area, EvidenceFile, Place, Shape, Subject, User

MAX_BYTES = 256 * 1024 * 1024
AT_ONCE = 400  # keys asked for in one query
NAMING = (  # members of a feature's properties that name its subject, the surest first
    "key", "code", "adcode", "XZQDM", "编码", "行政区划代码", "区划代码", "编号",
    "name", "NAME", "XZQMC", "名称", "街乡镇",
)  # fmt: skip


class FeatureProblem(CellProblem):
    """What is wrong with one feature of a file; cell: its number from 1, sheet: the file."""

    messages: ClassVar[Mapping[str, str | Promise]] = {
        **{code.rpartition(".")[2]: text for code, text in geometry.MESSAGES.items()},
        "not_geojson": _("The file is no GeoJSON: %(why)s. Export the layer as GeoJSON (UTF-8)."),
        "no_features": _("The file holds no features."),
        "no_name": _("No property names the subject. One of these is needed: %(names)s."),
        "unknown": _("“%(got)s” is none of the subjects that are being placed (%(of)s)."),
        "twice": _("“%(got)s” stands twice; the first is feature %(first)s."),
        "too_large": _("The file is larger than 256 MB. Send it in parts."),
    }


class ShapesRefused(TongjianError):
    """A file with problems: nothing was placed. `problems` lists every bad feature."""

    def __init__(self, problems: Sequence[FeatureProblem]) -> None:
        self.problems = tuple(problems)
        said = {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])}
        super().__init__("shapes.refused", _("Nothing was placed. %(count)s problem(s): %(problems)s"), said)


@dataclass(frozen=True, slots=True)
class Placed:
    """What an import changed: shapes that are new or moved, of all its features."""

    features: int
    changed: int
    file: EvidenceFile | None = None


class Feature(NamedTuple):
    """One feature of a file. number: from 1. A tuple: a survey has hundreds of thousands."""

    number: int
    geometry: object
    properties: Mapping[str, Any]


# Placing


def place(subject: Subject, found: Geometry, source: Place, *, by: User | None, at: datetime) -> Shape:
    """Say where a subject lies. The same geometry again changes nothing. In the transaction of the caller."""
    place_all([(subject, found)], source, by=by, at=at)
    return Shape.objects.get(subject=subject)


@transaction.atomic
def place_all(
    found: Sequence[tuple[Subject, Geometry]], source: Place, *, by: User | None, at: datetime
) -> int:
    """The same of many, in few queries; returns how many are new or moved. The change is an event of each subject."""
    old = _shapes_of([s.pk for s, _g in found])
    rows = [_row(s, g, source) for s, g in found]
    changed = [r for r in rows if r.pk not in old or old[r.pk].geometry != r.geometry]
    fields = ["kind", "geometry", "west", "south", "east", "north", "source"]
    Shape.objects.bulk_create(
        changed, batch_size=500, update_conflicts=True, unique_fields=["subject"], update_fields=fields
    )
    told = [(r.subject, {"source": source.pk, "moved": r.pk in old}) for r in changed]
    events.record_all("shapes.placed", told, by=by, at=at)
    return len(changed)


def _row(subject: Subject, found: Geometry, source: Place) -> Shape:
    box = found.box
    return Shape(
        subject=subject, kind=found.kind, geometry=dict(found.body), source=source,
        west=box.west, south=box.south, east=box.east, north=box.north,
    )  # fmt: skip


def _shapes_of(pks: Sequence[int]) -> dict[int, Shape]:
    found: dict[int, Shape] = {}
    for start in range(0, len(pks), AT_ONCE):
        found |= Shape.objects.in_bulk(pks[start : start + AT_ONCE])
    return found


def extent(shapes: Iterable[Shape]) -> Box | None:
    """The box around all of them."""
    whole: Box | None = None
    for s in shapes:
        box = Box(s.west, s.south, s.east, s.north)
        whole = box if whole is None else whole.with_(box)
    return whole


# Taking in a file


def import_file(
    data: bytes, name: str, wanted: Mapping[str, Subject], of: str, *, by: User | None, at: datetime
) -> Placed:
    """Place the subjects that a GeoJSON file names. wanted: subjects by every name that may stand for them.

    of: what they are, for messages. by None: the operator at the command line; else the plan office. Raises
    NotAllowed, ShapesRefused naming every bad feature; nothing is kept or written then. The same file again changes
    nothing.
    """
    if by is not None:
        must_be_plan_office(by)
    features = features_of(data, name)
    found, problems = _checked(features, wanted, of, name)
    if problems:
        raise ShapesRefused(problems)
    with transaction.atomic():
        file = evidence.keep(data, name, by=by, at=at)
        changed = place_all(found, evidence.whole(file), by=by, at=at)
    return Placed(len(features), changed, file)


def features_of(data: bytes, name: str) -> list[Feature]:
    """The features of a GeoJSON file in CGCS2000, their geometries as they come. Raises ShapesRefused."""
    if len(data) > MAX_BYTES:
        raise ShapesRefused([_wrong(name, "", "too_large")])
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ShapesRefused([_wrong(name, "", "not_geojson", why=type(error).__name__)]) from error
    if not isinstance(document, dict):
        raise ShapesRefused([_wrong(name, "", "not_geojson", why=type(document).__name__)])
    try:
        geometry.check_system(document)
    except GeometryError as error:
        raise ShapesRefused([FeatureProblem(name, "", error.code, error.params)]) from error
    return _features(document, name)


def _features(document: Mapping[str, Any], name: str) -> list[Feature]:
    rows = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if not isinstance(rows, list) or not rows:
        raise ShapesRefused([_wrong(name, "", "no_features")])
    found = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or row.get("type") != "Feature":
            raise ShapesRefused([_wrong(name, str(number), "not_geojson", why="Feature?")])
        properties = row.get("properties") or {}
        found.append(Feature(number, row.get("geometry"), properties if isinstance(properties, dict) else {}))
    return found


def _checked(
    features: Sequence[Feature], wanted: Mapping[str, Subject], of: str, name: str
) -> tuple[list[tuple[Subject, Geometry]], list[FeatureProblem]]:
    found: list[tuple[Subject, Geometry]] = []
    problems: list[FeatureProblem] = []
    first: dict[int, int] = {}
    for feature in features:
        subject = _subject(feature, wanted, of, name)
        if isinstance(subject, FeatureProblem):
            problems.append(subject)
        elif first.setdefault(subject.pk, feature.number) != feature.number:
            said = {"got": subject.label, "first": first[subject.pk]}
            problems.append(_wrong(name, str(feature.number), "twice", **said))
        try:
            shape = geometry.parse(feature.geometry)
        except GeometryError as error:
            problems.append(FeatureProblem(name, str(feature.number), error.code, error.params))
            continue
        if isinstance(subject, Subject):
            found.append((subject, shape))
    return found, problems


def _subject(feature: Feature, wanted: Mapping[str, Subject], of: str, name: str) -> Subject | FeatureProblem:
    given = [
        str(feature.properties[n]).strip() for n in NAMING if feature.properties.get(n) not in (None, "")
    ]
    if not given:
        return _wrong(name, str(feature.number), "no_name", names="、".join(NAMING))
    known = next((wanted[g] for g in given if g in wanted), None)
    return known or _wrong(name, str(feature.number), "unknown", got=" / ".join(given)[:80], of=of)


def _wrong(name: str, number: str, code: str, **params: object) -> FeatureProblem:
    return FeatureProblem(name, number, f"shapes.{code}", params)


# Whose names count


def areas_by_name() -> dict[str, Subject]:
    """Areas by key, statistical code (also without its trailing zeros) and name; a name borne twice stands for none."""
    rows = Area.objects.select_related("subject")
    found: dict[str, Subject] = {}
    taken: set[str] = set()
    for area in rows:
        codes = {area.code, area.code.ljust(12, "0")} if area.code else set()
        for said in {area.subject.label, area.subject.label_en, *codes} - {""}:
            if said in found and found[said] != area.subject:
                taken.add(said)
            found[said] = area.subject
    return {n: s for n, s in found.items() if n not in taken} | {a.key: a.subject for a in rows}


def subjects_by_key(kind: SubjectKind) -> dict[str, Subject]:
    """Subjects of a kind by key, and by label where it is borne once."""
    rows = list(Subject.objects.filter(kind=kind))
    labels: dict[str, list[Subject]] = {}
    for subject in rows:
        labels.setdefault(subject.label, []).append(subject)
    once = {label: found[0] for label, found in labels.items() if len(found) == 1}
    return once | {s.key: s for s in rows}
