"""Clock policies as pages show them: each clock of a type, what it allows, what stops it, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _lazy

from tongjian.kernel.clocks import Unit
from tongjian.kernel.clocks.why import amount_words
from tongjian.records.cases import refusals
from tongjian.records.cases.engine.case_types import CaseType, ClockDef
from tongjian.web.registers.shown import english

UNITS = (
    ("h", _lazy("hours")),
    ("wh", _lazy("working hours")),
    ("d", _lazy("natural days")),
    ("wd", _lazy("working days")),
    ("mo", _lazy("months")),
)
VERDICTS = {
    "responded_in_time": _lazy("decides the response rate"),
    "resolved_in_time": _lazy("decides whether it was done in time"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """What a clock allows for a tier: as kept, its number and unit apart."""

    clock: str
    tier: str
    tier_name: str
    allow: str
    number: str
    unit: str

    @property
    def words(self) -> str:
        return in_words(self.allow)

    @property
    def field(self) -> str:
        return f"{self.clock}.{self.tier}"


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """A clock of a type as the page shows it. pauses: (step, whether it asks for a reason)."""

    key: str
    name: str
    terms: tuple[Term, ...]
    promised: bool
    per_unit: bool
    verdict: str
    pauses: tuple[tuple[str, bool], ...]
    extends: tuple[str, ...]


def in_words(allow: str) -> str:
    """24h as a reader says it; as it stands where it is none."""
    number, unit = _apart(allow)
    if not number.isdigit():
        return allow
    zh, en = amount_words(int(number), Unit(unit))
    return en if english() else zh


def _apart(allow: str) -> tuple[str, str]:
    number = allow.rstrip("abcdefghijklmnopqrstuvwxyz")
    return number, allow[len(number) :]


def terms_of(case_type: CaseType, sent: Mapping[str, str] | None = None) -> list[ClockTerms]:
    """sent: a refused form, as typed."""
    return [_clock(case_type, c, sent or {}) for c in case_type.clocks.values()]


def _clock(case_type: CaseType, clock: ClockDef, sent: Mapping[str, str]) -> ClockTerms:
    terms = [] if clock.promised else [_term(case_type, clock, tier, sent) for tier in sorted(clock.allow)]
    taken = case_type.transitions.values()
    return ClockTerms(
        clock.key,
        refusals.label(clock.name),
        tuple(terms),
        clock.promised,
        bool(clock.per),
        str(VERDICTS.get(clock.verdict, "")),
        tuple((refusals.label(t.name), "reason" in t.needs) for t in taken if _touches(t, "pause", clock)),
        tuple(refusals.label(t.name) for t in taken if _touches(t, "extend", clock)),
    )


def _touches(step: Any, verb: str, clock: ClockDef) -> bool:
    return any(e.object == clock.key for e in step.does(verb))


def _term(case_type: CaseType, clock: ClockDef, tier: str, sent: Mapping[str, str]) -> Term:
    number, unit = _apart(clock.allow[tier])
    name = f"{clock.key}.{tier}"
    named = refusals.label(case_type.tiers[tier]) if tier in case_type.tiers else ""
    return Term(
        clock.key,
        tier,
        named,
        clock.allow[tier],
        sent.get(f"n-{name}", number),
        sent.get(f"u-{name}", unit),
    )
