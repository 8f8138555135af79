"""What lies where: how many by town and by year, a page of the list, and what a piece of the map shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractYear
from django.urls import reverse

from tongjian.kernel import shapes
from tongjian.kernel.geometry import Box
from tongjian.kernel.models import Area, Passage, Shape, Tracked
from tongjian.web.map import layers
from tongjian.web.map.drawing import Frame
from tongjian.web.map.layers import Family, Filter, Layer

PER_PAGE = 30
SHOWN = 600  # single things of a piece of the map; more are put together
CELL = 56  # pixels: how far apart what is put together is drawn
ASIDE = 0.4  # of a cell: how far from its sides its circle stays, so that it does not lie on its neighbour's
MOST_POINTS = 2000  # of the drawing that prints
Feature = dict[str, Any]
Parts = list[tuple[Layer, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in the list. placed: it has a shape."""

    layer: Layer
    thing: Tracked
    stage: str
    since: date | None
    placed: bool


@dataclass(frozen=True, slots=True)
class Year:
    """How many passages of the shown layers a year had. share: of the fullest year, in per cent."""

    year: int
    count: int
    share: int

    @property
    def height(self) -> int:
        """Of its bar, out of 36."""
        return max(round(self.share * 0.34), 2 if self.count else 0)

    @property
    def top(self) -> int:
        return 36 - self.height


def sizes(all_of_them: Sequence[Family], by: Filter) -> dict[str, int]:
    """Layer's key → rows that pass."""
    found: dict[str, int] = {}
    for family in all_of_them:
        rows = layers.filtered(family, by).order_by().values_list("layer_key")
        found |= dict(rows.annotate(Count("pk")))
    return found


def placed(all_of_them: Sequence[Family]) -> int:
    """How many rows have a shape."""
    return sum(f.rows.filter(subject__shape__isnull=False).count() for f in all_of_them)


def by_town(chosen: Sequence[Family], by: Filter, towns: Sequence[Area]) -> dict[int, int]:
    """Town's pk → things of all chosen layers in it, those of places below it included."""
    above = _above(towns)
    found: Counter[int] = Counter()
    for family in chosen:
        rows = layers.filtered(family, by).exclude(area=None).order_by().values_list("area")
        for area, count in rows.annotate(Count("pk")):
            if area in above:
                found[above[area]] += count
    return dict(found)


def _above(towns: Sequence[Area]) -> dict[int, int]:
    """Area's pk → pk of the town that it is or lies in."""
    found = {t.pk: t.pk for t in towns}
    paths = [(t.path, t.pk) for t in towns]
    for pk, path in Area.objects.exclude(pk__in=found).values_list("pk", "path"):
        town = next((town for above, town in paths if path.startswith(above)), None)
        if town is not None:
            found[pk] = town
    return found


def by_year(chosen: Sequence[Family], by: Filter) -> list[Year]:
    """Passages by year, of the chosen layers under the filter without its year, the oldest first."""
    without = Filter(by.text, by.area)
    found: Counter[int] = Counter()
    for family in chosen:
        if family.track is None:
            continue
        passed = Passage.objects.filter(result="entered")
        passed = passed.filter(subject__in=layers.filtered(family, without).values("pk"))
        if family.track:
            passed = passed.filter(track=family.track)
        if by.stage:
            passed = passed.filter(stage=by.stage)
        found.update(dict(passed.order_by().values_list(ExtractYear("on")).annotate(Count("pk"))))
    if not found:
        return []
    most = max(found.values())
    return [Year(y, found[y], round(100 * found[y] / most)) for y in range(min(found), max(found) + 1)]


# The list


def page(chosen: Sequence[Family], by: Filter, number: int) -> tuple[list[Row], int]:
    """The rows of one page from 1, table after table, and how many there are in all."""
    start, rows, total = (number - 1) * PER_PAGE, list[Row](), 0
    for family in chosen:
        found = layers.filtered(family, by)
        count = found.count()
        first, last = max(start - total, 0), min(start + PER_PAGE - total, count)
        if first < last:
            named = found.select_related("subject", "area__subject", "owner__subject")
            rows += _rows(family, list(named.order_by("layer_key", "name", "pk")[first:last]))
        total += count
    return rows, total


def _rows(family: Family, things: Sequence[Tracked]) -> list[Row]:
    pks = [t.pk for t in things]
    standing = layers.standings(pks, family)
    with_shape = set(Shape.objects.filter(pk__in=pks).values_list("pk", flat=True))
    nowhere: tuple[str, date | None] = ("", None)
    return [Row(_layer_of(family, t), t, *standing.get(t.pk, nowhere), t.pk in with_shape) for t in things]


def _layer_of(family: Family, thing: Tracked) -> Layer:
    return family.layers[thing.layer_key]  # type: ignore[attr-defined]  # annotated by `families`


# The map


@dataclass(frozen=True)
class _Found:
    """Shapes of one family in a box: pks, layers and middles."""

    family: Family
    pks: list[int]
    keys: list[str]
    lon: np.ndarray[Any, np.dtype[np.float64]]
    lat: np.ndarray[Any, np.dtype[np.float64]]


def within(chosen: Sequence[Family], by: Filter, box: Box, zoom: float) -> list[Feature]:
    """Features of the layers in a box; where they are many, those that would lie on each other are put together."""
    found = [_in_box(family, layers.filtered(family, by), box) for family in chosen]
    if sum(len(f.pks) for f in found) <= SHOWN:
        return [feature for f in found for feature in _single(f.family, f.pks)]
    step = CELL * 360 / (512 * 2**zoom)
    return _together(found, step)


def _in_box(family: Family, rows: QuerySet[Any], box: Box) -> _Found:
    found = rows.filter(
        subject__shape__west__lte=box.east, subject__shape__east__gte=box.west,
        subject__shape__south__lte=box.north, subject__shape__north__gte=box.south,
    ).values_list(
        "pk", "layer_key", "subject__shape__west", "subject__shape__east", "subject__shape__south",
        "subject__shape__north",
    )  # fmt: skip
    table = list(found)
    sides = np.array([r[2:] for r in table], dtype=np.float64).reshape(-1, 4)
    lon, lat = (sides[:, 0] + sides[:, 1]) / 2, (sides[:, 2] + sides[:, 3]) / 2
    return _Found(family, [r[0] for r in table], [r[1] for r in table], lon, lat)


def _together(found: Sequence[_Found], step: float) -> list[Feature]:
    """One circle for each cell with several things, whatever their layers; the thing itself for a cell with one."""
    if not any(f.pks for f in found):
        return []
    lon, lat = (np.concatenate([getattr(f, name) for f in found]) for name in ("lon", "lat"))
    cell = np.stack([np.floor(lon / step), np.floor(lat / step)], 1)
    cells, which, count = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    which = which.ravel()
    means = np.stack([np.bincount(which, lon), np.bincount(which, lat)], 1) / count[:, None]
    at = np.clip(means, (cells + ASIDE) * step, (cells + 1 - ASIDE) * step)
    parts = _parts(found, which, count)
    many = [_cluster(parts[n], *map(float, at[n])) for n in np.flatnonzero(count > 1)]
    return [*many, *_alone(found, count[which] == 1)]


def _parts(found: Sequence[_Found], which: np.ndarray[Any, Any], count: np.ndarray[Any, Any]) -> list[Parts]:
    """Of each cell its layers with how many things of each, the most first."""
    every = [layer for f in found for layer in f.family.layers.values()]
    numbers = {layer.key: n for n, layer in enumerate(every)}
    of = np.array([numbers[key] for f in found for key in f.keys])
    told: list[Parts] = [[] for _ in count]
    pairs, sums = np.unique(which * len(every) + of, return_counts=True)
    for pair, size in sorted(zip(pairs.tolist(), sums.tolist(), strict=True), key=lambda p: -p[1]):
        told[pair // len(every)].append((every[pair % len(every)], size))
    return told


def _alone(found: Sequence[_Found], single: np.ndarray[Any, Any]) -> Iterable[Feature]:
    """single: of every thing of all families one after the other, whether its cell has no other."""
    start = 0
    for f in found:
        own = single[start : start + len(f.pks)]
        yield from _single(f.family, [f.pks[n] for n in np.flatnonzero(own)])
        start += len(f.pks)


def _cluster(parts: Parts, lon: float, lat: float) -> Feature:
    """parts: `colour:count` of each layer, where there are several; the page draws them as a ring."""
    told = {"colour": parts[0][0].colour, "count": sum(size for _, size in parts)}
    if len(parts) > 1:
        told["parts"] = ",".join(f"{layer.colour}:{size}" for layer, size in parts)
    else:
        told["layer"] = parts[0][0].key
    return _feature({"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}, told)


def _single(family: Family, pks: Sequence[int]) -> list[Feature]:
    if not pks:
        return []
    rows = list(family.rows.filter(pk__in=pks).select_related("subject", "area__subject"))
    shaped = Shape.objects.in_bulk(pks)
    standing = layers.standings(pks, family)
    return [
        _feature(shaped[r.pk].geometry, _told(_layer_of(family, r), r, standing.get(r.pk, ("", None))[0]))
        for r in rows
        if r.pk in shaped
    ]


def _told(layer: Layer, row: Tracked, stage: str) -> dict[str, Any]:
    return {
        "layer": layer.key,
        "layerName": str(layer.name),
        "colour": layer.colour,
        "name": row.name,
        "area": str(row.area) if row.area else "",
        "stage": stage,
        "url": reverse("subjects:subject", args=[row.subject.key]),
        "site": f"{reverse('map:pipes')}?site={row.subject.key}&within=5",
    }


def _feature(shape: Any, told: dict[str, Any]) -> Feature:
    return {"type": "Feature", "geometry": shape, "properties": told}


@dataclass(frozen=True, slots=True)
class Point:
    """A thing on the drawing that prints."""

    x: float
    y: float
    name: str
    colour: str
    url: str


def points(chosen: Sequence[Family], by: Filter, frame: Frame) -> list[Point]:
    """Where things lie on a drawing of boundaries, by the middles of their boxes; at most 2,000."""
    found: list[Point] = []
    for family in chosen:
        rows = layers.filtered(family, by).filter(subject__shape__isnull=False)
        values = rows.values_list(
            "name", "subject__key", "layer_key", "subject__shape__west", "subject__shape__east",
            "subject__shape__south", "subject__shape__north",
        )[: MOST_POINTS - len(found)]  # fmt: skip
        for name, key, layer, west, east, south, north in values:
            x, y = frame.point((west + east) / 2, (south + north) / 2)
            url = reverse("subjects:subject", args=[key])
            found.append(Point(x, y, name, family.layers[layer].colour, url))
    return found


def extent(chosen: Sequence[Family], by: Filter) -> Box | None:
    """The box around all that the layers show."""
    whole: Box | None = None
    for family in chosen:
        found = Shape.objects.filter(subject__in=layers.filtered(family, by).values("pk"))
        box = shapes.extent(found.only("west", "south", "east", "north"))
        whole = box if whole is None else whole if box is None else whole.with_(box)
    return whole
