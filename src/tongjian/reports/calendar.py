"""年度文书日历: what is owed in a year, by when, and what is there. Which documents there are is pack data (`documents`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from tongjian.facts.assessment.models import Edition
from tongjian.facts.models import Fact
from tongjian.kernel import definitions
from tongjian.kernel.errors import TongjianError
from tongjian.plans.models import Obligation
from tongjian.reports.models import Report
from tongjian.values import Period

KIND = "documents"
EVERY = ("year", "month")
OF = ("year", "half", "month")


class Made(StrEnum):
    """The place in the house that a document comes from."""

    CLOSING = "closing"  # 年终收口: the closing's draft, written as a report
    TARGETS = "targets"  # 目标调整
    BULLETIN = "bulletin"  # 月度快报
    HOTLINE = "hotline"  # 接诉即办通报
    DISPATCH = "dispatch"  # 调度材料


ON_DEMAND = frozenset(
    {Made.BULLETIN, Made.DISPATCH}
)  # written when they are asked for; nothing tells whether they were


class State(StrEnum):
    """done: it is there. due: its time has passed, so it can be made. late: and its day too. ahead: neither."""

    DONE = "done"
    DUE = "due"
    LATE = "late"
    AHEAD = "ahead"


class CalendarError(TongjianError):
    """A document of the packs that cannot be meant."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is owed every year or month. due: (month, day), month 0 for a month's; following: of the next one."""

    key: str
    zh: str
    en: str
    every: str
    due: tuple[int, int]
    following: bool
    of: str
    made: Made


@dataclass(frozen=True, slots=True)
class Owed:
    """One of them: about `period`, by the day `on`."""

    document: Document
    period: Period
    on: date


@dataclass(frozen=True, slots=True)
class Line:
    """What is owed, how it stands, and what there is of it: the pk of a report, else None."""

    owed: Owed
    state: State
    report: int | None = None


def read(bodies: Iterable[Mapping[str, Any]]) -> list[Document]:
    """The documents of the packs, in their order. Raises CalendarError naming the first fault."""
    return [_document(body) for body in bodies]


def _document(body: Mapping[str, Any]) -> Document:
    key = str(body.get("key", ""))
    wrong = [k for k in ("key", "zh", "en", "due") if not body.get(k)]
    wrong += [k for k, known in (("every", EVERY), ("of", OF), ("made", [*Made])) if body.get(k) not in known]
    month, _dash, day = (
        f"-{body.get('due')}".rpartition("-")
        if body.get("every") == "month"
        else str(body.get("due")).partition("-")
    )
    if wrong or not day.isdigit() or not 1 <= int(day) <= 31:
        raise CalendarError(
            "reports.calendar_pack",
            "documents/%(key)s: %(fields)s",
            {"key": key or "?", "fields": ", ".join(wrong) or "due"},
        )
    first = 0 if body["every"] == "month" else int(month)
    return Document(
        key=key,
        zh=str(body["zh"]),
        en=str(body["en"]),
        every=str(body["every"]),
        due=(first, int(day)),
        following=bool(body.get("next")),
        of=str(body["of"]),
        made=Made(body["made"]),
    )


def owed(documents: Iterable[Document], year: int) -> list[Owed]:
    """All that is owed about a year and its months, by day."""
    found = [o for d in documents for o in _owed(d, year)]
    return sorted(found, key=lambda o: (o.on, o.document.key))


def _owed(document: Document, year: int) -> Iterator[Owed]:
    after = 1 if document.following else 0
    if document.every == "month":
        for month in range(year * 12, year * 12 + 12):
            yield Owed(document, Period(month, month), _day(month + after, document.due[1]))
    else:
        month, day = document.due
        period = Period(year * 12, year * 12 + 5) if document.of == "half" else Period.year(year)
        yield Owed(document, period, _day((year + after) * 12 + month - 1, day))


def _day(month: int, day: int) -> date:
    """That day of the month (counted year × 12 + month − 1), its last one where it is shorter."""
    last = Period(month, month).last_day
    return min(last, date(last.year, last.month, min(day, last.day)))


def state(found: bool, owed: Owed, today: date) -> State:
    """A document that is written on demand is never late."""
    if found:
        return State.DONE
    if today > owed.on and owed.document.made not in ON_DEMAND:
        return State.LATE
    return State.DUE if today > owed.period.last_day else State.AHEAD


def lines(year: int, today: date) -> list[Line]:
    """The year's documents as they stand. A month without any figure owes no bulletin."""
    all_owed = owed(read(definitions.bodies(KIND)), year)
    there = _There(year)
    return [
        Line(o, state(there.has(o), o, today), there.report(o))
        for o in all_owed
        if o.document.made != Made.BULLETIN or there.figures(o.period) or today <= o.on
    ]


class _There:
    """What there is of a year's documents, read at once."""

    def __init__(self, year: int) -> None:
        rows = Report.objects.filter(year=year).order_by("-built_at").values_list("pk", "built_at")
        self.reports = [(pk, timezone.localdate(at)) for pk, at in rows]
        editions = Edition.objects.filter(month__startswith=f"{year}-")
        self.hotline = {*editions.values_list("month", flat=True)}
        facts = Fact.objects.filter(period__contains=f"{year}-")
        self.months = {*facts.values_list("period", flat=True).distinct()}
        self.revised = Obligation.objects.filter(plan__year=year, supersedes__isnull=False).exists()

    def has(self, owed: Owed) -> bool:
        made = owed.document.made
        if made == Made.HOTLINE:
            return str(owed.period) in self.hotline
        if made == Made.TARGETS:
            return self.revised
        return self.report(owed) is not None if made == Made.CLOSING else False

    def report(self, owed: Owed) -> int | None:
        """The newest report about that time: written once most of it had passed, and before the next document of its kind."""
        if owed.document.made != Made.CLOSING:
            return None
        until = owed.on + timedelta(days=60) if owed.document.of == "half" else date.max
        begin = owed.period.last_day - timedelta(days=31)
        return next((pk for pk, on in self.reports if begin <= on <= until), None)

    def figures(self, period: Period) -> bool:
        """Whether any figure of the month, or up to it, is on the ledger."""
        return any(text.endswith(str(period)) for text in self.months)


@dataclass(frozen=True, slots=True)
class Months:
    """The monthly documents as a table: a row a month, a cell a document; None where a month owes none."""

    documents: Sequence[Document]
    rows: Sequence[tuple[Period, Sequence[Line | None]]]


def months(found: Sequence[Line]) -> Months:
    own = [line for line in found if line.owed.document.every == "month"]
    documents = list({line.owed.document.key: line.owed.document for line in own}.values())
    cells = {(line.owed.period, line.owed.document.key): line for line in own}
    periods = sorted({line.owed.period for line in own}, key=lambda p: p.start)
    return Months(documents, [(p, [cells.get((p, d.key)) for d in documents]) for p in periods])
