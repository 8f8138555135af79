"""The rule lists behind the lights, out of `packs/lights`: parsed, linted, applied. Pure.

A list is ordered from best to worst and covers the whole line of margins: no gap, no overlap, a last rule
that catches everything below. Thresholds are data; see docs/reference/lights.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Protocol

from tongjian.plans.choices import Light

YARDSTICKS = ("growth", "flow", "state", "cap", "cap_flow")
STAGES = ("during", "final")
COLOURS = frozenset({Light.GREEN, Light.YELLOW, Light.RED})
WORSE = (Light.GREEN, Light.YELLOW, Light.RED)


class Interval(Protocol):
    """Margins with low <= margin < high; None: open on that side."""

    @property
    def low(self) -> Decimal | None: ...
    @property
    def high(self) -> Decimal | None: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """The light of every margin with low <= margin < high; None: open on that side."""

    light: Light
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a rule list: which yardstick and stage, a stable code, and where."""

    yardstick: str
    stage: str
    code: str  # missing_list empty bad_light bad_number gap overlap hollow not_open_above no_catch_all milder bad_stage
    detail: str = ""

    def __str__(self) -> str:
        return f"lights/{self.yardstick}.{self.stage}: {self.code} {self.detail}".rstrip()


class LightsError(ValueError):
    """The pack of lights has faults; `faults` lists them all."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Book:
    """All rule lists of an installation, how wide 左右 is, and which lights of binding targets (约束性) are worse.

    versions: which version of each entry of the pack this book was made of; 0: the shipped one, not yet applied.
    """

    lists: Mapping[tuple[str, str], tuple[Rule, ...]]
    approx_points: Decimal
    approx_percent: Decimal
    binding: Mapping[tuple[str, Light], Light] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)

    def pick(self, yardstick: str, stage: str, margin: Decimal, *, strict: bool = False) -> Light:
        """The light of a margin. strict: a margin of exactly 0 does not meet the target (超, 大于)."""
        just_below = strict and margin == 0
        for rule in self.lists[yardstick, stage]:
            if rule.low is None or margin > rule.low or (margin == rule.low and not just_below):
                return rule.light
        raise AssertionError("a linted list covers the line")


def read(bodies: Iterable[Mapping[str, Any]], versions: Mapping[str, int] | None = None) -> Book:
    """The book that these pack bodies make. Raises LightsError naming every fault."""
    by_key = {str(b["key"]): b for b in bodies}
    faults = lint(by_key.values())
    if faults:
        raise LightsError(faults)
    bounds = by_key.get("bounds", {})
    return Book(
        lists={(y, s): _rules(by_key[y][s]) for y in YARDSTICKS for s in STAGES},
        approx_points=number(bounds.get("approx_points", 0)),
        approx_percent=number(bounds.get("approx_percent", 0)),
        binding=_binding(by_key.get("natures", {})),
        versions=versions or dict.fromkeys(by_key, 0),
    )


def lint(bodies: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Every way in which the lists fail to cover the line exactly once; empty: they do."""
    by_key = {str(b["key"]): b for b in bodies}
    faults: list[Fault] = []
    for yardstick in YARDSTICKS:
        for stage in STAGES:
            found = by_key.get(yardstick, {}).get(stage)
            faults += _lint_list(yardstick, stage, found)
    return faults + _lint_bounds(by_key.get("bounds", {})) + _lint_natures(by_key.get("natures", {}))


def _lint_bounds(body: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for name in ("approx_points", "approx_percent"):
        try:
            good = number(body.get(name, 0)) >= 0
        except InvalidOperation:
            good = False
        if not good:
            faults.append(Fault("bounds", name, "bad_number", str(body.get(name))))
    return faults


def _lint_natures(body: Mapping[str, Any]) -> list[Fault]:
    """A binding target is never judged more mildly than an anticipated one."""
    try:
        worse = _binding(body)
    except (ValueError, TypeError, AttributeError) as error:
        return [Fault("natures", "binding", "bad_light", str(error))]
    milder = [(s, a) for (s, a), b in worse.items() if WORSE.index(b) < WORSE.index(a)]
    strange = [s for s, _light in worse if s not in STAGES]
    return [
        *(Fault("natures", stage, "milder", light.value) for stage, light in milder),
        *(Fault("natures", stage, "bad_stage") for stage in strange),
    ]


def _binding(body: Mapping[str, Any]) -> dict[tuple[str, Light], Light]:
    stages = body.get("binding", {})
    return {(str(s), _colour(a)): _colour(b) for s, pairs in stages.items() for a, b in pairs.items()}


def _lint_list(yardstick: str, stage: str, rows: object) -> list[Fault]:
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return [Fault(yardstick, stage, "missing_list")]
    if not rows:
        return [Fault(yardstick, stage, "empty")]
    try:
        rules = _rules(rows)
    except InvalidOperation:
        return [Fault(yardstick, stage, "bad_number")]
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        return [Fault(yardstick, stage, "bad_light", str(error))]
    return [Fault(yardstick, stage, code, detail) for code, detail in coverage_faults(rules)]


def coverage_faults(rules: Sequence[Interval]) -> list[tuple[str, str]]:
    """Where an ordered list of intervals does not cover the line exactly once: (code, where)."""
    faults = []
    if rules[0].high is not None:
        faults.append(("not_open_above", f"{rules[0].high}"))
    for number, rule in enumerate(rules, 1):
        if rule.low is not None and rule.high is not None and rule.low >= rule.high:
            faults.append(("hollow", f"rule {number}"))
    for number, (upper, lower) in enumerate(pairwise(rules), 1):
        if upper.low is None or lower.high is None or lower.high > upper.low:
            faults.append(("overlap", f"rules {number} and {number + 1}"))
        elif lower.high < upper.low:
            faults.append(("gap", f"{lower.high} to {upper.low}"))
    if rules[-1].low is not None:
        faults.append(("no_catch_all", f"below {rules[-1].low}"))
    return faults


def _rules(rows: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(Rule(_colour(r["light"]), _open(r.get("from")), _open(r.get("below"))) for r in rows)


def _colour(word: object) -> Light:
    light = Light(str(word))
    if light not in COLOURS:
        raise ValueError(f"{word} is no colour; a rule gives green, yellow or red")
    return light


def _open(value: object) -> Decimal | None:
    return None if value is None else number(value)


def number(value: object) -> Decimal:
    return Decimal(str(value))
