"""Work orders of another platform: new ones, changed ones, the same file twice, all bad cells at once."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from records.cases.factories import AT, District, district
from records.cases.test_replay import normal
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Event, EvidenceFile
from tongjian.records.cases import store
from tongjian.records.cases.duplicates import alike
from tongjian.records.cases.engine.state import replay
from tongjian.records.cases.intake import sheets
from tongjian.records.cases.intake.importing import OrdersRefused, Taken, take
from tongjian.records.cases.intake.reading import letters, moment_of
from tongjian.records.cases.models import Assignment, Case, Clock, Party
from tongjian.records.cases.personal import opened

pytestmark = pytest.mark.django_db
HEADS = [
    "工单编号",
    "受理时间",
    "诉求内容",
    "一级分类",
    "二级分类",
    "街乡镇",
    "承办单位",
    "联系电话",
    "派单时间",
    "首次联系时间",
    "办结时间",
    "回访时间",
    "是否联系",
    "是否解决",
    "满意度",
    "诉求性质",
]
ROWS = [
    [
        "G1",
        "2026-03-01 08:10",
        "小区路灯不亮，请回电13800001111",
        "城市管理",
        "照明",
        "北镇",
        "北镇",
        "13800001111",
        "2026-03-01 08:30",
        "2026-03-01 10:00",
        "2026-03-03 16:00",
        "2026-03-05 09:00",
        "是",
        "是",
        "非常满意",
        "求助",
    ],
    [
        "G2",
        "2026/3/1 9:00",
        "自来水压力不足",
        "水务",
        "",
        "南镇",
        "水务局",
        "13900002222",
        "2026-03-01 09:20",
        "2026-03-03 09:20",
        "",
        "",
        "",
        "",
        "",
        "投诉",
    ],
    ["G3", "2026-03-01 12:00:30", "咨询养老补贴如何申请", "民政", "", "南镇", "", ""] + [""] * 8,
]


@pytest.fixture
def d() -> District:
    return district()


def as_csv(rows: list[list[str]], heads: list[str] = HEADS) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heads, *rows])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: list[list[object]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADS)
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def taken(d: District, rows: list[list[str]], at: datetime = AT) -> Taken:
    return take(as_csv(rows), "工单.csv", "city_platform", by=d.users["hotline"], at=at)


def test_orders_stand_where_their_columns_say(d: District) -> None:
    assert taken(d, ROWS).received == 3
    first, second, third = Case.objects.order_by("source_id")
    assert [(c.state, c.kind) for c in (first, second, third)] == [
        ("closed", "closed"),
        ("handling", "working"),
        ("to_dispatch", "triage"),
    ]
    assert first.text == "小区路灯不亮，请回电[号码]"
    assert (first.category, first.area, first.lead) == ("城市管理/照明", d.areas["north"], d.units["north"])
    assert first.opened_at == datetime(2026, 3, 1, 0, 10, tzinfo=UTC)
    assert (first.responded_in_time, first.resolved_in_time, first.late) == (True, True, False)
    assert (first.reached, first.solved, first.score, first.rounds) == (True, True, 5, 1)
    assert first.closed_at == first.surveyed_at == datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
    assert str(first.retain_until) == "2028-03-05"
    assert (second.responded_in_time, second.late, second.lead) == (False, True, d.units["water"])
    assert second.due_at == Clock.objects.get(case=second, name="resolve").due
    assert second.attrs == {"nature": "投诉"}
    assert third.due_at == Clock.objects.get(case=third).due == datetime(2026, 3, 1, 6, 0, 30, tzinfo=UTC)


def test_the_rows_are_the_projection_of_their_events(d: District) -> None:
    taken(d, ROWS)
    for case in Case.objects.all():
        state = store.held([case])[0].state
        assert normal(replay(store.changes_of(case.pk))) == normal(state)


def test_the_citizen_is_sealed_and_nowhere_else(d: District) -> None:
    taken(d, ROWS)
    party = Party.objects.get(case__source_id="G1")
    assert opened(party).verbatim == ROWS[0][2]
    told = [
        *map(str, Event.objects.values_list("data", flat=True)),
        *Case.objects.values_list("text", flat=True),
    ]
    assert [t for t in told if "13800001111" in t] == []
    assert EvidenceFile.objects.get().sensitivity == "personal"


def test_an_imported_order_is_recognised_when_told_again(d: District) -> None:
    taken(d, ROWS)
    found = alike(d.users["hotline"], "自来水的压力不足", area=d.areas["south"].pk, at=AT)
    assert [a.case.source_id for a in found] == ["G2"]


def test_the_same_file_twice_changes_nothing(d: District) -> None:
    taken(d, ROWS)
    events = Event.objects.count()
    again = taken(d, ROWS)
    assert (again.received, again.amended, again.unchanged) == (0, 0, 3)
    assert (Event.objects.count(), Case.objects.count()) == (events, 3)


def test_a_changed_order_is_amended(d: District) -> None:
    taken(d, ROWS)
    changed = [list(r) for r in ROWS]
    changed[1][10:15] = ["2026-03-04 10:00", "2026-03-06 10:00", "是", "否", "不满意"]
    changed[2][6], changed[2][8] = "南镇", "2026-03-01 13:00"
    assert taken(d, changed, at=datetime(2026, 3, 7, tzinfo=UTC)).amended == 2
    second, third = Case.objects.filter(source_id__in=["G2", "G3"]).order_by("source_id")
    assert (second.state, second.solved, second.score, second.seq) == ("closed", False, 2, 2)
    assert (third.state, third.lead, third.hops) == ("to_accept", d.units["south"], 1)
    assert Assignment.objects.filter(case=third).count() == 1
    assert {c.name for c in Clock.objects.filter(case=third, stopped=None)} == {
        "accept",
        "contact",
        "resolve",
    }
    for case in (second, third):
        assert normal(replay(store.changes_of(case.pk))) == normal(store.held([case])[0].state)


def test_every_bad_cell_at_once_and_nothing_written(d: District) -> None:
    bad = [list(r) for r in ROWS]
    bad[0][1], bad[0][14], bad[1][5], bad[1][2], bad[2][0] = "昨天", "还行", "西镇", "", "G1"
    bad[2][9] = "2026-02-01 00:00"
    with pytest.raises(OrdersRefused) as refused:
        taken(d, bad)
    assert sorted((p.cell, p.code.rpartition(".")[2]) for p in refused.value.problems) == [
        ("A4", "twice"),
        ("B2", "no_moment"),
        ("C3", "empty"),
        ("F3", "unknown_area"),
        ("J4", "before"),
        ("O2", "unknown_word"),
    ]
    assert Case.objects.count() == 0


def test_a_missing_heading_is_named(d: District) -> None:
    with pytest.raises(OrdersRefused) as refused:
        take(as_csv([["1"]], ["编号"]), "x.csv", "city_platform", by=d.users["plan"], at=AT)
    assert len(refused.value.problems) == 3


def test_a_workbook_gives_what_the_csv_gives(d: District) -> None:
    rows: list[list[object]] = [list(r) for r in ROWS]
    rows[0][1] = datetime(2026, 3, 1, 8, 10)
    rows[0][7] = 13800001111
    take(as_xlsx(rows), "工单.xlsx", "city_platform", by=d.users["hotline"], at=AT)
    first = Case.objects.get(source_id="G1")
    assert first.opened_at == datetime(2026, 3, 1, 0, 10, tzinfo=UTC)
    assert opened(Party.objects.get(case=first)).phone == "13800001111"


def test_only_the_desk_takes_orders_in(d: District) -> None:
    with pytest.raises(NotAllowed):
        take(as_csv(ROWS), "工单.csv", "city_platform", by=d.users["north"], at=AT)


def test_a_damaged_workbook_says_so() -> None:
    from tongjian.reading.errors import ReadingError

    with pytest.raises(ReadingError) as error:
        sheets.read_json(b"PK\x03\x04 nothing", "x.xlsx")
    assert error.value.code == "cases.workbook_damaged"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2022-11-03 10:20", "2022-11-03T10:20:00"),
        ("2022/1/3 9:05:07", "2022-01-03T09:05:07"),
        ("2022年1月3日", "2022-01-03T00:00:00"),
        ("2022-13-01", None),
        ("1899-12-31", None),
        ("soon", None),
    ],
)
def test_moments_as_files_write_them(text: str, iso: str | None) -> None:
    assert moment_of(text) == iso


def test_letters_of_columns() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
