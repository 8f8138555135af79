"""What the map can show: the project library, parcels and buildings, and every register that has a geometry.

One entry a layer; the map page, its data and OGC API Features all ask here, so that they show the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import F, Model, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import passages
from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.models import Area, Passage, Shape, Standing, Tracked
from tongjian.kernel.tracks import LEFT, Track
from tongjian.records.projects import queries as projects
from tongjian.records.projects.settings import library
from tongjian.records.registers import queries as registers
from tongjian.records.registers.choices import Geometry
from tongjian.records.registers.schema import Register
from tongjian.records.spaces import queries as spaces

T = TypeVar("T", bound=Model)
AT_ONCE = 400  # subjects asked for in one query; every database takes so many
PROJECTS, SPACES, PIPES, TOWNS = "projects", "spaces", "pipes", "towns"
# Told apart by people who do not see red and green alike; no two neighbours of one brightness.
COLOURS = (
    "#1b4b8a",
    "#c2571a",
    "#3a8f7b",
    "#8a4a9e",
    "#b08a1e",
    "#4f6d94",
    "#a63d5f",
    "#5b7d2a",
    "#2f8fb3",
    "#7a5c45",
)


@dataclass(frozen=True)
class Layer:
    """One layer. key: in addresses; kind: of its subjects; track: whose stages tell its milestones, None: it has none."""

    key: str
    name: str | Promise
    colour: str
    kind: SubjectKind
    rows: QuerySet[Tracked]
    track: Track | None = None
    register: Register | None = None

    @property
    def placed(self) -> QuerySet[Tracked]:
        """Those that have a shape."""
        return self.rows.filter(subject__shape__isnull=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """What lists and maps are narrowed to. area: a key, with all below; year: of a passage on the layer's track."""

    text: str = ""
    area: str = ""
    stage: str = ""
    year: int | None = None

    @property
    def is_on(self) -> bool:
        return bool(self.text or self.area or self.stage or self.year)


def layers(user: Viewer, keys: Collection[str] | None = None) -> list[Layer]:
    """Those that the user may see (of `keys` only, where given), projects first, registers in the order of the packs."""
    if keys is not None and not set(keys) - {PIPES}:
        return []
    tracks = passages.all_tracks()
    found = [
        _layer(
            PROJECTS,
            _("Projects"),
            SubjectKind.PROJECT,
            projects.visible_to(user),
            tracks.get(_construction()),
        ),
        _layer(SPACES, _("Parcels and buildings"), SubjectKind.SPACE, spaces.visible_to(user), None),
    ]
    rows = registers.visible_to(user)
    for register in registers.registers_visible_to(user):
        if register.geometry != Geometry.NONE:
            own, track = rows.filter(register=register.key), tracks.get(register.track)
            found.append(_layer(register.key, _name(register), SubjectKind.ITEM, own, track, register))
    coloured = [_coloured(layer, n) for n, layer in enumerate(found)]
    return coloured if keys is None else [x for x in coloured if x.key in keys]


def _construction() -> str:
    return library().stages.construction


def _layer(
    key: str,
    name: str | Promise,
    kind: SubjectKind,
    rows: QuerySet[Any],
    track: Track | None,
    register: Register | None = None,
) -> Layer:
    return Layer(key, name, "", kind, rows.filter(archived_at=None), track, register)


def _coloured(layer: Layer, number: int) -> Layer:
    colour = COLOURS[number % len(COLOURS)]
    return Layer(layer.key, layer.name, colour, layer.kind, layer.rows, layer.track, layer.register)


def _name(register: Register) -> str:
    return register.name_en if (get_language() or "").startswith("en") else register.name


@dataclass(frozen=True)
class Family:
    """Layers whose rows stand in one table, so that they are asked all at once. rows: each with its `layer_key`.

    track: whose passages count; "": whichever a row is on; None: they have none.
    """

    rows: QuerySet[Any]  # of Tracked, annotated
    layers: Mapping[str, Layer]
    track: str | None


def families(user: Viewer, chosen: Sequence[Layer]) -> list[Family]:
    """The chosen layers by the table that they stand in."""
    own = [
        Family(x.rows.annotate(layer_key=Value(x.key)), {x.key: x}, x.track.key if x.track else None)
        for x in chosen
        if x.register is None
    ]
    of_registers = {x.key: x for x in chosen if x.register is not None}
    if not of_registers:
        return own
    rows = registers.visible_to(user).filter(archived_at=None, register__in=list(of_registers))
    return [*own, Family(rows.annotate(layer_key=F("register")), of_registers, "")]


def filtered(family: Family, by: Filter) -> QuerySet[Any]:
    """The rows that pass. A stage or year where there are no tracks lets nothing pass."""
    found = family.rows
    for word in by.text.split():
        found = found.filter(Q(name__icontains=word) | Q(subject__key__iexact=word))
    if by.area:
        found = found.filter(below(by.area))
    if by.stage or by.year is not None:
        found = _on_track(found, family.track, by)
    return found


def below(area: str, field: str = "area") -> Q:
    """Rows of an area, or of one below it."""
    return Q(**{f"{field}__path__startswith": f"{area}/"}) | Q(**{f"{field}__path__contains": f"/{area}/"})


def _on_track(rows: QuerySet[Any], track: str | None, by: Filter) -> QuerySet[Any]:
    if track is None:
        return rows.none()
    if by.year is None:
        standing = Standing.objects.filter(stage=by.stage)
        return rows.filter(pk__in=_of(standing, track).values("subject"))
    passed = Passage.objects.filter(on__year=by.year)
    if by.stage:
        passed = passed.filter(stage=by.stage)
    return rows.filter(pk__in=_of(passed, track).values("subject"))


def _of(rows: QuerySet[T], track: str) -> QuerySet[T]:
    """Passages or standings of one track, or of any."""
    return rows.filter(track=track) if track else rows


def stages_of(found: Sequence[Layer]) -> dict[str, str]:
    """key → name of the stages that the layers' tracks have, in their order."""
    named: dict[str, str] = {}
    for track in {x.track.key: x.track for x in found if x.track}.values():
        named = stage_names(track) | named
    return {k: v for k, v in named.items() if k != LEFT}


def standings(pks: Sequence[int], family: Family) -> dict[int, tuple[str, date | None]]:
    """pk → name of the stage that each stands at and since when; those that have not begun are not there."""
    if family.track is None:
        return {}
    names = {x.track.key: stage_names(x.track) for x in family.layers.values() if x.track}
    found: dict[int, tuple[str, date | None]] = {}
    for start in range(0, len(pks), AT_ONCE):
        some = _of(Standing.objects.filter(subject__in=pks[start : start + AT_ONCE]), family.track)
        for pk, track, stage, since in some.values_list("subject_id", "track", "stage", "since"):
            if track in names:
                found[pk] = (names[track].get(stage, stage), since)
    return found


def stage_names(track: Track) -> dict[str, str]:
    """key → name in the language of the page."""
    english = (get_language() or "").startswith("en")
    named = {s.key: s.name_en if english else s.name for s in track.stages}
    return named | {LEFT: str(_("Left the track"))}


def towns() -> QuerySet[Area]:
    """The areas right below the installation's district, in their order."""
    found = Area.objects.filter(parent__subject__key=settings.DISTRICT)
    return found.select_related("subject").order_by("order", "path")


def shapes_of(rows: QuerySet[Tracked]) -> QuerySet[Shape]:
    return Shape.objects.filter(subject__in=rows.values("pk"))
