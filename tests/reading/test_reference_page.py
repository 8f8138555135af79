"""The examples on the reference page run as printed, and the page names every field."""

from __future__ import annotations

import dataclasses
import doctest
import subprocess
import sys
from pathlib import Path

import pytest

from tongjian.reading.labels import LABELS
from tongjian.reading.types import Achievement, Commitment, Figure

PAGE = Path(__file__).parents[2] / "docs/reference/reading.md"


def test_the_examples_run_as_printed() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted >= 15
    assert result.failed == 0


@pytest.mark.parametrize("row", [Figure, Commitment, Achievement])
def test_every_field_is_described(row: type) -> None:
    written = PAGE.read_text(encoding="utf-8").split(f"## {row.__name__}")[1].split("\n## ")[0]
    assert [f.name for f in dataclasses.fields(row) if f"`{f.name}`" not in written] == []


def test_every_word_of_the_vocabulary_is_described() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert [word for group in LABELS.values() for word in group if f"`{word}`" not in written] == []


def test_reading_needs_neither_django_nor_a_database() -> None:
    seen = "import sys; import tongjian.reading.api, tongjian.reading.limited; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "tongjian.reading.api" in loaded
    assert {"django", "sqlite3", "lxml", "pypdfium2"}.isdisjoint(loaded)
