"""A folder or zip of workbooks in one run: who sent what, what became of it, who is missing, lists to send back."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from facts.factories import NOON, World, fact, user, world
from facts.test_parcels import packed
from facts.workbooks import GDP, row, saved, workbook
from tongjian.cli.main import main
from tongjian.facts.collection import (
    bundles,
    completeness,
    deliveries,
    errorlists,
    marking,
    packages,
    parcels,
    reminders,
    senders,
)
from tongjian.facts.collection.template import template
from tongjian.facts.collection.workbook import cells, sheets_of
from tongjian.facts.models import ColumnMapping, DeliveredFile, Delivery, Fact, Package, Submission
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation
from tongjian.reading.errors import ReadingError
from tongjian.values import Period

ROUND = Period.to_date(2022, 11)
LATER = NOON + timedelta(days=20)
BUDGET = {"metric": "budget_revenue", "name": "一般公共预算收入", "unit": "亿元", "value": 89.43}
REPORT: dict[str, Any] = {
    "sheet": "月报",
    "name": "指标",
    "unit": "单位",
    "area": "",
    "values": [
        {
            "heading": "本月止累计/绝对额",
            "measure": "数值",
            "basis": "自然口径",
            "span": "to_date",
            "back": 0,
        },
        {"heading": "本月止累计/增长（%）", "measure": "增速", "span": "to_date", "unit": "%"},
        {"heading": "上年同期", "measure": "数值", "span": "to_date", "back": 1},
    ],
    "rows": {"一、一般公共预算收入": {"metric": "budget_revenue"}, "合计": None},
}


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch, db: None) -> World:
    """Children are spared: what they would do is done here."""

    def run_all(target: str, single: object, files: list[bytes]) -> list[Any]:
        read = {bundles.CELLS: bundles.cells_of_all, bundles.MARKED: marking.marked_all}[target]
        answers = read(bundles.packed(files), "a.xlsx")
        return [ReadingError(*a["error"]) if "error" in a else a["value"] for a in answers]

    monkeypatch.setattr(bundles, "run_all", run_all)
    return world()


def filled(organisation: Organisation, values: dict[int, object], period: Period = ROUND) -> bytes:
    """The template with values in the rows of these numbers; 未报 with a reason in all others."""
    book = load_workbook(io.BytesIO(template(organisation, period, NOON)))
    sheet = book["填报"]
    for number in range(2, sheet.max_row + 1):
        if sheet.cell(number, 1).value:
            sheet.cell(number, 9).value = values.get(number, "未报")
            sheet.cell(number, 14).value = "待核" if number not in values else None
    return saved(book)


def report(rows: list[list[object]]) -> bytes:
    """A department's own table: a title, headings in two rows, merged."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "月报"
    sheet["A1"] = "财政收支月报"
    sheet.merge_cells("A1:E1")
    for cell, text in {
        "A2": "指标", "B2": "单位", "C2": "本月止累计", "C3": "绝对额", "D3": "增长（%）", "E2": "上年同期",
    }.items():  # fmt: skip
        sheet[cell] = text
    for span in ("A2:A3", "B2:B3", "C2:D2", "E2:E3"):
        sheet.merge_cells(span)
    for values in rows:
        sheet.append(values)
    return saved(book)


def collect(files: dict[str, bytes], at: Any = NOON) -> Delivery:
    return deliveries.collect_zip(packed(files), "十一月.zip", period=ROUND, by=None, at=at)


def told(delivery: Delivery) -> list[tuple[str, str, str, str]]:
    return [
        (
            i.name,
            i.outcome,
            i.recognised,
            f"{i.submission.organisation.key} {i.submission.state}" if i.submission else i.reason["code"],
        )
        for i in delivery.items.order_by("name")
    ]


def test_each_workbook_is_recognised_and_recorded_or_not_by_itself(ground: World) -> None:
    done = collect(
        {
            "a/无名.xlsx": filled(ground.statistics, {4: 1100.5}),
            "财政局/11月.xlsx": workbook([row(BUDGET, value="约八十九")]),
            "看不出.xlsx": workbook([BUDGET]),
            "坏.xlsx": b"PK broken",
            "说明.docx": b"PK",
        }
    )
    assert told(done) == [
        ("a/无名.xlsx", "taken", "template", "statistics accepted"),
        ("坏.xlsx", "unrecognised", "", "collection.damaged"),
        ("看不出.xlsx", "unrecognised", "", "unknown_sender"),
        ("说明.docx", "ignored", "", "no_workbook"),
        ("财政局/11月.xlsx", "taken", "name", "finance refused"),
    ]
    assert all(deliveries.why(i) for i in done.items.exclude(outcome="taken"))
    assert str(Fact.objects.get(series__metric__key="gdp", mantissa__isnull=False).number) == "1100.5"
    assert done.file is not None


def test_the_same_zip_again_changes_nothing(ground: World) -> None:
    files = {"无名.xlsx": filled(ground.statistics, {4: 1100.5})}
    collect(files)
    before = Fact.objects.count(), Submission.objects.count()
    (item,) = collect(files, LATER).items.all()
    assert deliveries.became(item) == ("unchanged", 0)
    assert (Fact.objects.count(), Submission.objects.count()) == before


def test_last_months_template_is_refused_with_its_reason(ground: World) -> None:
    done = collect({"a.xlsx": filled(ground.statistics, {}, Period.to_date(2022, 10))})
    (item,) = done.items.all()
    assert item.submission is not None
    assert [p["code"] for p in item.submission.problems] == ["collection.other_round"]
    assert Fact.objects.count() == 0


def test_a_saved_mapping_reads_a_departments_own_table(ground: World) -> None:
    ColumnMapping.objects.create(organisation=ground.finance, name="月报", body=REPORT, at=NOON)
    data = report(
        [
            ["一、一般公共预算收入", "万元", 894300, -3.2, "923900"],
            ["合计", "万元", 1, 2, 3],
            ["", None, 5, None, None],
        ]
    )
    done = collect({"无名.xlsx": data})
    assert told(done) == [("无名.xlsx", "taken", "mapping", "finance accepted")]
    facts = Fact.objects.order_by("evidence__locator").select_related("series", "evidence")
    assert [(f.evidence.locator, f.series.measure, f.period, str(f.number), f.words) for f in facts] == [
        ("月报!C4", "level", "2022-01/2022-11", "89.4300", "894300万元"),
        ("月报!D4", "growth", "2022-01/2022-11", "-3.2", "-3.2%"),
        ("月报!E4", "level", "2021-01/2021-11", "92.3900", "923900万元"),
    ]


def test_a_row_that_the_mapping_does_not_know_is_told_at_its_cell(ground: World) -> None:
    ColumnMapping.objects.create(organisation=ground.finance, name="月报", body=REPORT, at=NOON)
    done = collect({"无名.xlsx": report([["税收返还", "万元", 10, None, "—"]])})
    (item,) = done.items.all()
    assert item.submission is not None
    assert [(p["sheet"], p["cell"], p["code"]) for p in item.submission.problems] == [
        ("月报", "A4", "collection.unmapped_row")
    ]


def test_a_name_known_to_the_catalogue_needs_no_row_of_the_mapping(ground: World) -> None:
    ColumnMapping.objects.create(organisation=ground.finance, name="月报", body=REPORT, at=NOON)
    done = collect({"无名.xlsx": report([["一般预算收入", "亿元", 89.43, None, "—"]])})
    assert told(done)[0][3] == "finance accepted"


def test_two_senders_whose_tables_look_alike_are_told_apart_by_name_only(ground: World) -> None:
    for one in (ground.finance, ground.statistics):
        ColumnMapping.objects.create(organisation=one, name="月报", body=REPORT, at=NOON)
    data = report([["一、一般公共预算收入", "万元", 894300, -3.2, None]])
    assert told(collect({"表.xlsx": data}))[0][1:] == ("unrecognised", "", "unknown_sender")
    assert told(collect({"财政局.xlsx": data}))[0][1:] == ("taken", "mapping", "finance accepted")


def test_a_file_is_taken_once_its_mapping_is_saved(ground: World) -> None:
    office = user("office", "plan_office", ground.plan_office)
    done = collect({"无名.xlsx": report([["一、一般公共预算收入", "万元", 894300, -3.2, None]])})
    item = done.items.get()
    ColumnMapping.objects.create(organisation=ground.finance, name="月报", body=REPORT, at=NOON)
    made = deliveries.retake(item.pk, by=office, at=LATER)
    assert (made.outcome, made.delivery_id, DeliveredFile.objects.count()) == ("taken", done.pk, 1)
    with pytest.raises(TongjianError):
        deliveries.retake(made.pk, by=office, at=LATER)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("区财政局2022年11月.xlsx", "finance"),
        ("财政局.xlsx", "finance"),
        ("十一月/统计局/表1.xlsx", "statistics"),
        ("statistics.xlsx", "statistics"),
        ("统计局转财政局.xlsx", None),
        ("表.xlsx", None),
    ],
)
def test_a_sender_by_the_name_of_file_or_folder(ground: World, path: str, key: str | None) -> None:
    known = senders.known(list(Organisation.objects.select_related("subject")))
    found = senders.by_name(path, known.by_name)
    assert (found.key if found else None) == key


def test_only_the_plan_office_takes_in_a_zip(ground: World) -> None:
    with pytest.raises(NotAllowed):
        deliveries.collect_zip(
            packed({}), "a.zip", period=ROUND, by=user("a", "department", ground.statistics), at=NOON
        )
    with pytest.raises(TongjianError) as error:
        deliveries.collect(parcels.Parcel(), "空", period=ROUND, by=None, at=NOON)
    assert error.value.code == "collection.empty_parcel"


def test_a_workbook_that_breaks_the_child_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    good = workbook([GDP])

    def run_limited(target: str, data: bytes, name: str, limits: object = None) -> Any:
        if target == bundles.CELLS or data == b"bad":
            raise ReadingError("reading.parser_failed", "It broke.", "坏了。")
        return cells(data, name)

    monkeypatch.setattr(bundles, "run_limited", run_limited)
    first, second = bundles.open_all([good, b"bad"])
    assert not isinstance(first, ReadingError)
    assert isinstance(second, ReadingError)
    assert second.code == "reading.parser_failed"


# Completeness


def cell(organisation: Organisation, today: date) -> completeness.Cell:
    return completeness.matrix([ROUND], today).of(organisation)[0]


def test_how_a_unit_stands_with_a_round(ground: World) -> None:
    before, due, after = date(2022, 12, 1), date(2022, 12, 12), date(2022, 12, 13)
    assert cell(ground.finance, due).due == due
    assert [cell(ground.finance, d).standing for d in (before, due, after)] == [
        "awaited",
        "awaited",
        "missing",
    ]
    send(ground.finance, [row(BUDGET, value="x")])
    assert cell(ground.finance, before).standing == "errors"
    send(ground.finance, [BUDGET])
    found = cell(ground.finance, after)
    assert (found.standing, found.received, found.expected) == ("late", 1, 6)
    Package.objects.update(submitted_at=NOON - timedelta(days=30))
    assert cell(ground.finance, after).standing == "in_time"
    assert completeness.matrix([ROUND], after).counts(0) == {"missing": 1, "in_time": 1}


def send(organisation: Organisation, rows: list[dict[str, Any]]) -> Submission:
    name = f"{organisation.subject.label}.xlsx"
    done = collect({name: workbook([{**r, "period": r.get("period", "2022年1—11月")} for r in rows])})
    item = done.items.get()
    assert item.submission is not None
    return item.submission


def test_what_is_not_due_in_a_round_is_not_expected(ground: World) -> None:
    from tongjian.facts.models import Metric

    Metric.objects.filter(owner=ground.finance).update(frequency="quarter")
    found = completeness.matrix([ROUND, Period.year(2022)], date(2023, 1, 1))
    (finance,) = [cells for o, cells in found.rows if o == ground.finance]
    assert [(c.standing, c.expected) for c in finance] == [("nothing", 0), ("awaited", 6)]


def test_a_returned_package_has_to_come_again(ground: World) -> None:
    package = send(ground.finance, [BUDGET]).package
    packages.return_(package.pk, note="核对", by=user("o", "plan_office", ground.plan_office), at=NOON)
    assert cell(ground.finance, date(2022, 12, 1)).standing == "errors"


def test_the_matrix_takes_few_queries(ground: World, django_assert_max_num_queries: Any) -> None:
    send(ground.finance, [BUDGET])
    with django_assert_max_num_queries(14):
        completeness.matrix([ROUND, Period.year(2022)], date(2022, 12, 1))


def test_reminders_name_who_owes_and_how_late(ground: World) -> None:
    send(ground.finance, [row(BUDGET, value="x")])
    assert reminders.reminders(ROUND, date(2022, 12, 1)) == [], "too early to remind"
    early = reminders.reminders(ROUND, date(2022, 12, 9))
    assert [(str(r.cell.organisation), r.days) for r in early] == [("区统计局", -3), ("区财政局", -3)]
    found, data = reminders.remind(ROUND, date(2022, 12, 20), by=None, at=NOON)
    sheet = load_workbook(io.BytesIO(data)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [(r[0], r[4]) for r in rows] == [("区统计局", 8), ("区财政局", 8)]
    assert all(r.text for r in found)
    assert Package.objects.filter(period=str(ROUND)).count() == 2


# Error lists


def test_an_error_list_marks_the_cells_of_the_senders_own_workbook(ground: World) -> None:
    done = send(ground.finance, [row(BUDGET, value="约八十九"), row(BUDGET, area="火星")])
    (made,) = errorlists.made([done])
    book = load_workbook(io.BytesIO(made.xlsx))
    assert book.sheetnames[1] == "填报"
    sheet = book["填报"]
    assert sheet["I2"].value == "约八十九"
    assert (sheet["I2"].fill.fgColor.rgb, bool(sheet["I2"].comment)) == ("00F8C9C4", True)
    assert sheet["A1"].comment is None
    listed = [[c.value for c in r] for r in book.worksheets[0].iter_rows(min_row=4)]
    assert [(r[1], r[2]) for r in listed] == [("填报", "I2"), ("填报", "C3")]
    assert "填报!I2" in made.text
    assert "2022-12-12" in made.text


def test_hard_and_soft_findings_are_on_the_list(ground: World) -> None:
    fact("budget_revenue @ 2021-01/2021-11", "92.39")
    done = send(ground.finance, [row(BUDGET, value=894300), row(BUDGET, measure="增速", unit="%", value=150)])
    assert done.state == "held"
    kinds = [x.kind for x in errorlists.lines_of(done)]
    assert kinds == sorted(kinds)
    assert "hard" in kinds
    (made,) = errorlists.made([done])
    assert load_workbook(io.BytesIO(made.xlsx))["填报"]["I2"].fill.fgColor.rgb == "00F8C9C4"


def test_a_file_that_cannot_be_opened_has_a_list_all_the_same(ground: World) -> None:
    done = collect({"财政局.xlsx": b"PK broken"})
    (item,) = done.items.all()
    assert item.submission is not None
    (made,) = errorlists.made([item.submission])
    assert load_workbook(io.BytesIO(made.xlsx)).sheetnames == [
        load_workbook(io.BytesIO(made.xlsx)).active.title
    ]


def test_a_text_like_a_formula_stays_text(ground: World) -> None:
    done = send(ground.finance, [row(BUDGET, name='=HYPERLINK("http://x")', metric=None)])
    (made,) = errorlists.made([done])
    first = load_workbook(io.BytesIO(made.xlsx)).worksheets[0]
    assert first["D4"].data_type == "s"


def test_lists_of_one_name_are_kept_apart() -> None:
    used: set[str] = set()
    assert [errorlists.unused("a.xlsx", used) for _n in range(3)] == ["a.xlsx", "a-2.xlsx", "a-3.xlsx"]


def test_the_sheets_of_a_bundle_are_those_of_each_workbook() -> None:
    books = [workbook([GDP]), workbook([row(value=2)])]
    answers = bundles.cells_of_all(bundles.packed(books), "a.xlsx")
    assert [sheets_of(a["value"]) for a in answers] == [sheets_of(cells(b, "a.xlsx")) for b in books]


def test_marking_needs_no_disk_and_so_runs_in_the_limited_child() -> None:
    lines = [{"sheet": "填报", "cell": "I2", "text": "不是数字", "kind": "hard"}]
    said = {"sheet": "错误清单", "title": "区财政局", "headings": ["1", "2", "3", "4"], "lines": lines}
    pair = bundles.packed([json.dumps(said).encode(), workbook([GDP])])
    (answer,) = bundles.run_all(bundles.MARKED, errorlists._single, [pair])
    assert not isinstance(answer, ReadingError), answer
    book = load_workbook(io.BytesIO(bundles.as_bytes(answer)))
    assert (book.sheetnames, book["填报"]["I2"].comment.text) == (["错误清单", "填报"], "不是数字")


# The command line


def test_collect_and_remind_on_the_command_line(
    ground: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "十一月"
    folder.mkdir()
    (folder / "统计局.xlsx").write_bytes(filled(ground.statistics, {4: 1100.5}))
    (folder / "财政局.xlsx").write_bytes(workbook([row(BUDGET, value="x")]))
    out = tmp_path / "退回"
    call = ["--lang", "zh", "collect", str(folder), "--period", "2022-11", "--errors", str(out)]
    assert main(call) == 1
    said = capsys.readouterr().out
    assert re.search(r"区统计局\t[^\t]+\t9/9\t2022-12-12", said)
    assert re.search(r"区财政局\t[^\t]+\t0/6\t2022-12-12", said)
    assert sorted(p.suffix for p in out.iterdir()) == [".txt", ".xlsx"]
    (folder / "财政局.xlsx").unlink()
    assert main(call) == 0
    assert main(["collect", str(tmp_path / "nothing"), "--period", "2022-11"]) == 2
    remind = tmp_path / "催报.xlsx"
    assert main(["--lang", "zh", "remind", "--period", "2022-11", "-o", str(remind)]) == 0
    assert "区财政局" in capsys.readouterr().out
    assert remind.exists()
