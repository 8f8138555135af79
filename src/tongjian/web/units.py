"""Units in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from tongjian.values import unit_names


def shown(symbol: str) -> str:
    """亿元 in Chinese, hundred million yuan in English."""
    return unit_names.english(symbol) if (get_language() or "").startswith("en") else symbol
