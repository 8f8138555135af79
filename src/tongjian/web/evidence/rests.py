"""What rests on a place or a file: facts, targets, tasks, check-ins, and the sentences that quote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.facts.models import Fact
from tongjian.kernel.models import EvidenceFile, Place
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


def on_place(place: Place) -> Rests:
    return _rests({"evidence": place}, {"origin": place}, {"facts__evidence": place})


def on_file(file: EvidenceFile) -> Rests:
    return _rests({"evidence__file": file}, {"origin__file": file}, {"facts__evidence__file": file})


def _rests(held: dict[str, object], promised: dict[str, object], quoted: dict[str, object]) -> Rests:
    facts = Fact.objects.filter(**held).select_related("series__metric", "series__subject", "evidence")
    obligations = Obligation.objects.filter(**promised).select_related(
        "series__metric", "series__subject", "plan", "origin"
    )
    return Rests(
        list(facts.order_by("pk")[:MOST]),
        list(obligations[:MOST]),
        list(Task.objects.filter(**promised).select_related("plan", "origin")[:MOST]),
        list(CheckIn.objects.filter(**held).select_related("task", "organisation").distinct()[:MOST]),
        list(Quote.objects.filter(**quoted).select_related("report").distinct().order_by("pk")[:MOST]),
    )
