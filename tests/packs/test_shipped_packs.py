"""The shipped definitions hold together: keys, units, owners, series, words."""

from __future__ import annotations

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
    "finance",
    "business",
    "construction",
    "ecology",
    "coordination",
    "governance",
    "livelihood",
}


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


@pytest.mark.parametrize("body", METRICS.values(), ids=METRICS.keys())
def test_a_metric_is_fully_defined(body: dict[str, Any]) -> None:
    assert unit(body["unit"]).base
    assert body["owner"] in ORGANISATIONS
    assert body["theme"] in THEMES
    assert body["kind"] in choices.MetricKind.values
    assert body["direction"] in choices.Direction.values
    assert len(body["definition"]) >= 10
    assert body["source"]
    assert specs.collected(body["collect"])
    specs.derived(body.get("derive", []))


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
    assert set(WORDS) == set(known)
    for table, codes in known.items():
        assert set(WORDS[table].values()) <= set(codes.values), table
