"""The sample's assessment, measured over its cases by other means than the generator's targets, which nothing here reads."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db.models import Q
from django.test import override_settings
from openpyxl import load_workbook

from demo.conftest import LOADED_AT, District
from tongjian.demo import assessed, orders
from tongjian.facts.assessment import comparing, frozen, publishing, queries
from tongjian.facts.assessment.counting import history
from tongjian.facts.assessment.models import DifferenceNote, Edition, OfficialList
from tongjian.facts.assessment.official import official
from tongjian.facts.collection.packages import awaiting
from tongjian.facts.models import Fact
from tongjian.facts.queries import resolve, series_for
from tongjian.facts.refs import parse
from tongjian.records.cases.models import Case
from tongjian.reports.trace import trace
from tongjian.values import Period

pytestmark = pytest.mark.django_db
NOVEMBER = Period.month(2022, 11)
COUNTS = Q(
    type="complaint",
    excluded=False,
    dispatched_at__gte=datetime(2021, 12, 31, 16, tzinfo=UTC),
    dispatched_at__lt=datetime(2022, 11, 30, 16, tzinfo=UTC),
)


def share(part: Q, whole: Q) -> Decimal:
    """By the rows themselves, in percent with two places."""
    rows = Case.objects.filter(COUNTS & whole)
    percent = Decimal(rows.filter(part).count() * 100) / rows.count()
    return percent.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_january_to_november_by_scheme_and_by_the_rows(loaded: District) -> None:
    scheme = queries.schemes()[0]
    with override_settings(HOME=loaded.home, MIRROR=loaded.home / "mirror.duckdb"):
        counted = history(scheme)
        assert counted is not None
        found = queries.assess(scheme, Period.to_date(2022, 11), counted, queries.units(scheme))
    told = [r.percent for r in found.whole.rates]
    assert told == [Decimal("99.64"), Decimal("93.46"), Decimal("94.67")]
    assert told == [
        share(Q(responded_in_time=True), Q(responded_in_time__isnull=False)),
        share(Q(solved=True), Q(solved__isnull=False)),
        share(Q(score__gte=3), Q(score__isnull=False)),
    ]


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("case_response_rate", "99.64"),
        ("case_resolution_rate", "93.46"),
        ("case_satisfaction_rate", "94.67"),
    ],
)
def test_the_rates_are_measured_facts_beside_the_citys(loaded: District, metric: str, value: str) -> None:
    fact = resolve(parse(f"{metric} @ 2022-01/2022-11")).fact
    assert fact is not None
    assert (str(fact.number), fact.source) == (value, "measured")
    assert fact.evidence is not None


def test_rows_that_must_not_count_are_there(loaded: District) -> None:
    assert Case.objects.filter(excluded=True).count() > 0
    assert Case.objects.filter(
        type="complaint", dispatched_at__lt=datetime(2021, 12, 31, tzinfo=UTC)
    ).exists()
    assert Case.objects.filter(dispatched_at__isnull=True).exists()


def test_two_towns_leave_the_watch_list_in_november(loaded: District) -> None:
    edition = Edition.objects.get()
    assert (edition.month, edition.number) == ("2022-11", 1)
    kept = frozen.from_json(edition.result)
    assert sorted(k for k, s in kept.watch.items() if s.moved == "left") == ["lucheng", "yongshun"]
    assert publishing.holds(edition)


@pytest.mark.parametrize(("month", "rank"), [(3, 13), (6, 11), (9, 9), (11, 6)])
def test_the_rank_in_the_city_is_counted_in_its_file(loaded: District, month: int, rank: int) -> None:
    """The fact leads to its cell; the scores of the month in that sheet give the same."""
    fact = Fact.objects.get(series=series_for(parse(f"hotline_composite_rank @ 2022-{month:02}")), period=f"2022-{month:02}")  # fmt: skip
    assert (str(fact.number), fact.source) == (str(rank), "collection")
    sheet, cell = fact.evidence.locator.split("!")
    own = load_workbook(io.BytesIO(fact.evidence.file.path.read_bytes()))[sheet]
    rows = [r for r in own.iter_rows(min_row=2, values_only=True) if r[1] == f"2022-{month:02}"]
    here = next(r for r in rows if r[0] == "通州区")
    assert own[cell].value == here[3] == 1 + sum(r[2] > here[2] for r in rows) == rank
    assert len(rows) == 16
    assert fact.evidence.excerpt == f"通州区 2022-{month:02} 位次 {rank}"
    assert awaiting([fact]) == set()  # nobody has to approve what the city says


def test_the_report_says_the_rank_of_the_citys_file(loaded: District) -> None:
    found = trace(loaded.first.report.read_bytes())
    (said,) = (f for f in found.figures.values() if f["metric"] == "hotline_composite_rank")
    assert (said["shown"], said["period"]) == ("第六", "2022-11")
    assert said["place"]["file"] == "模拟市级考核结果-2022-11.xlsx"


def test_towns_have_the_citys_score_and_rank_beside_ours(loaded: District) -> None:
    scheme = queries.schemes()[0]
    told = official(scheme, queries.units(scheme), NOVEMBER)
    assert (len(told.scores), len(told.ranks), len(told.rates)) == (22, 22, 66)
    kept = frozen.from_json(Edition.objects.get().result)
    apart = [r.unit for r in kept.rows if str(r.score_printed) != str(told.scores[r.unit].number)]
    assert 1 <= len(apart) <= 4  # the city's list holds four cases otherwise


def test_the_citys_list_differs_in_four_cases_and_one_is_explained(loaded: District) -> None:
    scheme = queries.schemes()[0]
    with override_settings(HOME=loaded.home, MIRROR=loaded.home / "mirror.duckdb"):
        found = comparing.reconcile(scheme, NOVEMBER, list(queries.units(scheme)))
    assert found is not None
    assert Counter(p.kind and p.kind.value for p in found.differing) == {
        "excluded_by_them": 1,
        "verdict": 2,
        "not_listed": 1,
    }
    assert len(found.unexplained) == 3
    assert DifferenceNote.objects.count() == 1


def test_a_second_load_publishes_nothing_again(loaded: District) -> None:
    with override_settings(HOME=loaded.home, MIRROR=loaded.home / "mirror.duckdb"):
        assessed.keep(LOADED_AT)
    assert (Edition.objects.count(), OfficialList.objects.count()) == (1, 1)


def test_monthly_topics_are_among_the_orders(loaded: District) -> None:
    assert Case.objects.filter(attrs__monthly_topic="积水点位").exists()


def test_the_full_sample_keeps_the_shares(loaded: District) -> None:
    rows = [o for o in orders.orders(2) if o.reached is not None and not o.out and o.day.month < 12]
    reached, rated = [o for o in rows if o.reached], [o for o in rows if o.score]
    assert len(rows) == 2 * len(
        [
            o
            for o in orders.orders()
            if o.reached is not None and not o.out and o.day.month < 12 and o.day.year == 2022
        ]
    )
    assert round(100 * sum(o.solved for o in reached) / len(reached), 2) == 93.46
    assert round(100 * sum(o.score != "不满意" for o in rated) / len(rated), 2) == 94.67
