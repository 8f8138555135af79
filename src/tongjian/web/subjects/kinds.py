"""Which typed record stands behind a subject, who may see it, and what its page is called. One entry a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.models import Subject, Tracked
from tongjian.records.projects import queries as projects
from tongjian.records.registers import queries as registers
from tongjian.records.spaces import queries as spaces

Rows = QuerySet[Tracked]


VISIBLE: Mapping[str, Callable[[Viewer], QuerySet[Tracked]]] = {
    SubjectKind.ITEM: registers.visible_to,
    SubjectKind.PROJECT: projects.visible_to,
    SubjectKind.SPACE: spaces.visible_to,  # pipes have a page of their own
}


@dataclass(frozen=True, slots=True)
class Named:
    """A subject as other pages name it; url empty: this user may not open it."""

    label: str
    url: str


def record(subject: Subject, user: Viewer) -> Tracked | None:
    """The typed row behind the subject, as far as the user may see it."""
    found = VISIBLE.get(subject.kind)
    if found is None:
        return None
    return (
        found(user).select_related("subject", "area__subject", "owner__subject").filter(pk=subject.pk).first()
    )


def named(subjects: Iterable[Subject], user: Viewer) -> dict[int, Named]:
    """How these are named to this user, one query a kind; what may not be seen keeps its kind's name only."""
    by_kind: dict[str, list[Subject]] = {}
    for subject in subjects:
        by_kind.setdefault(subject.kind, []).append(subject)
    found: dict[int, Named] = {}
    for kind, rows in by_kind.items():
        seen = _seen(kind, rows, user)
        for row in rows:
            url = reverse("subjects:subject", args=[row.key]) if row.pk in seen else ""
            open_label = kind not in VISIBLE or row.pk in seen
            found[row.pk] = Named(str(row) if open_label else str(row.get_kind_display()), url)
    return found


def _seen(kind: str, rows: Iterable[Subject], user: Viewer) -> set[int]:
    found = VISIBLE.get(kind)
    return (
        set()
        if found is None
        else set(found(user).filter(pk__in=[r.pk for r in rows]).values_list("pk", flat=True))
    )
