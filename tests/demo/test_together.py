"""The sample report that units write together, as it is loaded; and a plant's worth of errors found before a signature."""

from __future__ import annotations

from collections import Counter

import pytest

from tongjian.demo import together
from tongjian.kernel.models import User
from tongjian.reports.consultation.models import Opinion
from tongjian.reports.rounds import gate, signing
from tongjian.reports.rounds.gate import NotReady, Why
from tongjian.reports.rounds.models import Edition

from .conftest import LOADED_AT, District

pytestmark = pytest.mark.django_db


def test_each_section_is_as_far_as_its_unit_has_come(loaded: District) -> None:
    edition = Edition.objects.get()
    found = [(s.owner.key, s.versions.count(), s.handed_in_at is not None) for s in edition.sections.all()]
    assert found == [
        ("statistics", 1, True),
        ("finance", 1, False),
        ("transport", 1, False),
        ("housing", 0, False),
    ]
    assert Counter(Opinion.objects.values_list("handling", flat=True)) == {"partly": 1, "waiting": 1}


def test_the_signature_waits_for_what_is_wrong(loaded: District) -> None:
    edition = Edition.objects.get()
    found = gate.hindrances(edition)
    said = {h.why: h.said for h in found if h.why is not Why.PROMISE}
    assert said[Why.WRONG] == "一般公共预算收入98.43亿元≠89.43亿元"
    assert said[Why.QUESTION] == "新设惠企资金专户6个"
    assert said[Why.NO_TEXT] == "（四）住房保障持续改善"
    promised = {h.said for h in found if h.why is Why.PROMISE}
    assert "实现东六环改造工程西线隧道首段贯通" not in promised  # said in the third section
    assert "建成启用张家湾设计周永久会址" in promised
    with pytest.raises(NotReady):
        signing.submit(edition, by=User.objects.get(username="planoffice"), at=LOADED_AT)


def test_a_second_load_begins_no_other(loaded: District) -> None:
    assert together.keep(LOADED_AT) is False
    assert Edition.objects.count() == 1
