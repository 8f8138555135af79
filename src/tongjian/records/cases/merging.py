"""并案: cases that tell the same are held together, each citizen still answered; it can be undone, nothing is destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Subject, User
from tongjian.records.cases import actors, catalogue, queries, store
from tongjian.records.cases.choices import Capacity, LinkKind
from tongjian.records.cases.engine.state import Change
from tongjian.records.cases.models import Case, Link

MAY = frozenset({Capacity.DESK.value, Capacity.LEAD.value})


@transaction.atomic
def merge(pks: Sequence[int], into: int, *, by: User, at: datetime) -> list[Case]:
    """Put cases into the cluster of another of the same type. Raises NotAllowed, TongjianError."""
    head = queries.editable_by(by, into, lock=True)
    rows = [queries.editable_by(by, pk, lock=True) for pk in dict.fromkeys(pks)]
    for row in [head, *rows]:
        _must_hold(row, by)
    bad = next((r for r in rows if not _fits(r, head)), None)
    if bad is not None or head.cluster_id is not None:
        raise TongjianError(
            "cases.merge_refused",
            _(
                "%(ref)s cannot be merged there: same type, not itself, and neither in another cluster nor its head."
            ),
            {"ref": (bad or head).ref},
        )
    Link.objects.bulk_create(
        [Link(source=r, kind=LinkKind.DUPLICATE, target=head, by=by, at=at) for r in rows]
    )
    changes = [Change("merge", at, fields={"cluster_id": head.pk}) for _row in rows]
    return store.apply(store.held(rows), changes, by=by)


@transaction.atomic
def unmerge(pk: int, *, by: User, at: datetime) -> Case:
    """Take a case out of its cluster again."""
    row = queries.editable_by(by, pk, lock=True)
    _must_hold(row, by)
    if row.cluster_id is None:
        raise TongjianError("cases.not_merged", _("%(ref)s is in no cluster."), {"ref": row.ref})
    Link.objects.filter(
        source=row, kind=LinkKind.DUPLICATE, target=row.cluster_id, undone_at__isnull=True
    ).update(undone_at=at)
    return store.apply(store.held([row]), [Change("unmerge", at, fields={"cluster_id": None})], by=by)[0]


@transaction.atomic
def link(
    pk: int, kind: str, *, target: int | None = None, subject: Subject | None = None, by: User, at: datetime
) -> Link:
    """A typed link to another case, or to the project, task or enterprise that a case was promoted to."""
    row = queries.editable_by(by, pk, lock=True)
    other = queries.editable_by(by, target) if target else None
    if (other is None) == (subject is None) or other == row or kind not in LinkKind.values:
        raise TongjianError("cases.link_refused", _("A link leads to one other case or to one subject."))
    made = Link.objects.create(source=row, kind=kind, target=other, subject=subject, by=by, at=at)
    words = {"kind": kind, "target": target, "subject": subject.pk if subject else None}
    store.apply(store.held([row]), [Change("link", at, words=words)], by=by)
    return made


def members(case: Case) -> list[int]:
    """Ids of the whole cluster, the head first: one answer to all is `actions.perform_many` on them."""
    head = case.cluster_id or case.pk
    return [head, *Case.objects.filter(cluster=head).order_by("pk").values_list("pk", flat=True)]


def _fits(row: Case, head: Case) -> bool:
    return row.pk != head.pk and row.type == head.type and row.cluster_id is None and not row.members.exists()


def _must_hold(row: Case, by: User) -> None:
    state = store.held([row])[0].state
    actor = actors.actor(actors.standpoint(by), state, catalogue.case_type(row.type))
    if not actor.capacities & MAY:
        raise NotAllowed(
            "cases.merge_not_yours",
            _("Only the desk or the lead unit of both cases merges them. Ask the desk."),
        )
