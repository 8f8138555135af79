"""Addresses of pages that stand in a page by the hundred: worked out once for each name, not for each number."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse

_STAND_IN = 987654321  # no row has this key


def of_row(view: str, pk: int) -> str:
    """The address of a view that takes one key."""
    before, after = _around(view, get_script_prefix())
    return f"{before}{pk}{after}"


def of_page(view: str) -> str:
    """The address of a view that takes nothing."""
    return _whole(view, get_script_prefix())


@lru_cache(maxsize=256)
def _whole(view: str, _prefix: str) -> str:
    return reverse(view)


@lru_cache(maxsize=256)
def _around(view: str, _prefix: str) -> tuple[str, str]:
    before, _key, after = reverse(view, args=[_STAND_IN]).partition(str(_STAND_IN))
    return before, after
