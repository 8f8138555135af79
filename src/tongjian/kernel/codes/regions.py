"""GB/T 2260 行政区划代码: the table of python-stdnum (after Wikipedia, with years), and a pack of codes beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from stdnum import numdb

from tongjian.kernel.codes.verdict import Finding, Part, Verdict, bad, judged, tidy, warning
from tongjian.kernel.said import Said
from tongjian.packs import entries

_SHAPE = re.compile(r"\d{6}(?:\d{3}){0,2}")
_COLLECTIVE = re.compile(r"^(?:市辖区|县)$|直辖")  # headings of the table, no places
_SPAN = re.compile(r"(?:\[(\d*)-(\d*)\])?([^,]+)")


@dataclass(frozen=True, slots=True)
class Region:
    """A name that a code bore, with the years of its beginning and end; None: not limited in the table."""

    code: str
    name: str
    since: int | None = None
    until: int | None = None

    def holds_in(self, year: int) -> bool:
        """Both years of change count: 通县 until 1997, 通州区 from 1997."""
        return (self.since or 0) <= year <= (self.until or 9999)

    @property
    def years(self) -> tuple[str, str]:
        """What to say about its end, in both languages; empty for a region of today."""
        return (f"（至{self.until}年）", f" (until {self.until})") if self.until else ("", "")


@cache
def table() -> dict[str, tuple[Region, ...]]:
    """code → the names it bore, oldest first. About 6,900 codes, read once a process."""
    found = {code: tuple(_spans(code, text)) for code, text in _rows()}
    for entry in entries("codes"):
        for row in entry.body.get("regions", []):
            found.setdefault(row["code"], (Region(row["code"], row["name"], row.get("since")),))
    return found


def region(code: str, year: int | None = None) -> Region | None:
    """The region of a six-digit code: in that year, else the newest. None: not in the table, or not in that year."""
    held = table().get(code, ())
    fitting = [r for r in held if year is None or r.holds_in(year)]
    return fitting[-1] if fitting else None


def full_name(code: str, year: int | None = None) -> str:
    """Province, prefecture and county: 北京市通州区. Empty when the code is not in the table."""
    own = region(code, year)
    if own is None:
        return ""
    above = [region(code[:2] + "0000"), region(code[:4] + "00")]
    names = [r.name for r in above if r and r.code != code and not _COLLECTIVE.search(r.name)]
    return "".join(dict.fromkeys([*names, own.name]))


def part(code: str, year: int | None = None) -> Part:
    """The region stretch of another code."""
    own = region(code, year) or region(code)
    if own is None:
        return Part("region", code)
    zh, en = own.years
    name = full_name(code, year) or full_name(code)
    return Part("region", code, name + zh, name + en)


def unknown(code: str, year: int | None = None) -> list[Finding]:
    """A warning when the table has no such region, or none in that year."""
    if region(code, year):
        return []
    if not table().get(code):
        return [
            warning(
                "gb2260.unknown",
                f"区划代码{code}不在国家标准GB/T 2260的表内，请核对；开发区等可能使用自编代码。",
                f"Region {code} is not in the table of GB/T 2260: check it; development zones may bear codes of their own.",
            )
        ]
    return [_not_then(table()[code][-1], year or 0)]


def check(value: str, on: date | None = None) -> Verdict:
    """行政区划代码: six digits in the table; of 9 or 12 (towns, villages) the rest is checked for shape only.

    on: the day it should hold on; without one any year will do, and the part says when it ended.
    """
    code = tidy(value)
    if not _SHAPE.fullmatch(code):
        return judged("gb2260", code, [_shape(code)], _PASSED)
    year = on.year if on else None
    below = [Part("below", code[6:], "乡镇街道、村居代码", "code of town and village")] if code[6:] else []
    passed = _UPPER_PASSED if below else _PASSED
    return judged("gb2260", code, unknown(code[:6], year), passed, [part(code[:6], year), *below])


def _rows() -> Iterator[tuple[str, str]]:
    for _length, province, _high, _props, below in numdb.get("cn/loc").prefixes:
        for _l, rest, _h, props, _below in below:
            yield province + rest, props["county"]


def _spans(code: str, text: str) -> Iterator[Region]:
    for since, until, name in _SPAN.findall(text):
        yield Region(code, name, int(since) if since else None, int(until) if until else None)


def _not_then(known: Region, year: int) -> Finding:
    zh, en = f"{known.since or ''}—{known.until or ''}年", f"{known.since or '…'} to {known.until or 'today'}"
    return warning(
        "gb2260.not_then",
        f"区划代码{known.code}（{known.name}）的使用期为{zh}，{year}年不在其内。",
        f"Region {known.code} ({known.name}) was in use from {en}, not in {year}.",
    )


def _shape(code: str) -> Finding:
    return bad(
        "gb2260.shape",
        f"行政区划代码应为6位数字（乡镇级9位、村级12位），现为“{code}”。",
        f"A division code has 6 digits (9 for towns, 12 for villages); this is “{code}”.",
    )


_PASSED = Said("gb2260.ok", "代码在行政区划表内。", "The code is in the table of divisions.")
_UPPER_PASSED = Said(
    "gb2260.ok_upper",
    "县级以上部分在行政区划表内；乡镇、村级部分只核对了位数。",
    "The county is in the table of divisions; the town's and village's digits were checked for their number only.",
)
