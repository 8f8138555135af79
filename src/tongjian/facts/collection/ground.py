"""What rows are held against: the catalogue and the directory, read once, and what one organisation reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from tongjian.facts import catalogue
from tongjian.facts.choices import Basis, Bound, FactStatus
from tongjian.facts.collection import labels
from tongjian.facts.collection.labels import Measured, bare
from tongjian.facts.collection.lines import Line, lines_among
from tongjian.facts.models import Metric
from tongjian.facts.validation.known import Standing, standing
from tongjian.kernel.models import Area, Organisation
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The same for every workbook: metrics in their order, areas, words, and the rules of validation."""

    every: Sequence[Metric]
    areas_by_key: Mapping[str, Area]
    metrics: Mapping[str, Metric]  # by key
    names: Mapping[str, Sequence[Metric]]  # by bare name, English name, alias
    areas: Mapping[str, Area]  # by key, name, English name
    measures: Mapping[str, Measured]
    bases: Mapping[str, str]
    bounds: Mapping[str, str]
    statuses: Mapping[str, str]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rows of one organisation's workbook are held against."""

    organisation: Organisation
    period: Period
    lines: Mapping[str, Sequence[Line]]  # by metric key
    catalogue: Catalogue


def read_catalogue() -> Catalogue:
    """Read the catalogue, the directory, the word tables and the rules. Raises RuleError."""
    metrics = list(Metric.objects.select_related("owner__subject"))
    areas = list(Area.objects.select_related("subject").order_by("order"))
    return Catalogue(
        every=metrics,
        areas_by_key={a.key: a for a in areas},
        metrics={m.key: m for m in metrics},
        names=_names(metrics),
        areas=_areas(areas),
        measures=_measures(),
        bases=_words("basis", labels.BASES, Basis.values),
        bounds=_words("bound", labels.BOUNDS, Bound.values),
        statuses=_words("status", labels.STATUSES, FactStatus.values),
        standing=standing(metrics),
    )


def ground(organisation: Organisation, period: Period, known: Catalogue | None = None) -> Ground:
    """known: a catalogue that was read for several workbooks."""
    found = known or read_catalogue()
    lines: dict[str, list[Line]] = {}
    for line in lines_among(organisation, found.every, found.areas_by_key):
        lines.setdefault(line.metric.key, []).append(line)
    return Ground(organisation, period, lines, found)


def _names(metrics: Sequence[Metric]) -> dict[str, list[Metric]]:
    """A metric's own name goes before another's alias."""
    own: dict[str, list[Metric]] = {}
    also: dict[str, list[Metric]] = {}
    for metric in metrics:
        for name in {bare(metric.name), bare(metric.name_en)}:
            own.setdefault(name, []).append(metric)
        for name in {bare(str(a)) for a in metric.aliases}:
            also.setdefault(name, []).append(metric)
    return {**also, **own}


def _areas(areas: Sequence[Area]) -> dict[str, Area]:
    found: dict[str, Area] = {}
    for area in areas:
        for name in (area.subject.label_en, area.subject.label, area.key):
            found[bare(name)] = area
        if area.key == settings.DISTRICT:
            found.update(dict.fromkeys(labels.OWN_DISTRICT, area))
        if area.kind == "city":
            found.update(dict.fromkeys(labels.CITY_WORDS, area))
    return found


def _measures() -> dict[str, Measured]:
    """Own labels go before the packs' words, which leave open what a rank or difference is of."""
    printed = {bare(word): _open(code) for word, code in catalogue.words("measure").items()}
    own = {bare(label): what for label, what in labels.MEASURES.items()}
    return {**printed, "": Measured("level", "", ""), **own}


def _open(code: str) -> Measured:
    return Measured(code, "", "") if code in {"level", "growth"} else Measured(code)


def _words(table: str, own: Mapping[str, str], codes: Sequence[str]) -> dict[str, str]:
    printed = {bare(word): code for word, code in catalogue.words(table).items()}
    return {**{c: c for c in codes}, **printed, **{bare(label): code for label, code in own.items()}}
