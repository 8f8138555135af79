"""The one table of schemes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from tongjian.kernel.choices import CodeScheme
from tongjian.kernel.codes import industries, local, projects, regions, uscc
from tongjian.kernel.codes.verdict import Verdict


class Scheme(Protocol):
    """A scheme's check: the value as typed, and the day it should hold on."""

    def __call__(self, value: str, on: date | None = None) -> Verdict: ...


class UnknownScheme(ValueError):
    """A scheme that no check is known for: its name."""


SCHEMES: Mapping[str, Scheme] = {
    CodeScheme.USCC.value: uscc.check,
    CodeScheme.PROJECT.value: projects.check,
    CodeScheme.GB2260.value: regions.check,
    CodeScheme.GB4754.value: industries.check,
    CodeScheme.LOCAL.value: local.check,
}


def check(scheme: str, value: str, on: date | None = None) -> Verdict:
    """Judge a value of a scheme (`CodeScheme`). Raises UnknownScheme naming those there are."""
    if scheme not in SCHEMES:
        raise UnknownScheme(f"{scheme}: not a scheme of codes; there are {', '.join(SCHEMES)}")
    return SCHEMES[scheme](value, on)
