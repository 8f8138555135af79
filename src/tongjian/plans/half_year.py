"""双过半 of a plan, out of the ledger. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongjian.facts.choices import MetricKind
from tongjian.facts.ledger import Ledger
from tongjian.facts.resolved import Resolved
from tongjian.plans import evaluation, halfway, past, queries
from tongjian.plans.evaluation import Gathered
from tongjian.plans.halfway import Mark
from tongjian.plans.models import Obligation, PlanYear
from tongjian.plans.sentences import Said
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class HalfYear:
    """双过半 of a plan: each target with its mark, and the sentence that counts."""

    rows: tuple[tuple[Obligation, Mark], ...]
    said: Said


def half_year(plan: PlanYear, at: datetime | None) -> HalfYear:
    """How the plan's targets stand in the middle of the year, by the facts known at `at` (None: now)."""
    ledger, book = Ledger(at), evaluation.the_book(at)
    found = evaluation.gather_all(list(queries.obligations(plan, at)), ledger)
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
