"""Vintages 版本: every value that was ever recorded for a series and period, and how far each one moved.

Estimate 预计 → flash 快报 → actual 实际 → revised 修订. Nothing is overwritten: a page "as known on" a day takes
`Ledger(at)`, this module shows what changed between the days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tongjian.facts import rules
from tongjian.facts.bases import exact
from tongjian.facts.choices import FactStatus
from tongjian.facts.ledger import known, ruling
from tongjian.facts.models import Fact, Series
from tongjian.facts.resolved import fetch_places
from tongjian.facts.rows import read as read_facts
from tongjian.values import Number, Period


@dataclass(frozen=True, slots=True)
class Vintage:
    """One recorded value. change: against the one before it of the same source, in the series' unit; None for the
    first, and where one of the two is missing. percent: the same over the earlier value, one place. counts: it is the ruling one.
    """

    fact: Fact
    change: Number | None = None
    percent: Number | None = None
    counts: bool = False

    @property
    def number(self) -> Number | None:
        return self.fact.number

    @property
    def status(self) -> FactStatus:
        return FactStatus(self.fact.status)

    @property
    def recorded_at(self) -> datetime:
        return self.fact.recorded_at


@dataclass(frozen=True, slots=True)
class Revisions:
    """All vintages of one period, oldest first. by_status: the last one of each status."""

    period: Period
    vintages: tuple[Vintage, ...]

    @property
    def by_status(self) -> Mapping[FactStatus, Vintage]:
        return {v.status: v for v in self.vintages}

    @property
    def ruling(self) -> Vintage:
        return next(v for v in self.vintages if v.counts)

    @property
    def change(self) -> Number | None:
        """From the first number recorded to the ruling one; None where there is only one."""
        numbers = [v for v in self.vintages if v.number is not None]
        last = self.ruling.number
        if len(numbers) < 2 or last is None or numbers[0].number is None:
            return None
        return rules.gap(last, numbers[0].number)


@dataclass(frozen=True, slots=True)
class Summary:
    """How much a series is revised. revised: periods with a change; mean, mean_size: of first to ruling value, over all
    periods with more than one number, with and without sign; None where there is none.
    """

    periods: int
    several: int
    revised: int
    mean: Number | None
    mean_size: Number | None


def vintages(series: Series, period: Period, at: datetime | None = None) -> tuple[Vintage, ...]:
    """The vintages of one period, oldest first, as known at a moment; empty where nothing was recorded."""
    found = revision_table(series, [period], at)
    return found[0].vintages if found else ()


def revision_table(
    series: Series, periods: Sequence[Period] | None = None, at: datetime | None = None
) -> list[Revisions]:
    """All vintages of a series with their places, newest period first: three queries. periods: only these; None: all."""
    facts = known(Fact.objects.filter(series=series), at)
    if periods is not None:
        wanted = {str(rules.canonical(series.period_kind, p)) for p in periods}
        facts = facts.filter(period__in=wanted)
    by_period: dict[Period, list[Fact]] = {}
    found = list(read_facts(facts.order_by("seq"), {series.pk: series}))
    fetch_places(found)
    for fact in found:
        by_period.setdefault(fact.interval, []).append(fact)
    newest_first = sorted(by_period, key=lambda p: (p.end, p.start), reverse=True)
    return [Revisions(p, tuple(_vintages(by_period[p]))) for p in newest_first]


def _vintages(facts: Sequence[Fact]) -> Iterable[Vintage]:
    best = ruling(facts)
    before: dict[str, Number | None] = {}
    for fact in facts:
        last = before.get(fact.source)
        before[fact.source] = fact.number
        change = None if last is None or fact.number is None else rules.gap(fact.number, last)
        percent = (
            None if change is None or last is None or last.mantissa <= 0 else rules.quotient(change, last, 1)
        )
        yield Vintage(fact, change, percent, fact.pk == best.pk)


def summary(table: Sequence[Revisions], decimals: int = 2) -> Summary:
    """What a revision table comes to."""
    changes = [exact(c) for r in table if (c := r.change) is not None]
    return Summary(
        periods=len(table),
        several=len(changes),
        revised=sum(c != 0 for c in changes),
        mean=_mean(changes, decimals),
        mean_size=_mean([abs(c) for c in changes], decimals),
    )


def _mean(values: Sequence[Fraction], decimals: int) -> Number | None:
    return rules.rounded(sum(values, Fraction(0)) / len(values), decimals) if values else None
