"""GB/T 4754-2017 国民经济行业分类: sections and divisions from a pack; groups and classes by shape, prefix = parent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from tongjian.kernel.codes.verdict import Finding, Part, Verdict, bad, judged, tidy, warning
from tongjian.kernel.said import Said
from tongjian.packs import entries

_SHAPE = re.compile(r"([A-T])|([A-T])?(\d{2,4})")
_LEVELS = {3: "group", 4: "class"}
_PASSED = Said("gb4754.ok", "代码在行业分类表内。", "The code is in the table of industries.")
_FINER = Said(
    "gb4754.ok_finer",
    "大类在行业分类表内；中类、小类只核对了格式。",
    "The division is in the table; group and class were checked for their shape only.",
)


@dataclass(frozen=True, slots=True)
class Industry:
    """门类 (a letter) or 大类 (two digits) with its section's letter."""

    code: str
    section: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Table:
    """An edition of the standard: from which day it rules, and its industries by code."""

    edition: str
    since: date
    industries: Mapping[str, Industry]


@cache
def table() -> Table:
    """The shipped edition, from the pack `codes/gb4754`."""
    body = next(e.body for e in entries("codes") if e.key == "gb4754")
    found = {i.code: i for section in body["sections"] for i in _section(section)}
    return Table(str(body["edition"]), date.fromisoformat(str(body["since"])), found)


def parent(code: str) -> str:
    """The level above: 3921 → 392 → 39 → C → nothing. An unknown division has none."""
    if len(code) > 2:
        return code[:-1]
    known = table().industries.get(code)
    return known.section if known and known.section != code else ""


def names(code: str) -> tuple[str, str]:
    """中文 and English of the nearest known level at or above a code; empty when there is none."""
    while code and code not in table().industries:
        code = code[:-1]
    known = table().industries.get(code)
    return (known.zh, known.en) if known else ("", "")


def check(value: str, on: date | None = None) -> Verdict:
    """行业代码: a section's letter, or two to four digits with or without it. Normalised without the letter.

    Bad: shape, no such division, a letter of another section. Warning: `on` lies before the edition.
    """
    code = tidy(value)
    found = _SHAPE.fullmatch(code)
    if not found:
        return judged("gb4754", code, [_shape(code)], _PASSED)
    letter, digits = found[1] or found[2], found[3] or ""
    known = table().industries.get(digits[:2] or letter)
    if known is None or (digits and letter and letter != known.section):
        return judged("gb4754", code, [_unknown(digits[:2], letter, known)], _PASSED)
    early = [_early()] if on and on < table().since else []
    passed = _FINER if len(digits) > 2 else _PASSED
    return judged("gb4754", digits or letter, early, passed, _parts(known, digits))


def _parts(known: Industry, digits: str) -> list[Part]:
    section = table().industries[known.section]
    parts = [Part("section", section.code, section.zh, section.en)]
    if digits:
        parts.append(Part("division", known.code, known.zh, known.en))
    for size in range(3, len(digits) + 1):
        parts.append(Part(_LEVELS[size], digits[:size]))
    return parts


def _section(body: Mapping[str, Any]) -> list[Industry]:
    letter = str(body["code"])
    rows = [body, *body["divisions"]]
    return [Industry(str(r["code"]), letter, str(r["name"]), str(r["name_en"])) for r in rows]


def _shape(code: str) -> Finding:
    return bad(
        "gb4754.shape",
        f"行业代码应为门类字母A至T，或2至4位数字，现为“{code}”。",
        f"An industry code is a letter from A to T or two to four digits; this is “{code}”.",
    )


def _unknown(division: str, letter: str | None, known: Industry | None) -> Finding:
    edition = table().edition
    if known is None:
        return bad(
            "gb4754.unknown",
            f"{edition}中没有大类“{division}”。",
            f"{edition} has no division “{division}”.",
        )
    return bad(
        "gb4754.section",
        f"大类{division}（{known.zh}）属于门类{known.section}，不属于{letter}。",
        f"Division {division} ({known.en}) belongs to section {known.section}, not to {letter}.",
    )


def _early() -> Finding:
    kept = table()
    return warning(
        "gb4754.edition",
        f"按{kept.edition}核对，该标准自{kept.since.year}年{kept.since.month}月起施行，此前的代码可能属于旧版。",
        f"Checked by {kept.edition}, in force since {kept.since:%Y-%m}; an earlier code may be of the edition before.",
    )
