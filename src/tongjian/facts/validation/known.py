"""What rules hold a workbook against: the ruling numbers of its metrics and of those that its rules name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from tongjian.facts import specs
from tongjian.facts.choices import precedence
from tongjian.facts.derived import GROUP_KINDS
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.validation.observed import Key, Known, Metering
from tongjian.facts.validation.specs import Rule, rules_of
from tongjian.kernel import definitions
from tongjian.kernel.models import Area
from tongjian.values import Number, Period

YEARS = 11  # of history that a seasonal rule may look at

Ratio = tuple[Metering, Metering, Metering]


@dataclass(frozen=True, slots=True)
class Standing:
    """What no workbook changes: rules, metrics and areas, read once for many workbooks."""

    rules: Sequence[Rule]
    metrics: Mapping[str, Metering]
    ratios: Sequence[Ratio]
    peers: Mapping[int, tuple[int, ...]]
    groups: Mapping[str, tuple[int, tuple[int, ...]]]


def standing(metrics: Iterable[Metric]) -> Standing:
    """The rules that are in force, and what they need of the catalogue and the directory. Raises RuleError."""
    rows = list(metrics)
    made = {m.key: _metering(m) for m in rows}
    areas = list(Area.objects.select_related("subject"))
    return Standing(
        rules=rules_of(definitions.bodies("validation")),
        metrics=made,
        ratios=tuple(r for m in rows for r in _ratios(m, made)),
        peers=_peers(areas),
        groups=_groups(areas),
    )


def _metering(metric: Metric) -> Metering:
    low = str(metric.bounds[0]) if metric.bounds else "0"
    return Metering(
        metric.pk,
        metric.key,
        metric.name,
        metric.name_en,
        metric.unit,
        metric.kind,
        metric.first_month,
        low.startswith("-"),
    )


def _ratios(metric: Metric, made: Mapping[str, Metering]) -> Iterator[Ratio]:
    for line in specs.derived(metric.derive):
        if line.numerator in made and line.denominator in made:
            yield made[metric.key], made[line.numerator], made[line.denominator]


def _peers(areas: Sequence[Area]) -> dict[int, tuple[int, ...]]:
    together: dict[tuple[int | None, str], list[int]] = {}
    for area in areas:
        together.setdefault((area.parent_id, area.kind), []).append(area.subject_id)
    return {pk: tuple(group) for group in together.values() for pk in group}


def _groups(areas: Sequence[Area]) -> dict[str, tuple[int, tuple[int, ...]]]:
    own = next((a for a in areas if a.key == settings.DISTRICT), None)
    if own is None:
        return {}
    towns = tuple(a.subject_id for a in areas if a.parent_id == own.pk and a.kind in GROUP_KINDS["towns"])
    return {"towns": (own.subject_id, towns)}


def load(on: Standing, metrics: Collection[str], ends: Collection[int]) -> Known:
    """The numbers that rules may want beside values of these metrics (keys) whose periods end so (months)."""
    known = Known(on.metrics, on.peers, on.groups, on.ratios)
    wanted = {on.metrics[key].pk for key in concerned(on, metrics) if key in on.metrics}
    series = {
        row[0]: Key(*row[1:])
        for row in Series.objects.filter(metric__in=wanted).values_list(
            "pk", "metric", "subject", "measure", "of", "basis", "comparator", "breakdown", "period_kind"
        )
    }
    for (pk, period), number in _ruling(wanted, months(ends)).items():
        known.put(series[pk], period, number)
    return known


def concerned(on: Standing, metrics: Collection[str]) -> set[str]:
    """The metrics themselves and those that a rule or definition sets beside one of them."""
    found = set(metrics)
    for rule in on.rules:
        if rule.named & set(metrics):
            found |= rule.named
    for ratio in on.ratios:
        named = {m.key for m in ratio}
        if named & set(metrics):
            found |= named
    return found


def months(ends: Collection[int]) -> set[int]:
    """The same months, those before and those after them, this year and so many years back."""
    return {end - 12 * years + shift for end in ends for years in range(YEARS + 1) for shift in (-1, 0, 1)}


def _ruling(metrics: Collection[int], ends: Collection[int]) -> dict[tuple[int, Period], Number]:
    """Each value as the ledger rules: of the source that goes first the newest; exact numbers only."""
    rows = Fact.objects.filter(
        series__metric__in=metrics, period_end__in=ends, mantissa__isnull=False
    ).values_list("series_id", "period_start", "period_end", "seq", "mantissa", "decimals", "bound", "source")
    best: dict[tuple[int, int, int], tuple[int, int, int, int, str]] = {}
    for pk, start, end, seq, mantissa, decimals, bound, source in rows:
        one = (-precedence(source), seq, mantissa or 0, decimals, bound)
        where = (pk, start, end)
        if where not in best or one[:2] > best[where][:2]:
            best[where] = one
    return {
        (pk, Period(start, end)): Number(mantissa, decimals)
        for (pk, start, end), (_own, _seq, mantissa, decimals, bound) in best.items()
        if bound == "eq"
    }
