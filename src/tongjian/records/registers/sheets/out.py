"""A register's entries as a workbook that can be filled in and taken in again; text never becomes a formula."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tongjian.kernel import passages, tracks
from tongjian.kernel.tracks import Step, Track
from tongjian.reading import xlsx
from tongjian.records.registers import library, rules, writing
from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.models import Item
from tongjian.records.registers.personal import opened
from tongjian.records.registers.schema import Register
from tongjian.records.registers.sheets.columns import HELP, KEEP, LONGEST_SHAPE, Column, columns, sheet_name

AT_ONCE = 2_000
FILLED = 500  # rows of a template that offer choices
YES = {"zh": ("是", "否"), "en": ("yes", "no")}


def export(
    register: Register, items: QuerySet[Item], *, language: str = "zh", personal: bool = False
) -> bytes:
    """Entries as xlsx, in the order of the queryset. personal False: without the columns of persons."""
    track = library.track_of(register)
    simulated = items.filter(simulated=True).exists()
    found = columns(register, track, personal=personal, simulated=simulated)
    book, sheet = _started(register, found, language)
    writer = _Writer(sheet, found, language, track)
    for some in _chunks(items.select_related("area__subject", "owner__subject")):
        writer.write(some)
    return _saved(book)


def template(register: Register, *, language: str = "zh") -> bytes:
    """An empty workbook with the headings, choices to pick from, and a sheet that explains each column."""
    found = columns(register, library.track_of(register), simulated=False)
    book, sheet = _started(register, found, language)
    for number, column in enumerate(found, 1):
        _offer(sheet, number, column, language)
    _explain(book.create_sheet(HELP[language == "en"]), register, found, language)
    return _saved(book)


def _started(register: Register, found: Sequence[Column], language: str) -> tuple[Workbook, Any]:
    book = Workbook(write_only=True)
    book.properties.creator = "Tongjian"
    sheet: Any = book.create_sheet(sheet_name(register, language))
    for number, column in enumerate(found, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.append([_heading(sheet, c, language) for c in found])
    return book, sheet


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heading(sheet: Any, column: Column, language: str) -> Any:
    cell = WriteOnlyCell(sheet, column.printed(language))
    cell.font, cell.fill = Font(bold=True), xlsx.SHADED
    cell.alignment = Alignment(horizontal="center", wrap_text=True)
    return cell


def _chunks(items: QuerySet[Item]) -> Iterable[list[Item]]:
    some: list[Item] = []
    for item in items.iterator(chunk_size=AT_ONCE):
        some.append(item)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


# Rows


@dataclass(slots=True)
class _Writer:
    """Writes entries by the columns; codes, shapes and days of stages come in one query each for many."""

    sheet: Any
    columns: Sequence[Column]
    language: str
    track: Track | None

    def write(self, items: Sequence[Item]) -> None:
        pks = [i.pk for i in items]
        roles = {c.role for c in self.columns}
        codes = writing.codes_of(pks) if "scheme" in roles else {}
        shapes = writing.shapes_of(pks) if "geometry" in roles else {}
        steps = passages.steps_of(pks, self.track.key) if self.track else {}
        private = any(c.attribute is not None and c.attribute.personal for c in self.columns)
        for item in items:
            if private:
                item.attributes = opened(item)
            held = _Held(codes.get(item.pk, {}), days(steps.get(item.pk, ())), shapes.get(item.pk))
            self.sheet.append([self._cell(self._value(item, held, c), c) for c in self.columns])

    def _value(self, item: Item, held: _Held, column: Column) -> object:
        if column.attribute is not None:
            return self._attribute(column, item.attributes.get(column.key))
        if column.role == "scheme":
            return held.codes.get(column.key)
        if column.role == "stage":
            return held.days.get(column.key)
        if column.role == "simulated":
            return YES[self.language][0] if item.simulated else None
        return _OWN[column.role](item, held, self.language)

    def _attribute(self, column: Column, kept: object) -> object:
        attribute = column.attribute
        assert attribute is not None  # the caller looked
        value = rules.loaded(attribute, kept)
        if isinstance(value, bool):
            return YES[self.language][not value]
        if attribute.kind == AttributeKind.ENUM and value is not None:
            option = attribute.option[str(value)]
            return option.name_en if self.language == "en" else option.name
        return value

    def _cell(self, value: object, column: Column) -> object:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return value if value[0] not in "=" else self._text(value)
        if not isinstance(value, date | Decimal):
            return value
        cell: Any = WriteOnlyCell(self.sheet, value)  # type: ignore[arg-type]  # the stubs know no Decimal
        cell.number_format = "yyyy-mm-dd" if isinstance(value, date) else _format(column)
        return cell

    def _text(self, value: str) -> Any:
        """A text that begins with = is no formula."""
        cell: Any = WriteOnlyCell(self.sheet, value)
        cell.data_type = "s"
        return cell


def _format(column: Column) -> str:
    places = column.attribute.decimals if column.attribute else 0
    return "0." + "0" * places if places else "0"


@dataclass(frozen=True, slots=True)
class _Held:
    """What of an entry stands in other tables."""

    codes: Mapping[str, str]
    days: Mapping[str, date]
    shape: Any


def days(steps: Sequence[Step]) -> dict[str, date]:
    """stage → the day that it was entered, of the stages that still count."""
    entered = tracks.replay(steps).entered
    found = {s.stage: s.on for s in steps if s.result == tracks.ENTERED}
    return {stage: found[stage] for stage in entered if stage in found}


def _named(thing: Any, language: str) -> str:
    if thing is None:
        return ""
    subject = thing.subject
    return str(subject.label_en or subject.label if language == "en" else subject.label)


def _point(held: _Held, place: int) -> float | None:
    shape = held.shape
    return float(shape["coordinates"][place]) if shape and shape["type"] == "Point" else None


def _shape(held: _Held) -> str | None:
    if held.shape is None or held.shape["type"] == "Point":
        return None
    text = json.dumps(held.shape, separators=(",", ":"))
    return text if len(text) <= LONGEST_SHAPE else KEEP


_OWN: Mapping[str, Callable[[Item, _Held, str], object]] = {
    "code": lambda item, _held, _language: item.code,
    "name": lambda item, _held, _language: item.name,
    "area": lambda item, _held, language: _named(item.area, language),
    "owner": lambda item, _held, language: _named(item.owner, language),
    "longitude": lambda _item, held, _language: _point(held, 0),
    "latitude": lambda _item, held, _language: _point(held, 1),
    "geometry": lambda _item, held, _language: _shape(held),
}


# Template


def _offer(sheet: Any, number: int, column: Column, language: str) -> None:
    words = _choices(column, language)
    formula = f'"{",".join(words)}"'
    if not words or len(formula) > 255 or any("," in w or '"' in w for w in words):
        return
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    letter = get_column_letter(number)
    rule.add(f"{letter}2:{letter}{FILLED}")
    sheet.data_validations.append(rule)


def _choices(column: Column, language: str) -> Sequence[str]:
    attribute = column.attribute
    if attribute is None:
        return ()
    if attribute.kind == AttributeKind.BOOLEAN:
        return YES[language]
    return [o.name_en if language == "en" else o.name for o in attribute.options]


def _explain(sheet: Any, register: Register, found: Sequence[Column], language: str) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 80
    english = language == "en"
    name = register.name_en if english else register.name
    sheet.append([name, register.note_en if english else register.note])
    for column in found:
        sheet.append([column.printed(language), _told(column, language)])


_HOW = {
    "code": ("必填。每个条目一个，导入时按它找到已有条目。", "Needed. One an entry; an import finds the entry by it."),
    "name": ("必填。", "Needed."),
    "area": ("街乡镇名称或代码；空白为区级。", "A town's name or code; empty: the district's own."),
    "owner": ("单位名称；空白为本台账的主管单位。", "A unit's name; empty: the register's owner."),
    "scheme": ("按编码规则校验。", "Checked by the rule of its scheme."),
    "stage": ("到达该阶段的日期，如 2022-03-01；未到达则空白。", "The day it was reached, as 2022-03-01; empty if not yet."),
    "longitude": ("CGCS2000 经度，单位为度。", "CGCS2000 longitude in degrees."),
    "latitude": ("CGCS2000 纬度，单位为度。", "CGCS2000 latitude in degrees."),
    "geometry": ("GeoJSON 图形，CGCS2000；“…”表示保持原样。", "A GeoJSON geometry in CGCS2000; “…” leaves it as it is."),
}  # fmt: skip
_KINDS: Mapping[AttributeKind, tuple[str, str]] = {
    AttributeKind.STRING: ("文本。", "Text."),
    AttributeKind.INTEGER: ("整数。", "A whole number."),
    AttributeKind.NUMBER: ("数值，只写数字。", "A number, digits alone."),
    AttributeKind.BOOLEAN: ("是或否。", "yes or no."),
    AttributeKind.DATE: ("日期，如 2022-03-01。", "A day, as 2022-03-01."),
    AttributeKind.ENUM: ("可选：", "One of: "),
    AttributeKind.REFERENCE: ("名称或编码。", "Name or key."),
}


def _told(column: Column, language: str) -> str:
    english = language == "en"
    if column.attribute is None:
        return _HOW[column.role][english]
    needed = ("Needed. " if english else "必填。") if column.needed else ""
    words = "、".join(_choices(column, language)) if column.attribute.options else ""
    note = column.attribute.note
    return f"{needed}{_KINDS[column.attribute.kind][english]}{words}{' ' if note else ''}{note}"
