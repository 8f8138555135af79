"""The items as workbooks: one or two for each unit, with a sheet for each of its registers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from tongjian.demo import files
from tongjian.demo.ledgers.recipes import recipes
from tongjian.demo.ledgers.rows import Item, items
from tongjian.packs import entries
from tongjian.reading import xlsx
from tongjian.records.registers import library
from tongjian.records.registers.choices import AttributeKind, Visible
from tongjian.records.registers.schema import Register
from tongjian.records.registers.sheets.columns import Column, columns, sheet_name

MADE = datetime(2022, 12, 24)
ABOUT = (
    ("说明", "本工作簿的全部条目均为模拟，不对应任何真实的企业、地块、设施或个人。"),
    ("", "All entries of this workbook are simulated; none is a real enterprise, site, facility or person."),
    (
        "",
        "坐标按示意图的格子生成，所示位置上并没有该条目。Points lie in the tiles of the schematic map, not where anything is.",
    ),
    ("方法", "见安装包 tongjian/demo/data/ledgers；条目合计与已公开的2022年数值一致。"),
)


def folder() -> Path:
    """HOME/demo/registers."""
    return files.home() / "registers"


def by_book() -> dict[Path, list[Register]]:
    """HOME/demo/registers/区民政局-台账-模拟.xlsx → its registers; what others refer to comes first, books as well.

    Registers of persons, or for their owner alone, lie in a workbook of their own: a file is as closed as what it holds.
    """
    found = library.all_registers()
    chosen = [found[key] for key in recipes()]
    depth = {r.key: _depth(r, found) for r in chosen}
    made: dict[Path, list[Register]] = defaultdict(list)
    for register in sorted(chosen, key=lambda r: depth[r.key]):
        made[_workbook(register)].append(register)
    return dict(sorted(made.items(), key=lambda book: max(depth[r.key] for r in book[1])))


def _workbook(register: Register) -> Path:
    closed = bool(register.personal) or register.visible == Visible.OWNER
    return folder() / f"{_units()[register.owner]}-台账{'-限阅' if closed else ''}-模拟.xlsx"


def _depth(register: Register, found: Mapping[str, Register]) -> int:
    """How many registers, one behind the other, have to be there before this one."""
    others = {a.refers for a in register.attributes if a.refers in recipes()} - {register.key}
    return max((_depth(found[key], found) + 1 for key in others), default=0)


def lay_out() -> int:
    """Write each workbook that is not there yet. Returns how many; a changed one is left alone."""
    missing = [(path, own) for path, own in by_book().items() if not path.exists()]
    folder().mkdir(parents=True, exist_ok=True)
    for path, registers in missing:
        own = {r.key: list(items(r, recipes()[r.key])) for r in registers}
        path.write_bytes(book(registers, own))
    return len(missing)


def book(registers: Sequence[Register], own: Mapping[str, Sequence[Item]]) -> bytes:
    """A workbook with a sheet for each register. own: register → its items."""
    made = Workbook(write_only=True)
    made.properties.creator, made.properties.created = "Tongjian", MADE
    for register in registers:
        _sheet(made, register, own[register.key])
    about: Any = made.create_sheet("说明")
    about.column_dimensions["B"].width = 96
    for line in ABOUT:
        about.append(line)
    return xlsx.saved(made)


def _sheet(made: Workbook, register: Register, own: Sequence[Item]) -> None:
    sheet: Any = made.create_sheet(sheet_name(register, "zh"))
    sheet.freeze_panes = "C2"
    shown = _columns(register, own)
    for number, column in enumerate(shown, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append(list(_headings(sheet, shown)))
    units = _units()
    for item in own:
        sheet.append([_cell(register, item, c, units) for c in shown])


def _columns(register: Register, own: Sequence[Item]) -> list[Column]:
    """Those that any item fills in."""
    filled = {k for i in own for k in i.values}
    reached = {k for i in own for k in i.stages}
    kept = {"code", "name", "area", "owner", "simulated"}
    if any(i.place for i in own):
        kept |= {"longitude", "latitude"}
    return [
        c
        for c in columns(register, library.track_of(register))
        if c.role in kept
        or (c.role == "attribute" and c.key in filled)
        or (c.role == "stage" and c.key in reached)
    ]


def _headings(sheet: Any, shown: Sequence[Column]) -> Iterator[Any]:
    for column in shown:
        cell = WriteOnlyCell(sheet, column.printed("zh"))
        cell.font, cell.fill = Font(bold=True), xlsx.SHADED
        yield cell


def _cell(register: Register, item: Item, column: Column, units: Mapping[str, str]) -> object:
    own = {
        "code": item.code,
        "name": item.name,
        "area": item.area,
        "owner": units[register.owner],
        "simulated": "是",
    }
    if column.role in own:
        return own[column.role]
    if column.role == "stage":
        return item.stages.get(column.key)
    if column.role in {"longitude", "latitude"}:
        return item.place[column.role == "latitude"] if item.place else None
    value = item.values.get(column.key)
    assert column.attribute is not None  # a column of the role attribute has one
    if value is None or isinstance(value, date):
        return value
    if column.attribute.kind == AttributeKind.BOOLEAN:
        return "是" if value else "否"
    if column.attribute.kind == AttributeKind.ENUM:
        return column.attribute.option[str(value)].name
    return units.get(str(value), value) if column.attribute.refers == "organisation" else value


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    return {e.key: str(e.body["name"]) for e in entries("organisations")}
