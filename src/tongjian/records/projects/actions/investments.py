"""固定资产投资月报, one row and many: checked by every identity against what stands, then recorded whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import bulk, events
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Place, User
from tongjian.records.projects import queries
from tongjian.records.projects.models import Investment, Project
from tongjian.records.projects.rules import identities
from tongjian.records.projects.rules.identities import AMOUNTS, MISSING, Break, Columns
from tongjian.records.projects.settings import Library, library
from tongjian.values import Number

MAX_DECIMALS = 4
WHOLE_TABLE = 400  # from so many projects on the table is read whole rather than by keys
COLUMNS = (
    "project", "month", "seq", "decimals", *AMOUNTS, "reason", "evidence", "row", "recorded_at", "recorded_by",
)  # fmt: skip


class InvestmentRefused(TongjianError):
    """A month that breaks identities. breaks: each with its arithmetic."""

    def __init__(self, breaks: Sequence[Break]) -> None:
        self.breaks = tuple(breaks)
        super().__init__(
            "projects.investment_refused",
            _("Nothing was recorded. %(count)s check(s) do not hold: %(breaks)s"),
            {"count": len(breaks)},
        )

    def __str__(self) -> str:
        said = "; ".join(b.said(get_language() or "") for b in self.breaks[:20])
        return str(self.message) % {**self.params, "breaks": said}


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to be reported. project, month, rows: int64 [n]; amounts: int64 [n, 11] in the order of AMOUNTS, MISSING:

    not reported; decimals: int64 [n] of each row's amounts. rows: their numbers in the sheet, 0: none.
    """

    project: Any
    month: Any
    amounts: Any
    decimals: Any
    reasons: Sequence[str]
    rows: Any

    def __len__(self) -> int:
        return len(self.project)


@dataclass(frozen=True, slots=True)
class Reported:
    """rows: of the batch. recorded: those that said something new."""

    rows: int
    recorded: int


def one(
    project: int, month: int, amounts: Mapping[str, Number | None], reason: str = "", row: int = 0
) -> Batch:
    """A batch of one row. amounts: by the names of AMOUNTS, in 万元. Raises ValueError for an unknown name."""
    unknown = set(amounts) - set(AMOUNTS)
    if unknown:
        raise ValueError(f"not an amount of the form: {', '.join(sorted(unknown))}")
    given = [amounts.get(name) for name in AMOUNTS]
    places = max((n.decimals for n in given if n is not None), default=0)
    held = [MISSING if n is None else n.mantissa * 10 ** (places - n.decimals) for n in given]
    return Batch(
        np.array([project]),
        np.array([month]),
        np.array([held]),
        np.array([places]),
        [reason],
        np.array([row]),
    )


@transaction.atomic
def report_investment(
    pk: int,
    month: int,
    amounts: Mapping[str, Number | None],
    *,
    reason: str = "",
    evidence: Place,
    by: User | None,
    at: datetime,
) -> Investment:
    """One project's month. The same as stands changes nothing. Raises NotAllowed, InvestmentRefused."""
    queries.editable_by(by, pk, lock=True)
    report_all(one(pk, month, amounts, reason), evidence=evidence, by=by, at=at)
    return Investment.objects.filter(project=pk, month=month).order_by("-seq")[0]


@transaction.atomic
def report_all(batch: Batch, *, evidence: Place, by: User | None, at: datetime) -> Reported:
    """Record what is new of a batch, all or none; the caller has checked that the user may. Raises InvestmentRefused."""
    ground = ground_of(batch)
    found = breaks(batch, ground)
    if found:
        raise InvestmentRefused(found)
    return write(batch, ground, evidence=evidence, by=by, at=at)


# Checking


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands of the batch's projects: the newest row of each month, like a batch, with its seq.

    planned, planned_decimals, entered: by project pk.
    """

    held: Batch
    seq: Any
    planned: Mapping[int, Number]
    entered: Mapping[int, int]
    settings: Library


def ground_of(batch: Batch) -> Ground:
    """Everything that the checks of a batch need, in four queries."""
    pks = np.unique(batch.project).tolist()
    settings = library()
    held, seq = _standing(pks, int(batch.month.min()) // 12 * 12 - 12 if len(batch) else 0)
    return Ground(held, seq, _planned(pks), _entered(pks, settings), settings)


def _standing(pks: Sequence[int], since: int) -> tuple[Batch, Any]:
    rows = Investment.objects.filter(month__gte=since)
    if len(pks) < WHOLE_TABLE:
        rows = rows.filter(project__in=pks)
    names = ("project_id", "month", "seq", "decimals", "reason", "row", *AMOUNTS)
    wanted = set(pks)
    newest: dict[tuple[int, int], tuple[Any, ...]] = {}
    for row in rows.order_by("seq").values_list(*names):
        if row[0] in wanted:
            newest[row[0], row[1]] = row
    found = list(newest.values())
    amounts = np.array([[MISSING if v is None else v for v in r[6:]] for r in found], np.int64).reshape(
        len(found), len(AMOUNTS)
    )
    columns = [np.array([r[n] for r in found], np.int64) for n in (0, 1, 3, 5, 2)]
    project, month, decimals, places, seq = columns
    return Batch(project, month, amounts, decimals, [r[4] for r in found], places), seq


def _planned(pks: Sequence[int]) -> dict[int, Number]:
    rows = Project.objects.filter(planned_total_mantissa__isnull=False)
    if len(pks) < WHOLE_TABLE:
        rows = rows.filter(pk__in=pks)
    named = rows.values_list("pk", "planned_total_mantissa", "planned_total_decimals")
    return {pk: Number(m or 0, d) for pk, m, d in named}


def _entered(pks: Sequence[int], settings: Library) -> dict[int, int]:
    """The month of entry into the statistics, of projects that are on that track at all."""
    found = queries.reached(pks, settings.stages.statistics)
    days = {pk: at.at_or_past(("entered",)) for pk, at in found.items()}
    return {pk: day.year * 12 + day.month - 1 for pk, day in days.items() if day is not None}


def breaks(batch: Batch, ground: Ground) -> list[Break]:
    """What the batch would break, also in months that stand and follow it. Break.row: of the batch.

    A break of a month that stands is told at the batch's row of the same project nearest before it.
    """
    if not len(batch):
        return []
    stay = ~np.isin(_ids(ground.held), _ids(batch))
    union = _joined(batch, ground.held, stay)
    found = identities.breaks(columns_of(union, ground), ground.settings.checks)
    size = len(batch)
    told = [b for b in found if b.row < size]
    later = [b for b in found if b.row >= size]
    return told + ([x for b in later for x in _moved(b, batch, union)] if later else [])


def _moved(found: Break, batch: Batch, union: Batch) -> list[Break]:
    """At the batch's row that it follows from; none: it was broken before, and is not this batch's affair."""
    project, month = union.project[found.row], union.month[found.row]
    before = np.flatnonzero((batch.project == project) & (batch.month < month) & (batch.month >= month - 12))
    if not len(before):
        return []
    at = before[np.argmax(batch.month[before])]
    return [Break(found.check, int(at), found.numbers, decimals=found.decimals)]


def _ids(batch: Batch) -> Any:
    return batch.project * 100_000 + batch.month


def _joined(batch: Batch, held: Batch, stay: Any) -> Batch:
    return Batch(
        np.concatenate([batch.project, held.project[stay]]),
        np.concatenate([batch.month, held.month[stay]]),
        np.concatenate([batch.amounts, held.amounts[stay]]),
        np.concatenate([batch.decimals, held.decimals[stay]]),
        [*batch.reasons, *(r for r, s in zip(held.reasons, stay.tolist(), strict=True) if s)],
        np.concatenate([batch.rows, held.rows[stay]]),
    )


def columns_of(batch: Batch, ground: Ground) -> Columns:
    """Everything at one scale, the most places that anything has."""
    most = max((n.decimals for n in ground.planned.values()), default=0)
    places = max(int(batch.decimals.max()), most)
    scaled = scaled_to(batch, places)
    planned = {pk: n.mantissa * 10 ** (places - n.decimals) for pk, n in ground.planned.items()}
    explained = np.fromiter((bool(r) for r in batch.reasons), bool, len(batch))
    amounts = {name: scaled[:, n] for n, name in enumerate(AMOUNTS)}
    return Columns(
        project=batch.project,
        month=batch.month,
        **amounts,
        planned_total=_looked_up(batch.project, planned),
        entered=_looked_up(batch.project, ground.entered),
        explained=explained,
        decimals=places,
    )


def scaled_to(batch: Batch, places: int) -> Any:
    """int64 [n, 11] at so many places."""
    factor = 10 ** (places - batch.decimals)[:, None]
    return np.where(
        batch.amounts == MISSING, MISSING, np.where(batch.amounts == MISSING, 0, batch.amounts) * factor
    )


def _looked_up(project: Any, values: Mapping[int, int]) -> Any:
    return np.fromiter((values.get(p, MISSING) for p in project.tolist()), np.int64, len(project))


# Writing


def write(
    batch: Batch,
    ground: Ground,
    projects: Mapping[int, Project] | None = None,
    *,
    evidence: Place,
    by: User | None,
    at: datetime,
) -> Reported:
    """Insert the rows that say something new, as the next seq of their months; one event a project.

    projects: those at hand, by pk.
    """
    seqs = _next(batch, ground)
    fresh = np.flatnonzero(seqs > 0)
    columns = [
        batch.project[fresh].tolist(),
        batch.month[fresh].tolist(),
        seqs[fresh].tolist(),
        batch.decimals[fresh].tolist(),
    ]
    amounts = batch.amounts[fresh]
    for n in range(len(AMOUNTS)):
        column = amounts[:, n].tolist()
        columns.append([None if v == MISSING else v for v in column] if MISSING in column else column)
    rest = [
        [batch.reasons[n] for n in fresh.tolist()],
        [evidence.pk] * len(fresh),
        batch.rows[fresh].tolist(),
        [at] * len(fresh),
        [by.pk if by else None] * len(fresh),
    ]
    bulk.insert(Investment, COLUMNS, zip(*columns, *rest, strict=True))
    _tell(batch, fresh, projects or {}, evidence, by, at)
    return Reported(len(batch), len(fresh))


def _next(batch: Batch, ground: Ground) -> Any:
    """int64 [n]: the seq that each row gets; 0: it says what stands."""
    if not len(ground.held):
        return np.ones(len(batch), np.int64)
    places = max(int(batch.decimals.max(initial=0)), int(ground.held.decimals.max()))
    new, old = scaled_to(batch, places), scaled_to(ground.held, places)
    standing = {int(i): n for n, i in enumerate(_ids(ground.held).tolist())}
    found = np.ones(len(batch), np.int64)
    for n, i in enumerate(_ids(batch).tolist()):
        at = standing.get(i)
        if at is not None:
            same = batch.reasons[n] == ground.held.reasons[at] and bool((new[n] == old[at]).all())
            found[n] = 0 if same else ground.seq[at] + 1
    return found


def _tell(
    batch: Batch,
    fresh: Any,
    projects: Mapping[int, Project],
    evidence: Place,
    by: User | None,
    at: datetime,
) -> None:
    months: dict[int, list[int]] = {}
    for pk, month in zip(batch.project[fresh].tolist(), batch.month[fresh].tolist(), strict=True):
        months.setdefault(pk, []).append(month)
    file = evidence.file.sha256
    told: list[tuple[Any, Mapping[str, object]]] = [
        (projects.get(pk) or Project(pk=pk), {"months": sorted(held), "file": file})
        for pk, held in months.items()
    ]
    events.record_all("projects.investment_reported", told, by=by, at=at)
