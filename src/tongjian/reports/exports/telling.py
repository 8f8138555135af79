"""A figure of a manifest in words: what it is, what it was reckoned from, where that stands. In the document's Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tongjian.values import Period, PeriodError

Entry = Mapping[str, Any]
MEASURES: Mapping[str, str] = {
    "level": "",
    "growth": "增速",
    "difference": "差额",
    "rank": "位次",
    "share": "占比",
    "completion": "完成率",
    "average_2y": "两年平均增速",
    "contribution": "贡献率",
    "pull": "拉动",
    "change_of_place": "位次变化",
}
BASES: Mapping[str, str] = {
    "natural": "",
    "restated": "还原口径",
    "comparable": "同口径",
    "constant_price": "不变价",
    "since_start": "自开始累计",
}
COMPARATORS: Mapping[str, str] = {"": "", "last_year": "比上年同期", "city": "比全市", "target": "比目标"}
OPERATORS: Mapping[str, str] = {
    "growth": "（本期÷上年同期－1）×100",
    "difference": "前者－后者",
    "rank": "在同组中的位次，相同值并列",
    "share": "部分÷整体×100",
    "completion": "完成值÷目标值×100",
    "ratio": "分子÷分母",
    "single": "本月累计－上月累计",
    "quarter": "季末累计－季前累计",
    "rolling_12": "本年累计＋上年全年－上年同期累计",
    "year_to_date": "自1月起各月之和",
    "total": "同组各项之和",
    "per_head": "总额÷人数",
    "average_2y": "（√（本期÷两年前同期）－1）×100",
    "contribution": "部分增量÷整体增量×100",
    "pull": "部分增量÷上年整体×100",
    "change_of_place": "上年位次－本期位次",
}
STATUSES: Mapping[str, str] = {
    "estimate": "预计",
    "flash": "快报",
    "actual": "实际",
    "revised": "修订",
    "target": "目标",
}


def name(entry: Entry) -> str:
    """河东区 · 地区生产总值 · 增速 · 不变价."""
    said = (
        entry["subject"],
        entry["indicator"],
        entry["breakdown"],
        MEASURES.get(entry["measure"], entry["measure"]),
        COMPARATORS.get(entry["comparator"], entry["comparator"]),
        BASES.get(entry["basis"], entry["basis"]),
    )
    return " · ".join(p for p in said if p)


def period(entry: Entry) -> str:
    """2022年1—9月."""
    try:
        return Period.parse(entry["period"]).label("zh")
    except PeriodError:
        return str(entry["period"])


def value(entry: Entry) -> str:
    """As kept, with its unit; the words of a target without a number."""
    return str(entry["words"]) if entry["value"] is None else f"{entry['value']}{entry['unit']}"


def told(entry: Entry) -> str:
    """Name, period, value and status in one line."""
    status = STATUSES.get(entry["status"], entry["status"])
    return f"{name(entry)} · {period(entry)} = {value(entry)}（{status}）"


def operator(entry: Entry) -> str:
    """How a derived figure is reckoned; empty for a recorded one."""
    return OPERATORS.get(entry["derived"] or "", "")


def place(entry: Entry) -> str:
    """File, place in it, and what stands there; empty for a derived figure."""
    found = entry.get("place")
    if not found:
        return ""
    excerpt = " ".join(str(found["excerpt"]).split())[:60]
    return " · ".join(p for p in (found["file"], found["locator"]) if p) + (
        f"：“{excerpt}”" if excerpt else ""
    )


def inputs(entry: Entry, depth: int = 0) -> Iterator[str]:
    """What a figure is derived from, each with its own place, further in for each step."""
    for one in entry.get("inputs") or ():
        where = place(one)
        yield f"{'　' * depth}{told(one)}{f' ← {where}' if where else ''}"
        yield from inputs(one, depth + 1)


def leaves(entry: Entry) -> Iterator[Entry]:
    """The figures that were recorded, not reckoned."""
    below = entry.get("inputs") or ()
    if not below:
        yield entry
    for one in below:
        yield from leaves(one)


def note(entry: Entry) -> list[str]:
    """A reviewer's comment: what it is, then its source or what it was reckoned from."""
    lines = [told(entry)]
    if reckoned := operator(entry):
        lines.append(f"计算：{reckoned}")
    if where := place(entry):
        lines.append(f"来源：{where}")
    return lines + [f"依据：{line}" for line in inputs(entry)]
