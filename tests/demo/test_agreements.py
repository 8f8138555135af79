"""The sample's agreements: six parcels with mixed lights, judged by the check of 2022."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tongjian.plans.agreements import queries
from tongjian.plans.models import Agreement
from tongjian.records.spaces.models import Space

from .conftest import LOADED_AT, District

pytestmark = pytest.mark.django_db


def test_six_agreements_with_mixed_lights(loaded: District) -> None:
    assert Space.objects.filter(kind="parcel").count() == Agreement.objects.count() == 6
    kept = queries.board(Agreement.objects.all(), LOADED_AT, date(2023, 1, 20))
    told = Counter(str(t.light) for one in kept for t in one.terms)
    assert told["green"] > 0
    assert told["red"] > 0
    assert len(told) >= 3
