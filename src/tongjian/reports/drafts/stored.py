"""Items of a draft between binding and a person's answer: as JSON on the round, and as they stand after the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongjian.reports.drafts.types import NAMED, OPEN, Bond, Item, State
from tongjian.reports.known import Known


@dataclass(frozen=True, slots=True)
class Meant:
    """A fact that a number may mean or does mean. value: as kept; why: code, see messages; empty for the one meant."""

    ref: str
    metric: str
    indicator: str
    subject: str
    value: str
    unit: str
    period: str
    measure: str = "level"
    of: str = ""
    basis: str = "natural"
    comparator: str = ""
    breakdown: str = ""
    status: str = "actual"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A number of a draft as it stands after the answers. answered: by a person, `named`, `edit` or an expression."""

    key: str
    start: int
    end: int
    shown: str
    indicator: str
    period: str
    state: State
    sentence: str
    meant: Meant | None
    candidates: tuple[Meant, ...]
    suggestion: str
    answered: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person has something to do."""
        return self.state in OPEN


def as_json(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [_item(i) for i in items]


def _item(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "start": item.start,
        "end": item.end,
        "shown": item.shown,
        "indicator": item.indicator,
        "period": item.period,
        "state": item.state.value,
        "sentence": item.sentence,
        "meant": None if item.known is None else _meant(item.known),
        "candidates": [{**_meant(c.known), "ref": c.ref, "why": c.why} for c in item.candidates],
        "suggestion": item.suggestion,
    }


def _meant(known: Known) -> dict[str, str]:
    return {
        "ref": known.expression,
        "metric": known.metric,
        "indicator": known.indicator,
        "subject": known.subject,
        "value": "" if known.number is None else str(known.number),
        "unit": known.unit,
        "period": known.period,
        "measure": known.measure,
        "of": known.of,
        "basis": known.basis,
        "comparator": known.comparator,
        "breakdown": known.breakdown,
        "status": known.status,
    }


def standing(
    rows: Sequence[Mapping[str, Any]], answers: Mapping[str, str], edits: Iterable[str]
) -> list[Stored]:
    """The items of a round with what people have said since it was bound."""
    wanted = frozenset(edits)
    return [_after(_stored(row), answers.get(str(row["key"]), ""), str(row["key"]) in wanted) for row in rows]


def _stored(row: Mapping[str, Any]) -> Stored:
    meant = row["meant"]
    return Stored(
        row["key"],
        row["start"],
        row["end"],
        row["shown"],
        row["indicator"],
        row["period"],
        State(row["state"]),
        row["sentence"],
        None if meant is None else Meant(**meant),
        tuple(Meant(**c) for c in row["candidates"]),
        row["suggestion"],
    )


def _after(item: Stored, answer: str, edit: bool) -> Stored:
    """An answer that binding knew of already has shaped the item: it only says so."""
    if edit and item.suggestion:
        return replace(item, state=State.EDIT, answered="edit")
    if answer == NAMED:
        return replace(item, state=State.NAMED, meant=None, answered=NAMED)
    chosen = next((c for c in item.candidates if c.ref == answer), None)
    if chosen is not None:
        return replace(item, state=State.BOUND, meant=chosen, answered=answer)
    return replace(item, answered=answer)


def bonds(items: Iterable[Stored]) -> dict[str, Bond]:
    """What the next round may take from this one."""
    kept = [i for i in items if i.meant is not None and i.state in (State.BOUND, State.CHANGED)]
    return {i.key: Bond(i.meant.ref, i.shown.strip()) for i in kept if i.meant is not None}


def kept(found: Mapping[str, Bond]) -> dict[str, list[str]]:
    """Bonds as JSON."""
    return {key: [bond.expression, bond.shown] for key, bond in found.items()}


def taken(rows: Mapping[str, Sequence[str]]) -> dict[str, Bond]:
    return {key: Bond(*row) for key, row in rows.items()}


def counts(items: Iterable[Stored]) -> dict[State, int]:
    found = dict.fromkeys(State, 0)
    for item in items:
        found[item.state] += 1
    return found
