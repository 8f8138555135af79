"""The shipped definitions hold together: keys, units, owners, series, words."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from tongjian.facts import choices, specs
from tongjian.kernel.choices import AreaKind
from tongjian.packs import entries
from tongjian.values import unit

METRICS = {e.key: e.body for e in entries("metrics")}
AREAS = {e.key: e.body for e in entries("areas")}
ORGANISATIONS = {e.key: e.body for e in entries("organisations")}
WORDS = {e.key: e.body["words"] for e in entries("words")}
THEMES = {
    "economy",
    "people",
    "finance",
    "business",
    "construction",
    "ecology",
    "coordination",
    "governance",
    "livelihood",
    "culture",
}
MONTHS = {"month": range(1, 3), "quarter": range(1, 4), "half": range(1, 7), "year": range(1, 13)}


def test_the_district_has_twenty_two_towns_below_it() -> None:
    kinds = Counter(a["kind"] for a in AREAS.values() if a.get("parent") == "tongzhou")
    assert kinds == {"street": 11, "town": 10, "township": 1}
    assert {a["kind"] for a in AREAS.values()} <= set(AreaKind.values)


def test_codes_of_areas_start_with_that_of_the_area_above() -> None:
    coded = [a for a in AREAS.values() if a.get("code") and a["kind"] not in {"city", "district"}]
    assert len(coded) == 12
    assert all(a["code"].startswith(AREAS[a["parent"]]["code"]) for a in coded)


def test_each_town_has_a_government_and_no_plate_is_given_twice() -> None:
    governed = {o["area"] for k, o in ORGANISATIONS.items() if k.endswith(("_office", "_government"))}
    towns = {k for k, a in AREAS.items() if a.get("parent") == "tongzhou"}
    assert towns <= governed
    assert not set(AREAS) & set(ORGANISATIONS)
    assert all(o.get("parent") in {None, *ORGANISATIONS} for o in ORGANISATIONS.values())


# Reported of one subject when its agreement is checked (履约核查).
PUBLISHED = {
    metric
    for e in entries("schemes")
    for scheme in [e.body]
    for metric in (
        *scheme.get("publish", {}).values(),
        *(scheme.get("official", {}).get(told, "") for told in ("score", "rank")),  # the city's result
        *(rate["published"] for rate in scheme.get("measures", {}).values() if "published" in rate),
    )
}
CHECKED = {metric for e in entries("agreements") for metric in e.body["checks"]}


@pytest.mark.parametrize("body", METRICS.values(), ids=METRICS.keys())
def test_a_metric_is_fully_defined(body: dict[str, Any]) -> None:
    assert unit(body["unit"]).base
    assert body["owner"] in ORGANISATIONS
    assert body["theme"] in THEMES
    assert body["kind"] in choices.MetricKind.values
    assert body["direction"] in choices.Direction.values
    assert len(body["definition"]) >= 10
    assert body["source"]
    assert specs.source_state(body) == body["source_state"]
    assert body["bases"]
    comes = [body.get("derive"), body.get("measured"), body["key"] in CHECKED, body["key"] in PUBLISHED]
    assert specs.collected(body.get("collect", [])) or any(comes)
    specs.derived(body.get("derive", []))
    assert specs.bases(body) == tuple(body["bases"])
    assert body.get("first_month", 1) in MONTHS[body.get("frequency", "month")]
    assert 1 <= body.get("due_day", 12) <= 28


def test_the_catalogue_holds_what_a_district_is_asked_for() -> None:
    assert len(METRICS) >= 280
    counted = Counter(m["theme"] for m in METRICS.values())
    assert min(counted.values()) >= 3
    together = {k for k, m in METRICS.items() if m.get("first_month") == 2}
    assert {"industry_output", "fixed_asset_investment", "retail_sales", "foreign_trade"} <= together
    assert METRICS["gdp"]["frequency"] == METRICS["disposable_income_per_capita"]["frequency"] == "quarter"


def test_what_comes_once_a_year_is_asked_for_once_a_year() -> None:
    """Facilities, parks, schools, certificates, pilots; no metric that is counted month by month is among them."""
    yearly = {k for k, m in METRICS.items() if m.get("frequency") == "year" and m.get("collect")}
    assert len(yearly) >= 110
    assert {
        "new_schools_built",
        "all_age_friendly_parks",
        "srdi_enterprises_new",
        "forest_coverage",
    } <= yearly
    assert {METRICS[k]["first_month"] for k in yearly} == {12}
    running = {"single", "quarter", "rolling_12", "year_to_date"}
    assert [k for k in yearly if running & {d.get("operator") for d in METRICS[k].get("derive", [])}] == []


OFFICIAL = re.compile(r"《.+》|GB|HJ")


def test_a_metric_says_what_its_definition_rests_on() -> None:
    """A published system, standard or rule is named; what has none says so, and says it in one way."""
    by_state: dict[str, set[str]] = {}
    for body in METRICS.values():
        by_state.setdefault(body["source_state"], set()).add(body["source"])
    assert set(by_state) == {"official", "department", "illustrative"}
    assert [s for s in by_state["official"] if not OFFICIAL.search(s)] == []
    assert [s for s in by_state["department"] if not s.endswith("口径") or OFFICIAL.search(s)] == []
    assert by_state["illustrative"] == {"示意：部门管理口径"}


def test_a_state_that_is_none_is_refused() -> None:
    assert specs.source_state({}) == "illustrative"
    with pytest.raises(specs.SpecError, match="rumour"):
        specs.source_state({"source_state": "rumour"})


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"bases": ["natural"], "collect": [{"basis": "restated"}]}, "restated"),
        ({"bases": ["natural"], "collect": [], "derive": [{"basis": "comparable"}]}, "comparable"),
        ({"bases": ["nominal"], "collect": []}, "nominal"),
    ],
)
def test_a_series_on_a_basis_that_its_metric_does_not_allow_is_refused(
    body: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(specs.SpecError, match=wrong):
        specs.bases(body)


def test_without_a_list_the_bases_are_those_of_the_series() -> None:
    body = {"collect": [{"basis": "restated"}, {}], "derive": [{"measure": "growth", "basis": "restated"}]}
    assert specs.bases(body) == ("restated", "natural")


def test_no_two_metrics_share_a_name() -> None:
    names = Counter(n for m in METRICS.values() for n in (m["name"], *m.get("aliases", [])))
    assert [n for n, count in names.items() if count > 1] == []


def test_printed_words_lead_to_known_codes() -> None:
    known = {
        "measure": choices.Measure,
        "basis": choices.Basis,
        "comparator": choices.Comparator,
        "bound": choices.Bound,
        "status": choices.FactStatus,
        "steady_growth": choices.Measure,
    }
    assert set(WORDS) == {*known, "remark"}
    assert set(WORDS["remark"].values()) == {"simulated"}
    for table, codes in known.items():
        assert set(WORDS[table].values()) <= set(codes.values), table
