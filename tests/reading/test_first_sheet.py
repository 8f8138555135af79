"""The first sheet as columns: rows of one shape are read by one pattern, and say what the cells say."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from tongjian.reading import first_sheet, row_shapes
from tongjian.reading.first_sheet import Columns


def book(rows: list[list[object]]) -> bytes:
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def inline(data: bytes) -> bytes:
    """The same with texts in their cells, Chinese as references, as openpyxl's write-only books have them."""
    again = Workbook(write_only=True)
    sheet = again.create_sheet()
    for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True):
        sheet.append(row)
    out = io.BytesIO()
    again.save(out)
    return out.getvalue()


ROWS: list[list[object]] = [
    ["编号", "类别", "长度", "日期"],
    ["A1", "给水 & <排水>", 1.5, date(2021, 3, 5)],
    ["A2", None, 300, date(2021, 3, 6)],
    ["A3", "&amp;", 0.1 + 0.2, None],
    ["A4", 7, "约 3", None, "beyond the headings"],
    ["A5", "燃气", 2, None],
]
WANTED = [
    ["编号", "A1", "A2", "A3", "A4", "A5"],
    ["类别", "给水 & <排水>", "", "&amp;", "7", "燃气"],
    ["长度", "1.5", "300", "0.3", "约 3", "2"],
    ["日期", "2021-03-05", "2021-03-06", "", "", ""],
]


@pytest.mark.parametrize("write", [lambda data: data, inline])
def test_columns_hold_what_the_cells_say(write: object) -> None:
    data = write(book([*ROWS, *ROWS[1:]]))  # type: ignore[operator]
    found = first_sheet.columns(data, most=100)
    assert found == Columns(list(range(1, 12)), [[*c, *c[1:]] for c in WANTED])


def test_a_number_written_with_an_exponent_is_told_without_in_every_row() -> None:
    data = book([["a"], *([n] for n in (0.5, 0.00001, 0.25, 1e-7))])
    assert first_sheet.columns(data, most=100).columns == [["a", "0.5", "0.00001", "0.25", "0.0000001"]]


def test_rows_of_one_shape_are_read_by_one_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    one_by_one = first_sheet._Reader._cell_by_cell
    monkeypatch.setattr(
        first_sheet._Reader, "_cell_by_cell", lambda self, row: looked.append(row) or one_by_one(self, row)
    )
    found = first_sheet.columns(book([["a", "b"], *([f"x{n}", n] for n in range(1000))]), most=100)
    assert found.columns[1][-1] == "999"
    assert len(looked) == 3  # the headings, the first row below, what follows the last


def test_a_formula_counts_as_last_calculated() -> None:
    data = book([["a", "b"], ["x", "=1+2"], ["y", "=2+2"], ["z", "=3+2"]])
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = re.sub(rb"<f>(\d)\+2</f><v\s*/?>(</v>)?", rb"<f>\1+2</f><v>\1</v>", part)
            new.writestr(name, part)
    assert first_sheet.columns(kept.getvalue(), most=100).columns[1] == ["b", "1", "2", "3"]


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c>',
        '<row r="2"><c r="A2" s="3"><v>44000</v></c>',
        '<row r="2"><c r="A2"><v>0.30000000000000004</v></c>',
        '<row r="2"><c r="A2"><v>1e-05</v></c>',
        '<row r="2"><c r="A2" t="e"><v>#N/A</v></c>',
        '<row r="2"/><row r="3"><c r="A3"><v>1</v></c>',
    ],
)
def test_a_row_that_needs_a_closer_look_has_no_shape(row: str) -> None:
    assert row_shapes.shape_of(row, {"3": "d"}, 2) is None
