"""Derived observations: what the catalogue's derive lines make of the facts known at a moment, a metric at a time.

Nothing of it is stored. What was reported goes first and is served as a fact, not here; what cannot be derived is left
out, as there is no number and nobody who owed one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from tongjian.facts import rules, specs, targets
from tongjian.facts.ledger import Ledger, known
from tongjian.facts.models import Metric
from tongjian.facts.queries import facts_visible_to, metrics_visible_to
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.facts.sdmx import codes
from tongjian.facts.sdmx.asking import Wanted
from tongjian.facts.sdmx.rows import Row, moment, truth
from tongjian.facts.simulated import rests_on_simulated
from tongjian.kernel.access import Viewer
from tongjian.values import Period

# Operators that make a level of one period out of levels of others: end of a known period → period.
MADE: Mapping[str, int] = {"single": 1, "quarter": 3, "rolling_12": 12}
ANCHORED = "year_to_date"


@dataclass(frozen=True, slots=True)
class Known:
    """Periods with a number, of one metric and all that it is derived from, by subject, group and measure."""

    periods: dict[tuple[str, str, str], set[Period]] = field(default_factory=dict)

    def add(self, subject: str, group: str, measure: str, period: Period) -> None:
        self.periods.setdefault((subject, group, measure), set()).add(period)


def rows(wanted: Wanted, viewer: Viewer) -> Iterator[Row]:
    """SDMX-CSV rows in the order of rows.COLUMNS; those of one series together, by period."""
    found = metrics_visible_to(viewer).exclude(derive=[]).order_by("order", "key")
    if (only := wanted.only("METRIC")) is not None:
        found = found.filter(key__in=only)
    for metric in found:
        yield from _of_metric(metric, wanted, viewer)


def _of_metric(metric: Metric, wanted: Wanted, viewer: Viewer) -> Iterator[Row]:
    lines, ledger = specs.derived(metric.derive), Ledger(wanted.at)
    refs = list(dict.fromkeys(_refs(metric, lines, _known(metric, lines, wanted, viewer), ledger, wanted)))
    ledger.read_ahead(refs)
    for ref in refs:
        value = ledger.look(ref)
        if value is not None and value.derived is not None and _is_new(value, wanted):
            yield _row(wanted.context, value, metric)


def _known(metric: Metric, lines: Iterable[specs.Derived], wanted: Wanted, viewer: Viewer) -> Known:
    keys = {metric.key, *chain.from_iterable(line.inputs for line in lines)}
    facts = known(facts_visible_to(viewer), wanted.at).filter(series__metric__key__in=keys)
    read = facts.filter(mantissa__isnull=False).values_list(
        "series__subject__key", "series__breakdown", "series__measure", "period_start", "period_end"
    )
    made = Known()
    for subject, group, measure, start, end in read.distinct().order_by():
        made.add(subject, group, measure, Period(start, end))
    return made


def _refs(
    metric: Metric, lines: Iterable[specs.Derived], known: Known, ledger: Ledger, wanted: Wanted
) -> Iterator[FactRef]:
    """What may be derived and is asked for: by line, subject and group, in the order of periods."""
    subjects, owed = wanted.only("SUBJECT"), _owed(metric, ledger)
    for line in lines:
        for (subject, group), periods in sorted(_bases(line, known, ledger).items()):
            if subjects is not None and subject not in subjects:
                continue
            if _needs_target(line) and (subject, group, line.of, line.basis) not in owed:
                continue
            for period in sorted(_periods(line, metric, periods), key=lambda p: (p.end, p.start)):
                ref = FactRef(
                    metric=metric.key,
                    period=period,
                    subject=subject,
                    measure=line.measure,
                    basis=line.basis,
                    comparator=line.comparator,
                    breakdown=group,
                    of=line.of,
                )
                if _is_wanted(ref, metric, wanted):
                    yield ref


def _needs_target(line: specs.Derived) -> bool:
    return line.operator == "completion" or line.comparator == "target"


def _owed(metric: Metric, ledger: Ledger) -> set[tuple[str, str, str, str]]:
    """Subject, group, measure and basis that some target is set for."""
    found = targets.holders(metric.key, ledger.at)
    held = [s for s in ledger.series(metric.key) if s.pk in found and not s.comparator]
    return {(s.subject.key, s.breakdown, s.measure, s.basis) for s in held}


def _bases(line: specs.Derived, known: Known, ledger: Ledger) -> dict[tuple[str, str], set[Period]]:
    """Subject and group → the periods of what the line works on; of a total those of the areas below."""
    wanted = line.of or "level"
    above = {a.key: _key_above(a.parent_id, ledger) for a in ledger.areas()}
    found: dict[tuple[str, str], set[Period]] = {}
    for (subject, group, measure), periods in known.periods.items():
        key = above.get(subject, "") if line.operator == "total" else subject
        if key and (measure == wanted or line.operator == "rank"):
            found.setdefault((key, group), set()).update(periods)
    return found


def _key_above(parent: int | None, ledger: Ledger) -> str:
    return next((a.key for a in ledger.areas() if a.pk == parent), "")


def _periods(line: specs.Derived, metric: Metric, found: Iterable[Period]) -> set[Period]:
    if line.operator in MADE:
        length = MADE[line.operator]
        return {Period(p.end - length + 1, p.end) for p in found}
    if line.operator == ANCHORED:
        return {Period(p.end // 12 * 12, p.end) for p in found}
    return {rules.canonical(rules.period_kind(metric.kind, p), p) for p in found}


def _is_wanted(ref: FactRef, metric: Metric, wanted: Wanted) -> bool:
    own = ref.period
    if wanted.exactly is not None and own != wanted.exactly:
        return False
    after = wanted.start is None or own.start >= wanted.start
    before = wanted.end is None or own.end <= wanted.end
    return after and before and wanted.holds(_key(ref, metric))


def _key(ref: FactRef, metric: Metric) -> dict[str, str]:
    """The codes of a reference by dimension, in their order."""
    kind = str(rules.period_kind(metric.kind, ref.period))
    return {
        "FREQ": codes.frequency(kind, ref.period),
        "SUBJECT": ref.subject,
        "METRIC": ref.metric,
        "MEASURE": ref.measure,
        "OF": ref.of or codes.NOT_APPLICABLE,
        "BASIS": ref.basis,
        "COMPARATOR": ref.comparator or codes.NOT_APPLICABLE,
        "BREAKDOWN": codes.breakdown_code(ref.breakdown),
        "PERIOD_KIND": kind,
    }


def _is_new(value: Resolved, wanted: Wanted) -> bool:
    """Whether an input was recorded after the moment asked for."""
    return wanted.after is None or any(f.recorded_at > wanted.after for f in value.facts())


def _row(context: str, value: Resolved, metric: Metric) -> Row:
    """In the order of rows.COLUMNS. It has no place and no fact of its own; its newest input says since when it holds."""
    key, number = _key(value.ref, metric), value.number
    newest = max((f.recorded_at for f in value.facts()), default=None)
    return (
        context,
        codes.DERIVED_ID,
        "I",
        *key.values(),
        codes.time_period(key["PERIOD_KIND"], value.ref.period),
        str(number),
        codes.unit_code(value.unit),
        codes.unit_parts(value.unit)[1],
        number.decimals,
        codes.OBS_STATUS[value.status],
        value.status,
        value.bound,
        "",
        "",
        codes.DERIVED_SOURCE,
        "",
        "",
        "" if newest is None else moment(newest),
        truth(rests_on_simulated(value)),
        codes.operator_code(value.derived),
    )
