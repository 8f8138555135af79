"""Every unit of the catalogue has an English name; scales stand before it."""

from __future__ import annotations

import pytest

from tongjian.packs import entries
from tongjian.values.unit_names import after_number, english


@pytest.mark.parametrize(
    ("symbol", "said"),
    [
        ("亿元", "hundred million yuan"),
        ("万户", "ten thousand households"),
        ("%", "%"),
        ("百分点", "percentage points"),
        ("微克/立方米", "µg/m³"),
        ("亿千瓦时", "hundred million kWh"),
        ("个工作日", "working days"),
        ("艘", "艘"),
        ("万", "万"),
    ],
)
def test_units_are_said_in_english(symbol: str, said: str) -> None:
    assert english(symbol) == said


def test_a_sign_follows_its_number_at_once() -> None:
    assert (after_number("%"), after_number("家")) == ("%", " entities")


def test_every_unit_of_the_catalogue_has_an_english_name() -> None:
    units = {m.body["unit"] for m in entries("metrics")}
    assert {u for u in units if any("一" <= c <= "龥" for c in english(u))} == set()
