"""形象进度 of a month with its photographs, and documents of a project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Place, User
from tongjian.records.projects import queries
from tongjian.records.projects.choices import DocumentKind, WorkState
from tongjian.records.projects.models import Progress, ProjectDocument


class ProgressRefused(TongjianError):
    """A month's progress that cannot be meant."""


@transaction.atomic
def report_progress(
    pk: int,
    month: int,
    *,
    state: str,
    text: str = "",
    percent: int | None = None,
    evidence: Sequence[Place] = (),
    by: User | None,
    at: datetime,
) -> Progress:
    """What the works of a month look like; said again for the same month it is a correction. Raises NotAllowed, ProgressRefused."""
    project = queries.editable_by(by, pk, lock=True)
    check(state, text, percent)
    before = Progress.objects.filter(project=project, month=month).order_by("-seq").first()
    made = Progress.objects.create(
        project=project,
        month=month,
        seq=before.seq + 1 if before else 1,
        state=state,
        percent=percent,
        text=text.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    made.evidence.set(evidence)
    events.record("projects.progress_reported", project, by=by, at=at, data={"month": month, "state": state})
    return made


def check(state: str, text: str, percent: int | None) -> None:
    """Raises ProgressRefused."""
    if state not in WorkState.values:
        raise ProgressRefused("projects.unknown_state", _("%(got)s is no state of works."), {"got": state})
    if percent is not None and not 0 <= percent <= 100:
        raise ProgressRefused(
            "projects.percent", _("The share of the works is 0 to 100, not %(got)s."), {"got": percent}
        )
    if percent is None and not text.strip():
        raise ProgressRefused(
            "projects.nothing_said", _("Say what the works look like: in words, as a share, or both.")
        )


@transaction.atomic
def attach(
    pk: int, kind: str, place: Place, *, dated: date | None = None, by: User | None, at: datetime
) -> ProjectDocument:
    """A file and what it proves; the same again changes nothing. Raises NotAllowed."""
    project = queries.editable_by(by, pk, lock=True)
    made, new = ProjectDocument.objects.get_or_create(
        project=project,
        kind=DocumentKind(kind),
        place=place,
        defaults={"dated": dated, "added_at": at, "added_by": by},
    )
    if new:
        said = {"kind": made.kind, "file": place.file.sha256}
        events.record("projects.document_attached", project, by=by, at=at, data=said)
    return made
