"""One cell into a value; Bad where it cannot be meant. A cell is a letter for its kind and its content (reading/grids)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from tongjian.kernel import geometry
from tongjian.kernel.geometry import Geometry
from tongjian.records.projects.sheets.problems import Bad
from tongjian.values import Number

MAX_DECIMALS = 4
T = TypeVar("T")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")
_MONTH = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*月?\Z|(\d{4})(0[1-9]|1[0-2])\Z")
_DAY = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?\Z")
_PAIR = re.compile(r"(-?\d+(?:\.\d+)?)\s*[,，]\s*(-?\d+(?:\.\d+)?)\Z")
_NUMBER = re.compile(r"[-+−]?[\d,，]*\.?\d+\Z")


def text(cell: str) -> str:
    """What the cell shows. Bad: an error, or a formula that gave nothing."""
    if cell[0] in "ef":
        raise Bad("cell_value", got=cell[1:] or "–")
    return cell[1:].strip()


def upto(most: int) -> Callable[[str], str]:
    def parse(cell: str) -> str:
        found = text(cell)
        if len(found) > most:
            raise Bad("too_long", got=len(found), most=most)
        return found

    return parse


def key(cell: str) -> str:
    found = text(cell)
    if not _KEY.match(found):
        raise Bad("key_shape", got=found)
    return found.lower()


def choice(labels: Mapping[str, str]) -> Callable[[str], str]:
    """labels: what may be written → value."""

    def parse(cell: str) -> str:
        found = text(cell)
        if found not in labels:
            shown = dict.fromkeys(word for word, value in labels.items() if word != value)
            raise Bad("not_choice", got=found, choices="、".join(shown))
        return labels[found]

    return parse


def number(cell: str) -> Number:
    """Exactly what is written. Bad: no number, or more than four places."""
    found = text(cell)
    if cell[0] not in "nt" or not _NUMBER.match(found):
        raise Bad("not_number", got=found)
    made = Number.parse(found.replace("−", "-"))
    if made.decimals > MAX_DECIMALS:
        raise Bad("too_precise", got=found)
    return made


def amount(cell: str) -> Number:
    made = number(cell)
    if made.mantissa < 0:
        raise Bad("negative", got=str(made))
    return made


def whole(cell: str) -> int:
    made = number(cell)
    if made.decimals and made.mantissa % 10**made.decimals:
        raise Bad("not_number", got=str(made))
    return int(made.decimal)


def percent(cell: str) -> int:
    """0 to 100 in whole per cent; 40%, 40 and a cell that shows 40% are the same."""
    shown = text(cell)
    share = (
        Number.parse(cell[1:]).decimal * 100
        if cell[0] == "p"
        else number(f"t{shown.removesuffix('%')}").decimal
    )
    held = Number.of(share).rounded(0).mantissa
    if not 0 <= held <= 100:
        raise Bad("percent", got=shown)
    return held


def share(cell: str) -> Number:
    """A part of one; 0.6, 60% and a cell that shows 60% are the same."""
    shown = text(cell)
    if cell[0] == "p":
        return Number.parse(cell[1:])
    if shown.endswith("%"):
        return Number.of(number(f"t{shown[:-1]}").decimal.scaleb(-2))
    return number(cell)


def month(cell: str) -> int:
    """A month index. 2023-06, 2023年6月, 202306 or a date cell of any day in it."""
    found = text(cell)
    if cell[0] == "d":
        return int(found[:4]) * 12 + int(found[5:7]) - 1
    match = _MONTH.match(found)
    if match is None or not 1 <= int(match[2] or match[4]) <= 12:
        raise Bad("not_month", got=found)
    return int(match[1] or match[3]) * 12 + int(match[2] or match[4]) - 1


def day(cell: str) -> date:
    found = text(cell)
    match = _DAY.match(found)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else date.fromisoformat(found)
    except ValueError:
        raise Bad("not_day", got=found) from None


def place(cell: str) -> Geometry:
    """Where something lies: 116.65,39.90 or a GeoJSON geometry as text, in CGCS2000 longitude and latitude."""
    found = text(cell)
    pair = _PAIR.match(found)
    try:
        value = (
            {"type": "Point", "coordinates": [float(pair[1]), float(pair[2])]} if pair else json.loads(found)
        )
    except ValueError:
        raise Bad("not_place", got=found[:40]) from None
    return geometry.parse(value)


def one_of(named: Mapping[str, T], code: str) -> Callable[[str], T]:
    """A thing by its name. code: the message for an unknown one."""

    def parse(cell: str) -> T:
        found = text(cell)
        if found not in named:
            raise Bad(code, got=found)
        return named[found]

    return parse
