"""From rows to facts: every number by hand, zero and missing apart, and nothing new where nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from facts.factories import metric, world
from facts.measured.register import EVENING, Register, works
from tongjian.facts import queries, refs
from tongjian.facts.measured import actions, record
from tongjian.facts.measured.actions import Measured
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.models import Fact, Metric
from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.models import Event

pytestmark = pytest.mark.django_db
NEXT_DAY = datetime(2022, 12, 2, 1, 0, tzinfo=UTC)
NEXT_MONTH = datetime(2023, 1, 2, 1, 0, tzinfo=UTC)
ALL = 4 * 2 * (12 + 11)
BEGUN = {"table": "works", "count": True, "on": "opened_on", "by": "area"}


@pytest.fixture(autouse=True)
def ground(tmp_path: Path, settings: Any) -> None:
    settings.MIRROR = tmp_path / "mirror.duckdb"
    world()


def declared(key: str, body: Mapping[str, Any], **fields: Any) -> Metric:
    values = {"unit": "项", "kind": "flow", "decimals": 0, "collect": [], "derive": [], **fields}
    return metric(key, key, measured=dict(body), **values)


def night(register: Register, at: datetime = EVENING, **more: Any) -> Mapping[str, Measured]:
    table = register.table()
    refresh([table], at=at)
    done = actions.measure(at=at, tables={table.name: table}, **more)
    return {one.metric: one for one in done}


def value(text: str) -> str:
    return str(queries.resolve(refs.parse(text)).number)


def test_a_flow_by_town_and_month() -> None:
    declared("begun", BEGUN)
    done = night(works())
    assert done["begun"].problem == ""
    # Two years of single months, and January to each month from February on; the district and three towns.
    assert done["begun"].facts == done["begun"].figures == ALL
    assert value("begun @ 2022-02") == "2"
    assert value("begun[north_town] @ 2022-02") == "1"
    assert value("begun[north_town] @ 2022-01/2022-02") == "2"
    assert value("begun[south_town] @ 2022-01") == "0"  # the register is there: nothing happened
    assert value("begun @ 2022-03") == "1"  # of no known town: the district's
    assert value("begun @ 2022-01/2022-11") == "4"
    assert value("begun @ 2021-12") == "1"


def test_a_stock_at_the_ends_of_months() -> None:
    body = {"table": "works", "count": True, "from": "opened_on", "until": "closed_on", "by": "area"}
    declared("standing", body, kind="stock")
    declared("sworn", {**body, "until": "", "through": "closed_on"}, kind="stock")
    night(works())
    assert [value(f"standing @ 2022-0{m}") for m in (1, 2, 3, 4)] == ["2", "3", "3", "3"]
    assert [value(f"sworn @ 2022-0{m}") for m in (1, 2, 3, 4)] == ["2", "3", "4", "3"]
    assert value("standing[south_town] @ 2022-02") == "0"  # came and went within the month
    assert value("standing @ 2021") == "1"


def test_a_sum_is_exact_and_in_the_unit_of_the_metric() -> None:
    declared("cost", {"table": "works", "sum": "cost", "on": "opened_on", "by": "area"}, unit="亿元")
    night(works())
    assert value("cost @ 2022-02") == "0.02005"
    assert value("cost[north_town] @ 2022-01/2022-02") == "0.030075"
    fact = queries.resolve(refs.parse("cost @ 2021-12")).fact
    assert fact is not None
    said = record.read(fact.evidence)
    assert said is not None
    assert (said.rows, said.without, str(fact.number)) == (1, 1, "0")


def test_a_sum_keeps_the_places_of_its_metric() -> None:
    body = {"table": "works", "sum": "cost", "on": "opened_on", "by": "area"}
    declared("cost", body, unit="亿元", decimals=2)
    declared("paid", body, unit="万元", decimals=1)
    night(works())
    assert (value("cost @ 2022-02"), value("cost @ 2021-12")) == ("0.02005", "0.00")
    assert (value("paid @ 2022-02"), value("paid @ 2021-12")) == ("200.5", "0.0")


def test_a_rate_is_rounded_once_and_missing_without_a_whole() -> None:
    body = {
        "table": "works",
        "ratio": {"num": {"urgent": True}, "den": {"floors": {"ge": 1}}},
        "on": "opened_on",
        "by": "area",
    }
    declared("urgent", body, kind="ratio", unit="%", decimals=2)
    night(works())
    assert value("urgent @ 2022-01/2022-03") == "66.67"  # 2 of 3: the second's floors are not known
    assert value("urgent[south_town] @ 2022-02") == "100.00"
    missing = Fact.objects.get(
        series__metric__key="urgent", series__subject__key="south_town", period="2022-03"
    )
    assert missing.number is None
    assert missing.missing.startswith("分母为零")


def test_a_breakdown_is_measured_beside_the_whole() -> None:
    declared("begun", {**BEGUN, "breakdowns": {"加急": {"urgent": True}}})
    night(works())
    assert value("begun @ 2022-01/2022-11") == "4"
    assert value("begun[by:加急] @ 2022-01/2022-11") == "2"
    fact = queries.resolve(refs.parse("begun[by:加急] @ 2022-01/2022-11")).fact
    assert fact is not None
    said = record.read(fact.evidence)
    assert said is not None
    assert (said.declared["where"]["urgent"], said.rows) == (True, 2)
    assert night(works())["begun"].skipped


def test_a_share_of_what_is_there_is_of_the_moment() -> None:
    body = {"table": "works", "ratio": {"num": {"urgent": True}, "den": {}}, "from": "opened_on"}
    declared("pressing", {**body, "until": "closed_on"}, kind="stock", unit="%", decimals=1)
    night(works())
    assert value("pressing @ 2022-02") == "33.3"


def test_an_empty_register_is_missing_not_zero() -> None:
    declared("begun", BEGUN)
    night(Register())
    rows = Fact.objects.filter(series__metric__key="begun").values_list("period", "mantissa", "missing")
    reason = "台账没有任何条目 / the register holds no row"
    assert sorted(rows) == [("2022", None, reason), ("2022-12", None, reason)]


def test_twice_changes_nothing_and_only_what_changed_is_new() -> None:
    declared("begun", BEGUN)
    register = works()
    night(register)
    count = Fact.objects.count()
    assert night(register)["begun"].skipped
    register.put(6, "north_town", "begun", date(2022, 11, 8), None, "1", False, 1, at=NEXT_DAY)
    done = night(register, NEXT_DAY)["begun"]
    # November and January to November of the town and the district, and January to December, which runs.
    assert (done.facts, Fact.objects.count()) == (6, count + 6)
    revised = Fact.objects.get(series__subject__key="north_town", period="2022-11", seq=2)
    assert (str(revised.number), revised.status) == ("1", "revised")
    assert Fact.objects.get(series__subject__key="north_town", period="2022", seq=2).status == "flash"


def test_a_sample_ends_with_its_year() -> None:
    declared("begun", BEGUN)
    done = night(works(), datetime(2026, 11, 2, tzinfo=UTC), until=2022 * 12 + 11)["begun"]
    assert done.facts == ALL
    assert {f.status for f in Fact.objects.all()} == {"actual"}
    assert max(Fact.objects.values_list("period", flat=True)) == "2022-12"


def test_a_month_is_firm_when_it_has_ended() -> None:
    declared("begun", BEGUN)
    register = works()
    night(register)
    assert {f.status for f in Fact.objects.filter(period_end=2022 * 12 + 11)} == {"flash"}
    done = night(register, NEXT_MONTH)["begun"]
    firm = Fact.objects.filter(period_end=2022 * 12 + 11, seq=2)
    assert ({f.status for f in firm}, firm.count()) == ({"actual"}, 8)
    assert done.facts == 8 + 4  # and January, which begins


def test_another_definition_is_measured_anew() -> None:
    one = declared("begun", BEGUN)
    register = works()
    night(register)
    count = Fact.objects.count()
    Metric.objects.filter(pk=one.pk).update(measured={**BEGUN, "where": {"floors": {"ge": 1}}})
    done = night(register)["begun"]
    assert (done.facts, Fact.objects.count()) == (count, 2 * count)
    assert value("begun[north_town] @ 2022-02") == "0"


def test_a_mirror_built_anew_says_the_same(settings: Any) -> None:
    declared("begun", BEGUN)
    declared("cost", {"table": "works", "sum": "cost", "on": "opened_on", "by": "area"}, unit="亿元")
    register = works()
    night(register)
    count = Fact.objects.count()
    Path(settings.MIRROR).unlink()
    done = night(register, NEXT_DAY, since=2012 * 12)
    assert [(d.facts, d.skipped) for d in done.values()] == [(0, False), (0, False)]
    assert Fact.objects.count() == count


def test_a_metric_that_is_no_longer_measured_stands_back() -> None:
    one = declared("begun", BEGUN)
    night(works())
    Metric.objects.filter(pk=one.pk).update(measured={})
    night(works())
    with pytest.raises(Exception, match="不再测算"):
        value("begun @ 2022-02")
    count = Fact.objects.count()
    night(works())
    assert Fact.objects.count() == count


def test_a_bad_declaration_harms_no_other() -> None:
    declared("bad", {**BEGUN, "on": "opened"})
    declared("begun", BEGUN)
    done = night(works())
    assert "no column opened" in done["bad"].problem
    assert done["begun"].facts == ALL


def test_a_figure_keeps_what_it_was_counted_by() -> None:
    declared("begun", BEGUN)
    night(works())
    fact = queries.resolve(refs.parse("begun[north_town] @ 2022-01/2022-02")).fact
    assert fact is not None
    assert (fact.source, fact.evidence.kind) == ("measured", PlaceKind.MEASUREMENT)
    said = record.read(fact.evidence)
    assert said is not None
    assert (said.rows, said.ids, said.table, said.table_rows) == (2, (1, 2), "works", 5)
    assert (said.declared, said.area, said.period) == (BEGUN, "north_town", "2022-01/2022-02")
    event = Event.objects.get(verb="facts.measured")
    assert (event.data["snapshot"], event.data["facts"]) == (said.snapshot, ALL)


def test_made_up_rows_make_made_up_figures() -> None:
    from facts.measured.register import COLUMNS
    from tongjian.facts.simulated import is_simulated
    from tongjian.kernel.mirrored import Column, ColumnKind

    register = Register()
    columns = (*COLUMNS, Column("simulated", ColumnKind.FLAG))
    for pk, (row, _at) in works().rows.items():
        register.put(pk, *row[1:], pk == 1)
    table = register.table(columns=columns)
    declared("begun", BEGUN)
    refresh([table], at=EVENING)
    actions.measure(at=EVENING, tables={"works": table})
    facts = {p: queries.resolve(refs.parse(f"begun @ {p}")).fact for p in ("2022-01", "2022-02")}
    assert [is_simulated(f.evidence) for f in facts.values() if f] == [True, False]
