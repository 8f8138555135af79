"""计数: the metrics that a register yields, as entries of the metrics pack. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tongjian.records.registers.choices import Theme
from tongjian.records.registers.schema import Checklist, Count, Register

THEMES: Mapping[Theme, str] = {
    Theme.M1: "governance",
    Theme.M2: "governance",
    Theme.M3: "construction",
    Theme.M4: "construction",
    Theme.M5: "business",
    Theme.M6: "business",
    Theme.M7: "governance",
    Theme.M8: "governance",
    Theme.M9: "ecology",
    Theme.M10: "livelihood",
    Theme.K: "governance",
}


def metrics_of(register: Register) -> list[dict[str, Any]]:
    """Each count as a metric; of a checklist also how many entries there are, how many are done, and their share."""
    return [*(_metric(register, c) for c in register.counts), *_of_checklist(register)]


def _metric(register: Register, count: Count) -> dict[str, Any]:
    kind = "ratio" if count.ratio is not None else "flow" if count.on else "stock"
    return {
        "key": count.key,
        "name": count.name,
        "name_en": count.name_en,
        "unit": count.unit,
        "kind": kind,
        "direction": count.direction,
        "decimals": count.decimals,
        "theme": THEMES[register.theme],
        "owner": register.owner,
        "definition": count.definition or f"{register.name}中符合条件的条目，按登记的日期和地区统计",
        "source": f"{register.name}",
        "aliases": list(count.aliases),
        "measured": _measured(register, count),
    }


def _measured(register: Register, count: Count) -> dict[str, Any]:
    """Archived entries are errors or doubles: they count nowhere."""
    made: dict[str, Any] = {"table": register.table, "where": {**dict(count.where), "archived": False}}
    if count.ratio is not None:
        made["ratio"] = {side: dict(where) for side, where in count.ratio.items()}
    if count.sum:
        made["sum"] = count.sum
    if count.ratio is None and not count.sum:
        made["count"] = True
    said = {
        "on": count.on,
        "from": count.start,
        "until": count.until,
        "through": count.through,
        "by": count.by,
    }
    return made | {name: column for name, column in said.items() if column}


def _of_checklist(register: Register) -> Iterator[dict[str, Any]]:
    """完成率: entries done over all, at the end of every month. Done at a stage, or on a day: from that day on."""
    checklist = register.checklist
    if checklist is None:
        return
    done_on = _done_on(checklist)
    start, until = ("plan_from", "plan_until") if register.years else ("added_on", "")
    common: dict[str, Any] = {"unit": "项", "until": until, "direction": "up"}
    items = Count(f"{register.key}_listed", *_named(register, checklist, 0), start=start, **common)
    done = Count(
        f"{register.key}_fulfilled",
        *_named(register, checklist, 1),
        start=done_on or start,
        where={} if done_on else checklist.done_where,
        **common,
    )
    yield _metric(register, items)
    yield _metric(register, done)
    whole = Count(f"{register.key}_completion", *_named(register, checklist, 2), unit="%", decimals=1)
    derived = {"operator": "ratio", "numerator": done.key, "denominator": items.key}
    rate = {**_metric(register, whole), "kind": "ratio", "direction": "up", "derive": [derived]}
    yield {k: v for k, v in rate.items() if k != "measured"}


def _done_on(checklist: Checklist) -> str:
    """The date column that says since when an entry is done; "": its state alone says so."""
    if checklist.done_stage and not checklist.done_where:
        return f"{checklist.done_stage}_on"
    days = [c for c, test in checklist.done_where.items() if test == {"set": True}]
    return days[0] if len(days) == 1 == len(checklist.done_where) and not checklist.done_stage else ""


def _named(register: Register, checklist: Checklist, which: int) -> tuple[str, str]:
    of, of_en = checklist.of, checklist.of_en
    zh = (f"{of}总数", f"已完成{of}数", f"{of}完成率")[which]
    en = (f"{of_en}, all", f"{of_en}, done", f"{of_en}, completion")[which]
    return f"{register.name}：{zh}", f"{register.name_en}: {en}"
