"""What a case is at a moment, and what a step changed: two values and the fold between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import reduce
from typing import Any

Span = tuple[datetime, datetime | None]
NO_ATTRIBUTES: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class ClockState:
    """One run of a clock. due: after the pauses so far; while it is paused, as it was before. unit: of a `per` clock.

    round: the how-manieth run of this name (and unit). policy: version of the type that gave `allow`.
    fixed: due was promised or extended, a new policy does not move it. met: None while running, or cancelled.
    """

    name: str
    unit: int | None
    round: int
    allow: str
    policy: int
    started: datetime
    due: datetime
    paused: tuple[Span, ...] = ()
    stopped: datetime | None = None
    met: bool | None = None
    fixed: bool = False

    @property
    def key(self) -> tuple[str, int | None, int]:
        return self.name, self.unit, self.round

    @property
    def running(self) -> bool:
        return self.stopped is None

    @property
    def is_paused(self) -> bool:
        return bool(self.paused) and self.paused[-1][1] is None


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit's part in a case. hop: the how-manieth lead unit it was (0 for the others). result "": still at it."""

    unit: int
    role: str
    hop: int
    since: datetime
    until: datetime | None = None
    result: str = ""

    @property
    def key(self) -> tuple[int, str, int, datetime]:
        return self.unit, self.role, self.hop, self.since


@dataclass(frozen=True, slots=True)
class SurveyRound:
    """回访: reached None: not tried yet. solved, score (1 to 5) None: not said. independent: the caller was no handler."""

    round: int
    at: datetime
    by_unit: int | None
    independent: bool
    reached: bool
    solved: bool | None
    score: int | None
    words: str


@dataclass(frozen=True, slots=True)
class CaseState:
    """The wide row without the citizen's words. The columns of `models.Case` carry the same names.

    seq: of the last event. due_at: the nearest due time of the running clocks. late: some clock was not met.
    """

    type: str
    type_version: int
    state: str
    kind: str
    seq: int = 0
    channel: str = "other"
    source: str = ""
    source_id: str | None = None
    category: str = ""
    area_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    tier: str = ""
    outcome: str = ""
    asking: str = ""
    supervised: bool = False
    visibility: str = "internal"
    subject_id: int | None = None
    lead_id: int | None = None
    first_lead_id: int | None = None
    opened_at: datetime | None = None
    dispatched_at: datetime | None = None
    accepted_at: datetime | None = None
    contacted_at: datetime | None = None
    checked_at: datetime | None = None
    done_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    late: bool = False
    hops: int = 0
    returns: int = 0
    redos: int = 0
    responded_in_time: bool | None = None
    resolved_in_time: bool | None = None
    rounds: int = 0
    surveyed_at: datetime | None = None
    reached: bool | None = None
    solved: bool | None = None
    score: int | None = None
    excluded: bool = False
    cluster_id: int | None = None
    parent_id: int | None = None
    retain_until: date | None = None
    simulated: bool = False
    attrs: Mapping[str, Any] = field(default_factory=dict)
    clocks: tuple[ClockState, ...] = ()
    units: tuple[UnitState, ...] = ()

    def running(self, name: str) -> tuple[ClockState, ...]:
        return tuple(c for c in self.clocks if c.name == name and c.running)

    def at_work(self, role: str) -> tuple[UnitState, ...]:
        """The units of a role whose part has not ended."""
        return tuple(u for u in self.units if u.role == role and not u.until)


COLUMNS = tuple(f.name for f in fields(CaseState) if f.name not in {"clocks", "units"})
TIMES = frozenset(
    [
        "opened_at",
        "dispatched_at",
        "accepted_at",
        "contacted_at",
        "checked_at",
        "done_at",
        "closed_at",
        "due_at",
        "surveyed_at",
    ]
)


@dataclass(frozen=True, slots=True)
class Change:
    """What one step did. fields: columns with their new values; clocks and units: as they are now.

    words: what was said with it (reason, reply …), personal data masked.
    """

    step: str
    at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    clocks: tuple[ClockState, ...] = ()
    units: tuple[UnitState, ...] = ()
    survey: SurveyRound | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


def evolve(state: CaseState, change: Change) -> CaseState:
    """The case after the change."""
    clocks = {c.key: c for c in state.clocks} | {c.key: c for c in change.clocks}
    units = {u.key: u for u in state.units} | {u.key: u for u in change.units}
    after = replace(
        state, seq=state.seq + 1, clocks=tuple(clocks.values()), units=tuple(units.values()), **change.fields
    )
    return replace(after, due_at=_next_due(after.clocks), late=any(c.met is False for c in after.clocks))


def replay(changes: Iterable[Change]) -> CaseState:
    """The case that its events make; the first one says its type."""
    begin = CaseState(type="", type_version=0, state="", kind="draft")
    return reduce(evolve, changes, begin)


def _next_due(clocks: Iterable[ClockState]) -> datetime | None:
    return min((c.due for c in clocks if c.running and not c.is_paused), default=None)


# As JSON: what an event holds


def to_json(change: Change) -> dict[str, Any]:
    """Without empty parts; `step` and `at` are the event's own."""
    parts = {
        "set": {k: _plain(v) for k, v in change.fields.items()},
        "clocks": [_plain_row(c) for c in change.clocks],
        "units": [_plain_row(u) for u in change.units],
        "survey": _plain_row(change.survey) if change.survey else None,
        "words": dict(change.words),
    }
    return {k: v for k, v in parts.items() if v}


def from_json(step: str, at: datetime, data: Mapping[str, Any]) -> Change:
    """The change that an event holds."""
    survey = data.get("survey")
    return Change(
        step=step,
        at=at,
        fields={k: _column(k, v) for k, v in data.get("set", {}).items()},
        clocks=tuple(_clock(c) for c in data.get("clocks", ())),
        units=tuple(_unit(u) for u in data.get("units", ())),
        survey=SurveyRound(**{**survey, "at": datetime.fromisoformat(survey["at"])}) if survey else None,
        words=data.get("words", {}),
    )


def spans_to_json(spans: Iterable[Span]) -> list[list[str | None]]:
    return [[a.isoformat(), b.isoformat() if b else None] for a, b in spans]


def spans_from_json(spans: Iterable[Any]) -> tuple[Span, ...]:
    return tuple((datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in spans)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _plain_row(row: ClockState | UnitState | SurveyRound) -> dict[str, Any]:
    """Values that are their field's default are left out."""
    found: dict[str, Any] = {}
    for f in fields(row):
        value = getattr(row, f.name)
        if f.name == "paused":
            if value:
                found["paused"] = spans_to_json(value)
        elif value != f.default:
            found[f.name] = _plain(value)
    return found


def _column(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in TIMES:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if name == "retain_until" else value


def _clock(row: Mapping[str, Any]) -> ClockState:
    return ClockState(
        **{
            **row,
            "started": datetime.fromisoformat(row["started"]),
            "due": datetime.fromisoformat(row["due"]),
            "paused": spans_from_json(row.get("paused", ())),
            "stopped": _moment(row.get("stopped")),
        }
    )


def _unit(row: Mapping[str, Any]) -> UnitState:
    return UnitState(
        **{**row, "since": datetime.fromisoformat(row["since"]), "until": _moment(row.get("until"))}
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
