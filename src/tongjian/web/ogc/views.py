"""OGC API Features 1.0, Core, GeoJSON and OpenAPI 3.0: reads only, through the same predicates as the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tongjian.kernel.geometry import CRS, Box
from tongjian.kernel.models import Subject
from tongjian.web.ogc import asking, description, features
from tongjian.web.ogc.features import Collection
from tongjian.web.ogc.guard import ogc
from tongjian.web.requests import Asked, now

JSON, GEOJSON, OPENAPI = (
    "application/json",
    "application/geo+json",
    "application/vnd.oai.openapi+json;version=3.0",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "oas30", "geojson")
)


def _url(request: Asked, name: str, *args: object, **query: object) -> str:
    found = request.build_absolute_uri(reverse(f"ogc:{name}", args=args))
    return f"{found}?{urlencode(query)}" if query else found


def _link(rel: str, kind: str, href: str, title: str = "") -> dict[str, str]:
    return {"rel": rel, "type": kind, "href": href, **({"title": title} if title else {})}


def _json(body: Mapping[str, Any], kind: str = JSON) -> HttpResponse:
    return JsonResponse(body, content_type=kind, json_dumps_params={"ensure_ascii": False})


@ogc()
def landing(request: Asked) -> HttpResponse:
    district = Subject.objects.filter(key=settings.DISTRICT).first()
    return _json(
        {
            "title": f"{settings.PRODUCT_NAME} · {district or ''}",
            "description": _(
                "Coordinates are CGCS2000 longitude and latitude (EPSG:4490), in China less than a decimetre from CRS84."
            ),
            "links": [
                _link("self", JSON, _url(request, "landing")),
                _link("service-desc", OPENAPI, _url(request, "api")),
                _link("conformance", JSON, _url(request, "conformance")),
                _link("data", JSON, _url(request, "collections")),
            ],
        }
    )


@ogc()
def conformance(request: Asked) -> HttpResponse:
    return _json({"conformsTo": CONFORMS})


@ogc()
def api(request: Asked) -> HttpResponse:
    root = _url(request, "landing").rstrip("/")
    return _json(description.document(root, features.collections(request.user)), OPENAPI)


@ogc()
def collections(request: Asked) -> HttpResponse:
    found = [_collection(request, c) for c in features.collections(request.user)]
    return _json({"links": [_link("self", JSON, _url(request, "collections"))], "collections": found})


@ogc()
def collection(request: Asked, key: str) -> HttpResponse:
    return _json(_collection(request, features.collection(request.user, key)))


def _collection(request: Asked, found: Collection) -> dict[str, Any]:
    box = features.extent(found)
    told: dict[str, Any] = {
        "id": found.key,
        "title": found.name,
        "description": found.about,
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS,
        "links": [
            _link("self", JSON, _url(request, "collection", found.key)),
            _link("items", GEOJSON, _url(request, "items", found.key), found.name),
        ],
    }
    if box is not None:
        told["extent"] = {"spatial": {"bbox": [_corners(box)], "crs": CRS84}}
    return told


def _corners(box: Box) -> list[float]:
    return [box.west, box.south, box.east, box.north]


@ogc(*asking.PARAMETERS)
def items(request: Asked, key: str) -> HttpResponse:
    found = features.collection(request.user, key)
    asked = asking.read(request.GET)
    page = features.page(found, asked, request.user)
    query = {n: request.GET[n] for n in asking.PARAMETERS if n in request.GET}
    links = [
        _link("self", GEOJSON, _url(request, "items", key, **query)),
        _link("collection", JSON, _url(request, "collection", key)),
    ]
    if page.after:
        links.append(_link("next", GEOJSON, _url(request, "items", key, **{**query, "after": page.after})))
    body: dict[str, Any] = {
        "type": "FeatureCollection",
        "timeStamp": now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": len(page.features),
        "links": links,
        "features": page.features,
    }
    count = features.matched(found, asked)
    if count is not None:
        body["numberMatched"] = count
    return _json(body, GEOJSON)


@ogc()
def item(request: Asked, key: str, feature: str) -> HttpResponse:
    found = features.collection(request.user, key)
    one = features.one(found, feature, request.user)
    links = [
        _link("self", GEOJSON, _url(request, "item", key, feature)),
        _link("collection", JSON, _url(request, "collection", key)),
    ]
    return _json({**one, "links": links}, GEOJSON)
