"""The rest of the year: what a target still asks for, and its half-year, out of the ledger. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tongjian.facts import rules as fact_rules
from tongjian.facts.choices import FactStatus, Measure, MetricKind
from tongjian.facts.ledger import Ledger
from tongjian.facts.resolved import Resolved
from tongjian.plans import evaluation, halfway, needed, past, queries, rules, sentences
from tongjian.plans.evaluation import Gathered
from tongjian.plans.halfway import Mark
from tongjian.plans.models import Obligation, PlanYear
from tongjian.plans.needed import Needed
from tongjian.plans.sentences import Said
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rest of the year asks. period: the last one known."""

    needed: Needed
    period: Period
    said: Said


def outlook(obligation: Obligation, at: datetime | None) -> Outlook | None:
    """For amounts and for growth of amounts, of a whole year; None for other targets, without a value, or after the year.

    Goes by the latest value that is no estimate of the whole year.
    """
    ledger = Ledger(at)
    found = evaluation.gather(obligation, ledger)
    value = _latest(found)
    asked = found.asked
    if value is None or asked.number is None or asked.kind != MetricKind.FLOW:
        return None
    known = past.of([obligation], ledger, past.all_ends(asked.due, value.ref.period))[obligation.pk]
    side, period = rules.side(asked), value.ref.period
    if asked.measure == Measure.LEVEL:
        made = needed.of_level(asked.number, _with(known.levels, value, asked.unit), period, asked.due, side)
    elif asked.measure == Measure.GROWTH:
        made = needed.of_growth(
            asked.number, _with(known.rates, value, asked.unit), known.levels, period, asked.due, side
        )
    else:
        return None
    return None if made is None else Outlook(made, period, sentences.rest(asked, made))


def _latest(found: Gathered) -> Resolved | None:
    """The latest value within the year that counts from its start."""
    inside = [
        p
        for p in found.points
        if p.ref.period.start == found.asked.due.start
        and p.ref.period.end < found.asked.due.end
        and p.status != FactStatus.ESTIMATE
    ]
    return inside[-1] if inside else None


def _with(known: Mapping[Period, Decimal], value: Resolved, unit: str) -> dict[Period, Decimal]:
    """The value itself goes before what was reported: it may be derived."""
    return {**known, value.ref.period: fact_rules.converted(value.number, value.unit, unit).decimal}


@dataclass(frozen=True, slots=True)
class HalfYear:
    """双过半 of a plan: each target with its mark, and the sentence that counts."""

    rows: tuple[tuple[Obligation, Mark], ...]
    said: Said


def half_year(plan: PlanYear, at: datetime | None) -> HalfYear:
    """How the plan's targets stand in the middle of the year, by the facts known at `at` (None: now)."""
    ledger, book = Ledger(at), evaluation.the_book(at)
    obligations = list(queries.obligations(plan, at))
    evaluation.read_ahead(ledger, obligations)
    found = [evaluation.gather(o, ledger) for o in obligations]
    stocks = [g.obligation for g in found if g.asked.kind == MetricKind.STOCK]
    bases = past.of(stocks, ledger, {Period.parse(o.due).end - 12 for o in stocks})
    rows = []
    for g in found:
        levels = bases[g.obligation.pk].levels if g.obligation.pk in bases else {}
        value = _at_mid_year(g)
        seen = None if value is None else evaluation.seen_of(value, g.asked)
        base = levels.get(Period.year(g.asked.due.end_year - 1))
        rows.append((g.obligation, halfway.mark(g.asked, seen, base, book)))
    return HalfYear(tuple(rows), halfway.count([m for _o, m in rows]))


def _at_mid_year(found: Gathered) -> Resolved | None:
    """The value of January to June, or of the end of June for a stock or a rate."""
    end = halfway.middle(found.asked.due).end
    return next((p for p in reversed(found.points) if p.ref.period.end == end), None)
