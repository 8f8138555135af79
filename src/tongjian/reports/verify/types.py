"""What verifying yields: one verdict for each figure, marked text and number of a docx."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongjian.reports.trace import Finding


class State(StrEnum):
    """What became of a number."""

    UNCHANGED = "unchanged"  # 未改动
    CONSISTENT = "consistent"  # 已改动，仍与数据一致
    WRONG = "wrong"  # 已改动，与数据不符
    LOST = "anchor_lost"  # 书签丢失
    NEW = "new_number"  # 新增数字，无出处


WRONG = frozenset({State.WRONG, State.LOST, State.NEW})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One number. why: code of messages.WHY with its particulars; now: the ledger's value where it has moved since.

    start, end: where it stands in the printed text, (-1, -1) where it is gone. anchor and indicator are empty for a
    new number. written: as the manifest says it; found: as it reads.
    """

    state: State
    why: str
    written: str
    found: str
    sentence: str
    start: int
    end: int
    anchor: str = ""
    indicator: str = ""
    expression: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    now: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """verdicts: in reading order, what is gone last. others: findings on the file as a whole (no manifest, a chart …)."""

    title: str
    verdicts: tuple[Verdict, ...]
    others: tuple[Finding, ...]

    def counts(self) -> dict[State, int]:
        found = dict.fromkeys(State, 0)
        for verdict in self.verdicts:
            found[verdict.state] += 1
        return found

    @property
    def changed_since(self) -> tuple[Verdict, ...]:
        """Figures whose fact has another value on the ledger now."""
        return tuple(v for v in self.verdicts if v.now)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong, and nothing has moved on the ledger if it was asked."""
        return not (self.others or self.changed_since or any(v.state in WRONG for v in self.verdicts))
