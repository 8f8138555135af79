"""The quick reader gives the same cells as the library, or leaves the workbook to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from facts.workbooks import GDP, repacked, row, saved, with_result, workbook
from tongjian.demo import files as sample
from tongjian.facts.collection import plain
from tongjian.facts.collection import workbook as reader

SAMPLES = sorted((Path(sample.__file__).parent / "data" / "workbooks").glob("*.xlsx"))
FORMATS = ["General", "0", "0.00", "#,##0.0", "0.0%", '0.0"亿"', "#,##0,", "[Red]0.0;-0.0", "@", "0.00E+00"]


def both(data: bytes) -> tuple[Any, Any]:
    quick = reader._plainly(data)
    assert quick is not None, "the quick reader left it to the library"
    return quick, [{**s, "merged": [list(m) for m in s["merged"]]} for s in reader._by_library(data)]


def sheet_of(fill: Any) -> bytes:
    book = Workbook()
    fill(book.active)
    return saved(book)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_the_sample_workbooks(path: Path) -> None:
    quick, library = both(path.read_bytes())
    assert quick == library


values = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False, width=64, min_value=-1e200, max_value=1e200),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
    st.booleans(),
    st.none(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(values, st.sampled_from(FORMATS)), min_size=1, max_size=12))
def test_any_values_in_any_format(cells: list[tuple[Any, str]]) -> None:
    def fill(sheet: Any) -> None:
        for number, (value, number_format) in enumerate(cells, start=1):
            cell = sheet.cell(number, number % 4 + 1)
            cell.number_format = number_format
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"

    quick, library = both(sheet_of(fill))
    assert quick == library


def test_merged_cells_rich_text_formulas_and_errors() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B1"] = "上", "盖住"
        sheet.merge_cells("A1:C2")
        sheet["A3"] = CellRichText("一般", TextBlock(InlineFont(b=True), "公共"))
        sheet["A4"], sheet["A5"] = "=1+1", "#DIV/0!"
        sheet["A5"].data_type = "e"

    quick, library = both(with_result(sheet_of(fill), "A4", "2"))
    assert quick == library
    assert [c[2:] for c in quick[0]["cells"]] == [
        ["text", "上", False],
        ["text", "一般公共", False],
        ["number", "2", True],
        ["error", "#DIV/0!", False],
    ]


@pytest.mark.parametrize("number_format", ["yyyy-mm-dd", "[h]:mm", 'm"月"d"日"'])
def test_dates_are_left_to_the_library(number_format: str) -> None:
    data = workbook([row(GDP, value=(date(2022, 11, 3), number_format))])
    with pytest.raises(plain.Unusual):
        plain.sheets(data)
    assert reader.cells(data, "a.xlsx")["sheets"][0]["name"] == "填报"


def test_a_format_with_letters_in_quotes_shows_no_date() -> None:
    assert plain._undated('0.0"days"') == '0.0"days"'
    assert plain._undated("[Red]0.0") == "[Red]0.0"
    assert plain._undated("[mm]:ss") is None


def test_xml_that_declares_a_document_type_is_not_parsed() -> None:
    xml = b"<?xml version='1.0'?>" + b" " * 5000 + b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"
    with pytest.raises(plain.Unusual):
        plain.sheets(repacked(workbook([GDP]), {"xl/workbook.xml": xml}))


def test_several_sheets_keep_their_names_and_order() -> None:
    book = Workbook()
    book.active.title = "说明"
    book.create_sheet("填报")["B2"] = 4
    quick, library = both(saved(book))
    assert quick == library
    assert [s["name"] for s in quick] == ["说明", "填报"]
