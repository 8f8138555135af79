"""Merging holds cases together and can be undone; an exclusion has a second person and one appeal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from records.cases.factories import AT, District, district, user
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.records.cases import actions, exclusions, merging
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.models import Case, Link

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def d() -> District:
    return district()


def handling(d: District, text: str) -> Case:
    case = actions.receive(Intake("complaint", text), by=None, at=AT)
    actions.perform(case.pk, "dispatch", {"lead": d.units["north"].pk}, by=None, at=AT)
    return actions.perform(case.pk, "accept", by=d.users["north"], at=AT + HOUR)


def test_one_answer_to_many(d: District) -> None:
    head, first, second = (handling(d, t) for t in ("路灯不亮", "路灯坏了", "灯不亮"))
    merging.merge([first.pk, second.pk], head.pk, by=d.users["north"], at=AT + HOUR)
    first.refresh_from_db()
    assert merging.members(first) == [head.pk, first.pk, second.pk]
    done = actions.perform_many(
        merging.members(first),
        "finish",
        {"outcome": "done", "reply": "已换灯"},
        by=d.users["north"],
        at=AT + 2 * HOUR,
    )
    assert {c.state for c in done} == {"follow_up"}


def test_a_merge_is_undone_with_a_trace(d: District) -> None:
    head, first = handling(d, "路灯不亮"), handling(d, "路灯坏了")
    merging.merge([first.pk], head.pk, by=d.users["hotline"], at=AT + HOUR)
    merging.unmerge(first.pk, by=d.users["hotline"], at=AT + 2 * HOUR)
    assert merging.members(Case.objects.get(pk=first.pk)) == [first.pk]
    assert Link.objects.get().undone_at == AT + 2 * HOUR
    merging.merge([first.pk], head.pk, by=d.users["hotline"], at=AT + 3 * HOUR)
    assert Link.objects.count() == 2


def test_no_cluster_of_clusters_and_no_strangers(d: District) -> None:
    a, b, c = (handling(d, t) for t in "甲乙丙")
    merging.merge([b.pk], a.pk, by=d.users["plan"], at=AT)
    for pks, into in (([c.pk], b.pk), ([a.pk], c.pk), ([a.pk], a.pk), ([b.pk], c.pk)):
        with pytest.raises(TongjianError):
            merging.merge(pks, into, by=d.users["plan"], at=AT)
    with pytest.raises(NotAllowed):
        merging.merge([c.pk], a.pk, by=d.users["south"], at=AT)


def test_an_exclusion_is_refused_appealed_and_granted_by_others(d: District) -> None:
    case = handling(d, "反复来电")
    north, first = d.users["north"], d.users["hotline"]
    second = user("second", Role.DEPARTMENT, d.units["hotline"])
    row = exclusions.ask(case.pk, reason="malicious", words="一月内四十次", by=north, at=AT)
    with pytest.raises(StepNotAllowed):
        exclusions.ask(case.pk, reason="malicious", by=north, at=AT)
    with pytest.raises(NotAllowed):
        exclusions.decide(row.pk, grant=True, words="", by=north, at=AT)
    exclusions.decide(row.pk, grant=False, words="诉求真实", by=first, at=AT)
    exclusions.appeal(row.pk, words="补充录音", by=north, at=AT)
    with pytest.raises(NotAllowed):
        exclusions.decide(row.pk, grant=True, words="", by=first, at=AT)
    exclusions.decide(row.pk, grant=True, words="同意", by=second, at=AT)
    assert Case.objects.get(pk=case.pk).excluded is True
    with pytest.raises(StepNotAllowed):
        exclusions.appeal(row.pk, words="", by=north, at=AT)
