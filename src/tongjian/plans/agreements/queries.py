"""Agreements with the light of each term: the same evaluator as for a plan's targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet

from tongjian.kernel.access import Viewer
from tongjian.kernel.models import Subject, User
from tongjian.plans import evaluation, revisions
from tongjian.plans.agreements import pack
from tongjian.plans.agreements.pack import Kind
from tongjian.plans.choices import Light
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import Agreement, Obligation

WORST = (Light.RED, Light.YELLOW, Light.NO_DATA, Light.NOT_DUE, Light.GREEN)


@dataclass(frozen=True, slots=True)
class Kept:
    """An agreement with its terms judged. kind None: the pack holds it no longer."""

    agreement: Agreement
    kind: Kind | None
    terms: tuple[Evaluation, ...]

    @property
    def counts(self) -> Mapping[Light, int]:
        return dict(Counter(t.light for t in self.terms))

    @property
    def worst(self) -> Light:
        """The light that asks for attention first; no data for an agreement without terms."""
        found = {t.light for t in self.terms}
        return next((light for light in WORST if light in found), Light.NO_DATA)


def visible_to(user: Viewer) -> QuerySet[Agreement]:
    """Agreements are internal: for everyone signed in."""
    if not isinstance(user, User) or not user.is_active:
        return Agreement.objects.none()
    return Agreement.objects.select_related("subject", "keeper__subject", "document")


def board(agreements: QuerySet[Agreement], at: datetime | None, today: date) -> list[Kept]:
    """These agreements with their terms' lights by the facts known at `at`, those to look at first on top."""
    terms = Prefetch(
        "obligations",
        _terms(at).select_related("series__metric__owner__subject", "series__subject", "origin__file"),
        to_attr="in_force",
    )
    found = list(agreements.prefetch_related(terms))
    kinds = pack.kinds()
    owed: list[Obligation] = [o for a in found for o in a.in_force]
    judged = evaluation.evaluate_these(owed, at, today)
    kept = [_kept(a, kinds.get(a.kind), judged) for a in found]
    return sorted(kept, key=lambda k: (WORST.index(k.worst), k.agreement.number))


def of_subject(subject: Subject, user: Viewer, at: datetime | None, today: date) -> list[Kept]:
    """What was promised of one subject by agreement."""
    return board(visible_to(user).filter(subject=subject), at, today)


def _terms(at: datetime | None) -> QuerySet[Obligation]:
    return revisions.in_force(Obligation.objects.all(), at).order_by("order", "due")


def _kept(agreement: Agreement, kind: Kind | None, judged: Sequence[Evaluation]) -> Kept:
    own = tuple(e for e in judged if e.obligation.agreement_id == agreement.pk)
    return Kept(agreement, kind, own)
