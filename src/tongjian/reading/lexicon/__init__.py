"""Words of Chinese reports as data: units and measure words, bounds, bases, comparators, verbs."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a blank-separated list, as word lists are kept here."""
    return tuple(text.split())
