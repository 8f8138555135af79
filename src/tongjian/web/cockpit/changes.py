"""What changed since a person's last visit: figures recorded, lights that turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tongjian.facts.models import Fact, Metric
from tongjian.plans import evaluation
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import PlanYear

MOST_FACTS = 300
MOST_METRICS = 8


@dataclass(frozen=True, slots=True)
class Grown:
    """A metric with how many figures came, and the newest of them."""

    metric: Metric
    count: int
    newest: Fact


@dataclass(frozen=True, slots=True)
class Turned:
    """A target whose light is another one now."""

    before: Evaluation
    after: Evaluation


@dataclass(frozen=True, slots=True)
class Changes:
    """facts: how many, counted up to MOST_FACTS (`at_least`: there are more). metrics: those with most new figures."""

    since: datetime
    facts: int
    at_least: bool
    metrics: Sequence[Grown]
    lights: Sequence[Turned]

    @property
    def is_empty(self) -> bool:
        return not self.facts and not self.lights


def changes(plan: PlanYear, targets: Sequence[Evaluation], since: datetime) -> Changes:
    """targets: as they are judged now."""
    facts = _facts(since)
    grown = _grown(facts)
    return Changes(since, len(facts), len(facts) == MOST_FACTS, grown, _turned(plan, targets, since))


def _facts(since: datetime) -> list[Fact]:
    """The newest first. Facts are only added, so the last keys are looked at, not the whole ledger."""
    last = Fact.objects.select_related("series__metric", "series__subject").order_by("-pk")[:MOST_FACTS]
    return [f for f in last if f.recorded_at > since]


def _grown(facts: Sequence[Fact]) -> list[Grown]:
    by_metric: dict[int, list[Fact]] = {}
    for fact in facts:
        by_metric.setdefault(fact.series.metric_id, []).append(fact)
    found = [Grown(own[0].series.metric, len(own), own[0]) for own in by_metric.values()]
    return sorted(found, key=lambda g: -g.count)[:MOST_METRICS]


def _turned(plan: PlanYear, targets: Sequence[Evaluation], since: datetime) -> list[Turned]:
    """Judged by what was known then, on that day. A target that was not yet there turned from nothing: left out."""
    then = evaluation.evaluate_all(plan, since, timezone.localtime(since).date())
    before = {e.obligation.pk: e for e in then}
    return [
        Turned(before[e.obligation.pk], e)
        for e in targets
        if e.obligation.pk in before and before[e.obligation.pk].light != e.light
    ]
