"""The sample's project library: about four hundred, taken in by its importer, with something for every page."""

from __future__ import annotations

from collections import Counter

import pytest

from tongjian.demo.ledgers.projects import plans
from tongjian.kernel.models import Passage
from tongjian.records.projects import monitoring, queries
from tongjian.records.projects.models import Investment, Problem, Project

from .conftest import District

pytestmark = pytest.mark.django_db


def test_about_four_hundred_projects_of_every_class(loaded: District) -> None:
    found = list(Project.objects.select_related("subject"))
    assert len(found) == len(plans()) == 400
    told = Counter(str(s.year_class) for s in queries.standings(found, 2022).values())
    assert told == {"reserve": 123, "new_start": 93, "ongoing": 136, "completed": 48}


def test_money_keeps_the_identities_and_contradictions_are_those_made_on_purpose(loaded: District) -> None:
    found = list(Project.objects.select_related("subject"))
    assert Investment.objects.count() > 2_000
    assert list(monitoring.broken(found)) == []
    told = Counter(c.kind.key for some in monitoring.contradictions(found).values() for c in some)
    assert told == {"money_without_works": 9}


def test_the_plant_was_permitted_in_forty_seven_working_days_after_its_land(loaded: District) -> None:
    plant = Project.objects.get(subject__key="borgwarner-plant")
    assert monitoring.land_to_works([plant])[plant.pk].amount == 47


def test_shares_of_paired_projects_come_to_one(loaded: District) -> None:
    shares = queries.shares(list(Project.objects.values_list("pk", flat=True)))
    paired = {pk: own for pk, own in shares.items() if own}
    assert len(paired) >= 5
    assert {sum(s.share.decimal for s in own) for own in paired.values()} == {1}


def test_made_up_projects_say_so_and_named_ones_have_their_promise(loaded: District) -> None:
    named = Project.objects.exclude(subject__key__startswith="sample-")
    assert named.count() == 12
    assert (
        not Project.objects.filter(subject__key__startswith="sample-")
        .exclude(name__endswith="（模拟）")
        .exists()
    )
    assert Problem.objects.count() >= 30
    assert Passage.objects.filter(subject__key="culture-facilities").count() == 3
