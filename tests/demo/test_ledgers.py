"""The sample's items come to the published figures, measured over them alone; each item taken out moves what it implies."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from tongjian.demo import accounts, files
from tongjian.demo.ledgers import counted
from tongjian.demo.ledgers import targets as published
from tongjian.demo.ledgers.recipes import made_up_ground, recipes
from tongjian.demo.ledgers.rows import Item, items, shares, towns
from tongjian.demo.ledgers.targets import Target, amount, within
from tongjian.facts.measured.actions import measure
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.mirror.tables import all_tables
from tongjian.facts.models import Fact
from tongjian.facts.queries import resolve
from tongjian.facts.refs import parse
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.models import Shape
from tongjian.packs import entries
from tongjian.records.registers.actions import archive
from tongjian.records.registers.definition import read
from tongjian.records.registers.models import Item as Kept
from tongjian.records.registers.schema import Register
from tongjian.values.units import convert

from .conftest import LOADED_AT, District

SHARED = Path(os.environ.get("TONGJIAN_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
LABELS = SHARED / "gold" / "seed-figures.jsonl"
YEAR = range(2022 * 12, 2022 * 12 + 12)
REFERENCE_ONLY = {"functional_areas"}  # what others refer to
# Labelled figure → the metric (and breakdown) that is measured: those behind which lists of items stand.
FIGURES = {
    "F004": "district_stabilisation_measures",
    "F005": "rent_relief_beneficiaries",
    "F006": "rent_relief_amount",
    "F007": "intended_financing_amount",
    "F008": "social_insurance_deferral_units",
    "F009": "social_insurance_deferral_amount",
    "F010": "social_insurance_deferral_people",
    "F034": "fire_hazard_rectification_fields",
    "F038": "canal_cbd_completed_floor_area",
    "F039": "cultural_tourism_zone_industry_projects",
    "F040": "intersection_improvements",
    "F041": "old_estate_water_pipe_renewal",
    "F042": "base_stations_5g",
    "F043": "coverage_5g",
    "F044": "ev_charging_piles",
    "F045": "old_estate_comprehensive_renovation",
    "F046": "area_environment_treatment",
    "F047": "roads_with_buried_cables",
    "F048": "narrow_road_widening_length",
    "F049": "road_overhaul_length",
    "F051": "villages_water_pipeline",
    "F052": "villages_drinking_water",
    "F053": "villages_sewage",
    "F054": "rural_environment_issues_cleared",
    "F055": "model_villages_living_environment",
    "F057": "industry_guidance_fund_size",
    "F058": "subfund_partner_institutions_contacted",
    "F059": "commercial_land_transactions",
    "F062": "one_licence_departments",
    "F063": "one_licence_items",
    "F064": "listed_companies",
    "F066": "ftz_action_plan_completion",
    "F068": "registered_financial_enterprises",
    "F069": "financial_projects_signed",
    "F072": "metaverse_enterprises",
    "F073": "cybersecurity_enterprises_new",
    "F074": "smart_city_benchmark_projects",
    "F075": "innovation_platforms",
    "F076": "srdi_enterprises_new",
    "F077": "srdi_enterprises",
    "F078": "little_giant_enterprises",
    "F080": "canal_cbd_registered_enterprises",
    "F081": "first_stores",
    "F084": "seed_industry_enterprises_new",
    "F087": "beautiful_village_model_villages",
    "F089": "afforestation_area_new",
    "F090": "all_age_friendly_parks",
    "F091": "greenway_gaps_closed",
    "F092": "greenway_length",
    "F093": "forest_clusters",
    "F094": "forest_coverage",
    "F098": "green_infrastructure_fund_size",
    "F099": "green_building_certified_share",
    "F100": "bus_routes_adjusted",
    "F101": "shared_bikes",
    "F102": "electric_taxis_added",
    "F103": "new_energy_buses_added",
    "F104": "new_energy_bus_route_share",
    "F105": "central_enterprise_subsidiaries/三峡集团",
    "F106": "central_enterprise_subsidiaries/中石油",
    "F107": "central_enterprise_subsidiaries/中国电力",
    "F108": "paired_projects_new",
    "F109": "paired_projects_landed",
    "F110": "paired_projects_registered_capital",
    "F112": "north3_projects_signed",
    "F113": "north3_job_fairs",
    "F114": "north3_job_fair_posts",
    "F115": "town_consultation_pilots",
    "F116": "community_consultation_halls",
    "F117": "deputy_homes",
    "F118": "deputy_liaison_stations",
    "F119": "deputy_sites_standardised",
    "F120": "social_work_centre_pilots",
    "F121": "expert_team_covered_towns",
    "F122": "expert_team_coverage",
    "F123": "grassroots_governance_brands",
    "F128": "improvement_campaign_completion",
    "F129": "small_livelihood_projects",
    "F134": "village_to_community_pilots",
    "F138": "hard_to_employ_placed",
    "F139": "urban_rural_labour_employed",
    "F142": "nursery_places_new",
    "F143": "new_schools_built",
    "F144": "school_places_added",
    "F145": "education_groups_new",
    "F146": "teachers_rotated",
    "F147": "teachers_rotated/区级及以上骨干教师",
    "F148": "emergency_stations_built",
    "F149": "minimum_living_allowance_paid",
    "F150": "transferred_worker_subsidy_paid",
    "F151": "resident_pension_coverage",
    "F152": "affordable_housing_raised",
    "F154": "affordable_housing_completed",
    "F155": "elderly_meal_points",
    "F156": "elderly_care_beds_new",
    "F157": "life_service_outlets",
    "F158": "life_service_coverage",
    "F159": "epidemic_supply_categories",
}


@cache
def metrics() -> Mapping[str, Mapping[str, Any]]:
    """Those measured over registers; over cases: test_assessment.py, test_enterprises.py."""
    found = {e.key: e.body for e in entries("metrics") if "measured" in e.body}
    return {k: body for k, body in found.items() if body["measured"]["table"] != "cases"}


@cache
def simulated() -> Mapping[str, tuple[Register, tuple[Item, ...]]]:
    bodies = {e.key: e.body for e in entries("registers")}
    made = {key: read(bodies[key])[0] for key in recipes()}
    return {key: (r, tuple(items(r, recipes()[key]))) for key, r in made.items()}


# The items


def test_every_register_of_the_packs_has_items() -> None:
    assert set(recipes()) == {e.key for e in entries("registers")}


def test_at_least_a_tenth_of_each_register_must_not_count_and_it_is_said_why() -> None:
    for key, (_register, own) in simulated().items():
        told = Counter(i.why for i in own)
        assert key in REFERENCE_ONLY or sum(told[w] for w in ("year", "state", "scope")) * 10 >= len(own), key


def test_the_same_items_come_out_every_time() -> None:
    register, own = simulated()["deputy_sites"]
    assert tuple(items(register, recipes()["deputy_sites"])) == own
    assert (own[0].code, own[0].area, own[0].values["opened_on"]) == ("DB0001", "新华街道", date(2016, 5, 13))


def test_made_up_points_lie_in_the_tile_of_their_town() -> None:
    tiles, ground = {t.name: t.tile for t in towns()}, made_up_ground()
    placed = 0
    for register, own in simulated().values():
        for item in own:
            wanted = register.geometry == "point" and tiles.get(item.area) is not None
            assert (item.place is not None) == wanted, (register.key, item.code)
            if item.place is not None:
                column = (item.place[0] - ground.west) / ground.wide
                row = (ground.north - item.place[1]) / ground.high
                assert (int(row), int(column)) == tiles[item.area]
                placed += 1
    assert placed > 1000


@pytest.mark.django_db
def test_the_layers_of_the_map_hold_the_points_of_the_workbooks(loaded: District) -> None:
    wanted = sum(i.place is not None for _register, own in simulated().values() for i in own)
    shapes = Shape.objects.filter(subject__kind=SubjectKind.ITEM, kind="point")
    assert shapes.count() == wanted
    assert not Kept.objects.filter(subject__shape__isnull=False, simulated=False).exists()


def test_every_item_fills_in_what_its_register_requires() -> None:
    wanting = [
        (key, item.code, a.key)
        for key, (register, own) in simulated().items()
        for item in own
        for a in register.attributes
        if a.required and a.key not in item.values
    ]
    assert wanting == []


def test_parts_come_to_the_whole() -> None:
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(shares(12_345_678, [2, 9, 5, 7])) == 12_345_678


def test_a_target_is_a_number_a_key_or_a_sum_of_them() -> None:
    assert amount("srdi_enterprises - srdi_enterprises_new + 3") == 100
    assert amount("base_stations_5g") == 5046
    assert not within(Target(Decimal(5000), Decimal(4999), "over"))
    assert within(Target(Decimal(4), Decimal("3.962"), "lt"))


# The figures


def measured(key: str) -> Decimal:
    metric, _, breakdown = key.partition("/")
    period = "2022-12" if metrics()[metric]["kind"] == "stock" else "2022"
    found = resolve(parse(f"{metric}[by:{breakdown}] @ {period}" if breakdown else f"{metric} @ {period}"))
    assert found.fact is not None
    assert found.fact.source == "measured"
    assert found.number is not None
    return found.number.decimal


@pytest.mark.gold
@pytest.mark.django_db
@pytest.mark.skipif(not LABELS.exists(), reason="the labelled figures are not here (TONGJIAN_SHARED)")
def test_the_labelled_figures_are_measured_without_the_targets(
    loaded: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measured facts are thrown away and counted again while nobody can read targets.yaml."""
    assert {k.partition("/")[0] for k in FIGURES.values()} == set(metrics())
    monkeypatch.setattr(files, "SHIPPED", Path("/nowhere"))
    published.targets.cache_clear()
    with pytest.raises(FileNotFoundError):
        published.targets()
    Fact.objects.filter(source="measured").delete()
    again(list(metrics()))
    labels = {r["id"]: r for r in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())}
    assert [k for k in FIGURES if not as_labelled(FIGURES[k], labels[k])] == []


def as_labelled(key: str, label: Mapping[str, Any]) -> bool:
    unit = str(metrics()[key.partition("/")[0]]["unit"])
    wanted = {"亿": "亿元", "部门": unit}.get(label["unit"], label["unit"])
    got, said = convert(measured(key), unit, wanted), Decimal(str(label["value"]))
    return within(Target(said, got, {"gt": "over"}.get(label["bound"], label["bound"])))


# Items taken out


def again(keys: Iterable[str], at: Any = LOADED_AT) -> None:
    known = all_tables()
    tables = {n: known[n] for n in {metrics()[k]["measured"]["table"] for k in keys}}
    refresh(tables.values(), at=at, whole=True)  # tests roll the records back, not the mirror
    measure(at=at, since=YEAR.start, until=YEAR.stop - 1, keys=list(keys), tables=tables)


def passes(value: Any, meant: Any) -> bool:
    if isinstance(meant, Mapping):
        ((test, wanted),) = meant.items()
        return (
            (value is not None) is wanted
            if test == "set"
            else value not in (None, *wanted) and value != wanted
        )
    return value in (meant if isinstance(meant, list) else [meant])


def holds(row: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    return all(passes(row.get(column), meant) for column, meant in where.items())


def month(day: Any) -> int:
    return int(day.year) * 12 + int(day.month) - 1


def there(row: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    if "on" in said:
        return row.get(said["on"]) is not None and month(row[said["on"]]) in YEAR
    start, end = row.get(said["from"]), row.get(said.get("until", ""))
    return start is not None and month(start) < YEAR.stop and (end is None or month(end) >= YEAR.stop)


def rows_of(table: str, without: set[str]) -> Iterator[Mapping[str, Any]]:
    """Columns by hand: what the items say, and the day of each stage."""
    for item in simulated()[table.removeprefix("register_")][1]:
        if item.code not in without:
            stages = {f"{k}_on": v for k, v in item.stages.items()}
            yield {**item.values, **stages, "archived": False}


def by_hand(metric: str, without: set[str]) -> Decimal | None:
    """What the items come to, counted in Python without the mirror; None: a share of nothing."""
    said, body = metrics()[metric]["measured"], metrics()[metric]
    rows = [r for r in rows_of(said["table"], without) if holds(r, said["where"]) and there(r, said)]
    add = (
        (lambda some: sum((Decimal(r.get(said["sum"], 0)) for r in some), Decimal(0)))
        if "sum" in said
        else len
    )
    if "ratio" in said:
        num = Decimal(add([r for r in rows if holds(r, said["ratio"]["num"])]))
        den = Decimal(add(rows))
        return (num * 100 / den).quantize(Decimal(1).scaleb(-body["decimals"])) if den else None
    unit = entries_units(said)
    return convert(Decimal(add(rows)), unit or body["unit"], body["unit"])


@cache
def as_they_are(metric: str) -> Decimal | None:
    return by_hand(metric, set())


def entries_units(said: Mapping[str, Any]) -> str:
    register = simulated()[said["table"].removeprefix("register_")][0]
    return register.attribute[said["sum"]].unit if "sum" in said else ""


def test_counting_by_hand_comes_to_the_targets() -> None:
    for key, target in published.targets().items():
        if "/" not in key:
            assert by_hand(key, set()) == target.amount, key


@cache
def behind() -> tuple[tuple[str, str], ...]:
    """Register and number of every item of the registers that figures are measured over."""
    tables = {body["measured"]["table"] for body in metrics().values()}
    return tuple(
        (k, i.code) for k, (_r, own) in simulated().items() if f"register_{k}" in tables for i in own
    )


@pytest.mark.django_db
def test_removing_any_items_moves_each_figure_by_what_they_imply(loaded: District) -> None:
    """Whichever items are archived: every measured figure is then what the rest comes to, the others stay.

    Draws are small and shrink to the one item that is counted wrong; a last one takes many registers at once.
    """
    some = random.Random(3).sample(behind(), k=40)

    @settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate, Phase.shrink])
    @given(st.sets(st.sampled_from(behind()), min_size=1, max_size=5))
    @example(set(some))
    def holds_for(chosen: set[tuple[str, str]]) -> None:
        with transaction.atomic():
            _remove_and_compare(chosen)
            transaction.set_rollback(True)

    holds_for()


def _remove_and_compare(chosen: set[tuple[str, str]]) -> None:
    for key, code in sorted(chosen):
        item = Kept.objects.get(register=key, code=code)
        archive(item.pk, reason="核减", by=accounts.office(), at=LOADED_AT)
    gone = {k: {c for key, c in chosen if key == k} for k, _c in chosen}
    moved = [m for m, body in metrics().items() if _register(body) in gone]
    again(moved)
    told = {m: measured(m) for m in moved}
    assert told == {m: by_hand(m, gone[_register(metrics()[m])]) for m in moved}
    whole = {m: as_they_are(m) for m in moved}
    counted = {m for m in moved if any(_counts(m, key, code) for key, code in chosen)}
    assert {m for m in moved if told[m] != whole[m]} <= counted, "an item that does not count moves nothing"


def _register(body: Mapping[str, Any]) -> str:
    return str(body["measured"]["table"]).removeprefix("register_")


def _counts(metric: str, register: str, code: str) -> bool:
    """Whether an item is among those that the figure is reckoned from."""
    said = metrics()[metric]["measured"]
    if said["table"] != f"register_{register}":
        return False
    (row,) = rows_of(said["table"], {i.code for i in simulated()[register][1]} - {code})
    return holds(row, said["where"]) and there(row, said)


# The page that tells of it


def counting(key: str) -> int:
    """How many items count for a figure, by hand."""
    metric, _, breakdown = key.partition("/")
    said = metrics()[metric]["measured"]
    more = said["breakdowns"][breakdown] if breakdown else {}
    rows = [r for r in rows_of(said["table"], set()) if holds(r, {**said["where"], **more})]
    return len([r for r in rows if there(r, said)])


@pytest.mark.django_db
def test_the_page_of_measured_figures_says_what_the_sample_holds(loaded: District) -> None:
    root = Path(__file__).resolve().parents[2]
    told = counted.lines()
    page = (root / "docs" / "reference" / "measured-figures.md").read_text(encoding="utf-8")
    assert page == counted.page(told)
    assert {line.metric: line.counted for line in told} == {k: counting(k) for k in published.targets()}
    assert {line.register: line.entries for line in told} == {
        line.register: len(simulated()[line.register][1]) for line in told
    }
