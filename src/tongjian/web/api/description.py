"""The OpenAPI 3.1 document: attributes come from the registers' own JSON Schema, so that it is never out of date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.schema import Register, json_schema

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {k: {"type": "string"} for k in ("field", "code", "message")},
            },
        },
    },
}
TEXT = {"type": "string"}


def document(registers: Sequence[Register], server: str) -> dict[str, Any]:
    """Of the registers that the user may see."""
    paths: dict[str, Any] = {
        "/api/registers/": {"get": _get("listRegisters", "Registers open to you", {"type": "object"})}
    }
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    for r in registers:
        schemas[_name(r)] = _entry(r)
        paths[f"/api/registers/{r.key}/"] = {"get": _get(f"describe_{r.key}", r.name_en, {"type": "object"})}
        paths[f"/api/registers/{r.key}/entries/"] = {"get": _list(r), "post": _post(r)}
        one = _get(f"get_{r.key}", f"One entry of {r.name_en}", _ref(r))
        paths[f"/api/registers/{r.key}/entries/{{code}}/"] = {
            "get": one | {"parameters": [{"name": "code", "in": "path", "required": True, "schema": TEXT}]}
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": settings.PRODUCT_NAME, "version": "1"},
        "servers": [{"url": server}],
        "security": [{"basic": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
    }


def _name(register: Register) -> str:
    return "".join(word.title() for word in register.key.split("_"))


def _ref(register: Register) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{_name(register)}"}


def _entry(register: Register) -> dict[str, Any]:
    """In an answer numbers are text with their places, as kept; a number or a text may be sent."""
    attributes = {k: v for k, v in json_schema(register).items() if not k.startswith("$")}
    for a in register.attributes:
        if a.kind == AttributeKind.NUMBER:
            attributes["properties"][a.key] |= {"type": ["number", "string"]}
    return {
        "type": "object",
        "title": register.name,
        "required": ["name"],
        "properties": {
            "name": TEXT,
            "code": TEXT,
            "area": {"type": ["string", "null"]},
            "owner": {"type": ["string", "null"]},
            "attributes": attributes,
            "codes": {"type": "object", "additionalProperties": TEXT},
            "geometry": {"type": "object", "description": "GeoJSON, CGCS2000"},
        },
    }


def _answer(told: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": told, "content": {"application/json": {"schema": schema}}}


def _refusals(*statuses: str) -> dict[str, Any]:
    return {
        s: _answer("Refused, with the reason", {"$ref": "#/components/schemas/Problem"}) for s in statuses
    }


def _get(key: str, told: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": key,
        "summary": told,
        "responses": {"200": _answer(told, schema), **_refusals("400", "401", "404")},
    }


def _list(register: Register) -> dict[str, Any]:
    listed = {
        "type": "object",
        "properties": {
            "entries": {"type": "array", "items": _ref(register)},
            "next": {"type": "string", "format": "uri"},
        },
    }
    names = ("q", "area", "owner", "stage", "year", "archived", "order", "after", "limit")
    mine = [a.key for a in register.attributes if not a.personal]
    parameters = [{"name": n, "in": "query", "schema": TEXT} for n in (*names, *mine)]
    return _get(f"list_{register.key}", f"Entries of {register.name_en}", listed) | {"parameters": parameters}


def _post(register: Register) -> dict[str, Any]:
    return {
        "operationId": f"add_{register.key}",
        "summary": f"Add an entry to {register.name_en}",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(register)}}},
        "responses": {"201": _answer("Added", _ref(register)), **_refusals("400", "401", "404", "422")},
    }
