"""The independent count of labelled figures, and that it cannot be talked into counting what is not there."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

from .conftest import District

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("TONGJIAN_SHARED", ROOT.parent / "shared"))
pytestmark = pytest.mark.django_db
LABELS = SHARED / "gold" / "seed-figures.jsonl"


@pytest.fixture(scope="module")
def counter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold_count", ROOT / "bench" / "gold_count.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gold_count"] = module
    spec.loader.exec_module(module)
    return module


def test_the_counter_knows_nothing_of_the_house() -> None:
    for name in ("gold_count.py", "gold_recount.py"):
        text = (ROOT / "bench" / name).read_text(encoding="utf-8")
        assert "import tongjian" not in text
        assert "from tongjian" not in text


@pytest.mark.gold
@pytest.mark.skipif(not LABELS.exists(), reason="the labelled figures are not here (TONGJIAN_SHARED)")
def test_the_report_says_the_labelled_figures(loaded: District, counter: ModuleType) -> None:
    found = counter.count(loaded.first.report, loaded.home / "demo" / "workbooks", LABELS)
    assert found.unproved == []
    assert len(found.pairs) >= 150


def test_every_figure_of_the_report_is_proved_by_cells(loaded: District, counter: ModuleType) -> None:
    outcome = counter.Outcome()
    proved = list(counter.checked(loaded.first.report, loaded.home / "demo" / "workbooks", outcome))
    assert outcome.unproved == []
    assert len(proved) == outcome.figures >= 160


def test_a_workbook_changed_behind_the_report_proves_nothing(
    loaded: District, counter: ModuleType, tmp_path: Path
) -> None:
    folder = tmp_path / "demo" / "workbooks"
    shutil.copytree(loaded.home / "demo", tmp_path / "demo")
    book = openpyxl.load_workbook(folder / "finance-2022-sample.xlsx")
    book["填报"]["I3"].value = 1
    book.save(folder / "finance-2022-sample.xlsx")
    outcome = counter.Outcome()
    list(counter.checked(loaded.first.report, folder, outcome))
    assert len(outcome.unproved) == 9
    assert all("no cell finance-2022-sample.xlsx" in line for line in outcome.unproved)


def test_a_row_taken_out_behind_the_report_is_missed_by_the_recount(
    loaded: District, counter: ModuleType, tmp_path: Path
) -> None:
    shutil.copytree(loaded.home / "demo", tmp_path / "demo")
    file = tmp_path / "demo" / "registers" / "区民政局-台账-模拟.xlsx"
    book = openpyxl.load_workbook(file)
    sheet = book["代表之家和联络站"]
    kind = [c.value for c in sheet[1]].index("类别")
    sheet.delete_rows(next(r[0].row for r in sheet.iter_rows(2) if r[kind].value == "代表之家"))
    book.save(file)
    outcome = counter.Outcome()
    list(counter.checked(loaded.first.report, tmp_path / "demo" / "workbooks", outcome))
    assert [line.split(maxsplit=1)[1] for line in outcome.unproved] == [
        "deputy_homes @ 2022: the registers come to (Decimal('22'), '个'), not to 23 个"
    ]


def test_a_rank_of_the_city_is_counted_in_its_own_list(loaded: District, counter: ModuleType) -> None:
    """The cell says 6 and so do the scores; with another score it is not proved, though the cell still says 6."""
    manifest, _held, _text = counter.open_docx(loaded.first.report)
    entry = next(e for e in manifest["figures"].values() if e["metric"] == "hotline_composite_rank")
    folder = loaded.home / "demo" / "workbooks"
    assert counter.proved(entry, counter.Sources(folder)) == ""
    sources = counter.Sources(folder)
    sheet, at = sources.cell(entry["place"]["sha256"], entry["place"]["locator"])
    sheet.cell(at.row, at.column - 1).value = 99.5
    assert counter.proved(entry, sources) == f"the cell {at.coordinate} holds 6, the scores give 1, not 6"


@pytest.mark.parametrize(
    ("before", "shown", "value", "unit", "right"),
    [
        ("超", "5000座", "5046", "座", True),
        ("超", "5000座", "6001", "座", False),
        ("", "4万余人", "4.0312", "万人", True),
        ("近", "4亿元", "3.962", "亿元", True),
        ("近", "4亿元", "4.1", "亿元", False),
        ("约", "1.3亿元", "1.3127", "亿元", True),
        ("约", "1.3亿元", "1.36", "亿元", False),
        ("", "300公里", "304.2", "公里", False),
    ],
)
def test_what_was_cut_off_has_to_have_its_word(
    counter: ModuleType, before: str, shown: str, value: str, unit: str, right: bool
) -> None:
    entry = {"before": before, "shown": shown, "after": "", "value": value, "unit": unit}
    assert (counter.rounded(entry) is not None) is right


@pytest.mark.parametrize(
    ("shown", "before", "value", "unit", "right"),
    [
        ("3.2%", "下降", "-3.2", "%", True),
        ("3.2%", "增长", "-3.2", "%", False),
        ("4万余人", "", "4", "万人", True),
        ("5000座", "超", "5000", "座", True),
        ("5000座", "超", "500", "座", False),
        ("第四", "", "4", "位", True),
        ("第6位", "", "6", "位", True),
        ("第6位", "", "7", "位", False),
        ("首位", "", "1", "位", True),
        ("全覆盖", "", "100", "%", True),
        ("全覆盖", "", "99", "%", False),
        ("千亿元", "", "1000", "亿元", True),
        ("百亿元", "", "1000", "亿元", False),
        ("13000万元", "", "1.3", "亿元", True),
    ],
)
def test_what_a_printed_text_says(
    counter: ModuleType, shown: str, before: str, value: str, unit: str, right: bool
) -> None:
    assert counter.says(shown, before, Decimal(value), unit) is right


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2022年1—11月", "2022-01/2022-11"),
        ("2022年", "2022"),
        ("2022年11月", "2022-11"),
        ("2022-01/2022-09", "2022-01/2022-09"),
    ],
)
def test_periods_printed_and_in_iso_are_the_same(counter: ModuleType, printed: str, iso: str) -> None:
    assert counter.months(printed) == counter.months(iso)


def test_labels_are_served_once(counter: ModuleType) -> None:
    label = {"id": "X1", "value": 3, "unit": "家", "period": "2022", "indicator": "书店", "alt": None}
    entry = {"value": "3", "unit": "家", "period": "2022", "indicator": "书店", "breakdown": ""}
    assert counter.paired([("a", entry), ("b", entry)], [label]) == {"X1": "a"}
    two = [label, {**label, "id": "X2"}]
    assert len(counter.paired([("a", entry), ("b", entry)], two)) == 2
    assert counter.paired([("a", {**entry, "period": "2021"})], [label]) == {}
    assert counter.paired([("a", {**entry, "unit": "项"})], [label]) == {}
