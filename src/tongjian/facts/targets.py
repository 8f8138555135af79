"""The door through which the plans floor hands down its targets; facts know no plans."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from tongjian.facts.models import Series
from tongjian.facts.resolved import Resolved
from tongjian.values import Period

TargetSource = Callable[[Series, Period, datetime | None], Resolved | None]
HolderSource = Callable[[str, datetime | None], Collection[int]]
_sources: list[TargetSource] = []
_holders: list[HolderSource] = []


def provide(source: TargetSource) -> TargetSource:
    """Register who knows targets; called once, by the plans app when it is ready. Usable as a decorator.

    `source(series, period, at)` gives the target as Resolved(derived="target", origin=its sentence), or None.
    """
    if source not in _sources:
        _sources.append(source)
    return source


def provide_holders(source: HolderSource) -> HolderSource:
    """Register who knows which series of a metric have any target: their primary keys."""
    if source not in _holders:
        _holders.append(source)
    return source


def holders(metric: str, at: datetime | None) -> set[int]:
    """Series of a metric that some target is set for; who works on many periods need not ask for each in vain."""
    return {pk for source in _holders for pk in source(metric, at)}


def target_of(series: Series, period: Period, at: datetime | None) -> Resolved | None:
    """The target that stands for a series and period, as known at a moment; None where nobody set one."""
    return next((t for s in _sources if (t := s(series, period, at)) is not None), None)
