"""The page of checks holds the registry's table, and its examples run."""

from __future__ import annotations

import doctest
from pathlib import Path

from tongjian.checking.reference import refreshed, table
from tongjian.checking.registry import rules

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/checks.md"


def test_the_page_holds_the_table_of_the_registry() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert refreshed(page) == page, "run python -m tongjian.checking.reference"


def test_every_kind_of_check_has_a_rule() -> None:
    assert {r.code for r in rules()} == {f"K{n:02}" for n in range(1, 35)}
    assert len({(r.name, r.judge.__name__) for r in rules()}) == len(rules())
    assert table().count("\n| K") == len(rules())


def test_the_examples_of_the_page_run() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried >= 8) == (0, True)
