"""Packs are checked whole: a bad type, rule or feed changes nothing; a state in which cases stand may not go."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from records.cases.factories import AT, district
from tongjian.kernel.models import Definition
from tongjian.packs import entries
from tongjian.records.cases import actions, catalogue, defining
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.defining import PackRefused

pytestmark = pytest.mark.django_db


def folder(tmp_path: Path, kind: str, body: dict[str, Any]) -> Path:
    (tmp_path / kind).mkdir()
    (tmp_path / kind / "own.yaml").write_text(yaml.safe_dump([body], allow_unicode=True), encoding="utf-8")
    return tmp_path


def shipped(kind: str, key: str) -> dict[str, Any]:
    return copy.deepcopy(next(e.body for e in entries(kind) if e.key == key))


def test_the_shipped_packs_apply_once(tmp_path: Path) -> None:
    assert len(defining.sync(AT)) == sum(len(entries(kind)) for kind in defining.KINDS)
    assert defining.sync(AT) == []
    assert catalogue.case_type("hazard").version == 1


def test_a_new_type_is_yaml_only(tmp_path: Path) -> None:
    body = shipped("case_types", "grid_event") | {"key": "letter", "name": "来信", "name_en": "Letter"}
    defining.sync(AT, folder(tmp_path, "case_types", body))
    district()
    case = actions.receive(Intake("letter", "来信反映路灯不亮"), by=None, at=AT)
    assert (case.type, case.state) == ("letter", "to_file")


@pytest.mark.parametrize(
    ("kind", "key", "change", "fault"),
    [
        ("case_types", "hazard", {"initial": "nowhere"}, "initial: nowhere is no state"),
        ("routing", "complaint", {"rules": [{"key": "x"}]}, "routing/x: step is missing"),
        ("work_orders", "city_platform", {"type": "nothing"}, "type: nothing is no case type"),
        (
            "work_orders",
            "city_platform",
            {"stages": [{"filled": [], "state": "gone"}]},
            "stages: gone is no state",
        ),
    ],
)
def test_a_bad_pack_changes_nothing(
    tmp_path: Path, kind: str, key: str, change: dict[str, Any], fault: str
) -> None:
    with pytest.raises(PackRefused) as refused:
        defining.sync(AT, folder(tmp_path, kind, shipped(kind, key) | change))
    assert any(f.startswith(fault) for f in refused.value.faults)
    assert Definition.objects.count() == 0


def test_a_state_in_which_cases_stand_stays(tmp_path: Path) -> None:
    district()
    actions.receive(Intake("grid_event", "井盖松动"), by=None, at=AT)
    body = shipped("case_types", "grid_event")
    text = yaml.safe_dump(body, allow_unicode=True).replace("to_file", "filing")
    with pytest.raises(PackRefused) as refused:
        defining.sync(AT, folder(tmp_path, "case_types", yaml.safe_load(text)))
    assert refused.value.faults == (
        "states.to_file: open cases stand there; keep it until they have moved on",
    )


def test_a_wrong_pattern_of_the_reply_check_is_refused_when_it_is_applied(tmp_path: Path) -> None:
    body = shipped("reply_check", "promise") | {"dated": ["[0-9]+日", "("], "kind": "wish"}
    with pytest.raises(PackRefused) as refused:
        defining.sync(AT, folder(tmp_path, "reply_check", body))
    assert [f.partition(" (")[0] for f in refused.value.faults] == [
        "kind: is one of words, undated, personal",
        "dated 2:",
    ]
    assert not Definition.objects.exists()
