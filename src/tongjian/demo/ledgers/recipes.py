"""How the items of each register are made: data/ledgers/*.yaml. See the head of the first of these files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from tongjian.demo import files
from tongjian.packs import LOADER, PackError

REASONS = ("year", "state", "scope")


@dataclass(frozen=True, slots=True)
class Lot:
    """Some items that are alike. count: how many (an amount). sums: attribute → what they come to together.

    why: "" for items behind a published figure; else why they must not count. fields: attribute → how it is filled.
    code: of the only one.
    """

    count: Any
    sums: Mapping[str, Any]
    why: str
    name: str
    fields: Mapping[str, Any]
    stages: Mapping[str, Any]
    areas: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One register's items. areas: false where they are the district's own. words: for the names."""

    register: str
    prefix: str
    areas: bool
    words: tuple[str, ...]
    lots: tuple[Lot, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the tiles of the schematic map lie, in degrees: its north-west corner, and how wide and high a tile is."""

    west: float
    north: float
    wide: float
    high: float


@lru_cache(maxsize=1)
def made_up_ground() -> Ground:
    text = (files.SHIPPED / "ground.yaml").read_text(encoding="utf-8")
    return Ground(**yaml.load(text, Loader=LOADER))  # noqa: S506 - a safe loader


@lru_cache(maxsize=1)
def recipes() -> dict[str, Recipe]:
    """Register → its recipe, in file order. Raises PackError."""
    found: dict[str, Recipe] = {}
    for file in sorted((files.SHIPPED / "ledgers").glob("*.yaml")):
        for key, body in yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER).items():  # noqa: S506
            found[key] = _recipe(key, body)
    return found


def _recipe(key: str, body: Mapping[str, Any]) -> Recipe:
    shared = dict(body.get("all", {}))
    name = str(body["name"])
    lots = tuple(_lot(key, name, shared, row) for row in body["lots"])
    return Recipe(key, str(body["prefix"]), bool(body.get("areas", True)), tuple(body.get("words", ())), lots)


def _lot(key: str, name: str, shared: Mapping[str, Any], row: Mapping[str, Any]) -> Lot:
    own = {"count", "sum", "why", "name", "stages", "areas", "code"}
    why = str(row.get("why", ""))
    if why and why not in REASONS:
        raise PackError(f"ledgers/{key}: why is one of {', '.join(REASONS)}, not {why}")
    given = {**shared, **row}
    fields = {k: v for k, v in given.items() if k not in own and v is not None}
    return Lot(
        row["count"],
        row.get("sum", {}),
        why,
        str(row.get("name", name)),
        fields,
        given.get("stages", {}),
        tuple(row.get("areas", ())),
        str(row.get("code", "")),
    )
