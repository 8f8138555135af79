"""What a project's page says of its funds by source and year, and of who shares it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.models import Subject
from tongjian.records.projects import queries
from tongjian.records.projects.choices import FundingSource, FundingState
from tongjian.records.projects.models import Funding, Project
from tongjian.values import Number

PARTY = ("party", "share", "since", "until")  # the fields of a line of the form
SPARE = 2  # empty lines of the form


@dataclass(slots=True)
class Source:
    """One source in one year. amounts: state → what stands there; states are never added to each other."""

    name: str
    amounts: dict[str, Funding] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Year:
    """All sources of a year. totals: state → their sum, where two sources or more have one."""

    year: int
    sources: Sequence[Source]
    totals: dict[str, Number]


@dataclass(frozen=True, slots=True)
class Party:
    """One line of the pairing, and of its form. number: of the line. key: "" for an empty one."""

    number: int
    key: str = ""
    name: str = ""
    share: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def fields(self) -> dict[str, str]:
        """The names of the line's fields."""
        return {name: f"{name}_{self.number}" for name in PARTY}


def years(project: Project) -> list[Year]:
    """The newest first."""
    found: dict[int, dict[str, Source]] = {}
    for f in queries.funding_of(project.pk):
        own = found.setdefault(f.year, {})
        source = own.setdefault(f.source, Source(str(FundingSource(f.source).label)))
        source.amounts[f.state] = f
    return [
        Year(year, list(own.values()), _totals(list(own.values())))
        for year, own in sorted(found.items(), reverse=True)
    ]


def _totals(sources: Sequence[Source]) -> dict[str, Number]:
    held = {s: [x.amounts[s].amount.decimal for x in sources if s in x.amounts] for s in FundingState.values}
    return {s: Number.of(sum(some, Decimal(0))) for s, some in held.items() if len(some) > 1}


def parties(project: Project) -> list[Party]:
    shares = queries.shares([project.pk]).get(project.pk, [])
    known = Subject.objects.in_bulk([s.party for s in shares], field_name="key")
    return [
        Party(n, s.party, str(known[s.party]), percent(s.share), s.since, s.until)
        for n, s in enumerate(shares, 1)
    ]


def lines(held: Sequence[Party]) -> list[Party]:
    """The lines of the form: those that stand, and a few empty ones."""
    return [*held, *(Party(n) for n in range(len(held) + 1, len(held) + SPARE + 1))]


def choices() -> list[str]:
    """Who may share a project, for a field to suggest: names of districts and units."""
    rows = Subject.objects.filter(kind__in=(SubjectKind.AREA, SubjectKind.ORGANISATION)).order_by(
        "kind", "pk"
    )
    return [str(s) for s in rows]


def percent(share: Number) -> str:
    return f"{(share.decimal * 100).normalize():f}%"
