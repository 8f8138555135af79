"""The shipped registers: every one can be meant, points only to what is there, and fits any district."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tongjian.kernel import tracks
from tongjian.packs import Entry, entries
from tongjian.records.registers.definition import read
from tongjian.records.registers.pointing import Ground, check
from tongjian.records.registers.schema import Register
from tongjian.records.registers.sheets.columns import bare, columns

ENTRIES = entries("registers")
TRACKS = {e.key: tracks.read(e.body) for e in entries("tracks")}
GROUND = Ground(TRACKS, frozenset(e.key for e in entries("organisations")), frozenset(e.key for e in ENTRIES))


def registers() -> list[Register]:
    return [read(e.body)[0] for e in ENTRIES]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_a_register_can_be_meant_and_points_to_what_is_there(entry: Entry) -> None:
    made, flaws = read(entry.body)
    assert [str(f) for f in [*flaws, *check(made, GROUND)]] == []


@pytest.mark.parametrize("register", registers(), ids=lambda r: r.key)
def test_no_attribute_reads_like_a_stage_or_a_day_of_one(register: Register) -> None:
    stages = TRACKS[register.track].stages if register.track else ()
    taken = {s.key for s in stages} | {f"{s.key}_on" for s in stages}
    assert taken & set(register.attribute) == set()


@pytest.mark.parametrize("register", registers(), ids=lambda r: r.key)
def test_headings_of_a_workbook_are_told_apart(register: Register) -> None:
    found = columns(register, TRACKS.get(register.track))
    headings = [bare(c.heading) for c in found] + [bare(c.heading_en) for c in found]
    assert [h for h, n in Counter(headings).items() if n > 1] == []


def test_a_count_has_a_key_of_its_own_among_all_metrics() -> None:
    keys = [c.key for r in registers() for c in r.counts] + [e.key for e in entries("metrics")]
    assert [k for k, n in Counter(keys).items() if n > 1] == []


def test_lists_of_measures_say_when_one_is_done_and_long_plans_which_years_it_belongs_to() -> None:
    checklists = [r for r in registers() if r.shape == "checklist"]
    assert len(checklists) >= 13
    assert [r.key for r in checklists if r.checklist is None] == []
    plans = [r for r in registers() if {"first_year", "last_year"} <= set(r.attribute)]
    assert len(plans) >= 4
    assert [r.key for r in plans if r.years is None] == []


def test_every_theme_of_records_has_registers() -> None:
    assert {str(r.theme) for r in registers()} == {*(f"M{n}" for n in (1, 3, 4, 5, 6, 7, 8, 9, 10)), "K"}


def test_no_place_of_the_sample_district_stands_in_a_register_or_track() -> None:
    places = {str(e.body["name"]).rstrip("区镇乡") for e in entries("areas")} - {""}
    words = [w for kind in ("registers", "tracks") for e in entries(kind) for w in _words(e.body)]
    assert [(p, w) for w in words for p in places if p in w] == []


def _words(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for value in body.values():
            yield from _words(value)
    elif isinstance(body, list):
        for value in body:
            yield from _words(value)
    else:
        yield str(body)
