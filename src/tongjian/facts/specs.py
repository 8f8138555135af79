"""What a metric's pack entry says of its series: those collected from the owner, those derived. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

COLLECTED_MEASURES = frozenset({"level", "growth", "difference", "rank", "share", "completion"})
# Measures that nobody reports as a series of their own.
DERIVED_MEASURES = frozenset({"average_2y", "contribution", "pull", "change_of_place"})
MEASURES = COLLECTED_MEASURES | DERIVED_MEASURES
BASES = frozenset({"natural", "restated", "comparable", "constant_price", "since_start"})
COMPARATORS = frozenset({"last_year", "city", "target"})
# Measures of a measure.
OVER_OTHERS = frozenset({"rank", "difference", "share", "completion", "average_2y", "change_of_place"})
GROUPS = frozenset({"towns", "districts"})
SOURCE_STATES = frozenset({"official", "department", "illustrative"})

COLLECT_FIELDS = frozenset(
    {"measure", "of", "basis", "comparator", "subject", "subjects", "breakdown", "breakdowns", "note"}
)
DERIVE_FIELDS = COLLECT_FIELDS | {
    "operator",
    "among",
    "partial",
    "whole",
    "numerator",
    "denominator",
    "amount",
    "heads",
    "average",
    "reasons",
}
# The operators of `derive` and the measure that each one gives.
OPERATORS: Mapping[str, str] = {
    "single": "level",
    "year_to_date": "level",
    "quarter": "level",
    "rolling_12": "level",
    "total": "level",
    "ratio": "level",
    "per_head": "level",
    "year_on_year": "growth",
    "average_2y": "average_2y",
    "gap": "difference",
    "contribution": "contribution",
    "pull": "pull",
    "share": "share",
    "completion": "completion",
    "rank": "rank",
    "change_of_place": "change_of_place",
}
# A measure without an operator means this one.
USUAL: Mapping[str, str] = {"level": "ratio"} | {
    measure: operator for operator, measure in OPERATORS.items() if measure != "level"
}
# What an operator does not work without.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "ratio": ("numerator", "denominator"),
    "per_head": ("amount", "heads"),
    "rank": ("among",),
    "total": ("among",),
    "change_of_place": ("among",),
    "gap": ("comparator",),
}
# Why a published growth may differ from the one of the levels; told in facts.growths.
REASONS = frozenset({"price", "scope", "deduplication", "enforcement", "policy", "base_revised", "rounding"})


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

    operator: one of OPERATORS. among: group of areas that a rank is taken in or a total is made of; partial: rank even
    where a peer has no figure. whole: metric that a share, contribution or pull is of (empty: the same metric without
    breakdown, or the city's). numerator, denominator: metrics whose quotient a level is; amount, heads: metric and
    stock of a per-head level, average: over the mean of the year's two ends. reasons: why published growth differs.
    """

    measure: str
    operator: str
    of: str = ""
    basis: str = "natural"
    comparator: str = ""
    among: str = ""
    partial: bool = False
    whole: str = ""
    numerator: str = ""
    denominator: str = ""
    amount: str = ""
    heads: str = ""
    average: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The other metrics that it looks at."""
        named = (self.whole, self.numerator, self.denominator, self.amount, self.heads)
        return tuple(key for key in named if key)


def measured_of(measure: str, of: str) -> str:
    """What a measure is of: `level` unless said otherwise; empty where the measure is of nothing else."""
    return (of or "level") if measure in OVER_OTHERS else ""


def collected(rows: Sequence[Mapping[str, Any]]) -> tuple[Collected, ...]:
    """A metric's `collect` lines. Raises SpecError."""
    return tuple(_collected(r) for r in rows)


def derived(rows: Sequence[Mapping[str, Any]]) -> tuple[Derived, ...]:
    """A metric's `derive` lines. Raises SpecError."""
    return tuple(_kept(_frozen(r)) for r in rows)


def _frozen(row: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in row.items())


@lru_cache(maxsize=4096)
def _kept(row: tuple[tuple[str, Any], ...]) -> Derived:
    """Parsed once: a derived value asks for its metric's lines each time."""
    return _derived(dict(row))


def bases(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The bases 口径 that a metric allows: its `bases`, or those of its series where it has none.

    Raises SpecError for an unknown one, and for a series on a basis that is not among them.
    """
    used = [str(row.get("basis", "natural")) for row in (*body.get("collect", ()), *body.get("derive", ()))]
    allowed = [str(b) for b in body.get("bases", ())] or used or ["natural"]
    if unknown := sorted(set(allowed) - BASES):
        raise SpecError(f"bases holds {', '.join(unknown)}; known are {', '.join(sorted(BASES))}")
    if others := sorted(set(used) - set(allowed)):
        raise SpecError(f"a series is on the basis {', '.join(others)}, which `bases` does not allow")
    return tuple(dict.fromkeys(allowed))


def source_state(body: Mapping[str, Any]) -> str:
    """What a metric's definition rests on; without a word on it, it is an illustration. Raises SpecError."""
    said = str(body.get("source_state", "illustrative"))
    if said not in SOURCE_STATES:
        raise SpecError(f"source_state is {said!r}; known are {', '.join(sorted(SOURCE_STATES))}")
    return said


def _collected(row: Mapping[str, Any]) -> Collected:
    _check(row, COLLECT_FIELDS, COLLECTED_MEASURES)
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
    operator = _operator(row)
    measure = OPERATORS[operator]
    if lacking := [name for name in NEEDED.get(operator, ()) if not row.get(name)]:
        raise SpecError(f"the operator {operator} needs {' and '.join(lacking)}")
    if row.get("among", "towns") not in GROUPS:
        raise SpecError(f"among is {row['among']!r}; known are {', '.join(sorted(GROUPS))}")
    reasons = tuple(str(r) for r in row.get("reasons", ()))
    if unknown := sorted(set(reasons) - set(REASONS)):
        raise SpecError(f"reasons holds {', '.join(unknown)}; known are {', '.join(sorted(REASONS))}")
    named = ("comparator", "among", "whole", "numerator", "denominator", "amount", "heads")
    return Derived(
        measure=measure,
        operator=operator,
        of=measured_of(measure, str(row.get("of", ""))),
        basis=str(row.get("basis", "natural")),
        partial=bool(row.get("partial", False)),
        average=bool(row.get("average", False)),
        reasons=reasons,
        **{name: str(row.get(name, "")) for name in named},
    )


def _operator(row: Mapping[str, Any]) -> str:
    """The operator named, or the usual one of the measure named. Both: they have to agree."""
    measure, operator = row.get("measure"), row.get("operator")
    if operator is None:
        return USUAL[str(measure or "level")]
    if operator not in OPERATORS:
        raise SpecError(f"operator is {operator!r}; known are {', '.join(OPERATORS)}")
    if measure is not None and OPERATORS[operator] != measure:
        raise SpecError(f"the operator {operator} gives {OPERATORS[operator]}, not {measure}")
    return str(operator)


def _words(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    many = row.get(f"{name}s", [row[name]] if row.get(name) else [])
    return tuple(str(w) for w in many)


def _check(row: Mapping[str, Any], allowed: frozenset[str], measures: frozenset[str] = MEASURES) -> None:
    if unknown := sorted(set(row) - allowed):
        raise SpecError(f"unknown field {', '.join(unknown)}; known are {', '.join(sorted(allowed))}")
    for name, words in (("measure", measures), ("of", frozenset({"level", "growth"})), ("basis", BASES)):
        if name in row and row[name] not in words:
            raise SpecError(f"{name} is {row[name]!r}; known are {', '.join(sorted(words))}")
    if row.get("comparator", "") not in COMPARATORS | {""}:
        raise SpecError(f"comparator is {row['comparator']!r}; known are {', '.join(sorted(COMPARATORS))}")
