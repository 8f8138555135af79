"""A published month stays as it was; a correction is a revised edition that names what moved, and by which cases."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.assessment.test_counting import SPANS, imported
from facts.factories import metric
from records.cases.factories import District, district
from tongjian.facts.assessment import casework, frozen, publishing, queries
from tongjian.facts.assessment.casework import Assessed
from tongjian.facts.assessment.models import AssessedCase, Edition
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.measured.small import is_withheld
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.models import Fact
from tongjian.kernel import seals
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Event
from tongjian.records.cases import catalogue as case_types
from tongjian.records.cases import mirror, timing
from tongjian.records.cases.models import Case

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
JANUARY = SPANS["2026-01"]


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    case_types.forget()
    timing.forget()
    return district()


def scheme() -> Scheme:
    return queries.schemes()[0]


def corrected(source_id: str, **columns: object) -> int:
    """What a correction of a case leaves in its row; the mirror follows."""
    case = Case.objects.get(source_id=source_id)
    Case.objects.filter(pk=case.pk).update(changed_at=AT, **columns)
    refresh(mirror.tables(), at=AT)
    return case.pk


def published_metrics() -> None:
    for key in scheme().metrics:
        kind = "rank" if key.endswith("rank") else "ratio"
        metric(key, key, kind=kind, unit="位" if kind == "rank" else "%", decimals=2, derive=[])


def publish(here: District, reason: str = "") -> Edition:
    return publishing.publish(scheme(), JANUARY, reason=reason, by=here.users["plan"], at=AT)


def test_the_cases_make_the_counts(here: District) -> None:
    found = imported(here)
    for month, span in SPANS.items():
        roll = casework.roll(scheme(), [span.start])
        assert roll is not None
        assert roll.digest == found.digest
        grouped = casework.by_unit(roll.cases)
        assert {u: casework.counts(scheme(), own) for u, own in grouped.items()} == {
            u: own[span.start] for u, own in found.counted.items() if span.start in own
        }, month


def test_a_published_month_keeps_result_and_cases(here: District) -> None:
    imported(here)
    edition = publish(here)
    assert (edition.number, edition.cases, AssessedCase.objects.count()) == (1, 23, 23)
    kept = frozen.from_json(edition.result)
    now = publishing.live(scheme(), JANUARY)
    assert now is not None
    assert kept == now.kept
    assert publishing.holds(edition)
    assert not publishing.changed_since(edition, now)


def test_a_touched_row_breaks_the_digest(here: District) -> None:
    imported(here)
    edition = publish(here)
    AssessedCase.objects.filter(verdicts="111").update(verdicts="110")
    assert not publishing.holds(edition)


def test_a_correction_shows_as_changed_since_and_makes_a_revised_edition(here: District) -> None:
    imported(here)
    first = publish(here)
    pk = corrected("K25", solved=True, score=4)
    now = publishing.live(scheme(), JANUARY)
    assert now is not None
    changes = publishing.changed_since(first, now)
    assert [(m.id, m.before and m.before.verdicts, m.after and m.after.verdicts) for m in changes.cases] == [
        (pk, "100", "111")
    ]
    assert [m.unit for m in changes.units] == ["south", ""]
    second = publish(here, "回访记录更正")
    assert (second.number, second.reason) == (2, "回访记录更正")
    assert publishing.changes_of(second) == changes
    assert publishing.changes_of(first) is None
    assert publishing.holds(first)  # what was published stays


def test_a_second_time_needs_a_change_and_a_reason(here: District) -> None:
    imported(here)
    publish(here)
    with pytest.raises(TongjianError) as same:
        publish(here, "x")
    assert same.value.code == "assessment.nothing_changed"
    corrected("K25", solved=True)
    with pytest.raises(TongjianError) as without:
        publish(here, " ")
    assert without.value.code == "assessment.revision_reason"


def test_only_the_plan_office_publishes_and_only_months_that_ended(here: District) -> None:
    imported(here)
    with pytest.raises(NotAllowed):
        publishing.publish(scheme(), JANUARY, by=here.users["north"], at=AT)
    with pytest.raises(TongjianError) as early:
        publishing.publish(
            scheme(), SPANS["2026-02"], by=here.users["plan"], at=datetime(2026, 2, 27, tzinfo=UTC)
        )
    assert early.value.code == "assessment.month_runs"
    assert not Edition.objects.exists()


def test_what_led_to_a_published_month_is_sealed_with_it(here: District) -> None:
    imported(here)
    publish(here)
    found = seals.audit()
    assert (found.unsealed, found.broken) == (0, ())
    assert found.events == Event.objects.count() > 0
    Event.objects.filter(verb="assessment.published").update(verb="assessment.other")
    assert [b.code for b in seals.audit().broken] == ["digest"]


def test_the_figures_go_to_the_ledger_under_their_own_keys(here: District) -> None:
    published_metrics()
    imported(here)
    edition = publish(here)
    facts = {(f.series.metric.key, f.series.subject.key): f for f in Fact.objects.all()}
    assert len(facts) == 4 + 2 * 6  # the district's rates and cases, both towns with score and rank as well
    assert not any(key.startswith("hotline") for key, _unit in facts)
    north = facts["assessed_resolution_rate", "north"]
    assert (str(north.number), north.period, north.status) == ("90.00", "2026-01", "actual")
    assert north.evidence.file == edition.file
    assert is_withheld(north.evidence, here.users["reader"])  # one case was taken out
    assert is_withheld(facts["assessed_resolution_rate", "south"].evidence, here.users["reader"])  # tells it
    corrected("K25", solved=True)
    publish(here, "更正")
    changed = Fact.objects.filter(status="revised").values_list("series__metric__key", "series__subject__key")
    assert sorted(changed) == [
        ("assessed_resolution_rate", "riverside"),
        ("assessed_resolution_rate", "south"),
        ("assessed_score", "south"),
    ]


COUNTED = st.tuples(st.sampled_from(["", "a", "b"]), st.booleans(), st.sampled_from(["111", "1-0", "---"]))
CASES = st.dictionaries(st.sampled_from(range(1, 7)), COUNTED, max_size=6).map(
    lambda found: [
        Assessed(pk, unit, 1, out, simulated=False, verdicts=v) for pk, (unit, out, v) in found.items()
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine the first one is
@given(CASES, CASES)
def test_what_moved_leads_from_one_to_the_other(before: list[Assessed], after: list[Assessed]) -> None:
    moved = frozen.cases_moved(before, after)
    found = {c.id: c for c in before}
    for one in moved:
        assert (one.before is None) == (one.id not in found)
        if one.after is None:
            del found[one.id]
        else:
            found[one.id] = one.after
    assert sorted(found.values(), key=lambda c: c.id) == sorted(after, key=lambda c: c.id)
    assert not frozen.cases_moved(after, after)
