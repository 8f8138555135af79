"""溯源册: each figure with its sentence, value, definition, inputs, source and who confirmed it. As rows, xlsx, docx."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tongjian.reports.docx.package import write_docx
from tongjian.reports.exports import telling
from tongjian.reports.layout import Layout, Page, layout
from tongjian.reports.tree import Inline, Paragraph, Report, Role, Text

HEADS = ("序号", "所在语句", "数字", "指标", "期别", "台账数值", "定义", "计算与依据", "来源", "确认")
WIDTHS = (6, 34, 12, 26, 14, 14, 36, 40, 36, 26)
THIN = Side(style="thin", color="FFBFBFBF")


EDGE, WIDEST = 20.0, 40.0  # of the document: mm free at the sides, characters of a column


@dataclass(frozen=True, slots=True)
class Ground:
    """What the ledger adds to a manifest. definitions: by metric; confirmed: by the file's SHA-256."""

    definitions: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the report."""

    number: int
    anchor: str
    sentence: str
    shown: str
    name: str
    period: str
    value: str
    definition: str
    inputs: tuple[str, ...]
    sources: tuple[str, ...]
    confirmed: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            str(self.number),
            self.sentence,
            self.shown,
            self.name,
            self.period,
            self.value,
            self.definition,
            "\n".join(self.inputs),
            "\n".join(self.sources),
            "\n".join(self.confirmed),
        )


def rows(manifest: Mapping[str, Any], ground: Ground) -> list[Row]:
    """By their line in the template, then as they stand in it."""
    order = list(ground.sentences)
    place = {anchor: n for n, anchor in enumerate(order)}
    figures = sorted(manifest["figures"].items(), key=lambda f: (f[1]["line"], place.get(f[0], len(order))))
    numbers = count(1)
    return [_row(next(numbers), anchor, entry, ground) for anchor, entry in figures]


def _row(number: int, anchor: str, entry: telling.Entry, ground: Ground) -> Row:
    leaves = list(telling.leaves(entry))
    hashes = [leaf["place"]["sha256"] for leaf in leaves if leaf.get("place")]
    reckoned = telling.operator(entry)
    return Row(
        number=number,
        anchor=anchor,
        sentence=ground.sentences.get(anchor, ""),
        shown=f"{entry['before']}{entry['shown']}{entry['after']}",
        name=telling.name(entry),
        period=telling.period(entry),
        value=telling.value(entry),
        definition=ground.definitions.get(entry["metric"], ""),
        inputs=((f"计算：{reckoned}",) if reckoned else ()) + tuple(telling.inputs(entry)),
        sources=_once(telling.place(leaf) for leaf in leaves),
        confirmed=_once(ground.confirmed.get(sha, "") for sha in hashes),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in texts if t))


# As a workbook


def as_xlsx(manifest: Mapping[str, Any], ground: Ground) -> bytes:
    """One sheet, printed across A4 with its head on each page."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "溯源册"
    sheet.append([f"{manifest['title']} · 溯源册"])
    sheet.append([subtitle(manifest)])
    sheet.append(list(HEADS))
    for row in rows(manifest, ground):
        sheet.append([row.number, *row.cells[1:]])
        for cell in sheet[sheet.max_row][1:]:
            cell.data_type = "s"  # a text that begins like a formula stays text
    _look(sheet)
    book.save(out)
    return out.getvalue()


def subtitle(manifest: Mapping[str, Any]) -> str:
    """How many figures, as known when."""
    known = localtime(datetime.fromisoformat(manifest["built_at"])).strftime("%Y-%m-%d %H:%M")
    return f"{manifest['year']}年度 · 数据截至 {known} · 共 {len(manifest['figures'])} 个数字"


def _look(sheet: Worksheet) -> None:
    for number, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet["A1"].font, sheet["A2"].font = Font(bold=True, size=14), Font(color="FF666666")
    edges = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
    for cells in sheet.iter_rows(min_row=3, max_col=len(HEADS)):
        for cell in cells:
            cell.border, cell.alignment = edges, Alignment(wrap_text=True, vertical="top")
    for cell in sheet[3]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFF2F2F2")
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]


# As a document


def as_docx(manifest: Mapping[str, Any], ground: Ground, of: Layout | None = None) -> bytes:
    """A table across A4. Its numbers are the manifest's own, so that nothing is anchored a second time."""
    under = (f"{manifest['title']}", subtitle(manifest))
    front = [_text(Role.TITLE, "溯源册"), *(_text(Role.SUBTITLE, line) for line in under)]
    lines: list[Sequence[str]] = [SHORT_HEADS, *map(_short, rows(manifest, ground))]
    front += [p for n, line in enumerate(lines) for p in _cells(line, n)]
    empty = {"version": 1, "built_at": manifest["built_at"], "figures": {}, "literals": {}}
    return write_docx(Report(tuple(front), ()), empty, across(of or layout()))


SHORT_HEADS = ("序", "所在语句", "数字", "指标与定义", "计算与来源", "确认")


def _short(row: Row) -> Sequence[str]:
    meant = f"{row.name}\n{row.period}：{row.value}" + (f"\n{row.definition}" if row.definition else "")
    source = "\n".join([*row.inputs, *row.sources])
    return (str(row.number), row.sentence, row.shown, meant, source, "\n".join(row.confirmed))


def _text(role: Role, text: str) -> Paragraph:
    return Paragraph(role, (Text(text),), 0)


def _cells(line: Sequence[str], number: int) -> Iterator[Paragraph]:
    for column, text in enumerate(line):
        inlines: tuple[Inline, ...] = (Text(text),)
        yield Paragraph(Role.CELL, inlines, number, column)


def across(of: Layout) -> Layout:
    """The same layout on paper that lies, with small cells at the left."""
    page = of.page
    lying = Page(page.height, page.width, page.left, page.right, EDGE, EDGE)
    small = {key: replace(of.styles[key], size=9, line=13) for key in ("cell", "head_cell")}
    small["cell"] = replace(small["cell"], align="left")
    return replace(of, page=lying, styles={**of.styles, **small}, head="none", widest=WIDEST)
