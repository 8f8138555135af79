"""From a figure as read to a place on the ledger: which series, which period, which number in the series' unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongjian.facts import queries as facts
from tongjian.facts import rules, specs
from tongjian.facts.choices import Comparator, Measure, MetricKind
from tongjian.facts.models import Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactAmbiguous, FactMissing
from tongjian.kernel import definitions
from tongjian.kernel.choices import AreaKind
from tongjian.kernel.models import Area, Subject
from tongjian.plans.choices import Outcome
from tongjian.reading.types import Figure
from tongjian.values import IncompatibleUnits, Number, Period, PeriodError, UnknownUnit

MEASURES: Mapping[str, Measure] = {
    "growth": Measure.GROWTH,
    "difference": Measure.DIFFERENCE,
    "rank": Measure.RANK,
    "share": Measure.SHARE,
    "level": Measure.LEVEL,
    "count": Measure.LEVEL,
    "rate": Measure.LEVEL,
    "index": Measure.LEVEL,
}
OWN_SCOPES = frozenset({"全区", "本区", "我区", "全县", "本县", "我县", "全域"})
ABOVE_SCOPES = frozenset({"全市", "本市", "我市"})


class NoPlace(Exception):
    """The figure has no place on the ledger: an outcome and its particulars."""

    def __init__(self, outcome: Outcome, note: str = "") -> None:
        super().__init__(outcome, note)
        self.outcome, self.note = outcome, note


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a figure belongs. number is in the series' unit, exact, its printed precision kept."""

    series: Series
    period: Period
    number: Number


class Words:
    """The packs' tables from printed words to codes, and the names of areas; loaded once for a recording."""

    def __init__(self) -> None:
        self._tables = {str(b["key"]): dict(b.get("words", {})) for b in definitions.bodies("words")}
        self._areas = list(Area.objects.select_related("subject", "parent__subject"))

    def area(self, name: str) -> Subject | None:
        """The area of exactly this name."""
        return next((a.subject for a in self._areas if a.subject.label == name), None)

    def area_before(self, indicator: str) -> Subject | None:
        """The area whose name opens an indicator: 北镇财政收入, 都城财政收入."""
        found = [a.subject for a in self._areas if indicator.startswith(_short(a.subject.label))]
        return max(found, key=lambda s: len(s.label), default=None)

    def city_above(self, subject: Subject) -> Subject | None:
        """The city that the area lies in, or is."""
        by_pk = {a.pk: a for a in self._areas}
        area = by_pk.get(subject.pk)
        while area is not None and area.kind != AreaKind.CITY:
            area = by_pk.get(area.parent_id) if area.parent_id else None
        return None if area is None else area.subject

    def code(self, table: str, printed: str | None) -> str | None:
        """The code of a printed word, else of the longest known word inside it; None when none is known."""
        words = self._tables.get(table, {})
        if not printed:
            return None
        if printed in words:
            return str(words[printed])
        inside = sorted((w for w in words if w in printed), key=len, reverse=True)
        return str(words[inside[0]]) if inside else None

    def has(self, table: str, text: str) -> str | None:
        """The first word of a table that stands in a text."""
        return next((w for w in self._tables.get(table, {}) if w in text), None)


def place(figure: Figure, metric: Metric | None, subject: Subject, words: Words) -> Placed:
    """Where this figure belongs, its series made if it is new. Raises NoPlace saying why it has none."""
    number = single_number(figure)
    if figure.form == "implied" and number.mantissa == 0 and figure.status != "target":
        raise NoPlace(Outcome.IMPLIED)
    if metric is None:
        raise NoPlace(Outcome.NO_METRIC, figure.indicator)
    ref = reference(figure, metric, subject, words)
    kept = in_unit(number, figure, rules.unit_of(metric.unit, ref.measure, ref.of))
    return Placed(series_of(ref), ref.period, kept)


def single_number(figure: Figure) -> Number:
    """The figure's number with all printed places. Raises NoPlace for a range and for what is too large."""
    if isinstance(figure.value, tuple):
        raise NoPlace(Outcome.RANGE, figure.text)
    try:
        number = Number.of(figure.value)
        return number.rounded(figure.decimals) if figure.decimals > number.decimals else number
    except ValueError:
        raise NoPlace(Outcome.TOO_LARGE, figure.text) from None


def reference(figure: Figure, metric: Metric, subject: Subject, words: Words) -> FactRef:
    """The fact reference that names this figure. Raises NoPlace."""
    measure = measure_of(figure, metric)
    comparator = _comparator(figure, measure, words)
    key, breakdown = _scope(figure, subject, words)
    of = _of(figure, metric, measure)
    basis = words.code("basis", figure.basis) or default_basis(metric, measure, of, comparator)
    return FactRef(
        metric=metric.key,
        period=period_of(figure.period),
        subject=key,
        measure=measure.value,
        basis=basis,
        comparator=comparator,
        breakdown=breakdown,
        of=of,
    )


def measure_of(figure: Figure, metric: Metric) -> Measure:
    """Which measure of the metric the figure is. A ratio's own value may be printed as a share."""
    if figure.kind not in MEASURES:
        raise NoPlace(Outcome.MEASURE, figure.kind)
    measure = MEASURES[figure.kind]
    if measure == Measure.SHARE and metric.kind == MetricKind.RATIO:
        return Measure.LEVEL
    if measure == Measure.RANK and metric.kind == MetricKind.RANK:
        return Measure.LEVEL
    return measure


def period_of(text: str) -> Period:
    """Raises NoPlace when the period is not known."""
    try:
        return Period.parse(text)
    except PeriodError:
        raise NoPlace(Outcome.NO_PERIOD, text) from None


def _comparator(figure: Figure, measure: Measure, words: Words) -> str:
    """What a difference is against, or a share is of. Growth is against last year, a rank among peers, by itself."""
    code = words.code("comparator", figure.comparator) or ""
    if measure == Measure.DIFFERENCE:
        code = code or words.code("comparator", figure.basis) or ""
        if not code and figure.basis == "同比":
            code = Comparator.LAST_YEAR.value
        if not code:
            raise NoPlace(Outcome.MEASURE, figure.text)
        return code
    return code if measure == Measure.SHARE and code == Comparator.CITY else ""


def _of(figure: Figure, metric: Metric, measure: Measure) -> str:
    """What a difference is of: percentage points of a metric not kept in per cent are points of its growth."""
    if measure != Measure.DIFFERENCE:
        return ""
    return "growth" if figure.unit == rules.POINTS and metric.unit != rules.PERCENT else "level"


def default_basis(metric: Metric, measure: Measure, of: str = "", comparator: str = "") -> str:
    """The basis where none is printed: the only one that the metric declares for this measure, else as recorded."""
    lines: list[specs.Collected | specs.Derived] = [
        *specs.collected(metric.collect),
        *specs.derived(metric.derive),
    ]
    alike = {
        s.basis
        for s in lines
        if s.measure == measure and (not of or s.of == of) and (s.comparator == comparator or not comparator)
    }
    return alike.pop() if len(alike) == 1 else "natural"


def _scope(figure: Figure, subject: Subject, words: Words) -> tuple[str, str]:
    """Whose figure it is, and of which group: an area by name, else a breakdown."""
    scope = figure.scope
    if not scope or scope in OWN_SCOPES or scope == subject.label:
        return (words.area_before(figure.indicator) or subject).key, ""
    area = words.area(scope) or (words.city_above(subject) if scope in ABOVE_SCOPES else None)
    return (area.key, "") if area is not None else (subject.key, scope[:64])


def _short(label: str) -> str:
    """河东区 → 河东: texts leave the class of a place out; a name of two characters stays whole."""
    return label[:-1] if len(label) > 2 else label


def series_of(ref: FactRef) -> Series:
    """The series that a reference names, made if it is new. Raises NoPlace where two fit."""
    try:
        return facts.series_for(ref, create=True)
    except (FactAmbiguous, FactMissing) as error:
        raise NoPlace(Outcome.MEASURE, str(error)[:200]) from error


def in_unit(number: Number, figure: Figure, kept: str) -> Number:
    """The number in the unit that its series is kept in, exactly. Raises NoPlace."""
    unit = kept if kept == rules.PLACE else figure.unit
    try:
        return rules.converted(number, unit, kept)
    except (UnknownUnit, IncompatibleUnits, rules.InexactConversion):
        raise NoPlace(Outcome.UNIT, f"{figure.unit or '–'} → {kept}") from None
    except ValueError:
        raise NoPlace(Outcome.TOO_LARGE, figure.text) from None


def printed(text: str, figure: Figure) -> str:
    """The number as printed with its bound word: 超5000座, 5%左右."""
    word, start, end = figure.bound_word or "", figure.start, figure.end
    if word and text.startswith(word, end):
        end += len(word)
    elif word and text[max(start - len(word), 0) : start] == word:
        start -= len(word)
    return text[start:end]
