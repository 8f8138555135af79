"""Growth as published beside growth of the levels: how far apart, and why.

A published growth is an observation, not only a formula: prices, the list of enterprises, a revised base move it. What
rounding explains is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts import bases, derived_levels, rules, specs
from tongjian.facts.choices import Basis
from tongjian.facts.ledger import Ledger, known
from tongjian.facts.models import Fact, Metric
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactMissing, Resolved
from tongjian.values import Number

REASONS: Mapping[str, str | Promise] = {
    "rounding": _("Within what rounding leaves open."),
    "price": _("Published at constant prices, levels at current ones."),
    "policy": _("Published with the effect of a policy added back."),
    "scope": _(
        "Published for the same enterprises or areas in both years; levels are of each year's own list."
    ),
    "base_revised": _("Published on a base that was revised; the levels hold another figure for last year."),
    "deduplication": _("Double counting was taken out of the base."),
    "enforcement": _("Last year's figure was reduced after inspection."),
}
OF_BASIS: Mapping[str, str] = {
    Basis.CONSTANT_PRICE: "price",
    Basis.RESTATED: "policy",
    Basis.COMPARABLE: "scope",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the two differ. certain: the figures show it; otherwise the metric's pack says that it may. fact: the proof."""

    code: str
    certain: bool
    fact: Fact | None = None

    @property
    def sentence(self) -> str:
        return str(REASONS[self.code])


@dataclass(frozen=True, slots=True)
class Growths:
    """published: as reported (None: not). naive: of the two levels. gap: published less naive, in 个百分点."""

    ref: FactRef
    published: Resolved | None
    naive: Number | None
    levels: tuple[Resolved, ...]
    gap: Number | None
    reasons: tuple[Reason, ...]

    @property
    def is_explained(self) -> bool:
        """Nothing to explain, or a reason for it."""
        return self.gap is None or bool(self.reasons)


def growths(ref: FactRef, ledger: Ledger | None = None) -> Growths:
    """Both growth rates of one period. ref: the growth, with its basis. Raises FactMissing for unknown keys."""
    ledger = ledger or Ledger()
    full = ledger.completed(replace(ref, measure="growth", of="", comparator=""))
    metric = ledger.metric(full)
    level = replace(full, measure="level", basis="natural")
    ledger.read_ahead([full, level])
    found = ledger.look(full)
    published = found if found is not None and not found.derived else None
    levels = _levels(level, metric, ledger)
    naive = _naive(levels, metric)
    if published is None or naive is None:
        return Growths(full, published, naive, levels, None, ())
    gap = rules.gap(published.number, naive)
    return Growths(full, published, naive, levels, gap, tuple(_reasons(published, levels, metric, ledger)))


def _levels(level: FactRef, metric: Metric, ledger: Ledger) -> tuple[Resolved, ...]:
    """Now and a year before; empty where one is missing."""
    now = ledger.look(level)
    if now is None:
        return ()
    try:
        return now, derived_levels.a_year_before(now, metric, ledger)
    except FactMissing:
        return ()


def _naive(levels: tuple[Resolved, ...], metric: Metric) -> Number | None:
    if not levels:
        return None
    now, before = levels
    return rules.growth(now.number, before.number, metric.growth_decimals, metric.rounding)


def _reasons(
    published: Resolved, levels: tuple[Resolved, ...], metric: Metric, ledger: Ledger
) -> Iterator[Reason]:
    """What explains the gap: rounding alone, else what the figures show, else what the pack declares."""
    now, before = levels
    naive = bases.naive_growth(now.number, before.number)
    if naive is not None and bases.agree(published.number, naive):
        yield Reason("rounding", certain=True)
        return
    if published.ref.basis in OF_BASIS:
        yield Reason(OF_BASIS[published.ref.basis], certain=True)
    if (fact := _other_base(published, now, before, ledger)) is not None:
        yield Reason("base_revised", certain=True, fact=fact)
    shown = {OF_BASIS.get(published.ref.basis), "base_revised" if fact else None}
    yield from (
        Reason(code, certain=False) for code in _declared(metric, published.ref.basis) if code not in shown
    )


def _declared(metric: Metric, basis: str) -> tuple[str, ...]:
    lines = [d for d in specs.derived(metric.derive) if d.operator == "year_on_year"]
    return next((d.reasons for d in lines if d.basis in {basis, "natural"} and d.reasons), ())


def _other_base(published: Resolved, now: Resolved, before: Resolved, ledger: Ledger) -> Fact | None:
    """An earlier or later figure of last year's level that the published growth fits."""
    wanted = bases.implied_base(now.number, published.number)
    if wanted is None or before.fact is None:
        return None
    rows = known(Fact.objects.filter(series=before.fact.series, period=before.fact.period), ledger.at)
    others = rows.exclude(pk=before.fact.pk).exclude(mantissa=None).select_related("evidence__file")
    for fact in others.order_by("-seq"):
        if fact.number is not None and _touch(bases.around(fact.number), wanted):
            return fact
    return None


def _touch(around: tuple[Fraction, Fraction, Fraction], wanted: bases.Interval) -> bool:
    return around[0] <= wanted.high and wanted.low <= around[2]
