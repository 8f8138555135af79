"""Rules out of packs/validation: which check, how strict, for which metrics, with which numbers. Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

SEVERITIES = frozenset({"hard", "soft", "off"})
FIELDS: Mapping[str, frozenset[str]] = {
    "cumulative": frozenset(),
    "falling": frozenset(),
    "range": frozenset({"measure", "low", "high"}),
    "slip": frozenset({"powers", "spread", "peer_powers", "peer_spread", "peers"}),
    "growth": frozenset({"basis", "hard_beyond", "soft_beyond"}),
    "seasonal": frozenset({"measures", "least_years", "most_years", "times", "least_spread"}),
    "part_whole": frozenset({"part", "whole"}),
    "breakdown": frozenset(),
    "sum": frozenset({"total", "parts"}),
    "areas": frozenset({"among"}),
    "ratio": frozenset({"of", "numerator", "denominator"}),
}
NAMED = ("part", "whole", "total", "of", "numerator", "denominator")
COMMON = frozenset({"key", "name", "name_en", "check", "severity", "metrics", "except", "source", "note"})


class RuleError(ValueError):
    """A rule that cannot be meant: which, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rule. metrics: keys that it is for (empty: all), but for `leave_out`. params: of its check."""

    key: str
    name: str
    name_en: str
    check: str
    severity: str
    metrics: frozenset[str] = frozenset()
    leave_out: frozenset[str] = frozenset()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def named(self) -> frozenset[str]:
        """Metrics that the check itself sets beside each other; empty: it is for any."""
        one = {str(self.params[n]) for n in NAMED if self.params.get(n)}
        return frozenset(one | set(self.words("parts")))

    def covers(self, metric: str) -> bool:
        return (not self.metrics or metric in self.metrics) and metric not in self.leave_out

    def number(self, name: str, default: float) -> Fraction:
        return Fraction(str(self.params.get(name, default)))

    def words(self, name: str) -> tuple[str, ...]:
        found = self.params.get(name, ())
        return (found,) if isinstance(found, str) else tuple(str(w) for w in found)


def rules_of(bodies: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """All rules that are not off, in the order of the packs. Raises RuleError."""
    found = tuple(_rule(b) for b in bodies)
    return tuple(r for r in found if r.severity != "off")


def _rule(body: Mapping[str, Any]) -> Rule:
    key, check = str(body.get("key")), str(body.get("check"))
    if check not in FIELDS:
        raise RuleError(f"{key}: check is {check!r}; known are {', '.join(sorted(FIELDS))}")
    if body.get("severity") not in SEVERITIES:
        raise RuleError(f"{key}: severity is one of {', '.join(sorted(SEVERITIES))}")
    unknown = sorted(set(body) - COMMON - FIELDS[check])
    if unknown:
        raise RuleError(f"{key}: unknown field {', '.join(unknown)}")
    if not body.get("name") or not body.get("name_en"):
        raise RuleError(f"{key}: a rule has a name and a name_en")
    return Rule(
        key=key,
        name=str(body["name"]),
        name_en=str(body["name_en"]),
        check=check,
        severity=str(body["severity"]),
        metrics=frozenset(str(m) for m in body.get("metrics", ())),
        leave_out=frozenset(str(m) for m in body.get("except", ())),
        params={k: body[k] for k in FIELDS[check] if k in body},
    )
