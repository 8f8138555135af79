"""All rules over all values of a workbook: findings in the order of its cells. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from tongjian.facts.validation import across, along
from tongjian.facts.validation.along import Said
from tongjian.facts.validation.findings import HARD, Finding
from tongjian.facts.validation.observed import Known, Observed
from tongjian.facts.validation.specs import Rule

Check = Callable[[Observed, Known, Rule], Iterable[Said]]
CHECKS: Mapping[str, Check] = {
    "cumulative": along.sum_of_months,
    "falling": along.falling,
    "range": along.in_range,
    "slip": along.slipped,
    "growth": along.growth,
    "seasonal": along.seasonal,
    "part_whole": across.part_whole,
    "breakdown": across.breakdown,
    "sum": across.total_of_parts,
    "areas": across.areas,
    "ratio": across.ratio,
}

MEASURES: Mapping[str, frozenset[str]] = {"growth": frozenset({"level", "growth"})}


def examine(observed: Sequence[Observed], known: Known, rules: Sequence[Rule]) -> list[Finding]:
    """What the rules find. observed: the workbook's values, which `known` has seen; those with a bound word are left out.

    The same line of one rule about the same thing is told once, at the first value that it concerns.
    """
    found: dict[tuple[str, str, str], Finding] = {}
    chosen: dict[tuple[str, str], Sequence[Rule]] = {}
    for one in observed:
        if not one.exact:
            continue
        what = one.metric.key, one.key.measure
        if what not in chosen:
            chosen[what] = [r for r in rules if concerns(r, *what)]
        for rule in chosen[what]:
            for said in CHECKS[rule.check](one, known, rule):
                about = said.about or _about(one)
                found.setdefault((rule.key, about[0], said.zh), _finding(said, about, one, rule))
    return list(found.values())


def concerns(rule: Rule, metric: str, measure: str) -> bool:
    """Whether a rule can have anything to say of values of this metric and measure."""
    if not rule.covers(metric):
        return False
    if rule.named and metric not in rule.named:
        return False
    return measure in MEASURES.get(rule.check, {"level"}) or rule.check in {"range", "seasonal"}


def _about(one: Observed) -> tuple[str, str]:
    return f"{one.whose}{one.metric.name}", f"{one.metric.name_en} ({one.whose})"


def _finding(said: Said, about: tuple[str, str], one: Observed, rule: Rule) -> Finding:
    at = said.at or one
    return Finding(
        rule=rule.key,
        severity=HARD if said.hard else rule.severity,
        sheet=at.sheet,
        cell=at.cell,
        series=at.series,
        name=rule.name,
        name_en=rule.name_en,
        zh=f"{about[0]}：{said.zh}",
        en=f"{about[1]}: {said.en}",
    )
