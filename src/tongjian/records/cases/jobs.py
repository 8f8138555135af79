"""What the night does for cases: erase what is past retention, bring the search index up to date, learn from dispatches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tongjian.records.cases import catalogue, retention, search, suggesting
from tongjian.records.cases.learning import Measured
from tongjian.records.cases.models import LearnedRouting
from tongjian.records.cases.retention import Erased

LEARNED_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Night:
    """learned: type → how good the model is on its newest cases; types learned lately or with little history are left out."""

    erased: Erased
    indexed: int
    learned: dict[str, Measured]


def nightly(*, at: datetime) -> Night:
    """Safe to run twice."""
    erased = retention.expire(timezone.localtime(at).date(), at=at)
    indexed = search.index_waiting()
    learned: dict[str, Measured] = {}
    for key in catalogue.ruling():
        if LearnedRouting.objects.filter(type=key, trained_at__gt=at - LEARNED_EVERY).exists():
            continue
        measured = suggesting.learn(key, at=at)
        if measured:
            learned[key] = measured
    return Night(erased, indexed, learned)
