"""What we write of OC4IDS 0.9.5, as a JSON Schema of our own: at least as strict as the standard for every field in it.

The standard's own schema is published on the network and comes with no package, so its rules for these fields are
stated here anew: types, required fields, closed code lists, no empty text, list or object, unique entries, dates. No
other field is allowed, so that what passes here has nothing in it that the standard would refuse.
"""

from __future__ import annotations

from typing import Any

from tongjian.records.projects.oc4ids.words import CURRENCY

Schema = dict[str, Any]
STATUSES = (
    "identification",
    "preparation",
    "implementation",
    "completion",
    "maintenance",
    "decommissioning",
    "decommissioned",
    "cancelled",
)
TYPES = ("construction", "rehabilitation", "replacement", "expansion", "decommissioning")
MILESTONE_STATUSES = ("scheduled", "met", "notMet", "partiallyMet")
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
# OC4IDS: an id begins with the publisher's registered prefix, oc4ids- and six characters.
PROJECT_ID = r"^oc4ids-[a-z0-9]{6}-."
MOMENT = (
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
)

TEXT: Schema = {"type": "string", "minLength": 1}
DATE: Schema = {"type": "string", "format": "date-time", "pattern": MOMENT}
URI: Schema = {"type": "string", "format": "uri", "pattern": "^[a-z][a-z0-9+.-]*:."}


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "minProperties": 1,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


def _code(*codes: str) -> Schema:
    return {"type": "string", "enum": list(codes)}


VALUE = _object(("amount", "currency"), amount={"type": "number"}, currency=_code(CURRENCY))
PERIOD = _object(startDate=DATE, endDate=DATE, durationInDays={"type": "integer"})
REFERENCE = _object(("id",), id=TEXT, name=TEXT)
COORDINATES: Schema = {
    "type": "array",
    "minItems": 1,
    "items": {"type": ["number", "array"], "minItems": 1},
}
GEOMETRY = _object(("type", "coordinates"), type=_code(*GEOMETRIES), coordinates=COORDINATES)
GAZETTEER = _object(scheme=TEXT, identifiers=_list(TEXT))
LOCATION = _object(("id",), id=TEXT, description=TEXT, geometry=GEOMETRY, gazetteer=GAZETTEER)
BREAKDOWN = _object(("id",), id=TEXT, description=TEXT, amount=VALUE, period=PERIOD)
BREAKDOWNS = _object(("id",), id=TEXT, description=TEXT, budgetBreakdown=_list(BREAKDOWN))
UNIT = _object(name=TEXT, scheme=TEXT, id=TEXT)
DIMENSIONS: Schema = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": ["number", "string"], "minLength": 1},
}
OBSERVATION = _object(
    ("id",),
    id=TEXT,
    period=PERIOD,
    value=VALUE,
    measure={"type": ["string", "number"], "minLength": 1},
    unit=UNIT,
    dimensions=DIMENSIONS,
    notes=TEXT,
)
METRIC = _object(("id",), id=TEXT, title=TEXT, observations=_list(OBSERVATION))
MILESTONE = _object(
    ("id",),
    id=TEXT,
    title=TEXT,
    type=TEXT,
    code=TEXT,
    description=TEXT,
    dueDate=DATE,
    dateMet=DATE,
    status=_code(*MILESTONE_STATUSES),
)
PARTY = _object(("id",), id=TEXT, name=TEXT, roles=_list(TEXT))
DOCUMENT = _object(("id",), id=TEXT, documentType=TEXT, title=TEXT, datePublished=DATE, format=TEXT)
CLASSIFICATION = _object(("scheme", "id"), scheme=TEXT, id=TEXT, description=TEXT)
IDENTIFIER = _object(("id",), id=TEXT, scheme=TEXT)
RELATED = _object(("id",), id=TEXT, scheme=TEXT, identifier=TEXT, relationship=TEXT, title=TEXT)
SHARE = _object(
    ("party", "share"),
    party=TEXT,
    share={"type": "string", "pattern": r"^\d+(\.\d+)?$"},
    since=TEXT,
    until=TEXT,
)

PROJECT = _object(
    ("id", "title"),
    id={"type": "string", "pattern": PROJECT_ID},
    identifiers=_list(IDENTIFIER),
    updated=DATE,
    title=TEXT,
    title_en=TEXT,
    description=TEXT,
    status=_code(*STATUSES),
    period=PERIOD,
    identificationPeriod=PERIOD,
    implementationPeriod=PERIOD,
    sector=_list(TEXT),
    additionalClassifications=_list(CLASSIFICATION),
    type=_code(*TYPES),
    relatedProjects=_list(RELATED),
    locations=_list(LOCATION),
    budget=_object(amount=VALUE, budgetBreakdowns=_list(BREAKDOWNS)),
    milestones=_list(MILESTONE),
    parties=_list(PARTY),
    publicAuthority=REFERENCE,
    documents=_list(DOCUMENT),
    metrics=_list(METRIC),
    completion=_object(endDate=DATE),
    language=TEXT,
    x_sensitivity=TEXT,
    x_pairing=_list(SHARE),
)
PACKAGE: Schema = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["uri", "publisher", "publishedDate", "projects", "version"],
    "additionalProperties": False,
    "properties": {
        "uri": URI,
        "version": {"type": "string", "pattern": r"^(\d+\.)(\d+)$"},
        "publishedDate": DATE,
        "publisher": _object(("name",), name=TEXT, scheme=TEXT, uid=TEXT, uri=URI),
        "license": URI,
        "publicationPolicy": URI,
        "projects": {"type": "array", "items": PROJECT, "minItems": 1},  # differ: valid.py looks at their ids
    },
}
