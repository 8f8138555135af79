"""From a number of a draft to the fact it means: by key first, then by value; in doubt, candidates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from tongjian.checking.intervals import dimension
from tongjian.comparing.indicators import alike
from tongjian.facts import queries
from tongjian.facts.ledger import ref_of
from tongjian.facts.linking import Linker, fits
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.kernel.models import Subject
from tongjian.plans.intake import mapping
from tongjian.plans.intake.mapping import NoPlace, Words
from tongjian.reading.types import Figure
from tongjian.reports.drafts.agreeing import agrees
from tongjian.reports.drafts.types import Candidate, State
from tongjian.reports.drafts.wording import Around, Name, Told, Wording, best, covered, in_letters
from tongjian.reports.known import Known
from tongjian.reports.resolver import TARGET, LedgerResolver
from tongjian.values import Bound, Period

MOST = 5  # candidates shown
LIKE = 0.4  # likeness of names from which another metric may be meant
SHORT = 3  # letters; the letters of a shorter name say nothing
GROWING = re.compile("增速|增幅|增长率|增长目标")
SAME_NAME = 0.7  # likeness of names from which the two say the same, if the value is the same too
LESS_LIKE, TELLING = 0.25, 3  # with so many digits, so much likeness is enough
ROUNDED = Decimal("0.6")  # of the first digit; a cheap sieve, `agrees` decides
SURE = ("basis", "measure", "key", "name")
LEVELS = frozenset({"level", "count", "rate", "share", "index", "duration"})
# So much of a name must be told for a number of so many digits; the last holds for longer ones.
TOLD = (0.6, 0.6, 0.6, 0.5)
BESIDE = 0.15  # of it beside the number


@dataclass(frozen=True, slots=True)
class Matched:
    """state BOUND or DIFFERS has a known figure; CHOOSE has candidates; NO_SOURCE has neither."""

    state: State
    known: Known | None = None
    candidates: tuple[Candidate, ...] = ()
    by_words: bool = False  # no name of the ledger, but the words of the sentence together


class Matcher:
    """Matches figures of one draft against the ledger as known at one moment."""

    def __init__(self, subject: Subject, years: Sequence[int], known_at: datetime) -> None:
        self._subject, self._years, self._at = subject, years, known_at
        self._resolver = LedgerResolver(subject.key, known_at)
        self._linker, self._words = Linker.load(), Words()
        self._tellings: dict[tuple[Around, str, str], dict[Name, Told]] = {}

    def read_ahead(self, figures: Iterable[Figure]) -> None:
        """Told first which figures will be matched, so that what their words name is read at once."""
        named = ((f, self._linker.link(f.indicator, f.unit, f.kind)) for f in figures)
        refs = (self._reference(f, metric) for f, metric in named if metric is not None)
        self._resolver.read_ahead([str(ref) for ref in refs if ref is not None])

    def is_name(self, name: str, figure: Figure) -> bool:
        """Whether words are a name of the ledger that a figure may have."""
        return self._linker.link(name, figure.unit, figure.kind) is not None

    def match(self, figure: Figure, words: Around | None = None) -> Matched:
        """Key first: the series and period that the words name. Then all facts of the years with such a value. Then the
        words around it, where they are given.
        """
        if figure.kind == "rate" and GROWING.search(figure.indicator):  # 增速目标为6%
            figure = replace(figure, kind="growth")
        if words is not None and not words.is_timed:
            figure = replace(figure, period_stated=False)
        metric = self._linker.link(figure.indicator, figure.unit, figure.kind)
        ref = None if metric is None else self._reference(figure, metric)
        known = None if ref is None else self._resolved(ref, figure.status)
        if known is not None and agrees(figure, known):
            another = self._another(figure, words, metric)
            return Matched(State.BOUND, known) if another is None else _asked(known)
        meant = [] if ref is None else self._other_readings(figure, ref)
        if len(meant) == 1:
            return Matched(State.BOUND, meant[0])
        candidates = self._candidates(figure, metric, ref)
        only = _only(figure, candidates)
        # Where the words name a metric, its own facts alone are bound: one of a like name with this value is a trap.
        if (
            only is not None
            and (metric is None or only.known.metric == metric.key)
            and not self._is_doubtful(figure, only, words)
        ):
            return Matched(State.BOUND, only.known, by_words=only.why == "indicator")
        told = None if words is None else self._told(figure, words, metric)
        if told is not None:
            return Matched(State.BOUND, told, by_words=True)
        if known is not None and all(c.known.metric != known.metric for c in candidates):
            return Matched(State.DIFFERS, known, candidates)
        return Matched(State.CHOOSE, None, candidates) if candidates else Matched(State.NO_SOURCE)

    def _is_doubtful(self, figure: Figure, only: Candidate, words: Around | None) -> bool:
        """Whether a number to be bound for a like name may mean something else: the words do not tell half of that name,
        or, of one or two digits, there is another fact of its time and unit: one of the same value, or of a name more
        like, whose value the number then misses.
        """
        number = only.known.number
        if only.why != "indicator" or number is None:
            return False
        if words is not None and not self._is_told(only.known, figure, words):
            return True
        if _digits(number.decimal) >= TELLING:
            return False
        beside = [
            f
            for f in self._facts
            if f.series.unit == only.known.unit
            and f.number is not None
            and str(f.interval) == only.known.period
        ]
        likeness = {f.series.metric.key: named_alike(figure.indicator, f.series.metric.name) for f in beside}
        same = sum(f.number is not None and f.number.decimal == number.decimal for f in beside)
        return same > 1 or max(likeness.values()) > likeness.get(only.known.metric, 0.0)

    def names_another(self, figure: Figure, known: Known) -> bool:
        """Whether the words beside a number name another metric than the one that it was bound to."""
        metric = self._linker.link(figure.indicator, figure.unit, figure.kind)
        return metric is not None and metric.key != known.metric

    def known(self, expression: str) -> Known | None:
        """The figure of an expression as the ledger has it."""
        return self._resolver.figure(expression)

    def chosen(self, figure: Figure, expression: str) -> Matched:
        """What a person, or an earlier round, bound the number to."""
        known = self._resolver.figure(expression)
        if known is None:
            return Matched(State.NO_SOURCE)
        return Matched(State.BOUND if agrees(figure, known) else State.DIFFERS, known)

    # By key

    def _reference(self, figure: Figure, metric: Metric) -> FactRef | None:
        try:
            return mapping.reference(figure, metric, self._subject, self._words)
        except NoPlace:
            return None

    def _resolved(self, ref: FactRef, status: str) -> Known | None:
        return self._resolver.figure(f"{TARGET}{ref}" if status == "target" else str(ref))

    def _other_readings(self, figure: Figure, ref: FactRef) -> list[Known]:
        """Figures of the same metric that the words may mean as well: a target for a result, the year reviewed for the
        year planned where no period is printed. Only those that agree.
        """
        stated = figure.period_stated
        years = [ref.period] if stated else [ref.period, *(Period.year(y) for y in self._years)]
        refs = [ref.at(p) for p in dict.fromkeys(years)]
        if ref.measure == "rank":
            refs += [replace(r, of="growth", basis=b) for r in refs for b in {r.basis, "natural"}]
        expressions = [e for r in refs for e in (f"{TARGET}{r}", str(r))]
        found = [k for e in expressions if (k := self._resolver.figure(e)) is not None and agrees(figure, k)]
        as_read = [k for k in found if (k.status == "target") == (figure.status == "target")]
        return list({k.expression.removeprefix(TARGET): k for k in as_read or found}.values())

    # By value

    def _candidates(
        self, figure: Figure, metric: Metric | None, ref: FactRef | None
    ) -> tuple[Candidate, ...]:
        """Facts of this metric with another period or basis, then those of like names, that have the printed value."""
        found: list[Candidate] = []
        for fact, why in self._like(figure, metric, ref):
            if not agrees(figure, _recorded(fact)):
                continue  # before it is resolved with all that belongs to it
            expression = str(ref_of(fact.series, fact.interval))
            known = self._resolver.figure(expression)
            if known is not None and agrees(figure, known):
                found.append(Candidate(expression, known, why))
            if len(found) == MOST:
                break
        return tuple(found)

    def _like(self, figure: Figure, metric: Metric | None, ref: FactRef | None) -> Iterable[tuple[Fact, str]]:
        if isinstance(figure.value, tuple):
            return []
        near = [f for f in self._facts if _may_be(f, figure)]
        own = [(f, _why(f, ref)) for f in near if metric is not None and f.series.metric_id == metric.pk]
        others = [
            (named_alike(figure.indicator, f.series.metric.name), f)
            for f in near
            if metric is None or f.series.metric_id != metric.pk
        ]
        ranked = sorted(others, key=lambda o: (-o[0], str(o[1].interval) != figure.period))
        return [*own, *((f, why) for like, f in ranked if (why := _why_named(like, figure, f)))]

    # By the words around

    def _told(self, figure: Figure, words: Around, metric: Metric | None) -> Known | None:
        """The one fact whose name the words tell clearly better than any other that the number may have."""
        if figure.status == "target" or isinstance(figure.value, tuple):
            return None
        told = self._names_told(figure, words)
        name = best(told)
        if name is None or (metric is not None and name[0] != metric.key and not _is_carried(metric, told)):
            return None
        facts = self._saying(name, figure)
        if len(facts) != 1 or not self._enough(figure, facts[0], told[name]):
            return None
        return self._resolver.figure(str(ref_of(facts[0].series, facts[0].interval)))

    def _is_told(self, known: Known, figure: Figure, words: Around) -> bool:
        """Whether the words tell more than half of the name of a figure's metric."""
        told = self._names_told(figure, words).get((known.metric, known.breakdown))
        return told is not None and told.far > TOLD[-1]

    def _another(self, figure: Figure, words: Around | None, metric: Metric | None) -> Name | None:
        """The other name that the words tell in full where the metric's own does not stand beside the number: of
        企业256家，其中新增256家 the second is not all of them.
        """
        if words is None or metric is None or figure.kind == "rank":
            return None
        told = self._names_told(figure, words)
        name = best(told) if _is_carried(metric, told) else None
        is_other = name is not None and name[0] != metric.key and told[name].beside and told[name].far == 1
        return name if is_other else None

    def _names_told(self, figure: Figure, words: Around) -> dict[Name, Told]:
        """How far each name that the number may have is told; worked out once."""
        key = (words, figure.kind, figure.unit)
        if key not in self._tellings:
            self._tellings[key] = self._wording.told(words, self._possible(figure))
        return self._tellings[key]

    def _possible(self, figure: Figure) -> set[Name]:
        """Names that the number may have, by its unit; of a rank, or on a basis that is printed, only those kept so."""
        if figure.kind == "rank":
            return {_name(f) for f in self._facts if f.series.measure == "rank" or f.series.unit == "位"}
        basis = self._words.code("basis", figure.basis)
        if basis and basis != "natural":
            return {_name(f) for f in self._facts if f.series.basis == basis}
        return {n for n, m in self._named.items() if fits(m.unit, figure.unit, figure.kind)}

    def _saying(self, name: Name, figure: Figure) -> list[Fact]:
        """Facts of this name that say the number: of its time, or of the years where it has none printed."""
        facts = [f for f in self._facts if _name(f) == name and self._says(f, figure)]
        years = () if figure.period_stated else tuple(map(str, self._years))
        for times in ((figure.period,), years):
            if found := [f for f in facts if str(f.interval) in times]:
                return found
        return []

    def _says(self, fact: Fact, figure: Figure) -> bool:
        """Whether a fact is of the printed measure and basis, and has the printed value."""
        series, basis = fact.series, self._words.code("basis", figure.basis)
        if basis and basis != series.basis:
            return False
        if figure.kind == "rank":
            of_kind = series.measure == "rank" or series.unit == "位"
        else:
            of_kind = series.measure == ("level" if figure.kind in LEVELS else figure.kind)
        return of_kind and agrees(figure, _recorded(fact))

    def _enough(self, figure: Figure, fact: Fact, told: Told) -> bool:
        """The shorter the number, the more of the name; a basis that is printed (还原口径) stands for the name beside it."""
        assert not isinstance(figure.value, tuple)
        by_basis = bool(figure.basis) and fact.series.basis != "natural"
        needed = TOLD[min(_digits(figure.value) if figure.value else 0, len(TOLD) - 1)]
        names = map(in_letters, (fact.series.metric.name, *map(str, fact.series.metric.aliases)))
        carried = any(covered(n, in_letters(figure.indicator)) >= TOLD[0] * len(n) for n in names)
        return told.far >= needed and (told.near >= BESIDE or by_basis or carried)

    @cached_property
    def _named(self) -> dict[Name, Metric]:
        """Everything that has a name: metrics, and the groups within them that the years know."""
        metrics = {m.key: m for found in self._linker.names.values() for m in found}
        groups = {_name(f): f.series.metric for f in self._facts if f.series.breakdown}
        return {**{(key, ""): m for key, m in metrics.items()}, **groups}

    @cached_property
    def _wording(self) -> Wording:
        return Wording({n: (m.name, *map(str, m.aliases)) for n, m in self._named.items()})

    @cached_property
    def _facts(self) -> list[Fact]:
        """All facts of the area in the years of the draft, once."""
        lowest, highest = min(self._years) * 12, max(self._years) * 12 + 11
        series = Series.objects.filter(subject=self._subject)
        rows = queries.as_known(series, self._at).exclude(mantissa=None)
        return list(rows.filter(period_start__gte=lowest, period_end__lte=highest))


def _is_carried(metric: Metric, told: Mapping[Name, Told]) -> bool:
    """Whether a metric is named in the sentence, but with no letter beside the number."""
    return (metric.key, "") in told and not told[metric.key, ""].beside


def _asked(known: Known) -> Matched:
    return Matched(State.CHOOSE, None, (Candidate(known.expression, known, "value"),))


def _name(fact: Fact) -> Name:
    return fact.series.metric.key, fact.series.breakdown


def _recorded(fact: Fact) -> Known:
    """What a fact alone says; enough to hold a printed number against."""
    series = fact.series
    return Known("", fact.number, series.unit, series.measure, "", "", "", "", bound=Bound(fact.bound))


def named_alike(one: str, other: str) -> float:
    """How like two names are, whatever the order of their words: by the longest common part, or by shared letters."""
    a, b = set(one), set(other)
    letters = len(a & b) / min(len(a), len(b)) if min(len(a), len(b)) >= SHORT else 0.0
    return max(alike(one, other), 0.9 * letters)


def _why_named(like: float, figure: Figure, fact: Fact) -> str:
    """Why a fact of another metric may be meant; empty when it may not. A long number counts for a like name."""
    if like >= SAME_NAME:
        return "name"
    digits = len(str(figure.value).replace(".", "").strip("-0"))
    exact = fact.number is not None and not isinstance(figure.value, tuple) and digits >= TELLING
    if like >= (LESS_LIKE if exact else LIKE):
        return "indicator"
    return "value" if exact and figure.unit == fact.series.unit else ""


def _only(figure: Figure, candidates: Sequence[Candidate]) -> Candidate | None:
    """The one candidate that leaves no doubt: the metric of the words or nearly its name, or the only fact with such a
    telling number and a like name; in the period of the words. A basis that is printed must be the ledger's.
    """
    if figure.status == "target":
        return None
    best = [c for c in candidates if c.why in SURE and c.known.period == figure.period]
    if not best and len(candidates) == 1 and candidates[0].why == "indicator":
        telling = len(str(figure.value).strip("-0.")) >= 2
        best = [c for c in candidates if telling and c.known.period == figure.period]
    if figure.basis and any(c.why == "basis" for c in best):
        return None
    return best[0] if len(best) == 1 else None


def _may_be(fact: Fact, figure: Figure) -> bool:
    """Whether the value has the printed dimension and is as large as printed, roughly: cheap, before it is resolved."""
    if isinstance(figure.value, tuple) or fact.number is None:
        return False
    if figure.kind != "rank" and dimension(fact.series.unit) != dimension(figure.unit):
        return False
    value, printed = abs(fact.number.decimal), abs(figure.value)
    if not value or not printed:
        return value == printed
    return _lead(value) == _lead(printed) or _near(_first(value), _first(printed))


def _digits(value: Decimal) -> int:
    """How many digits tell something: 5000 → 1, 0.45 → 2."""
    return len(value.normalize().as_tuple().digits)


def _lead(value: Decimal) -> int:
    return value.as_tuple().digits[0]


def _first(value: Decimal) -> Decimal:
    """The value between 1 and 10, its power of ten left out: 5.98, 0.06 and 600 → 5.98, 6, 6."""
    return value.scaleb(-value.adjusted())


def _near(one: Decimal, other: Decimal) -> bool:
    """Whether rounding may have made one of the other, over a power of ten too: 5.98 and 6.0, 9.96 and 1.0."""
    return abs(one - other) <= ROUNDED or abs(one - other) >= 8


def _why(fact: Fact, ref: FactRef | None) -> str:
    """What of the key is another than the words say."""
    if ref is None:
        return "key"
    if str(fact.interval) != str(ref.period):
        return "period"
    return "basis" if fact.series.basis != ref.basis else "measure"
