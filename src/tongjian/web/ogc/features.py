"""Collections and their features: rows that a user may see, as GeoJSON, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _

from tongjian.kernel import geometry
from tongjian.kernel.geometry import Box
from tongjian.kernel.models import Area, Shape, Tracked, User
from tongjian.records.projects.models import Project
from tongjian.records.registers.models import Item
from tongjian.records.spaces.models import Segment, Space
from tongjian.records.spaces.pipes import network, seeing
from tongjian.web.map import layers
from tongjian.web.map.layers import Layer
from tongjian.web.ogc.asking import Asked
from tongjian.web.ogc.guard import OgcError
from tongjian.web.requests import now

Feature = dict[str, Any]
AT_ONCE = 500


@dataclass(frozen=True)
class Collection:
    """key: in addresses. about: in the language of the request. time: the property that datetime asks of, or none."""

    key: str
    name: str
    about: str
    time: str
    layer: Layer | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """after: pk of the last one, where more follow; 0: this is the end."""

    features: Sequence[Feature]
    after: int


def collections(user: User, keys: Sequence[str] | None = None) -> list[Collection]:
    """Those that the user may see; of these keys at least, where given."""
    found = [
        Collection(layers.TOWNS, _("Towns"), _("Boundaries of the towns and streets of the district"), "")
    ]
    for one in layers.layers(user, None if keys is None else [k for k in keys if k != layers.TOWNS]):
        about = (
            _("Entries of the register that have a shape") if one.register else _("Those that have a shape")
        )
        found.append(Collection(one.key, str(one.name), about, "changed_at", one))
    found.append(Collection(layers.PIPES, _("Underground pipes"), _about_pipes(), "surveyed_on"))
    return found


def _about_pipes() -> str:
    return _("Generalised where the user has no right to the exact place; `exact` says so")


def collection(user: User, key: str) -> Collection:
    """Raises OgcError 404."""
    found = next((c for c in collections(user, [key]) if c.key == key), None)
    if found is None:
        raise OgcError(404, "ogc.no_collection", _("There is no collection “%(key)s” for you."), key=key)
    return found


def extent(found: Collection) -> Box | None:
    """The box around all features."""
    if found.key == layers.PIPES:
        return network.current().extent
    shapes = _shapes(found)
    got = shapes.aggregate(w=Min("west"), s=Min("south"), e=Max("east"), n=Max("north"))
    return None if got["w"] is None else Box(got["w"], got["s"], got["e"], got["n"])


def page(found: Collection, asked: Asked, user: User) -> Page:
    """The next features by pk; one more is looked for, to know whether a page follows."""
    all_of_them = _pipes(asked, user) if found.key == layers.PIPES else _placed(found, asked, user)
    rows = list(islice(all_of_them, asked.limit + 1))
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    if found.key == layers.PIPES:
        _tell(rows, user)
    return Page([f for _pk, f in rows], rows[-1][0] if more else 0)


def matched(found: Collection, asked: Asked) -> int | None:
    """How many features there are in all; None where counting them would mean looking at each."""
    if asked.box is not None or (found.key == layers.PIPES and (asked.since or asked.until)):
        return None
    return len(network.current()) if found.key == layers.PIPES else _shapes(found, asked).count()


def one(found: Collection, key: str, user: User) -> Feature:
    """Raises OgcError 404."""
    if found.key == layers.PIPES:
        rows = list(_segments(seeing.visible_to(user).filter(subject__key=key), user))
        _tell(rows, user)
    else:
        shapes = _shapes(found).filter(subject__key=key).select_related("subject")
        rows = _featured(found, list(shapes[:1]), user)
    if not rows:
        raise OgcError(404, "ogc.no_feature", _("There is no feature “%(key)s” for you."), key=key)
    return rows[0][1]


# Things with a shape


def _shapes(found: Collection, asked: Asked | None = None) -> QuerySet[Shape]:
    if found.layer is None:
        return Shape.objects.filter(subject__in=layers.towns().values("pk"))
    rows = found.layer.rows
    if asked is not None and asked.since is not None:
        rows = rows.filter(changed_at__gte=asked.since)
    if asked is not None and asked.until is not None:
        rows = rows.filter(changed_at__lte=asked.until)
    return layers.shapes_of(rows)


def _placed(found: Collection, asked: Asked, user: User) -> Iterator[tuple[int, Feature]]:
    shapes = _shapes(found, asked).order_by("pk").select_related("subject")
    box = asked.box
    if box is not None:
        shapes = shapes.filter(
            west__lte=box.east, east__gte=box.west, south__lte=box.north, north__gte=box.south
        )
    after = asked.after
    while True:
        some = list(shapes.filter(pk__gt=after)[:AT_ONCE])
        kept = [s for s in some if box is None or geometry.meets(s.geometry, box)]
        yield from _featured(found, kept, user)
        if len(some) < AT_ONCE:
            return
        after = some[-1].pk


def _featured(found: Collection, shapes: Sequence[Shape], user: User) -> list[tuple[int, Feature]]:
    pks = [s.pk for s in shapes]
    properties = _of_towns(pks) if found.layer is None else _of_layer(found.layer, pks, user)
    return [
        (s.pk, feature(s.subject.key, s.geometry, properties[s.pk])) for s in shapes if s.pk in properties
    ]


def feature(key: str, shape: Mapping[str, Any] | None, properties: Mapping[str, Any]) -> Feature:
    return {"type": "Feature", "id": key, "geometry": shape, "properties": properties}


def _of_towns(pks: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = Area.objects.filter(pk__in=pks).select_related("subject")
    return {
        a.pk: {
            "key": a.key,
            "name": a.subject.label,
            "name_en": a.subject.label_en,
            "kind": a.kind,
            "code": a.code,
        }
        for a in rows
    }


def _of_layer(layer: Layer, pks: Sequence[int], user: User) -> dict[int, dict[str, Any]]:
    rows = list(layer.rows.filter(pk__in=pks).select_related("subject", "area__subject", "owner__subject"))
    standing = layers.standings(pks, layers.families(user, [layer])[0])
    return {r.pk: _of_row(r, layer) | {"stage": standing.get(r.pk, (None, None))[0]} for r in rows}


def _of_row(row: Tracked, layer: Layer) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": row.subject.key,
        "name": row.name,
        "area": str(row.area) if row.area else None,
        "owner": str(row.owner) if row.owner else None,
        "changed_at": row.changed_at.isoformat(timespec="seconds"),
    }
    match row:
        case Project():
            total = row.planned_total
            found |= {"kind": row.kind, "nature": row.nature, "industry": row.industry}
            found["planned_total_10k_yuan"] = None if total is None else float(total.decimal)
        case Space():
            found |= {
                "kind": row.kind,
                "area_m2": None if row.area_m2 is None else float(row.area_m2.decimal),
            }
        case Item() if layer.register is not None:
            hidden = layer.register.personal
            found["code"] = row.code
            found |= {f"a_{k}": v for k, v in row.attributes.items() if k not in hidden}
    return found


# Pipes


def _pipes(asked: Asked, user: User) -> Iterator[tuple[int, Feature]]:
    """By the network in memory: which lie in the box, then rows of those.

    What the user may not see exactly lies where its generalised geometry does: a box must not tell more.
    """
    of = network.current()
    places = np.arange(len(of)) if asked.box is None else of.within(_wider(asked.box))
    pks = of.pks[places]
    pks = pks[pks > asked.after].tolist()
    each = min(AT_ONCE, asked.limit + 1)
    for start in range(0, len(pks), each):
        rows = Segment.objects.filter(pk__in=pks[start : start + each]).order_by("pk")
        for pk, found in _segments(rows, user):
            if _in_time(found, asked) and (asked.box is None or geometry.meets(found["geometry"], asked.box)):
                yield pk, found


def _wider(box: Box) -> Box:
    """By a step of the grid of generalised places."""
    s = seeing.STEP
    return Box(box.west - s, box.south - s, box.east + s, box.north + s)


def _in_time(found: Feature, asked: Asked) -> bool:
    """By the day of survey; what has none, or does not tell it to this user, passes, as the standard asks."""
    day = found["properties"].get("surveyed_on")
    if day is None:
        return True
    since = asked.since is None or day >= asked.since.date().isoformat()
    return since and (asked.until is None or day <= asked.until.date().isoformat())


def _segments(rows: QuerySet[Segment], user: User) -> Iterator[tuple[int, Feature]]:
    of = network.current()
    exact = seeing.exact_mask(of, user)
    for row in rows.select_related("subject", "area__subject"):
        at = of.place_of(row.pk)
        if at is not None:
            yield row.pk, segment_feature(row, of.line(at), bool(exact[at]))


def segment_feature(row: Segment, line: list[list[float]], exact: bool) -> Feature:
    """What may be told of a segment: all of it, or roughly."""
    told: dict[str, Any] = {
        "name": row.name,
        "utility": row.utility,
        "area": str(row.area) if row.area else None,
        "diameter_mm": row.diameter_mm,
        "height_mm": row.height_mm,
        "material": row.material,
        "built_year": row.built_year,
        "exact": exact,
    }
    if not exact:
        return feature(row.subject.key, seeing.roughly(line), told)
    told |= {
        "flow": row.flow,
        "depth_from_m": _metres(row.depth_from_cm),
        "depth_to_m": _metres(row.depth_to_cm),
        "surveyed_on": row.surveyed_on.isoformat() if row.surveyed_on else None,
        "accuracy_cm": row.accuracy_cm,
        "holder": row.holder,
    }
    return feature(row.subject.key, {"type": "LineString", "coordinates": line}, told)


def _metres(centimetres: int | None) -> float | None:
    return None if centimetres is None else centimetres / 100


def _tell(rows: Iterable[tuple[int, Feature]], user: User) -> None:
    of = network.current()
    places = [of.place_of(pk) for pk, f in rows if f["properties"]["exact"]]
    shown = np.array([p for p in places if p is not None], dtype=np.int64)
    seeing.told(of, shown, "features", by=user, at=now(), where={"segments": len(shown)})
