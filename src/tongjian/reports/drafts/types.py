"""What binding a draft yields: for each number of the text, what it is bound to or why it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tongjian.reports.known import Known

NAMED = "named"  # the answer that a number needs no source


class State(StrEnum):
    """How a number of the draft stands to the ledger."""

    BOUND = "bound"  # 一致: key and value agree
    CHANGED = "changed"  # 台账已变: bound before, the ledger has another value now
    DIFFERS = "differs"  # 不一致: the key is found, the value is another
    CHOOSE = "choose"  # 需选择: several facts may be meant
    NO_SOURCE = "no_source"  # 无出处
    NAMED = "named"  # 无需出处: part of a name, a date, a heading
    EDIT = "edit"  # 改为台账值: to be corrected to the ledger's value, as a tracked change


OPEN = (State.CHANGED, State.DIFFERS, State.CHOOSE, State.NO_SOURCE)  # a person has something to do


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact that may be meant. why: code of the reason (basis, period, indicator, value), see messages."""

    ref: str
    known: Known
    why: str


@dataclass(frozen=True, slots=True)
class Item:
    """A number of the draft. key: names it for answers; the same after the number itself was changed."""

    key: str
    start: int
    end: int
    shown: str
    indicator: str
    period: str
    state: State
    sentence: str
    known: Known | None = None
    before: str = ""
    after: str = ""
    candidates: tuple[Candidate, ...] = ()
    suggestion: str = ""  # how the ledger's value would be printed here


@dataclass(frozen=True, slots=True)
class Bond:
    """What an earlier round bound a number to: expression of the fact, and the number as it was printed then."""

    expression: str
    shown: str


@dataclass(frozen=True, slots=True)
class Bound:
    """data: the docx with anchors and manifest. items: in reading order. text: as printed; title: of the report."""

    data: bytes
    items: Sequence[Item]
    answers: Mapping[str, str]
    text: str
    title: str
    year: int

    def counts(self) -> dict[State, int]:
        found = dict.fromkeys(State, 0)
        for item in self.items:
            found[item.state] += 1
        return found

    @property
    def open(self) -> bool:
        """Whether anything is left for a person."""
        return any(item.state in OPEN for item in self.items)
