"""矛盾: what cannot be true together of a project's money, works and dates. Each is a question, not a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongjian.records.projects.choices import WorkState
from tongjian.values import Number, Period


@dataclass(frozen=True, slots=True)
class Spent:
    """What was reported for one month, in 万元. works: 建筑 + 安装 of the month; None: not told apart."""

    month: int
    amount: Number
    works: Number | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the works of a month looked like."""

    month: int
    state: str
    percent: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """One project's months in their order, its actual days, its parent and the months in which its parts reported."""

    spent: Sequence[Spent] = ()
    seen: Sequence[Seen] = ()
    started_on: date | None = None
    finished_on: date | None = None
    parts_reported: Mapping[int, Sequence[str]] | None = None  # month → names of parts


@dataclass(frozen=True, slots=True)
class Settings:
    """still_months: how many months in a row without a change of the works. after_finish_months: for final payments.

    only_works: whether land and fees before the start are fine (they are: only 建筑 and 安装 need a started site).
    """

    still_months: int = 2
    after_finish_months: int = 6
    only_works: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    zh: str
    en: str


MOVES = Kind(
    "money_without_works",
    "{first}至{last}投资 {amount} 万元，而形象进度没有变化（{works}）",
    "{amount} (10,000 yuan) spent from {first} to {last} while the works did not change ({works})",
)
AFTER = Kind(
    "spending_after_finish",
    "{finished}已完工，{first}仍报投资 {amount} 万元",
    "finished on {finished}, yet {amount} (10,000 yuan) reported for {first}",
)
EARLY = Kind(
    "amount_before_start",
    "{first}已报投资 {amount} 万元，而开工日期为{started}",
    "{amount} (10,000 yuan) reported for {first}, but the works started on {started}",
)
TWICE = Kind(
    "parent_and_parts",
    "{first}总项目与子项目（{parts}）同时报数，会重复计算",
    "in {first} both the project and its parts ({parts}) reported: counted twice",
)
KINDS: Mapping[str, Kind] = {k.key: k for k in (MOVES, AFTER, EARLY, TWICE)}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """months: the first and last concerned. facts: what its sentence says, values as they are."""

    kind: Kind
    first: int
    last: int
    amount: Number | None = None
    day: date | None = None
    works: str = ""
    parts: tuple[str, ...] = ()

    def said(self, language: str = "zh") -> str:
        words = self.kind.en if language.startswith("en") else self.kind.zh
        return words.format(
            first=_month(self.first, language),
            last=_month(self.last, language),
            amount=self.amount,
            finished=self.day,
            started=self.day,
            works=self.works,
            parts="、".join(self.parts),
        )


def _month(index: int, language: str) -> str:
    return Period(index, index).label(language)


def contradictions(history: History, settings: Settings = Settings()) -> list[Contradiction]:
    """All of one project, the oldest first."""
    tests: Sequence[Callable[[History, Settings], Iterator[Contradiction]]] = (_moves, _after, _early, _twice)
    found = [c for test in tests for c in test(history, settings)]
    return sorted(found, key=lambda c: (c.first, c.kind.key))


def _moves(history: History, settings: Settings) -> Iterator[Contradiction]:
    """Money in months in which the works stood still, one finding for each unbroken run."""
    spent = {s.month: s for s in history.spent}
    for run in _still(history.seen, settings.still_months):
        paid = [spent[s.month] for s in run[1:] if s.month in spent and spent[s.month].amount.mantissa > 0]
        if paid:
            amount = _sum(p.amount for p in paid)
            yield Contradiction(MOVES, paid[0].month, paid[-1].month, amount, works=_works(run[-1]))


def _works(seen: Seen) -> str:
    if seen.percent is not None:
        return f"{seen.percent}%"
    return seen.text[:40] or seen.state


def _still(seen: Sequence[Seen], months: int) -> Iterator[list[Seen]]:
    """Runs of months next to each other that look the same, with at least `months` repetitions."""
    run: list[Seen] = []
    for month in sorted(seen, key=lambda s: s.month):
        if run and month.month == run[-1].month + 1 and _same(run[-1], month):
            run.append(month)
            continue
        if len(run) > months:
            yield run
        run = [month]
    if len(run) > months:
        yield run


def _same(one: Seen, other: Seen) -> bool:
    """Whether nothing moved: suspended, or the same share of the works, or word for word the same text."""
    if one.percent == 100 or other.state in {WorkState.DONE, WorkState.NOT_STARTED}:
        return False
    if other.state == WorkState.SUSPENDED:
        return True
    if one.percent is not None and other.percent is not None:
        return one.percent == other.percent
    return bool(one.text.strip()) and one.text.strip() == other.text.strip()


def _after(history: History, settings: Settings) -> Iterator[Contradiction]:
    if history.finished_on is None:
        return
    last = _index(history.finished_on) + settings.after_finish_months
    for s in history.spent:
        if s.month > last and s.amount.mantissa > 0:
            yield Contradiction(AFTER, s.month, s.month, s.amount, history.finished_on)


def _early(history: History, settings: Settings) -> Iterator[Contradiction]:
    """The first amount, if it came before the start; only one finding, for the rest follows from it."""
    if history.started_on is None:
        return
    for s in sorted(history.spent, key=lambda s: s.month):
        amount = s.works if settings.only_works and s.works is not None else s.amount
        if amount.mantissa > 0:
            if s.month < _index(history.started_on):
                yield Contradiction(EARLY, s.month, s.month, amount, history.started_on)
            return


def _twice(history: History, _settings: Settings) -> Iterator[Contradiction]:
    for s in history.spent:
        parts = (history.parts_reported or {}).get(s.month, ())
        if parts and s.amount.mantissa > 0:
            yield Contradiction(TWICE, s.month, s.month, s.amount, parts=tuple(parts))


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _sum(amounts: Iterator[Number]) -> Number:
    return Number.of(sum((a.decimal for a in amounts), Number(0).decimal))
