"""Items out of recipes: the same on every machine, every time. Nothing here is drawn: a digest spreads the values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tongjian.demo.ledgers.recipes import Lot, Recipe, made_up_ground
from tongjian.demo.ledgers.targets import amount, targets
from tongjian.packs import entries
from tongjian.packs.home import home
from tongjian.records.registers.choices import AttributeKind, Geometry
from tongjian.records.registers.schema import Attribute, Register
from tongjian.values.units import convert

RANGE = ".."
MARGIN = 0.08  # of a tile, that no point of one town stands on the edge to the next
Cell = str | int | bool | Decimal | date


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a register's workbook. why: "" for one that counts. place: longitude and latitude, made up."""

    code: str
    name: str
    area: str
    why: str
    values: Mapping[str, Cell] = field(default_factory=dict)
    stages: Mapping[str, date] = field(default_factory=dict)
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """tile: row and column of the schematic map; None: it has no place there."""

    key: str
    name: str
    tile: tuple[int, int] | None = None


@lru_cache(maxsize=1)
def towns() -> tuple[Town, ...]:
    """Below the installation's area, in the order of the packs."""
    rows = entries("areas")
    return tuple(
        Town(e.key, str(e.body["name"]), _tile(e.body)) for e in rows if e.body.get("parent") == home()
    )


def _tile(body: Mapping[str, Any]) -> tuple[int, int] | None:
    row, column = body.get("tile") or (None, None)
    return None if row is None or column is None else (int(row), int(column))


def items(register: Register, recipe: Recipe) -> Iterator[Item]:
    """All items of a register, lot by lot, numbered through."""
    number = 0
    for place, lot in enumerate(recipe.lots):
        count = int(amount(lot.count))
        sums = {key: _spread(register, key, said, count, place) for key, said in lot.sums.items()}
        for index in range(count):
            number += 1
            spread = _Spread(f"{register.key}/{place}/{index}", index, count)
            yield _item(register, recipe, lot, number, spread, {k: v[index] for k, v in sums.items()})


def _item(
    register: Register, recipe: Recipe, lot: Lot, number: int, spread: _Spread, summed: Mapping[str, Decimal]
) -> Item:
    values: dict[str, Cell] = {k: _cell(register.attribute[k], v, spread) for k, v in lot.fields.items()}
    values |= {k: _as_kept(register.attribute[k], v) for k, v in summed.items()}
    town = _town(recipe, lot, number)
    stages = {k: _day(str(v), spread.share("stages")) for k, v in lot.stages.items()}
    name = _name(register, recipe, lot, number, town, values)
    place = _place(town, spread) if register.geometry == Geometry.POINT else None
    return Item(lot.code or f"{recipe.prefix}{number:04d}", name, town.name, lot.why, values, stages, place)


def _place(town: Town, spread: _Spread) -> tuple[float, float] | None:
    """Somewhere in the town's tile of the made-up ground: no item lies there, nor need the town."""
    if town.tile is None:
        return None
    (row, column), ground = town.tile, made_up_ground()
    along, down = (MARGIN + float(spread.share(w)) * (1 - 2 * MARGIN) for w in ("longitude", "latitude"))
    return (
        round(ground.west + (column + along) * ground.wide, 6),
        round(ground.north - (row + down) * ground.high, 6),
    )


def _town(recipe: Recipe, lot: Lot, number: int) -> Town:
    if lot.areas:
        return next(t for t in towns() if t.key == lot.areas[number % len(lot.areas)])
    return towns()[number % len(towns())] if recipe.areas else Town("", "")


def _name(
    register: Register, recipe: Recipe, lot: Lot, number: int, town: Town, values: Mapping[str, Cell]
) -> str:
    """{area}{kind}{n}: the town, the label of a choice, the number; {word}: the next of the recipe's words."""
    labels = {
        k: register.attribute[k].option[str(v)].name
        for k, v in values.items()
        if register.attribute[k].kind == AttributeKind.ENUM
    }
    word = recipe.words[number % len(recipe.words)] if recipe.words else ""
    return lot.name.format(area=town.name, n=number, word=word, **labels)


# Values


@dataclass(frozen=True, slots=True)
class _Spread:
    """Where an item lies among those of its lot. seed: of its digest."""

    seed: str
    index: int
    count: int

    def share(self, what: str) -> Fraction:
        """From 0 up to below 1, by digest: another for each attribute."""
        found = hashlib.blake2b(f"{self.seed}/{what}".encode(), digest_size=4).digest()
        return Fraction(int.from_bytes(found), 2**32)


def _cell(attribute: Attribute, said: Any, spread: _Spread) -> Cell:
    """A value as it is, one of a list in turn, or one between two: 2022-01-05..2022-12-20, 30..90."""
    if isinstance(said, list):
        return _cell(attribute, said[spread.index % len(said)], spread)
    if isinstance(said, str) and RANGE in said:
        share = spread.share(attribute.key)
        if attribute.kind == AttributeKind.DATE:
            return _day(said, share)
        return _as_kept(attribute, _between(said, share))
    if attribute.kind == AttributeKind.DATE:
        return said if isinstance(said, date) else date.fromisoformat(str(said))
    return _as_kept(attribute, Decimal(str(said))) if _is_number(attribute) else said


def _day(said: str, share: Fraction) -> date:
    first, _, last = said.partition(RANGE)
    start = date.fromisoformat(first)
    return start + timedelta(days=int(share * ((date.fromisoformat(last or first) - start).days + 1)))


def _between(said: str, share: Fraction) -> Decimal:
    low, _, high = said.partition(RANGE)
    part = share * (Fraction(high) - Fraction(low)) + Fraction(low)
    return Decimal(part.numerator) / Decimal(part.denominator)


def _is_number(attribute: Attribute) -> bool:
    return attribute.kind in {AttributeKind.NUMBER, AttributeKind.INTEGER}


def _as_kept(attribute: Attribute, value: Decimal) -> Cell:
    if attribute.kind == AttributeKind.INTEGER:
        return int(value)
    return value.quantize(Decimal(1).scaleb(-attribute.decimals), ROUND_DOWN)


# Sums


def _spread(register: Register, key: str, said: Any, count: int, place: int) -> list[Decimal]:
    """The amount over `count` items, uneven, each above zero where it can be, and exact in sum."""
    attribute = register.attribute[key]
    step = Decimal(1).scaleb(-attribute.decimals)
    steps = int(_in_unit(said, attribute.unit) / step)
    weights = [2 + int(8 * _Spread(f"{register.key}/{place}/{n}", n, count).share(key)) for n in range(count)]
    return [part * step for part in shares(steps, weights)]


def shares(whole: int, weights: Sequence[int]) -> list[int]:
    """A whole number in parts by weight, the rest one by one to the first: the parts come to the whole."""
    total = sum(weights)
    parts = [whole * w // total for w in weights]
    for n in range(whole - sum(parts)):
        parts[n] += 1
    return parts


def _in_unit(said: Any, unit: str) -> Decimal:
    """A target's amount out of its metric's unit into the attribute's."""
    found, words = amount(said), str(said).split()
    named = next((w.partition("/")[0] for w in words if w in targets()), "")
    kept = _units().get(named, unit)
    return convert(found, kept, unit) if unit and named else found


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    return {e.key: str(e.body["unit"]) for e in entries("metrics")}
