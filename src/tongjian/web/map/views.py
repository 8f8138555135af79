"""一张图: the page, the pieces of the map that it asks for, and the boundaries that come in through it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel import geometry, shapes
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.geometry import Box
from tongjian.kernel.models import Area, Shape
from tongjian.records.spaces.choices import Utility
from tongjian.records.spaces.pipes import network
from tongjian.web import uploads
from tongjian.web.map import choosing, drawing, layers, pipe_data, things
from tongjian.web.map.choosing import Choice
from tongjian.web.map.layers import Family
from tongjian.web.requests import Asked, now, whole

UTILITY_COLOURS = {
    "water": "#2f7ed8", "drainage": "#7a5c45", "gas": "#d39a00", "power": "#c0392b", "telecom": "#2e8b57",
    "heat": "#d2691e", "industry": "#6b4e9b", "other": "#7b8794",
}  # fmt: skip


@require_safe
def page(request: Asked) -> HttpResponse:
    return _page(request)


def _page(request: Asked, problems: list[shapes.FeatureProblem] | None = None) -> HttpResponse:
    every = layers.layers(request.user)
    towns = list(layers.towns())
    bounded = Shape.objects.filter(subject__in=[t.pk for t in towns]).exists()
    choice = choosing.read(request.GET, every, "places" if bounded else "towns")
    families = layers.families(request.user, choice.chosen)
    drawn = drawing.draw(towns, things.by_town(families, choice.by, towns))
    number = whole(request.GET.get("page")) or 1
    rows, total = things.page(families, choice.by, number)
    context = {
        **_layer_lines(request, choice),
        "choice": choice,
        "views": choosing.VIEWS,
        "placed": things.placed(families),
        "towns": towns,
        "drawn": drawn,
        "points": things.points(families, choice.by, drawn.frame) if drawn and drawn.frame else [],
        "stages": layers.stages_of(choice.chosen),
        "years": things.by_year(families, choice.by),
        "rows": rows,
        "total": total,
        "more": _more(total, number),
        "area": next((t for t in towns if t.key == choice.by.area), None),
        "bounds": _bounds(choice, families, towns),
        "pipes": len(network.current()),
        "utilities": [(u, label, UTILITY_COLOURS[u]) for u, label in Utility.choices],
        "problems": problems or [],
        "may_place": request.user.is_plan_office,
    }
    return render(request, "map/map.html", context, status=400 if problems else 200)


def _layer_lines(request: Asked, choice: Choice) -> dict[str, Any]:
    """The layers that have rows, with how many pass, and whether each is on; the names of those that have none."""
    families = layers.families(request.user, choice.every)
    all_rows = things.sizes(families, layers.Filter())
    passing = things.sizes(families, choice.by) if choice.by.is_on else all_rows
    filled = [x for x in choice.every if all_rows.get(x.key)]
    return {
        "layer_lines": [(x, passing.get(x.key, 0), x.key in choice.keys) for x in filled],
        "empty_layers": [x.name for x in choice.every if not all_rows.get(x.key)],
    }


def _more(total: int, number: int) -> tuple[int | None, int | None]:
    """Numbers of the page before and after."""
    last = max(1, -(-total // things.PER_PAGE))
    return (number - 1 if number > 1 else None, number + 1 if number < last else None)


def _bounds(choice: Choice, families: list[Family], towns: list[Area]) -> list[float]:
    """What the map first shows: the towns, else what lies on it; empty: nothing does."""
    box = shapes.extent(Shape.objects.filter(subject__in=[t.pk for t in towns]))
    if box is None:
        box = things.extent(families, choice.by)
    pipes = network.current().extent if choice.pipes else None
    if pipes is not None:
        box = pipes if box is None else box.with_(pipes)
    return [] if box is None else _corners(box)


def _corners(box: Box) -> list[float]:
    return [round(n, 6) for n in (box.west, box.south, box.east, box.north)]


@require_safe
def piece(request: Asked) -> HttpResponse:
    """Features of the chosen layers in a box, as GeoJSON."""
    wanted = request.GET.getlist("layer") or None
    choice = choosing.read(request.GET, layers.layers(request.user, wanted), "places")
    box = choosing.box_of(request.GET)
    if box is None:
        return HttpResponseBadRequest("bbox")
    zoom = choosing.zoom_of(request.GET)
    found = things.within(layers.families(request.user, choice.chosen), choice.by, box, zoom)
    pipes = pipe_data.within(network.current(), request.user, box, zoom) if choice.pipes else []
    return _geojson(found, pipes=_collection(pipes))


@require_safe
def towns(request: Asked) -> HttpResponse:
    """Boundaries of the towns, and where their names are written."""
    found = []
    rows = {t.pk: t for t in layers.towns()}
    for shape in Shape.objects.filter(subject__in=list(rows), kind="area"):
        told = {"key": rows[shape.pk].key, "name": str(rows[shape.pk])}
        at = [round(c, 6) for c in geometry.inside(shape.geometry)]
        found.append({"type": "Feature", "geometry": shape.geometry, "properties": told})
        found.append(
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": at}, "properties": told}
        )
    return _geojson(found)


def _geojson(found: list[dict[str, Any]], **more: Any) -> HttpResponse:
    return JsonResponse({**_collection(found), **more}, json_dumps_params={"ensure_ascii": False})


def _collection(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": found}


@require_POST
def place(request: Asked) -> HttpResponse:
    """A GeoJSON file of boundaries of towns, or of where projects lie."""
    upload = uploads.one(request)
    kind = SubjectKind.PROJECT if request.POST.get("of") == "project" else SubjectKind.AREA
    wanted = shapes.subjects_by_key(kind) if kind == SubjectKind.PROJECT else shapes.areas_by_name()
    try:
        done = shapes.import_file(
            upload.data, upload.name, wanted, str(kind.label), by=request.user, at=now()
        )
    except shapes.ShapesRefused as refused:
        return _page(request, list(refused.problems))
    said = _("%(features)s shapes came in, %(changed)s of them new or moved.")
    messages.success(request, said % {"features": done.features, "changed": done.changed})
    return redirect("map:map")
