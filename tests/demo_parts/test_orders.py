"""The sample's work orders come in by their importer; the assessment says of them what the year was reported to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tongjian.demo import accounts, files, orders
from tongjian.facts.assessment import queries
from tongjian.facts.assessment.counting import history
from tongjian.kernel.directory import sync_directory
from tongjian.records.cases import catalogue, timing
from tongjian.records.cases.models import Case
from tongjian.values import Period

pytestmark = pytest.mark.django_db
AT = datetime(2022, 12, 26, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _district(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(files, "home", lambda: tmp_path)
    settings.MIRROR, settings.DISTRICT = str(tmp_path / "m.duckdb"), "tongzhou"  # type: ignore[attr-defined]
    catalogue.forget()
    timing.forget()
    sync_directory(AT)
    accounts.make()
    yield
    catalogue.forget()
    timing.forget()


def test_the_year_and_november_as_measured_over_the_orders() -> None:
    done = orders.keep(AT)
    assert done is not None
    assert (done.rows, done.received) == (3254, 3254)
    assert not Case.objects.filter(simulated=False).exists()
    assert Case.objects.exclude(kind="closed").count() == 48
    scheme = queries.schemes()[0]
    found = history(scheme)
    assert found is not None
    year = queries.assess(scheme, Period.to_date(2022, 11), found, queries.units(scheme))
    assert [str(r.percent) for r in year.whole.rates] == ["99.64", "93.46", "94.67"]
    assert (year.whole.counts.n, year.whole.counts.excluded) == (3080, 66)
    november = queries.assess(scheme, Period.month(2022, 11), found, year.units)
    left = {u for u, s in november.watch.items() if s.moved == "left"}
    assert left == {"yongshun", "lucheng"}


def test_a_second_run_changes_nothing() -> None:
    orders.keep(AT)
    assert orders.keep(AT) is None
