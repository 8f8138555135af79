"""Reads for 对账: our cases of a month beside the city's list, with the notes that persons wrote; and writing notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.facts.assessment import casework, official_list, publishing, reconciling
from tongjian.facts.assessment.casework import Assessed
from tongjian.facts.assessment.models import DifferenceNote, Edition, OfficialList
from tongjian.facts.assessment.reconciling import Bridge, Ours, Pair
from tongjian.facts.assessment.scheme import Scheme
from tongjian.kernel import events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User
from tongjian.records.cases.models import Case
from tongjian.values import Period

AT_ONCE = 500  # numbers asked for in one query


@dataclass(frozen=True, slots=True)
class Reconciled:
    """edition: what of ours was compared; None: as counted now. notes: number → the newest note."""

    listed: OfficialList
    edition: Edition | None
    pairs: tuple[Pair, ...]
    bridges: tuple[Bridge, ...]
    notes: Mapping[str, DifferenceNote]

    @property
    def differing(self) -> list[Pair]:
        return [p for p in self.pairs if p.kinds]

    @property
    def unexplained(self) -> list[Pair]:
        return [p for p in self.differing if p.number not in self.notes]


def reconcile(scheme: Scheme, month: Period, units: Sequence[str]) -> Reconciled | None:
    """The newest list of the month beside what was published, else beside what is counted now. None: no list, no cases."""
    listed = official_list.newest(scheme, str(month))
    if listed is None:
        return None
    edition = next(iter(publishing.editions(scheme, str(month))), None)
    cases = publishing.cases_of(edition) if edition else _now(scheme, month)
    if cases is None:
        return None
    theirs = official_list.rows_of(listed)
    ours = _ours(scheme, cases, [t.number for t in theirs])
    found = reconciling.pairs(str(month), ours, theirs)
    made = reconciling.bridges(str(month), found, units, len(scheme.measures))
    return Reconciled(listed, edition, tuple(found), tuple(made), notes(scheme, str(month)))


def _now(scheme: Scheme, month: Period) -> Sequence[Assessed] | None:
    held = casework.roll(scheme, [month.start])
    return None if held is None else held.cases


def _ours(scheme: Scheme, cases: Sequence[Assessed], wanted: Sequence[str]) -> list[Ours]:
    """The month's cases by the city's numbers, and cases of these numbers that we have elsewhere."""
    numbers = numbers_of([c.id for c in cases])
    own = [_as_ours(numbers.get(c.id) or f"#{c.id}", c) for c in cases]
    rest = _ids([n for n in wanted if n not in {o.number for o in own}])
    counted = casework.month_of(scheme, rest.values())
    return [*own, *(_elsewhere(number, pk, counted.get(pk)) for number, pk in rest.items())]


def _as_ours(number: str, case: Assessed) -> Ours:
    month = str(Period(case.month, case.month))
    return Ours(number, case.id, case.unit, month, case.excluded, case.verdicts)


def _elsewhere(number: str, pk: int, case: Assessed | None) -> Ours:
    return Ours(number, pk, "", "", excluded=False, verdicts="") if case is None else _as_ours(number, case)


def numbers_of(ids: Sequence[int]) -> dict[int, str]:
    """Case → the city's number of its work order."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = Case.objects.filter(pk__in=ids[start : start + AT_ONCE], source_id__isnull=False)
        found |= {pk: number or "" for pk, number in rows.values_list("pk", "source_id")}
    return found


def _ids(numbers: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    sources = list(Case.objects.order_by().values_list("source", flat=True).distinct()) if numbers else []
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        rows = Case.objects.filter(
            source__in=sources, source_id__in=some
        )  # both: the index begins with the source
        found |= {number or "": pk for number, pk in rows.values_list("source_id", "pk")}
    return found


def notes(scheme: Scheme, month: str) -> dict[str, DifferenceNote]:
    rows = DifferenceNote.objects.filter(scheme=scheme.key, month=month).select_related("by")
    return {n.number: n for n in rows.order_by("at", "pk")}


@transaction.atomic
def explain(scheme: Scheme, month: str, numbers: Iterable[str], text: str, *, by: User, at: datetime) -> int:
    """Say why these cases differ. Returns how many. Raises NotAllowed, TongjianError."""
    must_be_plan_office(by)
    wanted = list(dict.fromkeys(numbers))
    if not text.strip() or not wanted:
        raise TongjianError(
            "assessment.note_wanting", _("Choose at least one case and write why it differs.")
        )
    rows = [
        DifferenceNote.objects.create(
            scheme=scheme.key, month=month, number=number[:64], text=text.strip(), by=by, at=at
        )
        for number in wanted
    ]
    events.record_all("assessment.difference_explained", [(r, {"month": month}) for r in rows], by=by, at=at)
    return len(rows)
