"""Which series an organisation reports: the rows of its template, and what its workbook may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from tongjian.facts import queries, rules, specs
from tongjian.facts.collection import rounds
from tongjian.facts.collection.labels import Measured, measure_label
from tongjian.facts.derived import GROUP_KINDS
from tongjian.facts.models import Metric
from tongjian.facts.refs import FactRef
from tongjian.kernel.models import Area, Organisation
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Line:
    """One series to be reported."""

    metric: Metric
    area: Area
    measure: str
    of: str
    basis: str
    comparator: str
    breakdown: str

    @property
    def unit(self) -> str:
        return rules.unit_of(self.metric.unit, self.measure, self.of)

    @property
    def label(self) -> str:
        return measure_label(self.measure, self.of, self.comparator)

    def ref(self, period: Period) -> FactRef:
        return FactRef(
            metric=self.metric.key,
            period=period,
            subject=self.area.key,
            measure=self.measure,
            basis=self.basis,
            comparator=self.comparator,
            breakdown=self.breakdown,
            of=self.of,
        )

    def says(self, what: Measured) -> bool:
        """Whether a 度量 label means this line; what it leaves open fits anything."""
        return (
            self.measure == what.measure
            and what.of in {None, self.of}
            and what.comparator in {None, self.comparator}
        )


def lines_of(organisation: Organisation) -> list[Line]:
    """The series that an organisation and those below it report, in the order of the catalogue."""
    areas = {a.key: a for a in Area.objects.select_related("subject").order_by("order")}
    return lines_among(organisation, list(queries.collected_by(organisation)), areas)


def lines_among(
    organisation: Organisation, metrics: Sequence[Metric], areas: Mapping[str, Area]
) -> list[Line]:
    """The same, out of metrics (with their owners) and areas (by key, in order) that were read before."""
    return [
        line
        for m in metrics
        if m.owner is not None and m.owner.path.startswith(organisation.path)
        for line in _of_metric(m, areas)
    ]


def due_lines(organisation: Organisation, round_: Period) -> list[Line]:
    """Those of its series that are reported for this round: in season, and published by then."""
    return [line for line in lines_of(organisation) if is_due_line(line, round_)]


def is_due_line(line: Line, round_: Period) -> bool:
    return rounds.is_due(line.metric.frequency, line.metric.first_month, round_.end)


def period_of(line: Line, round_: Period) -> Period:
    """What a line is reported over in a round: January to its month, or the month or quarter alone where it counts so."""
    if line.metric.counted != "single" or line.metric.kind == "stock" or round_.start_year != round_.end_year:
        return round_
    return Period(round_.end - rounds.EVERY[line.metric.frequency] + 1, round_.end)


def _of_metric(metric: Metric, areas: Mapping[str, Area]) -> Iterator[Line]:
    for one in specs.collected(metric.collect):
        for area in _subjects(one, areas):
            for breakdown in one.breakdowns:
                yield Line(metric, area, one.measure, one.of, one.basis, one.comparator, breakdown)


def _subjects(one: specs.Collected, areas: Mapping[str, Area]) -> Iterator[Area]:
    own = areas.get(settings.DISTRICT)
    for key in one.subjects or (settings.DISTRICT,):
        if key in GROUP_KINDS and own is not None:
            above = own.pk if key == "towns" else own.parent_id
            yield from (a for a in areas.values() if a.kind in GROUP_KINDS[key] and a.parent_id == above)
        elif key in areas:
            yield areas[key]
