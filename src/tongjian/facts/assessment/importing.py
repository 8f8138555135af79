"""The city's official monthly result, xlsx: each rate, score and rank becomes a fact; all bad cells at once.

The official figures are facts of the scheme's `official` metrics, each leading to its cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.facts import actions, queries, refs
from tongjian.facts.actions import Given
from tongjian.facts.assessment.result_sheets import Known, ResultProblem, Said, said
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.choices import FactSource
from tongjian.facts.collection.actions import read
from tongjian.kernel import evidence
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Area, User
from tongjian.reading.errors import ReadingError


class ResultRefused(TongjianError):
    """A file with bad cells: nothing was written. `problems` lists them all."""

    def __init__(self, problems: Sequence[ResultProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "assessment.result_refused",
            _("Nothing was written. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(map(str, problems[:20]))},
        )


def take(data: bytes, name: str, scheme: Scheme, *, by: User, at: datetime) -> int:
    """Import a file; the same twice changes nothing. Returns the number of new facts.

    Raises NotAllowed, ReadingError, ResultRefused with every bad cell.
    """
    if not by.is_plan_office:
        raise NotAllowed(
            "assessment.office_only", _("Only the plan office takes the official result in. Ask it to do so.")
        )
    try:
        sheets = read(data, name)
    except ReadingError as error:
        raise ResultRefused([ResultProblem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error
    problems: list[ResultProblem] = []
    found = said(sheets, scheme, known(scheme), problems)
    if problems:
        raise ResultRefused(problems)
    with transaction.atomic():
        return _written(found, (data, name), by=by, at=at)


def areas() -> dict[str, str]:
    """The district and its areas by name and key."""
    rows = Area.objects.filter(path__contains=f"{settings.DISTRICT}/").select_related("subject")
    found: dict[str, str] = {}
    for area in rows:
        found |= {area.subject.label: area.key, area.key: area.key}
    return found


def known(scheme: Scheme) -> Known:
    """The names that a result may bear, and among whom each unit is ranked."""
    rows = Area.objects.filter(path__contains=f"{settings.DISTRICT}/").select_related("subject")
    ranked = {a.key: scheme.group_of(a.kind) for a in rows}
    groups = {key: group.key for key, group in ranked.items() if group is not None}
    return Known(areas(), groups, settings.DISTRICT)


def _written(found: Sequence[Said], file: tuple[bytes, str], *, by: User, at: datetime) -> int:
    kept = evidence.keep(*file, by=by, at=at, owner=by.organisation)
    given = [
        Given(
            queries.series_for(refs.parse(f"{s.metric}[{s.unit}] @ {s.month}"), create=True),
            s.month,
            s.number,
            evidence.cell(kept, s.sheet, s.cell, s.words),
        )
        for s in found
    ]
    return len(actions.record_all(given, source=FactSource.COLLECTION, by=by, at=at))
