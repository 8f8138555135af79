"""Counts a measured figure again, out of the workbooks and the packs alone. Imports nothing of the house.

`Recount(packs, registers).value(metric, breakdown, period)` reads what the metric's pack entry says is counted and goes
through the rows of the register's sheet (for cases, of the list of service items): conditions, days, sum, share, unit.
`placed(sheet, cell)` counts a rank of the city's result again, out of the scores of its sheet.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml
from openpyxl import load_workbook

Row = Mapping[str, Any]
SCORES = {"非常满意": 5, "满意": 4, "基本满意": 3, "不满意": 2, "非常不满意": 1}
_UNIT = re.compile(r"（[^（）]*）$")


class Recount:
    """packs: the folder of definitions. registers: the folder of the registers' workbooks."""

    def __init__(self, packs: Path, registers: Path) -> None:
        self.metrics = {m["key"]: m for m in _entries(packs / "metrics")}
        self.registers = {f"register_{r['key']}": r for r in _entries(packs / "registers")}
        self.tracks = {t["key"]: t for t in _entries(packs / "tracks")}
        self.items = registers.parent / "模拟服务事项-2022.csv"
        self.sheets: dict[str, list[list[Any]]] = {}
        for file in sorted(registers.glob("*.xlsx")):
            book = load_workbook(file, read_only=True)
            for sheet in book.worksheets:
                self.sheets[sheet.title] = [list(row) for row in sheet.iter_rows(values_only=True)]

    def value(self, metric: str, breakdown: str, period: tuple[int, int]) -> tuple[Decimal, str] | None:
        """The figure of the whole district and its unit; period: first and last month, year × 12 + month − 1."""
        entry = self.metrics[metric]
        said = entry["measured"]
        more = said.get("breakdowns", {}).get(breakdown, {}) if breakdown else {}
        where = {**said.get("where", {}), **more}
        rows = [r for r in self._rows(said["table"]) if _holds(r, where) and _there(r, said, period)]
        amount = _amounts(self._unit(said), entry["unit"], said)
        if "ratio" not in said:
            return amount(rows), entry["unit"]
        num, den = (amount([r for r in rows if _holds(r, said["ratio"][side])]) for side in ("num", "den"))
        places = Decimal(1).scaleb(-int(entry["decimals"]))
        return ((num * 100 / den).quantize(places, ROUND_HALF_UP), "%") if den else None

    def _unit(self, said: Row) -> str:
        if said["table"] == "cases":
            return ""
        attributes = self.registers[said["table"]]["attributes"]
        return str(attributes.get(said.get("sum", ""), {}).get("x-unit", ""))

    def _rows(self, table: str) -> Iterator[Row]:
        if table == "cases":
            yield from _service_items(self.items)
            return
        register = self.registers[table]
        heading, *lines = self.sheets.get(register["name"], [[]])
        known = {a["title"]: (key, a) for key, a in register["attributes"].items()}
        stages = {
            f"{s['name']}日期": s["key"]
            for s in self.tracks.get(register.get("track"), {"stages": []})["stages"]
        }
        titles = [_UNIT.sub("", str(h)) if str(h) not in known else str(h) for h in heading]
        for line in lines:
            row: dict[str, Any] = {"archived": False}
            for title, cell in zip(titles, line, strict=False):
                if title in known and cell is not None:
                    row[known[title][0]] = _meant(known[title][1], cell)
                elif title in stages and cell is not None:
                    row[f"{stages[title]}_on"] = _day(cell)
            yield row


def placed(sheet: Any, cell: Any) -> tuple[str, int] | None:
    """Of a cell under 位次: its month, and 1 + how many scores of the month are higher than the one beside it."""
    heads = [c.value for c in sheet[1]]
    if not {"月份", "综合得分", "位次"} <= set(heads) or heads[cell.column - 1] != "位次":
        return None
    month, score = heads.index("月份"), heads.index("综合得分")
    rows = [r for r in sheet.iter_rows(min_row=2, values_only=True) if r[month] is not None]
    own = [c.value for c in sheet[cell.row]]
    return str(own[month]), 1 + sum(r[score] > own[score] for r in rows if r[month] == own[month])


def _service_items(file: Path) -> Iterator[Row]:
    """Cases that the report's figures are of: the list of service items, as it is imported."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for line in csv.DictReader(lines):
            yield {
                "type": "service_item",
                "kind": "closed" if line["办成时间"] else "open",
                "excluded": line["是否剔除"] == "是",
                "opened_on": _day(line["提出时间"]),
                "score": SCORES[line["满意度"]] if line["满意度"] else None,
            }


def _entries(folder: Path) -> Iterator[Any]:
    for file in sorted(folder.glob("*.yaml")):
        text = re.sub(r"([{ ])on:", r'\1"on":', file.read_text(encoding="utf-8"))  # no truth is meant
        yield from yaml.safe_load(text)


def _meant(attribute: Row, cell: Any) -> Any:
    labels = {zh: key for key, (zh, _en) in attribute.get("x-labels", {}).items()}
    if attribute.get("format") == "date":
        return _day(cell)
    if attribute.get("type") == "boolean":
        return cell == "是"
    return labels.get(cell, Decimal(str(cell)) if isinstance(cell, int | float) else cell)


def _day(cell: Any) -> date:
    return cell.date() if isinstance(cell, datetime) else date.fromisoformat(str(cell)[:10])


def _holds(row: Row, where: Row) -> bool:
    return all(_passes(row.get(column), meant) for column, meant in where.items())


def _passes(value: Any, meant: Any) -> bool:
    if not isinstance(meant, Mapping):
        return value in (meant if isinstance(meant, list) else [meant])
    if set(meant) == {"set"}:
        return (value is not None) is meant["set"]
    if set(meant) == {"ge"}:
        return value is not None and value >= meant["ge"]
    assert set(meant) == {"not"}, meant
    return value is not None and value not in (
        meant["not"] if isinstance(meant["not"], list) else [meant["not"]]
    )


def _there(row: Row, said: Row, period: tuple[int, int]) -> bool:
    if "on" in said:
        on = row.get(said["on"])
        return on is not None and period[0] <= _month(on) <= period[1]
    start, end = row.get(said["from"]), row.get(said.get("until", ""))
    return start is not None and _month(start) <= period[1] and (end is None or _month(end) > period[1])


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _amounts(source: str, target: str, said: Row) -> Callable[[list[Row]], Decimal]:
    """How much some rows are: how many, or their sum in the metric's unit (scales of ten only)."""
    scale = _scale(source) / _scale(target) if source and target != "%" else Decimal(1)

    def amount(rows: list[Row]) -> Decimal:
        if "sum" not in said:
            return Decimal(len(rows))
        return sum((r[said["sum"]] for r in rows if said["sum"] in r), Decimal(0)) * scale

    return amount


def _scale(unit: str) -> Decimal:
    words = (("亿", 10**8), ("万", 10**4))
    return next((Decimal(n) for word, n in words if unit.startswith(word)), Decimal(1))
