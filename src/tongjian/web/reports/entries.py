"""A figure of a report as its manifest tells it, linked to the places that it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise

from tongjian.facts.queries import resolve
from tongjian.facts.refs import parse
from tongjian.facts.resolved import Resolved
from tongjian.kernel.access import Viewer, places_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Place
from tongjian.values import Number
from tongjian.web.facts.names import qualities
from tongjian.web.facts.trees import OPERATORS

Raw = Mapping[str, Any]
Where = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as it was when the report was written. place None: derived, or not open to the reader."""

    label: str
    period: str
    number: Number | None
    unit: str
    words: str
    status: str
    operator: str | Promise
    formula: str | Promise
    expression: str
    url: str
    place: Place | None
    place_text: str
    inputs: tuple[Entry, ...]


def entry(raw: Raw, user: Viewer) -> Entry:
    """The manifest's entry with its inputs; the places are fetched in one query."""
    return _entry(raw, _places(raw, user))


def _entry(raw: Raw, places: Mapping[Where, Place]) -> Entry:
    operator, formula = OPERATORS.get(raw["derived"] or "", ("", ""))
    place = places.get(_where(raw["place"])) if raw["place"] else None
    said = qualities(raw["measure"], "", raw["basis"], raw["comparator"], raw["breakdown"])
    return Entry(
        label=" · ".join([p for p in (raw["subject"], raw["indicator"]) if p] + said),
        period=raw["period"],
        number=None if raw["value"] is None else Number.parse(raw["value"]),
        unit=raw["unit"],
        words=raw["words"],
        status=raw["status"],
        operator=operator,
        formula=formula,
        expression=raw["expression"],
        url=_url(raw, place),
        place=place,
        place_text=_place_text(raw["place"]),
        inputs=tuple(_entry(i, places) for i in raw["inputs"]),
    )


def _url(raw: Raw, place: Place | None) -> str:
    if place is not None:
        return reverse("evidence:place", args=[place.pk])
    return f"{reverse('facts:provenance')}?{urlencode({'ref': raw['expression']})}"


def _place_text(place: Raw | None) -> str:
    return " · ".join(p for p in (place["file"], place["locator"]) if p) if place else ""


def _places(raw: Raw, user: Viewer) -> dict[Where, Place]:
    wanted = {_where(p) for p in _walk(raw)}
    if not wanted:
        return {}
    any_of = Q(pk__in=[])
    for sha256, kind, locator in wanted:
        any_of |= Q(file__sha256=sha256, kind=kind, locator=locator)
    found = places_visible_to(user).filter(any_of).select_related("file")
    return {(p.file.sha256, p.kind, p.locator): p for p in found}


def _where(place: Raw) -> Where:
    return place["sha256"], place["kind"], place["locator"]


def _walk(raw: Raw) -> Iterator[Raw]:
    if raw["place"]:
        yield raw["place"]
    for child in raw["inputs"]:
        yield from _walk(child)


def now_on_ledger(raw: Raw) -> Resolved | None:
    """What the same reference gives today, where it differs from what the report said."""
    if raw["derived"] == "target" or raw["value"] is None:
        return None
    try:
        value = resolve(parse(raw["expression"]))
    except TongjianError:
        return None
    return None if str(value.number) == raw["value"] else value
