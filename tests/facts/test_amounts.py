"""What a cell's number may be, and how it is kept as printed."""

from __future__ import annotations

import pytest

from tongjian.facts.collection.amounts import BadCell, check_range
from tongjian.values import Number


@pytest.mark.parametrize(
    ("text", "measure", "bounds", "kept"),
    [
        ("-3", "level", (), "家"),
        ("-0.1", "level", (), "万亩"),
        ("-1", "level", ("0", "100"), "%"),
        ("-100.1", "growth", (), "%"),
        ("-1", "completion", (), "%"),
    ],
)
def test_what_cannot_be(text: str, measure: str, bounds: tuple[str, ...], kept: str) -> None:
    with pytest.raises(BadCell) as told:
        check_range(Number.parse(text), measure, bounds, kept)
    assert told.value.code == "out_of_range"


@pytest.mark.parametrize(
    ("text", "measure", "bounds", "kept"),
    [
        ("0", "level", (), "家"),
        ("-3", "level", ("-50", "50"), "人"),  # a net change, whose metric says so
        ("-2.5", "level", (), "亿元"),
        ("-2.5", "level", (), "%"),
        ("-3", "difference", (), "家"),
    ],
)
def test_what_can_be(text: str, measure: str, bounds: tuple[str, ...], kept: str) -> None:
    check_range(Number.parse(text), measure, bounds, kept)
