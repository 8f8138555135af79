"""Reading cells: number text, formats, formulas; and files that are no plain workbook."""

import datetime
import io
import subprocess
import sys
import zipfile

import pytest
from openpyxl import Workbook

from facts.workbooks import GDP, repacked, row, saved, with_result, workbook
from tongjian.facts.collection.labels import MEASURES, measure_label, printed_period
from tongjian.facts.collection.workbook import OLE, Cell, cells, letters, reference, sheets_of
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import run_limited
from tongjian.values import PeriodError


def one(value: object, number_format: str = "General") -> Cell:
    """What a cell is read as."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B3"] = value  # type: ignore[assignment]
    sheet["B3"].number_format = number_format
    return sheets_of(cells(saved(book), "a.xlsx"))[0].at(3, 2)


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (892.3, "General", Cell("number", "892.3")),
        (99.4, "0.00", Cell("number", "99.40")),
        (99.456, "0.0", Cell("number", "99.456")),
        (4.1, "0", Cell("number", "4.1")),
        (0.1 + 0.2, "General", Cell("number", "0.3")),
        (4.0999999999999996, "General", Cell("number", "4.1")),
        (1 / 3, "General", Cell("number", "0.333333333333")),
        (51000, '#,##0" 户"', Cell("number", "51000")),
        (1e15, "General", Cell("number", "1000000000000000")),
        (-3.2, "0.0;[Red]-0.0", Cell("number", "-3.2")),
        (0, "General", Cell("number", "0")),
        (0.041, "0.0%", Cell("percent", "4.1%")),
        (0.041, "0.00%", Cell("percent", "4.10%")),
        (-0.032, "0%", Cell("percent", "-3.2%")),
        (1, "0%", Cell("percent", "100%")),
        (0.041, '0.000"%"', Cell("number", "0.041")),
        (12345678, "#,##0,", Cell("scaled", "12345678")),
        (123456, '0!.0,"万"', Cell("scaled", "123456")),
        ("  892.3 ", "General", Cell("text", "892.3")),
        (True, "General", Cell("bool", "TRUE")),
        (datetime.date(2022, 11, 1), "yyyy-mm", Cell("date", "2022-11-01")),
        ("#DIV/0!", "General", Cell("error", "#DIV/0!")),
        ("   ", "General", Cell("", "")),
        ("=1+1", "General", Cell("formula", "", True)),
    ],
)
def test_a_cell(value: object, number_format: str, expected: Cell) -> None:
    assert one(value, number_format) == expected


def test_the_stored_result_of_a_formula_counts() -> None:
    made = with_result(workbook([row(value="=1200+0.5")]), "I2", "1200.5")
    assert sheets_of(cells(made, "a.xlsx"))[0].at(2, 9) == Cell("number", "1200.5", True)


def test_sheets_keep_names_and_merged_ranges() -> None:
    made = workbook([row(), row()], after=lambda s: s.merge_cells("A2:A3"))
    (sheet,) = sheets_of(cells(made, "a.xlsx"))
    assert (sheet.name, sheet.merged, sheet.last_row, sheet.last_column) == ("填报", ((2, 1, 3, 1),), 3, 12)


def test_a_stray_format_in_the_last_row_costs_nothing() -> None:
    def format_last(sheet: object) -> None:
        sheet.cell(1_048_576, 5).number_format = "0.00"  # type: ignore[attr-defined]

    (sheet,) = sheets_of(cells(workbook([GDP], after=format_last), "a.xlsx"))
    assert sheet.last_row == 2


@pytest.mark.parametrize(("column", "expected"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_letters(column: int, expected: str) -> None:
    assert letters(column) == expected
    assert reference(7, column) == f"{expected}7"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * (64 * 1024 * 1024))
    return out.getvalue()


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(name, "x")
    return out.getvalue()


def far_down(sheet: object) -> None:
    sheet.cell(20_001, 1).value = 1  # type: ignore[attr-defined]


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>'
ENCRYPTED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"%PDF-1.7", "not_xlsx"),
        ("指标编码,数值".encode(), "not_xlsx"),
        (zipped("word/document.xml"), "not_xlsx"),
        (OLE + b"\0" * 600, "legacy_xls"),
        (ENCRYPTED, "encrypted"),
        (workbook([GDP])[:-400], "damaged"),
        (repacked(workbook([GDP]), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"}), "damaged"),
        (repacked(workbook([GDP]), {"xl/vbaProject.bin": b"x"}), "macros"),
        (repacked(workbook([GDP]), {"xl/sharedStrings.xml": DTD}), "unsafe"),
        (bomb(), "zip_bomb"),
        (workbook([GDP], after=far_down), "too_many_cells"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_refuses(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as error:
        cells(data, "a.xlsx")
    assert error.value.code == f"collection.{code}"
    assert error.value.en != error.value.zh


def test_refuses_more_than_20_mb_before_opening_it() -> None:
    with pytest.raises(ReadingError) as error:
        cells(b"PK" + b"\0" * (20 * 1024 * 1024), "a.xlsx")
    assert error.value.code == "collection.too_large"


def test_reads_in_the_limited_child() -> None:
    made = workbook([GDP])
    assert run_limited("tongjian.facts.collection.workbook:cells", made, "a.xlsx") == cells(made, "a.xlsx")
    with pytest.raises(ReadingError) as error:
        run_limited("tongjian.facts.collection.workbook:cells", b"no", "a.xlsx")
    assert error.value.code == "collection.not_xlsx"


def test_the_parser_knows_no_django() -> None:
    code = "import sys, tongjian.facts.collection.workbook; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022", "2022"),
        ("2022-11", "2022-11"),
        ("2022-01/2022-11", "2022-01/2022-11"),
        ("2022年", "2022"),
        ("2022年末", "2022"),
        ("2022年11月", "2022-11"),
        ("２０２２年１１月末", "2022-11"),
        ("2022年1—11月", "2022-01/2022-11"),
        ("2022年1-11月累计", "2022-01/2022-11"),
        ("2022 年 1月至11月", "2022-01/2022-11"),
        ("2022年前三季度", "2022-01/2022-09"),
        ("2022年第一季度", "2022-01/2022-03"),
        ("2022年4季度", "2022-10/2022-12"),
        ("2022年上半年", "2022-01/2022-06"),
        ("2022年下半年", "2022-07/2022-12"),
        ("2021—2025年", "2021/2025"),
        ("2021年11月—2022年3月", "2021-11/2022-03"),
        ("2022/11", "2022-11"),
    ],
)
def test_periods_as_people_write_them(text: str, expected: str) -> None:
    assert str(printed_period(text)) == expected


@pytest.mark.parametrize("text", ["", "去年", "22年", "2022年13月", "2022年11—1月", "2022年第五季度", "11月"])
def test_no_periods(text: str) -> None:
    with pytest.raises(PeriodError):
        printed_period(text)


def test_every_label_says_one_thing() -> None:
    assert len(set(MEASURES.values())) == len(MEASURES)
    for label, what in MEASURES.items():
        assert measure_label(what.measure, what.of or "", what.comparator or "") == label
