"""What a series or a reference is called on a page, without saying the district's own name each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongjian.facts.choices import Basis, Comparator, Measure
from tongjian.facts.models import Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.kernel.models import Subject

# Measures that are only ever derived.
DERIVED: Mapping[str, str | Promise] = {
    "average_2y": _lazy("Two-year average growth"),
    "contribution": _lazy("Contribution to the whole's change"),
    "pull": _lazy("Pull on the whole's growth"),
    "change_of_place": _lazy("Change of place"),
}


def measure_name(measure: str) -> str:
    """Of a reported or a derived measure."""
    return str(DERIVED[measure] if measure in DERIVED else Measure(measure).label)


def qualities(measure: str, of: str, basis: str, comparator: str, breakdown: str) -> list[str]:
    """How a series differs from the plain level: 增速, 还原口径, 比全市 …"""
    said = [breakdown] if breakdown else []
    if measure != Measure.LEVEL:
        said.append(measure_name(measure))
    if of and of != Measure.LEVEL:
        said.append(_("of %(measure)s") % {"measure": measure_name(of)})
    if comparator:
        said.append(_("against %(whom)s") % {"whom": Comparator(comparator).label})
    if basis != Basis.NATURAL:
        said.append(str(Basis(basis).label))
    return said


def short(series: Series, plain: str | Promise = Measure.LEVEL.label) -> str:
    """The series within its metric: 总量, 增速 · 不变价, 都城 · 增速; `plain` for the plain level."""
    said = qualities(series.measure, series.of, series.basis, series.comparator, series.breakdown)
    if series.subject.key != settings.DISTRICT:
        said.insert(0, str(series.subject))
    return " · ".join(said) or str(plain)


@dataclass(frozen=True, slots=True)
class Names:
    """Labels of all metrics and subjects that a tree of values speaks of, fetched at once."""

    metrics: Mapping[str, Metric]
    subjects: Mapping[str, Subject]

    def label(self, ref: FactRef) -> str:
        metric, subject = self.metrics.get(ref.metric), self.subjects.get(ref.subject)
        said = qualities(ref.measure, ref.of, ref.basis, ref.comparator, ref.breakdown)
        head = [str(subject or ref.subject), str(metric or ref.metric)]
        return " · ".join([h for h in head if h] + said)


def names_for(*trees: Resolved) -> Names:
    """Two queries, of however many trees."""
    refs = [ref for tree in trees for ref in _walk(tree)]
    return Names(
        {m.key: m for m in Metric.objects.filter(key__in={r.metric for r in refs})},
        {s.key: s for s in Subject.objects.filter(key__in={r.subject for r in refs})},
    )


def _walk(node: Resolved) -> Iterator[FactRef]:
    yield node.ref
    for child in node.inputs:
        yield from _walk(child)
