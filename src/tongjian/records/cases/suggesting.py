"""派单建议: what the rules say, and what history says, each with its reason; a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongjian.kernel.said import Said
from tongjian.records.cases import learning, routing
from tongjian.records.cases.learning import Example, Guess, Measured, Model
from tongjian.records.cases.models import Case, LearnedRouting

MOST = 100_000  # newest cases learned from


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit to send the case to. source: rule or history. confidence None: a rule, which is no guess."""

    unit: int
    source: str
    reason: Said
    confidence: float | None = None
    joint: tuple[int, ...] = ()


def suggest(case: Case, most: int = 3) -> list[Suggestion]:
    """Rule first, then what history says where it is sure enough; each unit once."""
    found: list[Suggestion] = []
    sent = routing.route(routing.ruling(case.type), routing.matter(case), routing.places())
    specialised = sent is not None and sent.rule.step == "specialised"
    if sent is not None and sent.unit is not None:
        reason = Said(f"routing.{sent.rule.key}", sent.rule.zh, sent.rule.en)
        found.append(Suggestion(sent.unit, "rule", reason, None, sent.joint))
    learned = by_history(case)
    if not learning.abstains(learned):
        told = [_said(g) for g in learned]
        found = (
            [*found, *told] if specialised or learned[0].confidence < SURE else [*told[:1], *found, *told[1:]]
        )
    once: dict[int, Suggestion] = {}
    for one in found:
        once.setdefault(one.unit, one)
    return list(once.values())[:most]


SURE = 0.9  # history goes before the territorial rule from here on


def by_history(case: Case) -> list[Guess]:
    """What the newest model says; empty without one."""
    model = newest(case.type)
    return learning.guesses(model, example(case)) if model else []


def example(case: Case, unit: int = 0) -> Example:
    area = case.area.subject.key if case.area else ""
    return Example(f"{case.title}\n{case.text}", case.category, area, unit)


def _said(guess: Guess) -> Suggestion:
    words = "、".join(w.removeprefix("类:").removeprefix("地:") for w in guess.because)
    share = f"{guess.confidence:.0%}"
    reason = Said(
        "routing.history",
        f"以往类似诉求由其办理（把握{share}；依据：{words}）。",
        f"Had cases like this before (sure to {share}; because of: {words}).",
    )
    return Suggestion(guess.unit, "history", reason, guess.confidence)


_HELD: dict[str, tuple[int, Model]] = {}


def newest(case_type: str) -> Model | None:
    """The model trained last, held by the process."""
    pk = LearnedRouting.objects.filter(type=case_type).order_by("-pk").values_list("pk", flat=True).first()
    if pk is None:
        return None
    held = _HELD.get(case_type)
    if held is None or held[0] != pk:
        row = LearnedRouting.objects.get(pk=pk)
        held = _HELD[case_type] = (pk, learning.loaded(bytes(row.data)))
    return held[1]


def learn(case_type: str, *, at: datetime) -> Measured | None:
    """Train on the newest closed or accepted cases and keep the model; None: too little history. A job, safe to run twice."""
    cases = Case.objects.filter(type=case_type, lead__isnull=False, opened_at__lt=at)
    newest_first = cases.select_related("area__subject").order_by("-opened_at", "-pk")[:MOST]
    history = [example(c, c.lead_id or 0) for c in newest_first.iterator(chunk_size=2000)]
    model = learning.train(history[::-1])
    if model is None:
        return None
    with transaction.atomic():
        LearnedRouting.objects.filter(type=case_type).delete()
        LearnedRouting.objects.create(
            type=case_type, cases=len(history), trained_at=at, data=learning.dumped(model)
        )
    return model.measured
