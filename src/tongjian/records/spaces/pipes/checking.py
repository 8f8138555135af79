"""A table of pipe segments against the rules: every bad cell at once. Pure; works a column at a time for speed.

A column's distinct words are few while its rows are many, so each word is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongjian.kernel.choices import Sensitivity
from tongjian.kernel.geometry import PLACES, out_of_range
from tongjian.records.spaces.choices import FLOW_WORDS, UTILITY_WORDS, Flow, Utility
from tongjian.records.spaces.pipes import columns
from tongjian.records.spaces.pipes.table import PipeProblem, Table

KEY = re.compile(r"[A-Za-z0-9_-]{1,48}")
ALL_KEYS = re.compile(r"[A-Za-z0-9_-]{1,48}+(?:\n[A-Za-z0-9_-]{1,48}+)*+")
DUCT = re.compile(
    r"(?:DN|dn|De|Φ|φ|ø|Ø)?\s*(\d+(?:\.\d+)?)\s*(?:mm)?(?:\s*[×xX*]\s*(\d+(?:\.\d+)?)\s*(?:mm)?)?"
)
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?")
SENSITIVITY: Mapping[str, Sensitivity] = {
    "": Sensitivity.INTERNAL,
    "内部": Sensitivity.INTERNAL,
    "internal": Sensitivity.INTERNAL,
    "公开": Sensitivity.PUBLIC,
    "public": Sensitivity.PUBLIC,
}
SAME_PLACE = 1e-6  # degrees, a decimetre: how far apart one node may stand in two rows
DEPTHS, YEARS, WIDEST, ROUGHEST = (-5.0, 100.0), (1850, 2100), 20_000, 10_000
Floats = NDArray[np.float64]


class BadWord(Exception):
    """A word that a column does not take: code and parameters."""

    def __init__(self, code: str, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Ground:
    """What names may stand in a table: pks by name. owners_allowed None: all of them; owner: where the cell is empty."""

    areas: Mapping[str, int]
    owners: Mapping[str, int]
    owners_allowed: frozenset[int] | None
    owner: int | None


@dataclass(frozen=True)
class Checked:
    """The same rows as values, column by column. nodes: key → (longitude, latitude). problems: then nothing else counts."""

    values: Mapping[str, Sequence[Any]]
    nodes: Mapping[str, tuple[float, float]]
    problems: Sequence[PipeProblem]


def check(table: Table, ground: Ground) -> Checked:
    """All rows, or all that is wrong with them in the order of the file."""
    problems = list(table.problems)
    values: dict[str, Sequence[Any]] = {}
    for column, parse in _parsers(ground).items():
        texts = table.columns.get(column) or [""] * len(table.rows)
        plain = parse is _key and ALL_KEYS.fullmatch("\n".join(texts))  # a look at all of them at once
        values[column] = texts if plain else _each(table, column, parse, problems)
    places = {c: _degrees(table, c, problems) for c in columns.NUMBERED}
    for end in ("from", "to"):
        _check_places(table, end, places, problems)
    _check_rows(table, values, problems)
    nodes = _nodes(table, values, places, problems)
    return Checked(values, nodes, sorted(problems, key=lambda p: _order(p.cell)))


def _order(cell: str) -> tuple[int, str]:
    digits = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(digits or 0), cell


def _parsers(ground: Ground) -> dict[str, Callable[[str], Any]]:
    return {
        "number": _key, "from_key": _key, "to_key": _key,
        "utility": lambda t: _word(t, UTILITY_WORDS, Utility.values),
        "flow": lambda t: _word(t, FLOW_WORDS, Flow.values),
        "diameter": _duct,
        "material": lambda t: t[:32],
        "depth_from": _centimetres, "depth_to": _centimetres,
        "built_year": lambda t: int(_number(t[:4] if t[4:] == "年" else t, *YEARS)) if t else None,
        "surveyed_on": _day,
        "accuracy": lambda t: round(_number(t, 0, ROUGHEST)) if t else None,
        "holder": lambda t: t[:64],
        "owner": lambda t: _owner(t, ground),
        "area": lambda t: _named(t, ground.areas),
        "sensitivity": lambda t: _word(t, SENSITIVITY, ()),
    }  # fmt: skip


def _each(
    table: Table, column: str, parse: Callable[[str], Any], problems: list[PipeProblem]
) -> Sequence[Any]:
    """The column's values; each word is parsed once, its error told in each of its rows."""
    texts = table.columns.get(column) or [""] * len(table.rows)
    known: dict[str, Any] = {}
    bad: dict[str, BadWord] = {}
    for text in set(texts):
        try:
            known[text] = parse(text.strip())
        except BadWord as error:
            known[text], bad[text] = None, error
    for at, text in enumerate(texts) if bad else ():
        if text in bad:
            said = {"column": columns.label(column), "got": text[:60], **bad[text].params}
            problems.append(PipeProblem(table.name, table.cell(at, column), f"pipes.{bad[text].code}", said))
    return [known[t] for t in texts]


def _key(text: str) -> str:
    if not text:
        raise BadWord("wanting")
    if not KEY.fullmatch(text):
        raise BadWord("key_form")
    return text


def _word(text: str, words: Mapping[str, Any], values: Iterable[str]) -> Any:
    if text in words:
        return words[text]
    if text in set(values):
        return text
    raise BadWord("word", known="、".join(dict.fromkeys(_firsts(words)))) if text else BadWord("wanting")


def _firsts(words: Mapping[str, Any]) -> Iterable[str]:
    """The first word of each meaning."""
    seen: set[Any] = set()
    for word, meaning in words.items():
        if word and meaning not in seen:
            seen.add(meaning)
            yield word


def _named(text: str, known: Mapping[str, int]) -> int | None:
    if text and text not in known:
        raise BadWord("word", known="、".join(list(known)[:8]) + "…")
    return known[text] if text else None


def _owner(text: str, ground: Ground) -> int | None:
    found = _named(text, ground.owners) if text else ground.owner
    if ground.owners_allowed is not None and found not in ground.owners_allowed:
        raise BadWord("not_yours")
    return found


def _number(text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadWord("no_number") from None
    if not low <= value <= high:
        raise BadWord("limits", low=low, high=high)
    return value


def _centimetres(text: str) -> int | None:
    return round(_number(text.removesuffix("m"), *DEPTHS) * 100) if text else None


def _duct(text: str) -> tuple[int | None, int | None]:
    """Diameter, or width and height, in millimetres: DN300, 2000×1500."""
    if not text:
        return None, None
    found = DUCT.fullmatch(text)
    if not found:
        raise BadWord("no_number")
    width = round(_number(found[1], 1, WIDEST))
    return width, round(_number(found[2], 1, WIDEST)) if found[2] else None


def _day(text: str) -> date | None:
    if not text:
        return None
    found = DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else _no_day()
    except ValueError:
        raise BadWord("date") from None


def _no_day() -> date:
    raise BadWord("date")


def _degrees(table: Table, column: str, problems: list[PipeProblem]) -> Floats:
    """A column of degrees; what is no finite number is told, and stands as NaN."""
    if column in table.degrees:
        return np.round(table.degrees[column], PLACES)
    texts = table.columns[column]
    try:
        found = np.array(texts, dtype=np.float64)
    except ValueError:
        found = np.array([_float(t) for t in texts])
    for at in np.flatnonzero(~np.isfinite(found)).tolist():
        code = "pipes.no_number" if texts[at].strip() else "pipes.wanting"
        said = {"column": columns.label(column), "got": texts[at][:60]}
        problems.append(PipeProblem(table.name, table.cell(at, column), code, said))
    return np.where(np.isfinite(found), np.round(found, PLACES), np.nan)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _check_places(table: Table, end: str, places: Mapping[str, Floats], problems: list[PipeProblem]) -> None:
    lon, lat = places[f"{end}_lon"], places[f"{end}_lat"]
    for at in np.flatnonzero((np.abs(lon) > 180) | (np.abs(lat) > 90)).tolist():
        x, y = float(lon[at]), float(lat[at])
        code = out_of_range(x, y)
        problems.append(PipeProblem(table.name, table.cell(at, f"{end}_lon"), code, {"got": f"{x}, {y}"}))


def _check_rows(table: Table, values: Mapping[str, Sequence[Any]], problems: list[PipeProblem]) -> None:
    """Each segment stands once and has two ends."""
    numbers, starts, ends = values["number"], values["from_key"], values["to_key"]
    if len(set(numbers)) != len(numbers):
        first: dict[str, int] = {}
        for at, number in enumerate(numbers):
            if number is not None and first.setdefault(number, at) != at:
                said = {"got": number, "first": table.rows[first[number]]}
                problems.append(PipeProblem(table.name, table.cell(at, "number"), "pipes.twice", said))
    for at, (a, b) in enumerate(zip(starts, ends, strict=True)):
        if a == b and a is not None:
            problems.append(PipeProblem(table.name, table.cell(at, "to_key"), "pipes.same_ends", {"got": a}))


def _nodes(
    table: Table,
    values: Mapping[str, Sequence[Any]],
    places: Mapping[str, Floats],
    problems: list[PipeProblem],
) -> dict[str, tuple[float, float]]:
    """The place of each node: where the first row that names it says; the others must say the same."""
    keys = [k or "" for pair in zip(values["from_key"], values["to_key"], strict=True) for k in pair]
    lon, lat = (_by_rows(places[f"from_{x}"], places[f"to_{x}"]) for x in ("lon", "lat"))
    good = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    first = _firsts_of(keys, good)
    which = np.fromiter((first.get(k, n) for n, k in enumerate(keys)), np.int64, len(keys))
    away = np.maximum(np.abs(lon - lon[which]), np.abs(lat - lat[which])) > SAME_PLACE
    for at in np.flatnonzero(away & good).tolist():
        row, end = divmod(at, 2)
        said = {"got": keys[at], "first": table.rows[int(which[at]) // 2]}
        cell = table.cell(row, ("from_key", "to_key")[end])
        problems.append(PipeProblem(table.name, cell, "pipes.elsewhere", said))
    where = np.fromiter(first.values(), np.int64, len(first))
    return dict(zip(first, zip(lon[where].tolist(), lat[where].tolist(), strict=True), strict=True))


def _firsts_of(keys: Sequence[str], good: NDArray[np.bool_]) -> dict[str, int]:
    """Where each key stands first with a place; in the order of the keys, as their index lies."""
    found: dict[str, int] = {}
    backwards = range(len(keys) - 1, -1, -1)
    if good.all():
        found = dict(zip(reversed(keys), backwards, strict=True))
    else:
        found = {keys[n]: n for n in backwards if good[n]}
    found.pop("", None)
    return dict(sorted(found.items()))


def _by_rows(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """Both ends of row 0, both of row 1, …"""
    return np.column_stack([first, second]).ravel()
