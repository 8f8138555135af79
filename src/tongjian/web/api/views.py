"""Registers as JSON: the same queries and actions as the pages, the same refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Code, Shape, Standing
from tongjian.records.registers import actions, queries
from tongjian.records.registers.drafts import Given
from tongjian.records.registers.models import Item
from tongjian.records.registers.queries import Filter
from tongjian.records.registers.schema import Register, json_schema
from tongjian.web.api import description
from tongjian.web.api.guard import ApiRefused, answer, api, sent
from tongjian.web.requests import Asked, now, whole

OWN = frozenset({"q", "area", "owner", "stage", "year", "archived", "order", "after", "limit"})
MOST = 200


@api("GET")
def registers(request: Asked) -> HttpResponse:
    counts = queries.counts(request.user)
    found = [
        _about(r) | {"entries": counts.get(r.key, 0)} for r in queries.registers_visible_to(request.user)
    ]
    return answer({"registers": found})


def _about(register: Register) -> dict[str, object]:
    return {
        "key": register.key,
        "name": register.name,
        "name_en": register.name_en,
        "theme": register.theme.value,
        "shape": register.shape.value,
        "owner": register.owner,
        "track": register.track,
        "geometry": register.geometry.value,
        "version": register.version,
    }


@api("GET")
def register(request: Asked, key: str) -> HttpResponse:
    found = queries.register_visible_to(request.user, key)
    return answer(
        _about(found) | {"attributes": json_schema(found), "codes": [c.scheme for c in found.codes]}
    )


@api("GET", "POST")
def entries(request: Asked, key: str) -> HttpResponse:
    found = queries.register_visible_to(request.user, key)
    return _add(request, found) if request.method == "POST" else _list(request, found)


def _list(request: Asked, found: Register) -> HttpResponse:
    limit = min(whole(request.GET.get("limit")) or 50, MOST)
    items = queries.filtered(queries.visible_to(request.user), found, _filter(request.GET, found))
    page = queries.page(
        items, found, order=request.GET.get("order", "code"), after=request.GET.get("after", ""), size=limit
    )
    parts = _Parts.of([i.pk for i in page.items], found)
    body: dict[str, object] = {"entries": [_entry(i, found, parts) for i in page.items]}
    if page.after:
        query = request.GET.copy()
        query["after"] = page.after
        body["next"] = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return answer(body)


def _filter(query: QueryDict, found: Register) -> Filter:
    """Raises ApiRefused for a parameter that is none: a filter with a slip must not look like one that found all."""
    unknown = sorted(set(query) - OWN - set(found.attribute))
    if unknown:
        raise ApiRefused(
            "api.unknown_parameter",
            _("There is no parameter %(got)s here. See openapi.json for those that there are."),
            {"got": ", ".join(unknown)},
        )
    return Filter(
        text=query.get("q", ""),
        area=query.get("area", ""),
        owner=query.get("owner", ""),
        stage=query.get("stage", ""),
        year=whole(query.get("year")),
        attributes={k: _value(v) for k, v in query.items() if k in found.attribute},
        archived=query.get("archived") == "true",
    )


def _value(written: object) -> object:
    return {"true": True, "false": False}.get(str(written), written)


class _Parts:
    """Codes, shapes and stages of a page of entries, one query each."""

    def __init__(
        self, codes: Mapping[int, Any], shapes: Mapping[int, Any], stages: Mapping[int, Any]
    ) -> None:
        self.codes, self.shapes, self.stages = codes, shapes, stages

    @staticmethod
    def of(pks: list[int], register: Register) -> _Parts:
        codes: dict[int, dict[str, str]] = {}
        for pk, scheme, value in Code.objects.filter(subject__in=pks, until=None).values_list(
            "subject", "scheme", "value"
        ):
            codes.setdefault(pk, {})[scheme] = value
        shapes = dict(Shape.objects.filter(subject__in=pks).values_list("subject", "geometry"))
        rows = (
            Standing.objects.filter(subject__in=pks, track=register.track)
            if register.track
            else Standing.objects.none()
        )
        return _Parts(
            codes, shapes, {s.subject_id: {"stage": s.stage, "since": s.since.isoformat()} for s in rows}
        )


def _entry(item: Item, register: Register, parts: _Parts) -> dict[str, object]:
    """Persons are left out: they are revealed one by one, for a reason, on the page."""
    shown = {k: v for k, v in item.attributes.items() if k not in register.personal}
    found: dict[str, object] = {
        "key": item.subject.key,
        "code": item.code,
        "name": item.name,
        "area": item.area.key if item.area else None,
        "owner": item.owner.key if item.owner else None,
        "attributes": shown,
        "codes": parts.codes.get(item.pk, {}),
        "simulated": item.simulated,
        "changed_at": item.changed_at.isoformat(),
        "page": reverse("subjects:subject", args=[item.subject.key]),
    }
    if register.track:
        found["standing"] = parts.stages.get(item.pk)
    if item.pk in parts.shapes:
        found["geometry"] = parts.shapes[item.pk]
    return found


def _add(request: Asked, found: Register) -> HttpResponse:
    body = sent(request)
    unknown = sorted(set(body) - {"name", "code", "area", "owner", "attributes", "codes", "geometry"})
    if unknown or not all(isinstance(body.get(k, {}), dict) for k in ("attributes", "codes")):
        raise ApiRefused(
            "api.unknown_field", _("The entry has fields that none has: %(got)s."), {"got": ", ".join(unknown) or "attributes, codes"}
        )  # fmt: skip
    given = Given(
        name=str(body.get("name", "")),
        code=str(body.get("code", "")),
        area=str(body.get("area", "")),
        owner=str(body.get("owner", "")),
        attributes=body.get("attributes", {}),
        codes=body.get("codes", {}),
        geometry=body.get("geometry"),
    )
    item = actions.add(found.key, given, by=request.user, at=now())
    return answer(_entry(item, found, _Parts.of([item.pk], found)), status=201)


@api("GET")
def entry(request: Asked, key: str, code: str) -> HttpResponse:
    found = queries.register_visible_to(request.user, key)
    item = queries.visible_to(request.user).filter(register=found.key, code=code).first()
    if item is None:
        raise NotAllowed("registers.no_item", _("The entry does not exist, or it is not yours to see."))
    return answer(_entry(item, found, _Parts.of([item.pk], found)))


@api("GET")
def openapi(request: Asked) -> HttpResponse:
    found = queries.registers_visible_to(request.user)
    return answer(description.document(found, request.build_absolute_uri("/").rstrip("/")))
