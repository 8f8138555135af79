"""Packs of assessment schemes into definitions: each checked whole, and against the mirror's tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tongjian.facts.assessment.scheme import KIND, SchemeError, lint, parse
from tongjian.facts.mirror.tables import named
from tongjian.facts.models import Metric
from tongjian.kernel import definitions
from tongjian.kernel.models import Definition


def sync(at: datetime, *more: Path) -> list[Definition]:
    """Apply the packs; twice changes nothing. Raises SchemeError with every fault of the first bad one."""
    found = definitions.changes(KIND, *more)
    for change in found:
        scheme = parse(change.entry.body)
        faults = [*lint(scheme, named(scheme.table))]
        wanted = scheme.official_metrics | scheme.metrics
        known = set(Metric.objects.filter(key__in=wanted).values_list("key", flat=True))
        faults += [f"there is no metric {key}" for key in sorted(wanted - known)]
        both = scheme.official_metrics & scheme.metrics
        faults += [f"{key} is the city's own figure: ours is published under another" for key in sorted(both)]
        if faults:
            raise SchemeError(scheme.key, faults)
    return definitions.apply(found, at=at)
