"""Figures over persons are marked where they are measured; one told before is marked once it would tell a hidden one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from facts.factories import world
from facts.measured.register import EVENING, Register
from facts.measured.test_measure import BEGUN, declared
from tongjian.facts import queries, refs
from tongjian.facts.measured import actions
from tongjian.facts.measured.small import is_withheld
from tongjian.facts.mirror.refresh import refresh
from tongjian.kernel.choices import Role
from tongjian.kernel.models import User

pytestmark = pytest.mark.django_db
NEXT_DAY = datetime(2022, 12, 2, 1, 0, tzinfo=UTC)
READER = User(username="r", role=Role.READER)
JANUARY = date(2022, 1, 15)


def night(register: Register, at: datetime) -> None:
    table = register.table(personal=True)
    refresh([table], at=at)
    actions.measure(at=at, tables={table.name: table})


def withheld(area: str, period: str = "2022-01") -> bool:
    fact = queries.resolve(refs.parse(f"begun[{area}] @ {period}")).fact
    assert fact is not None
    return is_withheld(fact.evidence, READER)


def test_a_town_told_before_is_marked_when_another_becomes_small(tmp_path: Path, settings: Any) -> None:
    settings.MIRROR = tmp_path / "mirror.duckdb"
    world()
    declared("begun", BEGUN)
    made = Register()
    for pk in range(1, 22):
        town = "north_town" if pk <= 6 else "south_town" if pk <= 13 else "tongzhou"
        made.put(pk, town, "begun", JANUARY, None, None, False, None)
    night(made, EVENING)
    assert [withheld(a) for a in ("north_town", "south_town", "tongzhou")] == [False, False, False]
    for pk in (1, 2):
        made.put(pk, "tongzhou", "begun", JANUARY, None, None, False, None, at=NEXT_DAY)
    night(made, NEXT_DAY)
    assert str(queries.resolve(refs.parse("begun[north_town] @ 2022-01")).number) == "4"
    assert [withheld(a) for a in ("north_town", "south_town", "tongzhou")] == [True, True, False]
    assert withheld("south_town", "2022-01/2022-02")  # nothing was added since: it says January's number
