"""What the writer knows of a figure, as plain values: it can be tested, and traced, without a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP
from typing import Protocol

from tongjian.values import Bound, Number


@dataclass(frozen=True, slots=True)
class Where:
    """The place that a fact came from: sheet!cell, characters of a text, or the whole file (empty locator)."""

    file: str
    sha256: str
    kind: str
    locator: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A resolved figure: a fact, a target, or a value derived from others (then `derived` names the operator).

    number None: a target without a number, said by `words`. unit: as kept. period: ISO interval.
    indicator, subject: names as printed; metric: key; of: what a rank or difference is of. facts: ids of the ledger's rows, never in the manifest.
    """

    expression: str
    number: Number | None
    unit: str
    measure: str
    metric: str
    indicator: str
    subject: str
    period: str
    basis: str = "natural"
    comparator: str = ""
    breakdown: str = ""
    of: str = ""
    bound: Bound = Bound.EQ
    words: str = ""
    status: str = "actual"
    derived: str = ""
    inputs: tuple[Known, ...] = ()
    place: Where | None = None
    rounding: str = ROUND_HALF_UP
    facts: tuple[int, ...] = ()

    def leaves(self) -> Iterator[Known]:
        """The figures that were recorded, not computed."""
        if not self.inputs:
            yield self
        for known in self.inputs:
            yield from known.leaves()

    def traced(self) -> bool:
        """Whether every leaf has its place."""
        return all(leaf.place is not None for leaf in self.leaves())


class Resolver(Protocol):
    """Answers references out of a ledger as known at one moment. Each answer may raise Unresolved."""

    def read_ahead(self, refs: Sequence[str]) -> None:
        """Told first what will be asked, so that it can be fetched at once."""

    def fact(self, ref: str) -> Known: ...

    def target(self, ref: str) -> Known: ...

    def name(self, ref: str) -> str: ...

    def rows(self, said: str) -> Sequence[Mapping[str, str]]:
        """What a loop runs over (`areas`, `tasks kept of 2022`): each one's `key` and words by name."""
        ...


@dataclass(frozen=True, slots=True)
class Unresolved(Exception):
    """The reference leads to no figure. code and params: see `problems.MESSAGES`."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
