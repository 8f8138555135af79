"""What changed since a person's last visit: figures recorded, lights that turned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Fact, Metric
from tongjian.plans import evaluation, lights
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import Obligation

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


def changes(targets: Sequence[Evaluation], ledger: Ledger, since: datetime, book: lights.Book) -> Changes:
    """targets: as they are judged now, by this ledger. book: the lights that ruled at `since`."""
    facts = _facts(since)
    turned = _turned(targets, ledger, since, book)
    return Changes(since, len(facts), len(facts) == MOST_FACTS, _grown(facts), turned)


def _facts(since: datetime) -> list[tuple[int, int]]:
    """Keys of facts with their metrics', the newest first. Facts are only added: the last are looked at, not all."""
    last = Fact.objects.order_by("-pk").values_list("pk", "series__metric", "recorded_at")[:MOST_FACTS]
    return [(pk, metric) for pk, metric, at in last if at > since]


def _grown(facts: Sequence[tuple[int, int]]) -> list[Grown]:
    counted = Counter(metric for _pk, metric in facts).most_common(MOST_METRICS)
    newest = {metric: pk for pk, metric in reversed(facts)}
    rows = Fact.objects.select_related("series__metric", "series__subject", "evidence__file").in_bulk(
        [newest[metric] for metric, _n in counted]
    )
    return [Grown(rows[newest[m]].series.metric, n, rows[newest[m]]) for m, n in counted]


def _turned(
    targets: Sequence[Evaluation], ledger: Ledger, since: datetime, book: lights.Book
) -> list[Turned]:
    """Judged by what was known then, on that day. A target that was not yet there turned from nothing: left out."""
    day = timezone.localtime(since).date()
    there = [e.obligation for e in targets if _stood(e.obligation, since)]
    then = evaluation.evaluate_these(there, since, day, book, ledger.earlier(since))
    before = {e.obligation.pk: e for e in then}
    return [
        Turned(before[e.obligation.pk], e)
        for e in targets
        if e.obligation.pk in before and before[e.obligation.pk].light != e.light
    ]


def _stood(target: Obligation, since: datetime) -> bool:
    """Of a target in force now, whether it was then: only a revision has a version before it, see revisions.in_force."""
    return target.supersedes_id is None or target.recorded_at <= since
