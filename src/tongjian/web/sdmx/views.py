"""SDMX REST: data as SDMX-CSV 2.0, structures as SDMX-JSON 2.0. Reads only, through the same predicates as the pages."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain

from django.http import HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from tongjian.facts.sdmx import asking, codes, derived_rows, rows, structures
from tongjian.facts.sdmx.codes import SdmxNotFoundError, SdmxNotServedError
from tongjian.web.requests import Asked, now
from tongjian.web.sdmx.guard import CSV, STRUCTURE, must_accept, sdmx

LINES_AT_ONCE = 500
REFERENCES = ("none", "children", "descendants", "all")
OTHER_RESOURCES = ("availability", "metadata", "schema", "registration")


@sdmx
def data(request: Asked, path: str) -> HttpResponseBase:
    """Streamed line by line; 404 where nothing fits, known before the first byte leaves."""
    must_accept(request, CSV, "text/csv")
    wanted = asking.data_request(path, request.GET.dict())
    served = derived_rows if wanted.flow == codes.DERIVED else rows
    found = served.rows(wanted, request.user)
    first = next(found, None)
    if first is None:
        raise asking.nothing_found()
    lines = _csv(chain([rows.COLUMNS, first], found))
    return StreamingHttpResponse(lines, content_type=f"{CSV}; version=2.0.0; charset=utf-8")


def _csv(lines: Iterable[rows.Row]) -> Iterator[str]:
    """By RFC 4180, some hundred lines at once."""
    for some in rows.batches(lines, LINES_AT_ONCE):
        text = StringIO()
        csv.writer(text).writerows(some)
        yield text.getvalue()


@sdmx
def structure(request: Asked, path: str) -> HttpResponseBase:
    """`structure/{type}/{agency}/{id}/{version}`; what is left out at the end is all."""
    return _structure(request, [p for p in path.split("/") if p])


@sdmx
def older(request: Asked, path: str) -> HttpResponseBase:
    """`{type}/{agency}/{id}/{version}`, as REST 1.5 has it."""
    parts = [p for p in path.split("/") if p]
    if parts and parts[0] in OTHER_RESOURCES:
        raise SdmxNotServedError(
            "sdmx.other_resource",
            _("“%(name)s” is not served here: data and structures are."),
            {"name": parts[0]},
        )
    return _structure(request, parts)


def _structure(request: Asked, parts: list[str]) -> HttpResponseBase:
    must_accept(request, STRUCTURE, "application/json")
    if len(parts) > 4:
        raise asking.bad_path()
    kind, agency, name, version = [*parts, *"****"][:4]
    references = request.GET.get("references", "none")
    if references not in REFERENCES or request.GET.get("detail", "full") != "full":
        raise SdmxNotServedError(
            "sdmx.references", _("References are none, children, descendants or all, and detail is full.")
        )
    known = kind in structures.TYPES or kind == "*"
    found = structures.select(kind, agency, name, version, references, request.user) if known else {}
    if not found:
        raise SdmxNotFoundError(
            "sdmx.no_structure", _("There is no such structure here: %(path)s."), {"path": "/".join(parts)}
        )
    return JsonResponse(
        structures.message(found, now()),
        content_type=f"{STRUCTURE}; version=2.0.0",
        json_dumps_params={"ensure_ascii": False},
    )
