"""What rests on a place or a file: facts, targets, tasks, check-ins, and the sentences that quote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from tongjian.facts.models import Fact
from tongjian.kernel.access import Viewer
from tongjian.kernel.models import EvidenceFile, Place
from tongjian.plans import queries
from tongjian.plans.agreements.queries import visible_to as agreements_visible_to
from tongjian.plans.models import CheckIn, Obligation, Task
from tongjian.reports.models import Quote

MOST = 200


@dataclass(frozen=True, slots=True)
class Rests:
    """At most `MOST` rows of each kind, in the order of the file."""

    facts: Sequence[Fact]
    obligations: Sequence[Obligation]
    tasks: Sequence[Task]
    check_ins: Sequence[CheckIn]
    quotes: Sequence[Quote]

    def __bool__(self) -> bool:
        return bool(self.facts or self.obligations or self.tasks or self.check_ins)


def on_place(place: Place, user: Viewer) -> Rests:
    """What the user may see of it."""
    return _rests(user, {"evidence": place}, {"origin": place}, {"facts__evidence": place})


def on_file(file: EvidenceFile, user: Viewer) -> Rests:
    """What the user may see of it."""
    return _rests(user, {"evidence__file": file}, {"origin__file": file}, {"facts__evidence__file": file})


def _rests(
    user: Viewer, held: dict[str, object], promised: dict[str, object], quoted: dict[str, object]
) -> Rests:
    facts = Fact.objects.filter(**held).select_related("series__metric", "series__subject", "evidence")
    tasks = queries.tasks_visible_to(user).filter(**promised)
    check_ins = queries.check_ins_visible_to(user).filter(**held)
    of_plans = Q(plan__in=queries.visible_to(user).values("pk"))
    visible = Obligation.objects.filter(of_plans | Q(agreement__in=agreements_visible_to(user).values("pk")))
    obligations = visible.filter(**promised).select_related(
        "series__metric", "series__subject", "plan", "agreement__subject", "origin"
    )
    return Rests(
        list(facts.order_by("pk")[:MOST]),
        list(obligations[:MOST]),
        list(tasks.select_related("plan", "origin")[:MOST]),
        list(check_ins.select_related("task", "organisation").distinct()[:MOST]),
        list(Quote.objects.filter(**quoted).select_related("report").distinct().order_by("pk")[:MOST]),
    )
