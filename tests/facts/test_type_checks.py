"""A derive line that cannot be meant is refused with file, metric, line, before any figure is computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation

from facts.factories import NOON
from tongjian.facts import catalogue, specs, type_checks
from tongjian.facts.models import Metric
from tongjian.facts.type_checks import DeriveError
from tongjian.packs import entries

GDP = {"unit": "亿元", "kind": "flow", "direction": "up", "collect": [{"measure": "level"}]}
RATE = {"unit": "%", "kind": "ratio", "direction": "up", "collect": [{"measure": "level"}]}
PEOPLE = {"unit": "万人", "kind": "stock", "direction": "up", "collect": [{"measure": "level"}]}


def codes(body: dict[str, Any], *lines: dict[str, Any], **changed: Any) -> list[str]:
    """What is told of one metric with these lines, beside gdp, rate and people."""
    own = {**body, "derive": list(lines), **changed}
    every = {"gdp": GDP, "rate": RATE, "people": PEOPLE, "own": own}
    found = type_checks.check(
        [type_checks.declared(k, b, "/packs/metrics/own.yaml") for k, b in every.items()]
    )
    assert {p.params["key"] for p in found} <= {"own"}
    return [p.code for p in found]


@pytest.mark.parametrize("operator", ["single", "quarter", "rolling_12", "share", "contribution", "pull"])
def test_ratios_are_not_summed(operator: str) -> None:
    assert codes(RATE, {"operator": operator}) == ["derive.ratio_summed"]
    assert codes(GDP, {"operator": operator}) == []


def test_a_total_of_rates_is_refused() -> None:
    assert codes(RATE, {"operator": "total", "among": "towns"}) == ["derive.ratio_summed"]
    assert codes(PEOPLE, {"operator": "total", "among": "towns"}) == []
    assert codes(RATE, {"operator": "ratio", "numerator": "gdp", "denominator": "people"}) == []


@pytest.mark.parametrize("operator", ["single", "quarter", "rolling_12"])
def test_a_stock_is_no_sum_of_months(operator: str) -> None:
    assert codes(PEOPLE, {"operator": operator}) == ["derive.stock_over_months"]


def test_a_cumulative_is_not_cumulated() -> None:
    line = {"operator": "year_to_date"}
    assert codes(GDP, line) == ["derive.cumulated_twice"]
    assert codes(GDP, line, counted="single") == []
    assert codes(GDP, {"operator": "single"}, counted="single") == ["derive.already_single"]
    assert codes(GDP, {"operator": "single", "basis": "since_start"}, collect=[]) == ["derive.since_start"]


def test_bases_are_not_mixed() -> None:
    collect = [{"measure": "level"}, {"measure": "growth", "basis": "constant_price"}]
    line = {"operator": "gap", "of": "growth", "comparator": "city"}
    assert codes(GDP, line, collect=collect) == ["derive.basis_mixed"]
    assert codes(GDP, {**line, "basis": "constant_price"}, collect=collect) == []
    assert codes(GDP, {"operator": "year_on_year", "basis": "constant_price"}) == ["derive.basis_mixed"]


def test_a_whole_on_another_basis_is_refused() -> None:
    collect = [{"measure": "level", "basis": "constant_price"}]
    line = {"operator": "pull", "whole": "gdp", "basis": "constant_price"}
    assert codes(GDP, line, collect=collect) == ["derive.basis_mixed"]


def test_bases_of_what_nobody_declared_are_left_open() -> None:
    assert codes(GDP, {"operator": "gap", "of": "growth", "comparator": "city"}) == []


@pytest.mark.parametrize("operator", ["share", "contribution", "pull"])
def test_parts_and_wholes_have_one_dimension(operator: str) -> None:
    assert codes(PEOPLE, {"operator": operator, "whole": "gdp"}) == ["derive.unit_mixed"]
    assert codes(GDP, {"operator": operator, "whole": "gdp"}, unit="万元") == []


@pytest.mark.parametrize("operator", ["year_on_year", "average_2y"])
def test_a_rate_changes_by_points(operator: str) -> None:
    assert codes(RATE, {"operator": operator}) == ["derive.growth_of_ratio"]
    assert (
        codes(RATE, {"operator": operator}, unit="微克/立方米") == []
    )  # a concentration has a rate of change
    assert codes(RATE, {"operator": "gap", "comparator": "last_year"}) == []


def test_a_ceiling_is_not_completed() -> None:
    assert codes(GDP, {"operator": "completion"}, direction="down") == ["derive.ceiling"]
    assert codes(GDP, {"operator": "completion"}) == []
    assert codes(GDP, {"operator": "completion", "of": "growth"}) == ["derive.growth_completed"]
    assert codes(GDP, {"operator": "gap", "comparator": "target"}, direction="down") == []


def test_places_need_a_direction() -> None:
    assert codes(GDP, {"operator": "rank", "among": "towns"}, direction="none") == ["derive.no_direction"]


def test_a_change_of_place_needs_its_rank() -> None:
    change = {"operator": "change_of_place", "among": "towns"}
    assert codes(GDP, change) == ["derive.no_rank"]
    assert codes(GDP, change, {"operator": "rank", "among": "districts"}) == ["derive.no_rank"]
    assert codes(GDP, change, {"operator": "rank", "among": "towns"}) == []
    assert codes(GDP, change, collect=[{"measure": "rank"}]) == []


def test_heads_are_a_stock() -> None:
    line = {"operator": "per_head", "amount": "gdp", "heads": "people"}
    assert codes(GDP, line) == []
    assert codes(GDP, {**line, "heads": "gdp"}) == ["derive.no_stock"]


def test_an_unknown_metric_is_told_alone() -> None:
    assert codes(PEOPLE, {"operator": "share", "whole": "nowhere"}) == ["derive.unknown_metric"]


def test_file_key_and_line_are_named() -> None:
    own = {**RATE, "derive": [{"operator": "rank", "among": "towns"}, {"operator": "single"}]}
    (problem,) = type_checks.check([type_checks.declared("own", own, "/packs/metrics/own.yaml")])
    with translation.override("en"):
        assert str(problem).startswith("own.yaml: own, derive line 2: single adds up")
    assert (problem.params["file"], problem.params["key"], problem.params["line"]) == ("own.yaml", "own", 2)


def test_shipped_packs_are_sound() -> None:
    assert [
        str(p) for p in type_checks.check([type_checks.declared(e.key, e.body) for e in entries("metrics")])
    ] == []


# ---- lines that are no lines at all


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"operator": "cumulate"}, "operator is 'cumulate'"),
        ({"operator": "single", "measure": "growth"}, "gives level, not growth"),
        ({"operator": "ratio", "numerator": "a"}, "needs denominator"),
        ({"operator": "per_head"}, "needs amount and heads"),
        ({"operator": "total"}, "needs among"),
        ({"operator": "rank", "among": "everyone"}, "among is 'everyone'"),
        ({"operator": "gap"}, "needs comparator"),
        ({"operator": "gap", "comparator": "city", "of": "rank"}, "of is 'rank'"),
        ({"operator": "year_on_year", "reasons": ["weather"]}, "reasons holds weather"),
        ({"measure": "level"}, "needs numerator and denominator"),
    ],
)
def test_a_line_that_says_nothing_is_told(line: dict[str, Any], told: str) -> None:
    with pytest.raises(specs.SpecError, match=told):
        specs.derived([line])


def test_derived_measures_are_not_collected() -> None:
    with pytest.raises(specs.SpecError, match="measure is 'pull'"):
        specs.collected([{"measure": "pull"}])


def test_a_measure_means_its_usual_operator() -> None:
    lines = specs.derived(
        [{"measure": "growth"}, {"measure": "difference", "comparator": "city"}, {"operator": "single"}]
    )
    assert [(x.operator, x.measure) for x in lines] == [
        ("year_on_year", "growth"),
        ("gap", "difference"),
        ("single", "level"),
    ]


# ---- through the door


@pytest.fixture
def write(tmp_path: Path, settings: LazySettings) -> Callable[[str], None]:
    settings.EXTRA_PACKS = str(tmp_path)

    def pack(text: str) -> None:
        (tmp_path / "metrics").mkdir(exist_ok=True)
        (tmp_path / "metrics" / "own.yaml").write_text(text, encoding="utf-8")

    return pack


@pytest.mark.django_db
def test_a_pack_with_a_wrong_line_changes_nothing(write: Callable[[str], None]) -> None:
    write(
        "- {key: calm, name: 平静度, name_en: Calm, unit: '%', kind: ratio, direction: up, theme: economy,\n"
        "   derive: [{operator: rolling_12}]}\n"
    )
    with pytest.raises(DeriveError) as error:
        catalogue.sync(NOON)
    assert (error.value.code, error.value.params["file"]) == ("derive.ratio_summed", "own.yaml")
    assert Metric.objects.count() == 0
