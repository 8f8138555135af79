"""The example on the reference page runs as printed, and the page names every outcome."""

from __future__ import annotations

import doctest
from pathlib import Path

from tongjian.comparing.labels import FINER, OUTCOMES

PAGE = Path(__file__).parents[2] / "docs/reference/comparing.md"


def test_the_example_runs_as_printed() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted >= 5
    assert result.failed == 0


def test_every_outcome_is_described() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert [o for o in (*OUTCOMES, *FINER) if f"`{o.value}`" not in written] == []
    assert [said.zh for said in OUTCOMES.values() if said.zh not in written] == []
