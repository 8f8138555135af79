"""后几个月: what a target still asks of the rest of its year, out of the ledger. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tongjian.facts import rules as fact_rules
from tongjian.facts.choices import FactStatus, Measure, MetricKind
from tongjian.facts.ledger import Ledger
from tongjian.facts.resolved import Resolved
from tongjian.plans import evaluation, needed, past, rules, sentences
from tongjian.plans.evaluation import Gathered
from tongjian.plans.models import Obligation
from tongjian.plans.needed import Needed
from tongjian.plans.sentences import Said
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Remainder:
    """What the rest of the year asks. period: the last one known."""

    needed: Needed
    period: Period
    said: Said


def remainder(obligation: Obligation, at: datetime | None) -> Remainder | None:
    """For amounts and for growth of amounts; None for other targets, without a value, or once the whole is known.

    Goes by the latest value inside of the due time that is no estimate.
    """
    ledger = Ledger(at)
    [found] = evaluation.gather_all([obligation], ledger)
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
    return None if made is None else Remainder(made, period, sentences.rest(asked, made))


def _latest(found: Gathered) -> Resolved | None:
    """The latest value that counts from the start of the due time, as long as no actual one covers all of it."""
    if found.value is not None and rules.is_final(
        evaluation.seen_of(found.value, found.asked), found.asked.due
    ):
        return None
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
