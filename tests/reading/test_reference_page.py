"""The example on the reference page runs as printed, and the page names every field."""

from __future__ import annotations

import dataclasses
import doctest
from pathlib import Path

import pytest

from tongjian.reading.labels import LABELS
from tongjian.reading.types import Achievement, Commitment, Figure

PAGE = Path(__file__).parents[2] / "docs/reference/reading.md"


def test_the_example_runs_as_printed() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted >= 3
    assert result.failed == 0


@pytest.mark.parametrize("row", [Figure, Commitment, Achievement])
def test_every_field_is_described(row: type) -> None:
    written = PAGE.read_text(encoding="utf-8").split(f"## {row.__name__}")[1].split("\n## ")[0]
    assert [f.name for f in dataclasses.fields(row) if f"`{f.name}`" not in written] == []


def test_every_word_of_the_vocabulary_is_described() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert [word for group in LABELS.values() for word in group if f"`{word}`" not in written] == []
