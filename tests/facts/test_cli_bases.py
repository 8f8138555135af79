"""`tongjian reconcile` and `tongjian vintages`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from facts.factories import NOON, fact, facts, world
from tongjian.cli.language import use
from tongjian.cli.main import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    with translation.override("en"):
        yield
    use("zh")


def test_reconcile_says_what_two_bases_imply(capsys: pytest.CaptureFixture[str]) -> None:
    world()
    facts(
        [
            ("budget_revenue @ 2022", "89.43"),
            ("budget_revenue @ 2021", "92.40"),
            ("budget_revenue[growth] @ 2022", "-3.2"),
            ("budget_revenue[growth, restated] @ 2022", "0.3"),
        ]
    )
    assert main(["--lang", "en", "reconcile", "budget_revenue @ 2022"]) == 1
    told = capsys.readouterr().out
    assert "published -3.2%" in told
    assert "Within what rounding leaves open." in told
    assert "implied adjustment 3.23 (3.14–3.33) 亿元" in told
    assert "none has evidence" in told
    fact("budget_revenue[difference, of:level, restated, by:留抵退税] @ 2022", "3.20")
    assert main(["--lang", "en", "reconcile", "budget_revenue @ 2022"]) == 0
    assert "+ 留抵退税 3.20 亿元  (sample.txt · 0-6)" in capsys.readouterr().out
    assert main(["--lang", "zh", "reconcile", "budget_revenue @ 2022"]) == 0
    assert "隐含调整 3.23 (3.14–3.33) 亿元" in capsys.readouterr().out


def test_reconcile_tells_an_unexplained_growth(capsys: pytest.CaptureFixture[str]) -> None:
    world()
    facts([("gdp @ 2021", "100.0"), ("gdp @ 2022", "104.0"), ("gdp[growth] @ 2022", "6.0")])
    assert main(["--lang", "en", "reconcile", "gdp @ 2022"]) == 0
    assert "2.0 points apart, unexplained" in capsys.readouterr().out
    assert main(["--lang", "en", "reconcile", "gdp @ 2020"]) == 0
    assert "no growth: none published" in capsys.readouterr().out
    assert main(["--lang", "en", "reconcile", "nothing @ 2022"]) == 2
    assert "facts.unknown_metric" in capsys.readouterr().err


def test_vintages_lists_all_that_was_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    world()
    fact("gdp @ 2022", "120.0", status="estimate")
    fact("gdp @ 2022", "118.5", at=NOON + timedelta(days=20))
    assert main(["--lang", "en", "vintages", "gdp @ 2022"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("    1  2023-01-04 12:00  Estimate  120.0 亿元  (")
    assert second.startswith("*   2  2023-01-24 12:00  Actual  118.5 亿元  -1.5  (")
    assert main(["--lang", "en", "vintages", "gdp @ 2022", "--at", "2023-01-05"]) == 0
    assert capsys.readouterr().out.startswith("*   1")
    assert main(["--lang", "en", "vintages", "gdp[restated] @ 2022"]) == 2
