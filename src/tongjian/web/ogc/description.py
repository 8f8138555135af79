"""The OpenAPI 3.0 document of the collections. Pure but for translation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

import tongjian
from tongjian.web.ogc.asking import MOST, USUAL
from tongjian.web.ogc.features import Collection

Json = dict[str, Any]


def document(root: str, found: Sequence[Collection]) -> Json:
    """root: address of the landing page without its last slash."""
    paths: Json = {
        "/": _get(_("Landing page"), "landing", "application/json"),
        "/conformance": _get(_("Conformance"), "conformance", "application/json"),
        "/collections": _get(_("Collections"), "collections", "application/json"),
    }
    for one in found:
        paths[f"/collections/{one.key}"] = _get(one.name, f"{one.key}.collection", "application/json")
        paths[f"/collections/{one.key}/items"] = _items(one)
        paths[f"/collections/{one.key}/items/{{featureId}}"] = _item(one)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Tongjian OGC API Features", "version": tongjian.__version__},
        "servers": [{"url": root}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
            "responses": {
                "refused": {"description": _("Refused, with code and sentence"), "content": _content(_ERROR)}
            },
        },
        "security": [{"basic": []}],
    }


_ERROR: Json = {
    "type": "object",
    "required": ["code", "description"],
    "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
}


def _content(schema: Json, kind: str = "application/json") -> Json:
    return {kind: {"schema": schema}}


def _get(summary: str, name: str, kind: str) -> Json:
    answers = {
        "200": {"description": "OK", "content": _content({"type": "object"}, kind)},
        "default": {"$ref": "#/components/responses/refused"},
    }
    return {"get": {"summary": summary, "operationId": name, "responses": answers}}


def _items(one: Collection) -> Json:
    found = _get(one.name, f"{one.key}.items", "application/geo+json")
    names = ("bbox", "datetime", "limit", "after")
    found["get"]["parameters"] = [{"$ref": f"#/components/parameters/{n}"} for n in names]
    return found


def _item(one: Collection) -> Json:
    found = _get(one.name, f"{one.key}.item", "application/geo+json")
    found["get"]["parameters"] = [{"$ref": "#/components/parameters/featureId"}]
    return found


def _parameters() -> Json:
    number = {"type": "number"}
    return {
        "featureId": {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}},
        "bbox": {
            "name": "bbox", "in": "query", "style": "form", "explode": False,
            "schema": {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}], "items": number},
        },
        "datetime": {"name": "datetime", "in": "query", "style": "form", "explode": False, "schema": {"type": "string"}},
        "limit": {
            "name": "limit", "in": "query", "style": "form", "explode": False,
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        },
        "after": {
            "name": "after", "in": "query", "style": "form", "explode": False,
            "description": _("Begin behind this one; taken from the link to the next page"),
            "schema": {"type": "integer", "minimum": 0},
        },
    }  # fmt: skip
