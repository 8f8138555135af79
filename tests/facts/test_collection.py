"""Workbooks in and out: every bad cell at once, nothing written unless clean, twice changes nothing."""

import datetime as dt
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from facts.factories import DISTRICT, NOON, World, fact, user, world
from facts.workbooks import GDP, GROWTH, repacked, row, workbook
from tongjian.facts import queries
from tongjian.facts.collection import actions, problems
from tongjian.facts.collection.labels import COLUMNS
from tongjian.facts.collection.template import template
from tongjian.facts.collection.workbook import cells, sheets_of
from tongjian.facts.models import Fact, Metric, Series, Submission
from tongjian.facts.refs import parse
from tongjian.kernel import events
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Event, EvidenceFile
from tongjian.values import Period

pytestmark = pytest.mark.django_db
Y2022 = Period.year(2022)
MARK = "tongjian:1:statistics:2022"
LATER = NOON + timedelta(days=20)


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(actions, "read", lambda data, name: sheets_of(cells(data, name)))
    return world()


def submit(
    ground: World,
    rows: Sequence[dict[str, Any]] | bytes,
    period: Period = Y2022,
    at: dt.datetime = NOON,
    **how: Any,
) -> Submission:
    data = rows if isinstance(rows, bytes) else workbook(rows, **how)
    return actions.submit(data, "a.xlsx", organisation=ground.statistics, period=period, by=None, at=at)


def bad(done: Submission) -> list[tuple[str, str]]:
    """Cell and code of every problem."""
    return [(p.where, p.code.removeprefix("collection.")) for p in problems.of(done)]


def value(ref: str) -> str:
    return str(queries.resolve(parse(ref)).number)


def test_a_clean_workbook_becomes_facts_with_their_cells(ground: World) -> None:
    done = submit(
        ground, [GDP, row(GROWTH, bound="左右", status="预计"), row(GROWTH, area="都城", value=0.7)]
    )
    assert (done.state, done.facts_written, done.problems) == ("accepted", 3, [])
    found = queries.resolve(parse("gdp[growth, constant_price] @ 2022"))
    assert (str(found.number), found.unit, found.bound, found.status) == ("4.1", "%", "approx", "estimate")
    assert found.place is not None
    assert (found.place.locator, found.place.excerpt, found.place.file) == ("填报!I3", "4.1", done.file)
    assert found.words == "4.1%左右"
    assert value("gdp[growth, constant_price, capital] @ 2022") == "0.7"
    assert Event.objects.filter(verb="collection.accepted").count() == 1


def test_the_same_file_twice_changes_nothing(ground: World) -> None:
    data = workbook([GDP, GROWTH])
    first = submit(ground, data)
    before = (
        Fact.objects.count(),
        Event.objects.count(),
        Submission.objects.count(),
        EvidenceFile.objects.count(),
    )
    again = submit(ground, data, at=LATER)
    assert (again.state, again.facts_written, again.pk) == ("unchanged", 0, first.pk)
    after = (
        Fact.objects.count(),
        Event.objects.count(),
        Submission.objects.count(),
        EvidenceFile.objects.count(),
    )
    assert after == before
    assert Submission.objects.get().state == "accepted"


def test_the_same_values_in_another_file_change_nothing(ground: World) -> None:
    submit(ground, [GDP])
    done = submit(ground, [row(value=(1200.5, "0.0"))], at=LATER)
    assert (done.state, Fact.objects.count(), Submission.objects.count()) == ("unchanged", 1, 2)


def test_a_corrected_file_makes_a_new_seq_for_what_changed_only(ground: World) -> None:
    submit(ground, [GDP, GROWTH])
    done = submit(ground, [row(value=1210.0, status="修订"), GROWTH], at=LATER)
    assert (done.state, done.facts_written) == ("accepted", 1)
    assert [
        (f.seq, str(f.number), f.status) for f in Fact.objects.filter(series__measure="level").order_by("seq")
    ] == [
        (1, "1200.5", "actual"),
        (2, "1210", "revised"),
    ]


def test_the_first_file_sent_again_after_the_corrected_one_is_the_newest_word(ground: World) -> None:
    first = workbook([GDP])
    submit(ground, first)
    submit(ground, [row(value=1210)], at=LATER)
    done = submit(ground, first, at=LATER + timedelta(days=1))
    assert (done.state, done.facts_written, value("gdp @ 2022")) == ("accepted", 1, "1200.5")
    assert Fact.objects.count() == 3


def test_all_bad_cells_are_told_at_once_and_nothing_is_written(ground: World) -> None:
    done = submit(
        ground,
        [
            GDP,
            row(metric="gdb", name=None),
            row(unit="万户", value="约1200"),
            row(period="去年", area="火星", status="大概"),
            row(GROWTH, value=None),
        ],
    )
    assert (done.state, done.facts_written) == ("refused", 0)
    assert bad(done) == [
        ("填报!A3", "unknown_metric"),
        ("填报!G4", "unit_mismatch"),
        ("填报!I4", "not_a_number"),
        ("填报!C5", "unknown_area"),
        ("填报!H5", "period_unknown"),
        ("填报!K5", "unknown_status"),
        ("填报!I6", "value_missing"),
    ]
    assert (Fact.objects.count(), Series.objects.count()) == (0, 0)
    assert done.file.path.exists()  # kept as received


@pytest.mark.parametrize(
    ("fields", "cell", "code"),
    [
        ({"metric": None, "name": None}, "B2", "metric_missing"),
        ({"metric": None, "name": "国民幸福"}, "B2", "unknown_metric"),
        ({"name": "常住人口"}, "B2", "metric_mismatch"),
        ({"metric": "budget_revenue", "name": None}, "A2", "not_owned"),
        ({"area": "北镇"}, "E2", "not_collected"),
        ({"breakdown": "第一产业"}, "E2", "not_collected"),
        ({"measure": "增速", "unit": "%", "value": 4}, "E2", "not_collected"),  # only constant prices are
        ({"measure": "涨势"}, "E2", "unknown_measure"),
        ({"basis": "奇怪口径"}, "F2", "unknown_basis"),
        ({"bound": "也许"}, "J2", "unknown_bound"),
        ({"unit": None}, "G2", "unit_missing"),
        ({"unit": "万"}, "G2", "unknown_unit"),
        ({"unit": "%"}, "G2", "unit_mismatch"),
        ({"period": "2023"}, "H2", "period_outside"),
        ({"period": "2020"}, "H2", "period_outside"),
        ({"period": 2022.1}, "H2", "period_unknown"),
        ({"value": "未报"}, "L2", "reason_missing"),
        ({"value": "12,00"}, "I2", "not_a_number"),
        ({"value": "1200.5亿元"}, "I2", "not_a_number"),
        ({"value": "—"}, "I2", "not_a_number"),
        ({"value": True}, "I2", "not_a_number"),
        ({"value": dt.date(2022, 4, 1)}, "I2", "date_in_number"),
        ({"value": "1234567890123456789012"}, "I2", "number_too_long"),
        ({"value": "0.1234567890123"}, "I2", "number_too_long"),
        ({"value": (0.041, "0.0%")}, "I2", "percent_mismatch"),
        ({"value": (12345678, "#,##0,")}, "I2", "scaled_format"),
        ({"value": "=B1*2"}, "I2", "formula_without_value"),
        ({"value": "#N/A"}, "I2", "formula_error"),
        ({"metric": "forest_cover", "name": None, "unit": "%", "value": 100.01}, "I2", "out_of_range"),
        ({"metric": "forest_cover", "name": None, "unit": "%", "value": -0.01}, "I2", "out_of_range"),
        ({"measure": "增速", "basis": "不变价", "unit": "%", "value": -101}, "I2", "out_of_range"),
        ({"measure": "增速位次", "basis": "不变价", "unit": "位", "value": 1.5}, "I2", "rank_not_whole"),
        ({"measure": "增速位次", "basis": "不变价", "unit": "位", "value": 0}, "I2", "rank_not_whole"),
    ],
)
def test_a_bad_cell(ground: World, fields: dict[str, Any], cell: str, code: str) -> None:
    done = submit(ground, [row(**fields)])
    assert bad(done) == [(f"填报!{cell}", code)]
    assert Fact.objects.count() == 0
    (problem,) = problems.of(done)
    assert "%(" not in problem.message
    assert problem.message.endswith((".", "。", "?"))


def test_a_value_outside_by_its_unit_only_is_in_range(ground: World) -> None:
    done = submit(ground, [row(metric="forest_cover", name=None, unit="‰", value="335.20")])
    assert bad(done) == []
    assert value("forest_cover @ 2022") == "33.520"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value": "１,２００.５０"}, "1200.50"),
        ({"value": (1200.5, "0.00")}, "1200.50"),
        ({"value": 12005000, "unit": "万元"}, "1200.5000"),
        ({"value": "－３.２"}, "-3.2"),
        ({"value": 0}, "0"),
    ],
)
def test_numbers_keep_value_and_precision(ground: World, fields: dict[str, Any], expected: str) -> None:
    assert bad(submit(ground, [row(**fields)])) == []
    assert value("gdp @ 2022") == expected


@pytest.mark.parametrize("written", [(0.041, "0.0%"), "4.1%", 4.1, "4.1", "４.１％"])
def test_percent_is_read_as_it_is_shown(ground: World, written: object) -> None:
    done = submit(ground, [row(GROWTH, value=written)])
    assert bad(done) == []
    found = queries.resolve(parse("gdp[growth, constant_price] @ 2022"))
    assert str(found.number) == "4.1"
    assert [n.code for n in problems.notes_of(done)] == (
        ["collection.note_percent"] if isinstance(written, tuple) else []
    )


def test_a_row_may_carry_its_own_period(ground: World) -> None:
    done = submit(
        ground,
        [
            row(period="2022年1—11月", value=1100),
            row(period=dt.date(2022, 11, 1), value=101),
            row(period="2021年", value=1150),
            row(period=None, value=1201),
            row(metric="residents", name=None, unit="人", period="2022年11月末", value=1843000),
        ],
    )
    assert bad(done) == []
    assert {str(f.series.metric.key): f.period for f in Fact.objects.all()}["residents"] == "2022-11"
    assert value("gdp @ 2022-01/2022-11") == "1100"
    assert value("gdp @ 2022-11") == "101"
    assert value("gdp @ 2021") == "1150"
    assert value("gdp @ 2022") == "1201"
    assert value("residents @ 2022-11") == "184.3000"


def test_not_reported_keeps_its_reason(ground: World) -> None:
    done = submit(ground, [row(value="未报", note="年报未出")])
    assert (done.state, bad(done)) == ("accepted", [])
    assert (Fact.objects.get().number, Fact.objects.get().missing) == (None, "年报未出")


def test_two_rows_for_one_series_and_period(ground: World) -> None:
    done = submit(
        ground,
        [row(period="2022-12", value=1), row(period="2022年12月", value=1), row(period="2022", value=1)],
    )
    assert bad(done) == [("填报!I3", "duplicate_row")]
    done = submit(
        ground,
        [row(metric="residents", name=None, unit="万人", period=p, value=184) for p in ("2022-12", "2022")],
    )
    assert bad(done) == [("填报!I3", "duplicate_row")]  # the end of the year, twice


def test_columns_are_found_by_their_headings(ground: World) -> None:
    done = submit(ground, [GDP], columns=["value", "unit", "name"], above=3)
    assert bad(done) == []
    assert Fact.objects.get().evidence.locator == "填报!A5"


def test_a_name_or_alias_stands_for_the_code(ground: World) -> None:
    assert bad(submit(ground, [row(metric=None, name="ｇｄｐ")])) == []
    assert bad(submit(ground, [row(metric=None, name="地区生产总值", value=9)])) == []
    assert value("gdp @ 2022") == "9"


@pytest.mark.parametrize(
    ("made", "where", "code"),
    [
        ({"sheet": "Sheet1"}, "", "sheet_missing"),
        ({"columns": ["metric", "unit"]}, "填报", "heading_missing"),
        ({"columns": ["value", "unit"]}, "填报", "heading_missing"),
        ({"columns": ["metric", "value", "value"]}, "填报", "heading_twice"),
    ],
)
def test_no_table(ground: World, made: dict[str, Any], where: str, code: str) -> None:
    assert bad(submit(ground, [GDP], **made)) == [(where, code)]


def test_no_rows(ground: World) -> None:
    assert bad(submit(ground, [])) == [("填报", "no_rows")]


def test_merged_cells_are_told(ground: World) -> None:
    done = submit(ground, [row(), row(GROWTH)], after=lambda s: s.merge_cells("H2:H3"))
    assert bad(done) == [("填报!H2", "merged")]
    title = submit(ground, [row()], above=1, after=lambda s: s.merge_cells("A1:L1"))
    assert bad(title) == []


def test_a_file_that_is_no_workbook_is_refused_in_both_languages(ground: World) -> None:
    done = submit(ground, b"%PDF-1.7")
    assert bad(done) == [("", "not_xlsx")]
    (problem,) = problems.of(done)
    with translation.override("en"):
        assert "not an xlsx workbook" in problem.message
    with translation.override("zh-hans"):
        assert "不是 xlsx 工作簿" in problem.message
    macro = submit(ground, repacked(workbook([GDP]), {"xl/vbaProject.bin": b"x"}))
    assert bad(macro) == [("", "macros")]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "collection.empty_file"), (b"PK" + b"\0" * 20 * 1024 * 1024, "collection.too_large")],
)
def test_what_is_empty_or_too_large_is_not_even_kept(ground: World, data: bytes, code: str) -> None:
    with pytest.raises(TongjianError) as error:
        submit(ground, data)
    assert (error.value.code, Submission.objects.count(), EvidenceFile.objects.count()) == (code, 0, 0)


def test_a_crash_in_the_middle_leaves_the_ledger_as_it_was(
    ground: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = events.record

    def dies(verb: str, *args: Any, **how: Any) -> Event:
        if verb == "collection.accepted" and Fact.objects.count() == 2:
            raise ZeroDivisionError
        return real(verb, *args, **how)

    monkeypatch.setattr(events, "record", dies)
    with pytest.raises(ZeroDivisionError):
        submit(ground, [GDP, GROWTH])
    assert (
        Fact.objects.count(),
        Series.objects.count(),
        Submission.objects.count(),
        Event.objects.count(),
    ) == (
        0,
        0,
        0,
        0,
    )
    monkeypatch.setattr(events, "record", real)
    assert submit(ground, [GDP, GROWTH]).facts_written == 2


@pytest.mark.parametrize(
    ("role", "own", "may"),
    [
        ("plan_office", None, True),
        ("department", "statistics", True),
        ("department", "government", True),
        ("department", "finance", False),
        ("reader", None, False),
    ],
)
def test_who_may_submit_and_see(ground: World, role: str, own: str | None, may: bool) -> None:
    who = user("someone", role, getattr(ground, own) if own else None)
    how = {"organisation": ground.statistics, "period": Y2022, "by": who, "at": NOON}
    if may:
        assert actions.submit(workbook([GDP]), "a.xlsx", **how).by == who
    else:
        with pytest.raises(NotAllowed):
            actions.submit(workbook([GDP]), "a.xlsx", **how)
        submit(ground, [GDP])
    assert queries.submissions_visible_to(who).exists() is may


def test_one_submission_for_the_whole_government(ground: World) -> None:
    rows = [GDP, row(metric="budget_revenue", name=None, area="北镇", value=2)]
    done = actions.submit(
        workbook(rows), "a.xlsx", organisation=ground.government, period=Y2022, by=None, at=NOON
    )
    assert bad(done) == []
    assert value("budget_revenue[north_town] @ 2022") == "2"


# The template


def test_the_template_names_every_series_and_reads_back(ground: World) -> None:
    book = load_workbook(io.BytesIO(template(ground.statistics, Y2022, NOON)))
    assert book.sheetnames == ["填报", "说明"]
    sheet = book["填报"]
    headings = [c.value for c in sheet[1]]
    assert headings == [
        *list(COLUMNS.values())[:9],
        "上期数值",
        "上年同期",
        *list(COLUMNS.values())[9:],
        MARK,
    ]
    assert sheet.column_dimensions["O"].hidden
    rows = [[c.value for c in r[:8]] for r in sheet.iter_rows(min_row=2) if r[0].value]
    assert rows[:4] == [
        ["fines", "行政处罚", "河东区", None, "数值", "自然口径", "件", "2022年"],
        ["forest_cover", "森林覆盖率", "河东区", None, "数值", "自然口径", "%", "2022年"],
        ["gdp", "地区生产总值", "河东区", None, "数值", "自然口径", "亿元", "2022年"],
        ["gdp", "地区生产总值", "河东区", None, "增速", "不变价", "%", "2022年"],
    ]
    assert len(rows) == 9
    assert sheet.protection.sheet
    assert [sheet[c].protection.locked for c in ("A1", "A2", "I2", "J2")] == [True, True, False, True]
    assert sheet.column_dimensions["I"].protection.locked is False
    assert len(sheet.data_validations.dataValidation) == 4
    for number in range(2, 2 + len(rows)):
        sheet.cell(number, 9).value = 1
    out = io.BytesIO()
    book.save(out)
    done = submit(ground, out.getvalue())
    assert (bad(done), done.facts_written) == ([], 9)


def test_the_last_period_and_last_year_stand_beside_the_cell(ground: World) -> None:
    fact("gdp @ 2022-01/2022-10", "1001.50")
    fact("gdp @ 2021-01/2021-11", "1080.0", source="document")
    fact("residents @ 2022-10", "184.3")
    fact("gdp @ 2022-01/2022-11", "1100.0")
    sheet = load_workbook(io.BytesIO(template(ground.statistics, Period.to_date(2022, 11), NOON)))["填报"]
    rows = {
        (r[0].value, r[4].value): [(c.value, c.number_format) for c in r[8:11]]
        for r in sheet.iter_rows(min_row=2)
        if r[0].value
    }
    assert rows["gdp", "数值"] == [(1100, "0.0"), (1001.5, "0.00"), (1080, "0.0")]
    assert [value for value, _format in rows["residents", "数值"]] == [None, 184.3, None]


def test_a_template_holds_what_is_due_in_its_round(ground: World) -> None:
    Metric.objects.filter(key="gdp").update(frequency="quarter")
    Metric.objects.filter(key="fines").update(first_month=2)

    def keys(period: str) -> set[object]:
        data = template(ground.statistics, Period.parse(period), NOON)
        rows = load_workbook(io.BytesIO(data))["填报"].iter_rows(min_row=2, values_only=True)
        return {r[0] for r in rows if r[0]}

    every = {"fines", "forest_cover", "gdp", "residents", "visits"}
    assert keys("2022-01") == every - {"gdp", "fines"}
    assert keys("2022-01/2022-02") == every - {"gdp"}
    assert keys("2022-01/2022-03") == every


def test_what_is_counted_by_months_alone_is_asked_for_the_month(ground: World) -> None:
    Metric.objects.filter(key="fines").update(counted="single")
    fact("fines @ 2022-10", "41")
    fact("fines @ 2021-11", "39")
    sheet = load_workbook(io.BytesIO(template(ground.statistics, Period.to_date(2022, 11), NOON)))["填报"]
    assert [sheet.cell(2, c).value for c in (1, 8, 10, 11)] == ["fines", "2022年11月", 41, 39]


@pytest.mark.parametrize(
    ("unit", "period", "code"),
    [("finance", "2022", "other_organisation"), ("statistics", "2022-01/2022-11", "other_round")],
)
def test_a_template_of_another_unit_or_round_is_refused(
    ground: World, unit: str, period: str, code: str
) -> None:
    data = template(getattr(ground, unit), Period.parse(period), NOON)
    assert bad(submit(ground, data)) == [("填报", code)]


def test_an_empty_template_tells_each_empty_cell(ground: World) -> None:
    done = submit(ground, template(ground.statistics, Y2022, NOON))
    assert bad(done) == [(f"填报!I{n}", "value_missing") for n in range(2, 11)]


def test_towns_are_rows_of_their_own(ground: World) -> None:
    sheet = load_workbook(io.BytesIO(template(ground.finance, Period.to_date(2022, 11), NOON)))["填报"]
    rows = [
        (r[2].value, r[4].value, r[5].value, r[7].value) for r in sheet.iter_rows(min_row=2) if r[0].value
    ]
    assert rows == [
        ("河东区", "数值", "自然口径", "2022年1—11月"),
        ("北镇", "数值", "自然口径", "2022年1—11月"),
        ("南镇", "数值", "自然口径", "2022年1—11月"),
        ("东街道", "数值", "自然口径", "2022年1—11月"),
        ("河东区", "增速", "自然口径", "2022年1—11月"),
        ("河东区", "增速", "还原口径", "2022年1—11月"),
    ]


def test_the_sample_key_is_the_district(ground: World) -> None:
    assert bad(submit(ground, [row(area=DISTRICT)])) == []


def test_many_rows_are_written_in_few_queries(
    ground: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    submit(ground, [row(GDP, period=f"2021年1—{m}月", value=m) for m in range(2, 13)])
    with django_assert_max_num_queries(
        33
    ):  # one more since an accepted file is released to all, with its event
        done = submit(ground, [row(GDP, period=f"2022年1—{m}月", value=m) for m in range(2, 13)])
    assert done.facts_written == 11
