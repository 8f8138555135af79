"""What checking yields: findings with their arithmetic, and which rules ran. Plain frozen values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongjian.checking.facts import Facts


class Severity(StrEnum):
    """How sure a finding is."""

    ERROR = "error"  # 错误: cannot be true as printed
    QUESTION = "question"  # 疑点: a person must say
    HINT = "hint"  # 提示: true, but a reader will stumble


class Need(StrEnum):
    """What a rule needs beside the report itself."""

    PREVIOUS = "previous"  # last year's report of the same kind
    SIBLING = "sibling"  # another report of the same session
    LEDGER = "ledger"  # facts known to the platform


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start:end` of one of the texts: this, previous, sibling."""

    start: int
    end: int
    text: str
    source: str = "this"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. zh, en: what is wrong with its arithmetic, each one line; *_fix: what to do.

    spans: the places, those of this report first; the first is where a reader should look.
    """

    code: str
    severity: Severity
    spans: tuple[Span, ...]
    zh: str
    en: str
    zh_fix: str
    en_fix: str


@dataclass(frozen=True, slots=True)
class LedgerFact:
    """A value on a ledger, as the caller gives it.

    names: all names of the metric; measure: level growth difference share rate rank index; a rate is a level in %.
    area: None for the report's own, else 全市 …; basis: None or 同比, or 同口径, 还原口径 …; superseded: by a later one.
    """

    key: str
    names: tuple[str, ...]
    period: str
    measure: str
    value: Decimal
    unit: str
    area: str | None = None
    basis: str | None = None
    status: str = "actual"
    scope: str | None = None
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The report under check, and what it is held against."""

    this: Facts
    previous: Facts | None = None
    sibling: Facts | None = None
    ledger: Sequence[LedgerFact] | None = None

    def has(self, need: Need) -> bool:
        return getattr(self, need.value) is not None


@dataclass(frozen=True, slots=True)
class Example:
    """A text of our own that a rule must flag, or must not: the rule's own tests.

    kind: fail (one finding at least), pass, trap (looks wrong and is not). other: the text of what the rule needs.
    """

    kind: str
    text: str
    other: str = ""
    ledger: tuple[LedgerFact, ...] = ()


Judge = Callable[[Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check: a code of K01–K34, its titles, what it needs, and the function that judges."""

    code: str
    zh: str
    en: str
    severity: Severity
    need: Need | None
    judge: Judge
    examples: tuple[Example, ...]

    @property
    def name(self) -> str:
        """The code, with what it needs: K03, K03/previous."""
        return self.code if self.need is None else f"{self.code}/{self.need.value}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that did not run, and why."""

    rule: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings in reading order, names of the rules that ran, and those that did not."""

    findings: tuple[Finding, ...]
    run: tuple[str, ...]
    skipped: tuple[Skipped, ...]

    @property
    def wrong(self) -> bool:
        """Whether anything more than a hint was found."""
        return any(f.severity is not Severity.HINT for f in self.findings)
