"""A reading as JSON for programs and as an xlsx workbook for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

from tongjian.reading.documents.skips import told
from tongjian.reading.labels import label
from tongjian.reading.types import Achievement, Commitment, Figure, Reading

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Row = TypeVar("Row", Figure, Commitment, Achievement)
Cell = str | int | Decimal | None
_STOP = re.compile(r"[。！？；\r\n]")


# JSON


def as_json(reading: Reading) -> dict[str, Any]:
    """{"text", "figures", "commitments", "achievements"}; offsets count characters of text, end exclusive."""
    return {
        "text": reading.document.text,
        "figures": [_fields(figure) for figure in reading.figures],
        "commitments": [_fields(commitment) for commitment in reading.commitments],
        "achievements": [_fields(achievement) for achievement in reading.achievements],
    }


def _fields(row: Figure | Commitment | Achievement) -> dict[str, Any]:
    """A row by its field names; a value is a number, a range a list of two."""
    return {name: _plain(getattr(row, name)) for name in row.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


# xlsx


@dataclass(frozen=True, slots=True)
class ColumnOf(Generic[Row]):
    """A column of a sheet: its head in both languages, its width in characters, what stands in a cell (by language)."""

    zh: str
    en: str
    width: int
    cell: Callable[[Reading, Row, str], Cell]


def sentence(text: str, start: int, end: int) -> str:
    """The sentence or line of `text` that holds `text[start:end]`, without the stop that ends it."""
    before = max((m.end() for m in _STOP.finditer(text, 0, start)), default=0)
    after = _STOP.search(text, end)
    return text[before : after.start() if after else len(text)].strip()


def _section(reading: Reading, row: Row, _language: str) -> Cell:
    """Path and title of the innermost section."""
    found = reading.outline.at(row.start)
    return row.section if found is None else f"{found.path} {found.title}".strip()


def _value(figure: Figure) -> Cell:
    if isinstance(figure.value, tuple):
        return f"{figure.value[0]}–{figure.value[1]}"
    return figure.value


FIGURES: Sequence[ColumnOf[Figure]] = (
    ColumnOf("章节", "Section", 24, _section),
    ColumnOf("指标", "Indicator", 28, lambda r, f, _: f.indicator),
    ColumnOf("数值", "Value", 12, lambda r, f, _: _value(f)),
    ColumnOf("单位", "Unit", 10, lambda r, f, _: f.unit),
    ColumnOf("时期", "Period", 18, lambda r, f, _: f.period),
    ColumnOf("时期有明示", "Period stated", 11, lambda r, f, to: _yes(f.period_stated, to)),
    ColumnOf("类型", "Kind", 11, lambda r, f, to: label("figure_kind", f.kind, to)),
    ColumnOf("状态", "Status", 10, lambda r, f, to: label("status", f.status, to)),
    ColumnOf("界限", "Bound", 8, lambda r, f, to: label("bound", f.bound, to)),
    ColumnOf("界限词", "Bound word", 10, lambda r, f, _: f.bound_word),
    ColumnOf("口径", "Basis", 12, lambda r, f, _: f.basis),
    ColumnOf("对照", "Comparator", 12, lambda r, f, _: f.comparator),
    ColumnOf("范围", "Scope", 16, lambda r, f, _: f.scope),
    ColumnOf("原文", "Words", 14, lambda r, f, _: f.text),
    ColumnOf("写法", "Form", 9, lambda r, f, to: label("form", f.form, to)),
    ColumnOf("小数位", "Decimals", 8, lambda r, f, _: f.decimals),
    ColumnOf("所在句子", "Sentence", 70, lambda r, f, _: sentence(r.document.text, f.start, f.end)),
    ColumnOf("起", "Start", 8, lambda r, f, _: f.start),
    ColumnOf("止", "End", 8, lambda r, f, _: f.end),
)
COMMITMENTS: Sequence[ColumnOf[Commitment]] = (
    ColumnOf("章节", "Section", 24, _section),
    ColumnOf("对象", "Object", 32, lambda r, c, _: c.object),
    ColumnOf("动作", "Action", 12, lambda r, c, _: c.action),
    ColumnOf("类型", "Kind", 18, lambda r, c, to: label("commitment_kind", c.kind, to)),
    ColumnOf("节点", "Milestone", 9, lambda r, c, _: c.milestone),
    ColumnOf("可核性", "Firmness", 9, lambda r, c, to: label("firmness", c.firmness, to)),
    ColumnOf("缓冲词", "Hedge", 9, lambda r, c, _: c.hedge),
    ColumnOf("期限", "Deadline", 11, lambda r, c, _: c.deadline),
    ColumnOf("数据", "Figures", 18, lambda r, c, _: _quoted(r, c.figures)),
    ColumnOf("原文", "Clause", 48, lambda r, c, _: c.text),
    ColumnOf("所在句子", "Sentence", 70, lambda r, c, _: sentence(r.document.text, c.start, c.end)),
    ColumnOf("起", "Start", 8, lambda r, c, _: c.start),
    ColumnOf("止", "End", 8, lambda r, c, _: c.end),
    ColumnOf("对象起", "Object start", 8, lambda r, c, _: c.object_start),
    ColumnOf("对象止", "Object end", 8, lambda r, c, _: c.object_end),
)
ACHIEVEMENTS: Sequence[ColumnOf[Achievement]] = (
    ColumnOf("章节", "Section", 24, _section),
    ColumnOf("对象", "Object", 32, lambda r, a, _: a.object),
    ColumnOf("状态", "State", 10, lambda r, a, _: a.state),
    ColumnOf("状态原词", "State words", 12, lambda r, a, _: a.state_words),
    ColumnOf("时期", "Period", 12, lambda r, a, _: a.period),
    ColumnOf("数据", "Figures", 18, lambda r, a, _: _quoted(r, a.figures)),
    ColumnOf("原文", "Clause", 48, lambda r, a, _: a.text),
    ColumnOf("所在句子", "Sentence", 70, lambda r, a, _: sentence(r.document.text, a.start, a.end)),
    ColumnOf("起", "Start", 8, lambda r, a, _: a.start),
    ColumnOf("止", "End", 8, lambda r, a, _: a.end),
    ColumnOf("对象起", "Object start", 8, lambda r, a, _: a.object_start),
    ColumnOf("对象止", "Object end", 8, lambda r, a, _: a.object_end),
)


def _yes(value: bool, language: str) -> str:
    return ("是" if value else "否") if language.startswith("zh") else ("yes" if value else "no")


def _quoted(reading: Reading, indices: Sequence[int]) -> str:
    return "、".join(reading.figures[i].text for i in indices)


def write_xlsx(reading: Reading, out: Path | IO[bytes], *, language: str = "zh", name: str = "") -> None:
    """Sheets 指标数据, 承诺, 成效, and 说明 (what was read, what was skipped). Heads frozen, columns filtered."""
    workbook(reading, language=language, name=name).save(out)


def workbook(reading: Reading, *, language: str = "zh", name: str = "") -> Workbook:
    """The same, not yet saved, for callers that add a sheet of their own."""
    from tongjian.reading import xlsx

    zh = language.startswith("zh")
    book = xlsx.started()
    _sheet(book, "指标数据" if zh else "Figures", FIGURES, reading, reading.figures, language)
    _sheet(book, "承诺" if zh else "Commitments", COMMITMENTS, reading, reading.commitments, language)
    _sheet(book, "成效" if zh else "Achievements", ACHIEVEMENTS, reading, reading.achievements, language)
    _about(book, "说明" if zh else "About", reading, language, name)
    return book


def _sheet(
    book: Workbook,
    title: str,
    columns: Sequence[ColumnOf[Row]],
    reading: Reading,
    rows: Sequence[Row],
    language: str,
) -> None:
    heads = [(c.zh if language.startswith("zh") else c.en, c.width) for c in columns]
    cells = ([c.cell(reading, row, language) for c in columns] for row in rows)
    _fill(book.create_sheet(title), heads, cells)


def _about(book: Workbook, title: str, reading: Reading, language: str, name: str) -> None:
    zh = language.startswith("zh")
    heads = [("项目", 18), ("内容", 90)] if zh else [("Item", 18), ("Content", 90)]
    _fill(book.create_sheet(title), heads, _facts(reading, name, zh))


def _facts(reading: Reading, name: str, zh: bool) -> Iterator[tuple[str, Cell]]:
    frame = reading.outline
    yield ("文件" if zh else "File"), name
    yield ("标题" if zh else "Title"), frame.title
    yield ("地区" if zh else "Area"), frame.area
    yield ("回顾年份" if zh else "Year reviewed"), frame.reviewed
    yield ("计划年份" if zh else "Year planned"), frame.planned
    yield ("字数" if zh else "Characters"), len(reading.document.text)
    for item in reading.document.skipped:
        yield ("未读取" if zh else "Skipped"), told(item, "zh" if zh else "en")


def _fill(sheet: Worksheet, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> None:
    """A sheet with its head frozen and its columns filtered."""
    from openpyxl.styles import Alignment

    from tongjian.reading import xlsx

    xlsx.head(sheet, heads, "A2")
    for at, row in enumerate(rows, 2):
        for number, value in enumerate(row, 1):
            cell = sheet.cell(at, number)
            xlsx.put(cell, value)
            cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
    sheet.auto_filter.ref = sheet.dimensions
