"""The list of systems: as written, every place is there, and every row of the survey has its number and shape."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Set
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.urls import reverse

from tongjian.packs import entries
from tongjian.packs.directory import Lives, page, systems

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("TONGJIAN_SHARED", ROOT.parent / "shared"))
KINDS = {"register": "registers", "metric": "metrics", "case": "case_types", "track": "tracks"}
BY_REGISTERS = {"registry", "pipeline", "checklist", "workflow", "map", "schedule", "indicator"}


def test_the_page_is_written_from_the_list() -> None:
    assert (ROOT / "docs" / "reference" / "systems.md").read_text(encoding="utf-8") == page(systems())


def test_every_place_is_there() -> None:
    known = {kind: {e.key for e in entries(folder)} for kind, folder in KINDS.items()}
    known["metric"] |= {c["key"] for e in entries("registers") for c in e.body.get("counts", ())}
    assert [str(p) for s in systems() for p in s.places if not _there(p, known)] == []


def _there(place: Lives, known: Mapping[str, Set[str]]) -> bool:
    if place.kind == "page":
        return bool(reverse(place.key))
    if place.kind == "records":
        return find_spec(f"tongjian.records.{place.key}.models") is not None
    return place.key in known[place.kind]


def test_what_is_a_list_a_course_or_a_figure_lives_somewhere() -> None:
    assert [s.number for s in systems() if s.shape in BY_REGISTERS and not s.places] == []


def test_every_register_serves_a_system_or_stands_beside_one() -> None:
    beside = {"road_works"}  # roads are told of without a system's name
    served = {p.key for s in systems() for p in s.places if p.kind == "register"}
    assert {e.key for e in entries("registers")} - served == beside


@pytest.mark.gold
def test_every_row_of_the_survey_is_listed_with_its_shape() -> None:
    survey = SHARED / "gold" / "seed-systems.md"
    if not survey.exists():
        pytest.skip("the survey of systems is not on this machine")
    row = re.compile(r"^\| (\d+) \|.*\| (\w+) \|$", re.M)
    wanted = {int(n): shape for n, shape in row.findall(survey.read_text(encoding="utf-8"))}
    assert len(wanted) == 146
    assert {s.number: s.shape for s in systems()} == wanted
