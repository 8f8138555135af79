"""Rules by step and date, a dry run on history, and what history itself says."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from records.cases.factories import AT, District, district
from tongjian.packs import entries
from tongjian.records.cases import actions, learning, routing, suggesting
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.learning import Example
from tongjian.records.cases.models import Case
from tongjian.records.cases.routing import Matter, Places, RoutingError, read, route

DAY = timedelta(days=1)
PLACES = Places({"water": 1, "transport": 2, "old": 3}, {"north": 11, "south": 12})
BODY = {
    "type": "complaint",
    "rules": [
        {"key": "town", "step": "territorial", "to": "unit_of_area", "zh": "属地", "en": "town"},
        {
            "key": "old",
            "step": "specialised",
            "category": "水务",
            "to": "old",
            "until": "2025-12-31",
            "zh": "旧",
            "en": "old",
        },
        {
            "key": "water",
            "step": "specialised",
            "category": "水务",
            "to": "water",
            "since": "2026-01-01",
            "zh": "水",
            "en": "water",
            "joint": ["transport"],
        },
        {"key": "gone", "step": "specialised", "words": ["公交"], "to": "nobody", "zh": "无", "en": "none"},
        {"key": "rest", "step": "fallback", "to": "desk", "zh": "台", "en": "desk"},
    ],
}


def matter(category: str = "", area: str = "", text: str = "", on: date = date(2026, 3, 2)) -> Matter:
    return Matter(category, area, text, "", on)


@pytest.mark.parametrize(
    ("asked", "rule", "unit"),
    [
        (matter("水务/供水", "north"), "water", 1),
        (matter("水务", "north", on=date(2025, 12, 31)), "old", 3),
        (matter("水务局投诉", "north"), "town", 11),
        (matter(area="south", text="公交晚点"), "town", 12),
        (matter(area="elsewhere"), "rest", None),
    ],
)
def test_the_first_rule_that_fits_and_names_somebody(asked: Matter, rule: str, unit: int | None) -> None:
    found = route(read([BODY], "complaint"), asked, PLACES)
    assert found is not None
    assert (found.rule.key, found.unit) == (rule, unit)
    assert found.joint == ((2,) if rule == "water" else ())


def test_bad_rules_are_named_together() -> None:
    bad = {
        "type": "complaint",
        "rules": [{"key": "a", "step": "magic", "to": "x", "zh": "一", "since": "soon"}],
    }
    with pytest.raises(RoutingError) as error:
        read([bad], "complaint")
    assert len(error.value.faults) == 3


def test_the_shipped_rules_can_be_meant() -> None:
    assert [r.key for r in read([e.body for e in entries("routing")], "complaint")][-1] == "fallback"


@pytest.fixture
def d() -> District:
    return district()


def dispatched(d: District, text: str, area: str, unit: str, category: str = "") -> Case:
    intake = Intake("complaint", text, area=d.areas[area].pk, category=category)
    case = actions.receive(intake, by=None, at=AT)
    return actions.perform(case.pk, "dispatch", {"lead": d.units[unit].pk}, by=None, at=AT)


@pytest.mark.django_db
def test_a_dry_run_says_what_rules_would_have_done(d: District) -> None:
    dispatched(d, "路灯不亮", "north", "north")
    dispatched(d, "自来水浑浊", "south", "water", "水务/供水")
    other = dispatched(d, "路面塌陷", "south", "north")
    told = routing.dry_run("complaint", AT - DAY, AT + DAY)
    assert (told.cases, told.sent, told.as_dispatched) == (3, 3, 2)
    assert told.by_rule == {"territorial": (2, 1), "water_supply": (1, 1)}
    assert told.examples == ((other.pk, "territorial", d.units["south"].pk, d.units["north"].pk),)


def history(count: int, noise: float = 0.0) -> list[Example]:
    dice = random.Random(5)
    words = {
        1: ["自来水停水", "管道漏水", "水压不足"],
        2: ["公交晚点", "站牌损坏", "线路调整"],
        3: ["路灯不亮", "垃圾清运", "占道经营"],
    }
    found = []
    for _ in range(count):
        unit = dice.choice([1, 2, 3, 3])
        said = dice.choice(words[unit]) + dice.choice(["请处理", "多日未解决", "影响出行"])
        found.append(Example(said, "", "north", dice.choice([1, 2, 3]) if dice.random() < noise else unit))
    return found


def test_what_history_teaches() -> None:
    model = learning.train(history(400))
    assert model is not None
    best = learning.guesses(model, Example("楼里停水，水管漏水", "", "north"))
    assert best[0].unit == 1
    assert best[0].confidence > 0.8
    assert not learning.abstains(best)
    assert set(best[0].because) & {"停水", "漏水", "水管"}
    assert model.measured.top1 > 0.95 > model.measured.majority


def test_confidence_is_as_good_as_it_says_and_it_abstains() -> None:
    model = learning.train(history(3000, noise=0.4))
    assert model is not None
    assert model.measured.right_when_answered >= 0.6
    said = [learning.guesses(model, e)[0].confidence for e in history(200)]
    assert 0.5 < sum(said) / len(said) < 0.9  # three in ten are noise
    assert learning.abstains(learning.guesses(model, Example("天气预报", "", "")))


def test_too_little_history_teaches_nothing() -> None:
    assert learning.train(history(40)) is None
    assert learning.train([Example("一", "", "", 1)] * 100) is None


def test_a_model_is_kept_whole() -> None:
    model = learning.train(history(200))
    assert model is not None
    again = learning.loaded(learning.dumped(model))
    asked = Example("公交晚点", "", "north")
    assert [g.unit for g in learning.guesses(again, asked)] == [
        g.unit for g in learning.guesses(model, asked)
    ]
    assert again.measured == model.measured


@pytest.mark.django_db
def test_suggestions_give_rule_and_history_with_reasons(d: District) -> None:
    for n in range(60):
        dispatched(
            d, f"{'水管漏水' if n % 3 else '路灯不亮'}第{n}次反映", "north", "water" if n % 3 else "north"
        )
    assert suggesting.learn("complaint", at=AT + DAY) is not None
    case = actions.receive(
        Intake("complaint", "小区水管漏水", area=d.areas["north"].pk), by=None, at=AT + DAY
    )
    found = suggesting.suggest(case)
    assert {s.unit for s in found[:2]} == {d.units["water"].pk, d.units["north"].pk}
    assert {s.source for s in found} == {"rule", "history"}
    rule = next(s for s in found if s.source == "rule")
    assert (rule.unit, rule.reason.zh, rule.confidence) == (d.units["north"].pk, "属地街乡镇主办", None)
