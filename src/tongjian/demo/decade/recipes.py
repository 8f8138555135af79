"""How each series is simulated, out of `data/decade.yaml`, and what the catalogue says of its metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from tongjian.demo import files
from tongjian.packs import entries
from tongjian.values import Number

FIRST, LAST = 2013, 2022  # years that are told; the year before is simulated too, as the base of growth
LAST_MONTH = 11  # of the last year: its end is told by nobody but the sample workbooks
Year = int


@dataclass(frozen=True, slots=True)
class Metering:
    """What a workbook and a course need to know of a metric. kind: flow, stock, ratio, index."""

    key: str
    name: str
    unit: str
    kind: str
    owner: str
    decimals: int
    first_month: int


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount of its own. last: 2021's whole year; see the comments of the file."""

    metric: str
    last: Number
    growth: Mapping[Year, float]
    season: Sequence[float]
    dip: float = 0.0
    festival: float = 0.0
    noise: float = 0.0
    every: int = 1
    growths: Sequence[str] = ()
    scope: float = 0.0
    revised: float = 0.0
    most: int | None = None
    towns: int | None = None
    months: Mapping[tuple[int, int], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a flow, by its share in percent, or what is left beside another part (rest)."""

    metric: str
    whole: str
    share: Mapping[Year, float]
    rest: str = ""
    noise: float = 0.0
    growths: Sequence[str] = ()
    towns: int | None = None
    months: Mapping[tuple[int, int], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stock:
    metric: str
    last: Number
    growth: Mapping[Year, float]
    noise: float
    towns: int | None = None


@dataclass(frozen=True, slots=True)
class Average:
    metric: str
    years: Mapping[Year, float]
    season: Sequence[float]
    noise: float
    towns: int | None = None
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Course:
    """A rate or an index. towns: the first year of the towns' figures."""

    metric: str
    years: Mapping[Year, float]
    decimals: int
    measure: str = "level"
    basis: str = "natural"
    area: str = ""
    swing: float = 0.0
    noise: float = 0.0
    every: int = 1
    since: Year = FIRST
    low: float | None = None
    high: float | None = None
    towns: Year | None = None


@dataclass(frozen=True, slots=True)
class Recipes:
    """All of the file. dips: what was left of each month of a year. missing: metric and ISO period → towns."""

    flows: Sequence[Flow]
    parts: Sequence[Part]
    stocks: Sequence[Stock]
    averages: Sequence[Average]
    courses: Sequence[Course]
    dips: Mapping[Year, Sequence[float]]
    restated: str
    added: Mapping[int, Number]
    towns: Mapping[str, float]
    missing: Mapping[tuple[str, str], frozenset[str]]


@lru_cache(maxsize=1)
def meterings() -> Mapping[str, Metering]:
    """The shipped metrics by key."""
    return {e.key: _metering(e.body) for e in entries("metrics")}


def _metering(body: Mapping[str, Any]) -> Metering:
    return Metering(
        key=str(body["key"]),
        name=str(body["name"]),
        unit=str(body["unit"]),
        kind=str(body["kind"]),
        owner=str(body["owner"]),
        decimals=int(body.get("decimals", 0)),
        first_month=int(body.get("first_month", 1)),
    )


@lru_cache(maxsize=1)
def recipes() -> Recipes:
    data: dict[str, Any] = yaml.safe_load((files.SHIPPED / "decade.yaml").read_text(encoding="utf-8"))
    seasons = data["seasons"]
    return Recipes(
        flows=[Flow(**_read(r, seasons)) for r in data["flows"]],
        parts=[Part(**{"share": {}, **_read(r, seasons)}) for r in data["parts"]],
        stocks=[Stock(**_read(r, seasons)) for r in data["stocks"]],
        averages=[Average(**_read(r, seasons)) for r in data["averages"]],
        courses=[Course(**_read(r, seasons)) for r in data["courses"]],
        dips=data["dips"],
        restated=data["restated"]["metric"],
        added={m: Number.parse(str(x)) for m, x in data["restated"]["added"].items()},
        towns=data["towns"],
        missing={(m["metric"], m["period"]): frozenset(m["towns"]) for m in data["missing"]},
    )


def _read(row: Mapping[str, Any], seasons: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """A line of the file as a recipe's fields: lists of years by year, the season by its weights."""
    made = dict(row)
    decimals = made.pop("decimals", None)
    if "last" in made:
        made["last"] = _level(made["metric"], made["last"], decimals)
    elif decimals is not None:
        made["decimals"] = decimals
    if "season" in made:
        made["season"] = seasons[made["season"]]
    for name, first in (("growth", FIRST), ("share", FIRST - 1), ("years", FIRST - 1)):
        if name in made:
            made[name] = dict(zip(range(first, LAST + 1), made[name], strict=True))
    if "months" in made:
        made["months"] = {_month(text): factor for text, factor in made["months"].items()}
    return made


def _level(metric: str, text: str, decimals: int | None) -> Number:
    places = meterings()[metric].decimals if decimals is None else decimals
    return Number.parse(text).rounded(places)


def _month(text: str) -> tuple[int, int]:
    year, month = text.split("-")
    return int(year), int(month)
