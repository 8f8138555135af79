"""A reading as JSON and xlsx: exact fields, and text that stays text."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import openpyxl

from tongjian.reading.export import as_json, sentence, write_xlsx
from tongjian.reading.types import (
    Commitment,
    Document,
    Figure,
    Outline,
    Part,
    Reading,
    Section,
    Skipped,
    SourceKind,
)

TEXT = "一、安排\n=新建公园1-2座；其余见附件。"


def figure(value: Decimal | tuple[Decimal, Decimal], decimals: int) -> Figure:
    return Figure(
        10, 14, "1-2座", value, decimals, "座", "公园", "2023", False, "count", "target", "eq", None, None, None, None, "digits"
    )  # fmt: skip


def reading(*figures: Figure) -> Reading:
    section = Section("一", "安排", 1, "一", Part.MEASURES, 2023, 0, len(TEXT))
    commitment = Commitment(
        5, 14, "=新建公园1-2座", "=公园", 8, 10, "新建", "project_milestone", None, "hard", None, "2023", "一", (0,)
    )  # fmt: skip
    document = Document(TEXT, (), SourceKind.TXT, (Skipped("picture", "not text"),))
    return Reading(
        document, Outline("报告", "某区", "plan", 2023, 2022, 2023, (section,)), figures, (commitment,)
    )


def test_json_values_are_numbers_and_ranges_lists() -> None:
    values = [figure(Decimal("99.40"), 2), figure(Decimal("1E+3"), 0), figure((Decimal(1), Decimal(2)), 0)]
    written = json.loads(json.dumps(as_json(reading(*values))))
    assert [row["value"] for row in written["figures"]] == [99.4, 1000, [1, 2]]
    assert written["figures"][0]["decimals"] == 2
    assert written["commitments"][0]["figures"] == [0]
    assert written["achievements"] == []


def test_a_cell_that_begins_like_a_formula_is_text() -> None:
    out = io.BytesIO()
    write_xlsx(reading(figure((Decimal(1), Decimal(2)), 0)), out, name="a.txt")
    book = openpyxl.load_workbook(out)
    cells = {cell.value: cell.data_type for row in book["承诺"].iter_rows() for cell in row}
    assert cells["=公园"] == "s"
    assert book["指标数据"]["C2"].value == "1–2"
    assert book["指标数据"]["A2"].value == "一 安排"
    assert ("未读取", "图片（不是文字）") in [
        (row[0].value, row[1].value) for row in book["说明"].iter_rows()
    ]


def test_sheets_in_english() -> None:
    out = io.BytesIO()
    write_xlsx(reading(figure(Decimal(2), 0)), out, language="en")
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Figures", "Commitments", "Achievements", "About"]
    assert book["Figures"]["C2"].value == 2
    assert [book["Figures"][place].value for place in ("F2", "G2", "H2")] == ["no", "count", "target"]


def test_values_keep_their_printed_places_and_words_are_chinese() -> None:
    out = io.BytesIO()
    write_xlsx(reading(figure(Decimal("99.40"), 2)), out)
    sheet = openpyxl.load_workbook(out)["指标数据"]
    assert (sheet["C2"].value, sheet["C2"].number_format) == (99.4, "0.00")
    assert [sheet[place].value for place in ("F2", "G2", "H2", "I2")] == ["否", "件数", "目标", "等于"]


def test_a_sentence_ends_at_stops_and_lines() -> None:
    assert sentence(TEXT, 10, 14) == "=新建公园1-2座"
    assert sentence(TEXT, 0, 2) == "一、安排"
    assert sentence(TEXT, 15, 17) == "其余见附件"
