"""Holding what happened against what was promised: one light for each target, with its sentence and its value.

Nothing is stored: a light is a function of the facts known at a moment, the day, and the pack of rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import get_language

from tongjian.facts import rules as fact_rules
from tongjian.facts.choices import Bound, Direction, FactStatus, Measure, MetricKind
from tongjian.facts.ledger import Ledger, leaf
from tongjian.facts.resolved import Resolved
from tongjian.kernel import calendars, definitions
from tongjian.kernel.calendars import Calendar
from tongjian.plans import lights, pace, past, paths, queries, rules, sentences, within
from tongjian.plans.choices import Light, Nature, PathKind
from tongjian.plans.models import Obligation, PlanYear
from tongjian.plans.pace import Pace
from tongjian.plans.past import Past
from tongjian.plans.queries import task_light as task_light
from tongjian.plans.rules import Asked, Judgement, Seen
from tongjian.plans.sentences import Said
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A target's light. value None: nothing to judge by. points: all values of the due period, by period.

    band: what 左右 lets pass, empty for other bounds. rule: the list that judged and its version, `growth v2`.
    """

    obligation: Obligation
    light: Light
    target: Said
    reason: Said
    value: Resolved | None = None
    judgement: Judgement | None = None
    points: tuple[Resolved, ...] = ()
    band: Said = field(default=sentences.NOTHING)
    rule: str = ""

    @property
    def target_text(self) -> str:
        """The target in the reader's language."""
        return _in_language(self.target)

    @property
    def reason_text(self) -> str:
        """The reason in the reader's language."""
        return _in_language(self.reason)

    @property
    def band_text(self) -> str:
        """The band in the reader's language."""
        return _in_language(self.band)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A target with what is known of it, before it is judged."""

    obligation: Obligation
    asked: Asked
    points: tuple[Resolved, ...]
    value: Resolved | None

    @property
    def is_paced(self) -> bool:
        """Whether the year's progress counts: an amount over the year, by a value inside of it."""
        return self.value is not None and rules.yardstick(self.asked) in {"flow", "cap_flow"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What targets are judged on: the rule lists, the working calendar, earlier values by obligation."""

    book: lights.Book
    calendar: Calendar
    past: Mapping[int, Past]
    at: datetime | None


def _in_language(said: Said) -> str:
    return said.en if (get_language() or "").startswith("en") else said.zh


def evaluate(
    obligation: Obligation, at: datetime | None, today: date, book: lights.Book | None = None
) -> Evaluation:
    """The light of one target by the facts known at `at` (None: now), on the day `today`."""
    return _evaluated([obligation], at, today, book)[0]


def evaluate_all(
    plan: PlanYear,
    at: datetime | None,
    today: date,
    book: lights.Book | None = None,
    ledger: Ledger | None = None,
) -> list[Evaluation]:
    """All targets of a plan that were in force at `at`, in its order. ledger: one as known at `at`, to be shared."""
    return _evaluated(list(queries.obligations(plan, at)), at, today, book, ledger)


def evaluate_these(
    obligations: Sequence[Obligation],
    at: datetime | None,
    today: date,
    book: lights.Book | None = None,
    ledger: Ledger | None = None,
) -> list[Evaluation]:
    """Any obligations, of plans or of agreements, in the order given."""
    return _evaluated(obligations, at, today, book, ledger)


def _evaluated(
    obligations: Sequence[Obligation],
    at: datetime | None,
    today: date,
    book: lights.Book | None,
    ledger: Ledger | None = None,
) -> list[Evaluation]:
    ledger = ledger or Ledger(at)
    found = gather_all(obligations, ledger)
    ground = ground_of(found, ledger, book)
    return [judged(g, ground, today) for g in found]


def gather_all(obligations: Sequence[Obligation], ledger: Ledger) -> list[Gathered]:
    """The targets with their values of the due period, the one that counts chosen; read at once."""
    found = within.read(obligations, ledger)
    return [gathered(w.obligation, asked_of(w.obligation), w.values(), ledger) for w in found]


def gathered(obligation: Obligation, asked: Asked, points: tuple[Resolved, ...], ledger: Ledger) -> Gathered:
    """The one that counts of these values; pages show where it stands, of the others seldom."""
    value = chosen(points, asked)
    if value is not None and value.fact is not None:
        value = leaf(value.fact, value.ref, ledger.shelf)
    return Gathered(obligation, asked, points, value)


def ground_of(found: Sequence[Gathered], ledger: Ledger, book: lights.Book | None = None) -> Ground:
    """What these targets are judged on; earlier values only of those that are held against the year's progress."""
    paced = [g for g in found if g.is_paced]
    ends = {
        end
        for g in paced
        if g.value is not None
        for end in past.usual_ends(g.asked.due, g.value.ref.period, pace.YEARS_BACK)
    }
    return Ground(
        book or the_book(ledger.at),
        calendars.current() if paced else calendars.NONE,
        past.of([g.obligation for g in paced], ledger, ends, past.LEVELS),
        ledger.at,
    )


def judged(found: Gathered, ground: Ground, today: date) -> Evaluation:
    """The light of a target, on that ground."""
    obligation, asked, value = found.obligation, found.asked, found.value
    aim, wide = sentences.target(asked), sentences.band(asked, ground.book)
    if asked.number is None or value is None:
        light = rules.light_without_value(asked.due, today)
        why = (
            sentences.no_number(asked)
            if asked.number is None
            else sentences.no_value(asked, due_later=light == Light.NOT_DUE)
        )
        return Evaluation(obligation, light, aim, why, value, None, found.points, wide)
    seen = seen_of(value, asked)
    held = _as_set_for(found, seen, ground.at)
    made = rules.judge(held, seen, ground.book, pace_of(found, seen, ground))
    why = sentences.reason(held, seen, made)
    why = why if held is asked else sentences.on_the_way(why, asked)
    rule = f"{made.yardstick} v{ground.book.versions.get(made.yardstick, 0)}"
    return Evaluation(obligation, made.light, aim, why, value, made, found.points, wide, rule)


def _as_set_for(found: Gathered, seen: Seen, at: datetime | None) -> Asked:
    """The target; where values are typed for months and the year runs, that month's own (growth, stocks, ratios)."""
    asked = found.asked
    if found.is_paced or rules.is_final(seen, asked.due):
        return asked
    path = paths.ruling(found.obligation, at)
    typed = pace.typed_at(paths.points(path), seen.period) if path else None
    return asked if typed is None else replace(asked, number=typed)


def pace_of(found: Gathered, seen: Seen, ground: Ground) -> Pace | None:
    """How much of an amount should be reached by the value's period; None for all other targets."""
    if not found.is_paced or not found.asked.number:
        return None
    asked, path = found.asked, paths.ruling(found.obligation, ground.at)
    typed = pace.typed_at(paths.points(path), seen.period)
    levels = ground.past.get(found.obligation.pk, Past()).levels
    due = asked.due
    return Pace(
        kind=PathKind(path.kind) if path else PathKind.LINEAR,
        linear=pace.elapsed(seen.period, due),
        share=pace.usual_share(levels, seen.period, due),
        working=pace.working_elapsed(seen.period, due, ground.calendar.working_days),
        typed=None if typed is None else rules.completion(typed, asked.number or Decimal(0)),
        unknown_years=ground.calendar.unknown(due.first_day, due.last_day),
    )


def the_book(at: datetime | None = None) -> lights.Book:
    """The lists of lights that ruled at `at`. Raises LightsError when a district's own pack has a gap."""
    return the_books([at])[0]


def the_books(moments: Sequence[datetime | None]) -> list[lights.Book]:
    """The same for several moments."""
    return [
        lights.read([r.body for r in found], {r.key: r.version for r in found})
        for found in definitions.ruling_at("lights", moments)
    ]


def asked_of(obligation: Obligation) -> Asked:
    """What the target asks, as plain values."""
    series, number = obligation.series, obligation.number
    return Asked(
        number=None if number is None else number.decimal,
        bound=Bound(obligation.bound),
        unit=series.unit,
        measure=Measure(series.measure),
        kind=MetricKind(series.metric.kind),
        direction=Direction(series.metric.direction),
        due=Period.parse(obligation.due),
        words=obligation.words,
        nature=Nature(obligation.nature),
    )


def seen_of(value: Resolved, asked: Asked) -> Seen:
    """A value as the rules take it, in the target's unit."""
    number = fact_rules.converted(value.number, value.unit, asked.unit)
    return Seen(number.decimal, value.ref.period, FactStatus(value.status), Bound(value.bound))


def chosen(points: tuple[Resolved, ...], asked: Asked) -> Resolved | None:
    """The value that the light goes by: the whole period's actual, else its estimate, else the latest so far."""
    whole = [p for p in points if p.ref.period.end == asked.due.end]
    firm = [p for p in whole if p.status != FactStatus.ESTIMATE]
    return next((rank[-1] for rank in (firm, whole, list(points)) if rank), None)
