"""Points by persons: with proof, within the scheme's bound, granted by another person; the score and the rank follow."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from facts.assessment.test_counting import SPANS, imported
from records.cases.factories import District, district
from tongjian.facts.assessment import adjusting, publishing, queries
from tongjian.facts.assessment.models import Adjustment
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import User
from tongjian.records.cases import catalogue, timing

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PROOF = (b"letter", "letter.pdf")


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    catalogue.forget()
    timing.forget()
    return district()


def asked(
    here: District, points: str, reason: str = "有通报表扬", proof: tuple[bytes, str] = PROOF
) -> Adjustment:
    scheme = queries.schemes()[0]
    plan = here.users["plan"]
    return adjusting.ask(scheme, "2026-01", "south", points, reason, proof, by=plan, at=AT)


def second() -> User:
    return User.objects.create_user("second", role=Role.PLAN_OFFICE)


def test_points_count_once_another_person_granted_them(here: District) -> None:
    imported(here)
    scheme, row = queries.schemes()[0], asked(here, "+1.25")
    assert adjusting.points(scheme) == {}
    with pytest.raises(NotAllowed):
        adjusting.decide(row.pk, grant=True, words="", by=here.users["plan"], at=AT)
    adjusting.decide(row.pk, grant=True, words="属实", by=second(), at=AT)
    assert adjusting.points(scheme) == {("south", SPANS["2026-01"].start): Fraction(5, 4)}
    now = publishing.live(scheme, SPANS["2026-01"])
    assert now is not None
    south = next(r for r in now.found.rows if r.unit == "south")
    assert south.score_printed == Decimal("54.58")  # 53.33 and 1.25
    assert south.points == Fraction(5, 4)


def test_points_refused_do_not_count_and_are_decided_once(here: District) -> None:
    row, other = asked(here, "-0.5"), second()
    adjusting.decide(row.pk, grant=False, words="证据不足", by=other, at=AT)
    assert adjusting.points(queries.schemes()[0]) == {}
    with pytest.raises(StepNotAllowed):
        adjusting.decide(row.pk, grant=True, words="", by=other, at=AT)


@pytest.mark.parametrize("points", ["0", "2.01", "-3", "0.125", "x", ""])
def test_points_that_cannot_be_meant(here: District, points: str) -> None:
    with pytest.raises(TongjianError) as refused:
        asked(here, points)
    assert refused.value.code == "assessment.adjust_points"


def test_points_without_reason_or_proof(here: District) -> None:
    for reason, proof in (("", PROOF), ("x", (b"", "x.pdf"))):
        with pytest.raises(TongjianError) as refused:
            asked(here, "1", reason, proof)
        assert refused.value.code == "assessment.adjust_proof"
    assert not Adjustment.objects.exists()


def test_a_scheme_without_points_takes_none(here: District) -> None:
    scheme = queries.schemes()[1]
    with pytest.raises(TongjianError):
        adjusting.ask(scheme, "2026-01", "south", "1", "x", PROOF, by=here.users["plan"], at=AT)
