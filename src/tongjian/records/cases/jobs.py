"""What the night does for cases: put due clock policies into force, erase what is past retention, bring the search index up to date, learn from dispatches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tongjian.records.cases import catalogue, retention, search, suggesting
from tongjian.records.cases.learning import Measured
from tongjian.records.cases.models import LearnedRouting
from tongjian.records.cases.policies import actions as policies
from tongjian.records.cases.retention import Erased

LEARNED_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Night:
    """learned: type → how good the model is on its newest cases; types learned lately or with little history are left out.

    policies: changes of clock policies that came into force.
    """

    erased: Erased
    indexed: int
    learned: dict[str, Measured]
    policies: int = 0


def nightly(*, at: datetime) -> Night:
    """Safe to run twice."""
    ruled = policies.nightly(at=at)
    erased = retention.expire(timezone.localtime(at).date(), at=at)
    indexed = search.index_waiting()
    learned: dict[str, Measured] = {}
    for key in catalogue.ruling():
        if LearnedRouting.objects.filter(type=key, trained_at__gt=at - LEARNED_EVERY).exists():
            continue
        measured = suggesting.learn(key, at=at)
        if measured:
            learned[key] = measured
    return Night(erased, indexed, learned, ruled)
