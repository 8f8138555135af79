"""Large tables out of an xlsx: the quick way and the library give the same cells; broken files are named."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tongjian.reading import grids
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import run_limited

VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 6) + 0.0)
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)
    | st.dates(date(1990, 1, 1), date(2090, 1, 1))
)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book(rows: list[list[object]]) -> Workbook:
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    return made


def sheet(data: bytes) -> grids.Grid:
    return grids.grids_of(grids.cells(data, "a.xlsx"))[0]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(VALUES, max_size=5), max_size=5))
def test_the_quick_way_reads_what_the_library_reads(rows: list[list[object]]) -> None:
    data = saved(book([[None if v == "" or str(v).startswith("=") else v for v in r] for r in rows]))
    assert list(grids._quick(data)) == list(grids._by_library(data))


def test_kinds_of_cells() -> None:
    made = book([["名称", 4.1, 0.1 + 0.2, 12, True, date(2022, 3, 5), "#REF!", "=1+1", None, "a & <b>"]])
    here = made.worksheets[0]
    here["D1"].number_format = "0%"
    here.merge_cells("A2:B3")
    found = sheet(saved(made))
    texts = ["t名称", "n4.1", "n0.3", "p12", "bTRUE", "d2022-03-05", "e#REF!", "f", "", "ta & <b>"]
    assert list(found.rows) == [(1, texts)]
    assert list(found.merged) == [(2, 1, 3, 2)]


def test_rows_keep_their_numbers_and_gaps_are_empty() -> None:
    made = Workbook()
    made.worksheets[0]["C7"] = 5
    assert list(sheet(saved(made)).rows) == [(7, ["", "", "n5"])]


def test_inline_texts_are_read() -> None:
    data = saved(book([["x"]]))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {n: package.read(n) for n in package.namelist()}
    part = "xl/worksheets/sheet1.xml"
    assert b"<t>x</t>" in parts[part]
    parts[part] = parts[part].replace(b"<t>x</t>", b"<t>&#22312;</t>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    assert list(sheet(out.getvalue()).rows) == [(1, ["t在"])]


def with_part(name: str, content: bytes) -> bytes:
    out = io.BytesIO(saved(book([["x"]])))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheets.empty_file"),
        (b"no", "sheets.not_xlsx"),
        (grids.OLE + b"x", "sheets.locked"),
        (b"PK\x03\x04", "sheets.damaged"),
        (with_part("xl/vbaProject.bin", b"x"), "sheets.macros"),
        (saved(book([["x"]]))[:900], "sheets.damaged"),
        (saved(book([["x"] * 101])), "sheets.too_many_cells"),
    ],
)
def test_what_is_no_plain_workbook_is_named(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as refused:
        grids.cells(data, "a.xlsx")
    assert refused.value.code == code


def test_a_document_type_is_refused() -> None:
    data = saved(book([["x"]]))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as other:
        for name in package.namelist():
            content = package.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            other.writestr(name, content)
    with pytest.raises(ReadingError) as refused:
        grids.cells(out.getvalue(), "a.xlsx")
    assert refused.value.code == "sheets.unsafe"


def test_it_runs_in_the_limited_process_and_knows_no_django() -> None:
    data = saved(book([["x", 1]]))
    assert grids.grids_of(run_limited("tongjian.reading.grids:cells", data, "a.xlsx")) == grids.grids_of(
        grids.cells(data, "a.xlsx")
    )
    code = "import sys, tongjian.reading.grids; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
