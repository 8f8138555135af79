"""What a metric's pack entry says of its series: those collected from the owner, those derived. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MEASURES = frozenset({"level", "growth", "difference", "rank", "share", "completion"})
BASES = frozenset({"natural", "restated", "comparable", "constant_price", "since_start"})
COMPARATORS = frozenset({"last_year", "city", "target"})
OVER_OTHERS = frozenset({"rank", "difference", "share", "completion"})  # measures of a measure
GROUPS = frozenset({"towns", "districts"})

COLLECT_FIELDS = frozenset(
    {"measure", "of", "basis", "comparator", "subject", "subjects", "breakdown", "breakdowns", "note"}
)
DERIVE_FIELDS = COLLECT_FIELDS | {"among", "partial", "whole", "numerator", "denominator"}


class SpecError(ValueError):
    """A metric's collect or derive line that cannot be meant."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Series that the metric's owner reports: every subject × every breakdown, none of either meaning the plain one.

    subjects: area keys, or the groups `towns` and `districts`; empty: the installation's district.
    """

    measure: str = "level"
    of: str = ""
    basis: str = "natural"
    comparator: str = ""
    subjects: tuple[str, ...] = ()
    breakdowns: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Derived:
    """A series computed from others when nobody reported it.

    among: group of areas that a rank is taken in; partial: rank even where a peer has no figure.
    whole: metric that a share is of (empty: the same metric without breakdown, or the city's).
    numerator, denominator: metrics whose quotient a level is.
    """

    measure: str
    of: str = ""
    basis: str = "natural"
    comparator: str = ""
    among: str = ""
    partial: bool = False
    whole: str = ""
    numerator: str = ""
    denominator: str = ""

    @property
    def operator(self) -> str:
        """The operator that computes it: growth, difference, rank, share, completion, ratio."""
        return "ratio" if self.measure == "level" else self.measure


def measured_of(measure: str, of: str) -> str:
    """What a measure is of: `level` unless said otherwise; empty where the measure is of nothing else."""
    return (of or "level") if measure in OVER_OTHERS else ""


def collected(rows: Sequence[Mapping[str, Any]]) -> tuple[Collected, ...]:
    """A metric's `collect` lines. Raises SpecError."""
    return tuple(_collected(r) for r in rows)


def derived(rows: Sequence[Mapping[str, Any]]) -> tuple[Derived, ...]:
    """A metric's `derive` lines. Raises SpecError."""
    return tuple(_derived(r) for r in rows)


def _collected(row: Mapping[str, Any]) -> Collected:
    _check(row, COLLECT_FIELDS)
    measure = str(row.get("measure", "level"))
    return Collected(
        measure=measure,
        of=measured_of(measure, str(row.get("of", ""))),
        basis=str(row.get("basis", "natural")),
        comparator=str(row.get("comparator", "")),
        subjects=_words(row, "subject"),
        breakdowns=_words(row, "breakdown") or ("",),
    )


def _derived(row: Mapping[str, Any]) -> Derived:
    _check(row, DERIVE_FIELDS)
    measure = str(row.get("measure", "level"))
    if measure == "level" and not (row.get("numerator") and row.get("denominator")):
        raise SpecError("a derived level needs a numerator and a denominator")
    if measure == "rank" and row.get("among") not in GROUPS:
        raise SpecError(f"a derived rank needs among: one of {', '.join(sorted(GROUPS))}")
    if measure == "difference" and not row.get("comparator"):
        raise SpecError("a derived difference needs a comparator")
    return Derived(
        measure=measure,
        of=measured_of(measure, str(row.get("of", ""))),
        basis=str(row.get("basis", "natural")),
        comparator=str(row.get("comparator", "")),
        among=str(row.get("among", "")),
        partial=bool(row.get("partial", False)),
        whole=str(row.get("whole", "")),
        numerator=str(row.get("numerator", "")),
        denominator=str(row.get("denominator", "")),
    )


def _words(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    many = row.get(f"{name}s", [row[name]] if row.get(name) else [])
    return tuple(str(w) for w in many)


def _check(row: Mapping[str, Any], allowed: frozenset[str]) -> None:
    if unknown := sorted(set(row) - allowed):
        raise SpecError(f"unknown field {', '.join(unknown)}; known are {', '.join(sorted(allowed))}")
    for name, words in (("measure", MEASURES), ("of", MEASURES - OVER_OTHERS), ("basis", BASES)):
        if name in row and row[name] not in words:
            raise SpecError(f"{name} is {row[name]!r}; known are {', '.join(sorted(words))}")
    if row.get("comparator", "") not in COMPARATORS | {""}:
        raise SpecError(f"comparator is {row['comparator']!r}; known are {', '.join(sorted(COMPARATORS))}")
