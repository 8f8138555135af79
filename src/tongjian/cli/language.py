"""The language of the command line: Chinese unless --lang or the system's locale says English."""

from __future__ import annotations

import os
from contextvars import ContextVar

LANGUAGES = ("zh", "en")
_language: ContextVar[str] = ContextVar("language", default="zh")


def text(zh: str, en: str) -> str:
    """The one of two texts that the user reads."""
    return en if _language.get() == "en" else zh


def language() -> str:
    """zh or en."""
    return _language.get()


def use(chosen: str) -> None:
    _language.set(chosen)


def from_locale() -> str:
    """en when the locale is an English one, else zh (C and POSIX say nothing about people)."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "zh"
