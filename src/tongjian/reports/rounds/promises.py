"""What last year's plan promised, and where this report answers it: by a bound figure, by words, or by what a unit said.

A promise is answered in whatever section tells of it; its own unit is asked where none does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import OuterRef, Subquery

from tongjian.kernel.models import Organisation
from tongjian.plans import queries as plans
from tongjian.plans.choices import Claim, PlanState, Verdict
from tongjian.plans.models import CheckIn, Obligation, PlanYear, Task
from tongjian.reports.drafts.types import State
from tongjian.reports.resolver import TARGET
from tongjian.reports.rounds.models import Edition, PromiseAnswer, Section, SectionVersion
from tongjian.reports.rounds.naming import Sentence, named, sentences_of

SAID = frozenset({State.BOUND.value, State.DIFFERS.value, State.CHANGED.value})


@dataclass(frozen=True, slots=True)
class Promise:
    """A task or a target of the plan. claim: the newest confirmed one of a task. sentence: where the report speaks of it.

    answer: what its unit said, where the words do not.
    """

    label: str
    owner: Organisation | None
    task: Task | None = None
    obligation: Obligation | None = None
    claim: str = ""
    claimed: str = ""
    sentence: str = ""
    answer: PromiseAnswer | None = None

    @property
    def key(self) -> str:
        """Names it in forms: t12, o3."""
        return f"t{self.task.pk}" if self.task else f"o{self.obligation.pk if self.obligation else 0}"

    @property
    def is_answered(self) -> bool:
        return bool(self.sentence) or self.answer is not None

    @property
    def claim_label(self) -> str:
        return str(Claim(self.claim).label) if self.claim else ""

    def is_of(self, section: Section) -> bool:
        return self.owner is not None and self.owner.path.startswith(section.owner.path)


@dataclass(frozen=True, slots=True)
class Told:
    """What the report's sections say, as far as promises are concerned: sentences, and metrics with a bound result."""

    sentences: Sequence[Sentence]
    metrics: frozenset[str]


def plan_of(edition: Edition) -> PlanYear | None:
    """The approved plan of the year that the report reviews."""
    rows = PlanYear.objects.filter(subject=edition.subject_id, year=edition.year)
    return rows.filter(state=PlanState.APPROVED).first()


def newest_versions(edition: Edition) -> dict[int, SectionVersion]:
    """The newest version of each section that has one, by section; earlier texts are not read."""
    same = SectionVersion.objects.filter(section=OuterRef("section")).order_by("-number").values("pk")[:1]
    rows = SectionVersion.objects.filter(section__edition=edition, pk=Subquery(same))
    return {v.section_id: v for v in rows.order_by("section__order", "section")}


def told(edition: Edition, versions: Iterable[SectionVersion]) -> Told:
    rows = list(versions)
    items = [i for v in rows for i in v.items if i["state"] in SAID and i["meant"]]
    return Told(
        [s for v in rows for s in sentences_of(v.text, edition.year)],
        frozenset(_result(i["meant"]) for i in items),
    )


def _result(meant: Mapping[str, str]) -> str:
    """The metric of a figure that tells a result; a target's own number tells none."""
    return "" if meant["ref"].startswith(TARGET) else meant["metric"]


def promises(edition: Edition, said: Told) -> list[Promise]:
    """All promises of the year's plan, targets first, each with its answer if it has one."""
    plan = plan_of(edition)
    if plan is None:
        return []
    answers = list(edition.promise_answers.all())
    by_task = {a.task_id: a for a in answers if a.task_id}
    by_target = {a.obligation_id: a for a in answers if a.obligation_id}
    found = [replace(p, answer=by_target.get(p.obligation.pk)) for p in _targets(plan, said) if p.obligation]
    return found + [replace(p, answer=by_task.get(p.task.pk)) for p in _tasks(plan, said) if p.task]


def _targets(plan: PlanYear, said: Told) -> list[Promise]:
    return [_target(o, said) for o in plans.obligations(plan)]


def _target(obligation: Obligation, said: Told) -> Promise:
    metric = obligation.series.metric
    names = [metric.name, *metric.aliases]
    sentence = next((s for n in names if (s := named(n, said.sentences))), "")
    if not sentence and metric.key in said.metrics:
        sentence = metric.name
    return Promise(
        f"{metric.name} {obligation.words}".strip(), metric.owner, obligation=obligation, sentence=sentence
    )


def _tasks(plan: PlanYear, said: Told) -> list[Promise]:
    claims: dict[int, CheckIn] = {}
    confirmed = CheckIn.objects.filter(task__plan=plan, verdict=Verdict.CONFIRMED).order_by("at", "pk")
    for check_in in confirmed:
        claims[check_in.task_id] = check_in
    rows = plan.tasks.filter(parent=None).select_related("lead__subject")
    return [_task(t, claims.get(t.pk), said) for t in rows]


def _task(task: Task, newest: CheckIn | None, said: Told) -> Promise:
    return Promise(
        task.text or str(task),
        task.lead,
        task=task,
        claim="" if newest is None else newest.claim,
        claimed="" if newest is None else newest.text,
        sentence=named(task.object, said.sentences),
    )


def of_edition(edition: Edition) -> list[Promise]:
    """The promises against what the newest versions say."""
    return promises(edition, told(edition, newest_versions(edition).values()))


def unanswered(found: Iterable[Promise]) -> list[Promise]:
    return [p for p in found if not p.is_answered]
