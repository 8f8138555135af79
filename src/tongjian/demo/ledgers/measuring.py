"""The year's figures measured over the items: the mirror brought up to date, the year of the sample recorded."""

from __future__ import annotations

from datetime import datetime

from tongjian.demo import files
from tongjian.facts.choices import FactSource
from tongjian.facts.measured.actions import measure
from tongjian.facts.measured.checked import measured_metrics
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.mirror.tables import all_tables
from tongjian.facts.models import Fact, Metric
from tongjian.packs import entries

CASES = "cases"


def is_wanting(table: str = "") -> bool:
    """Whether a metric of the packs that is measured (over registers, or over a table) has no measured number yet."""
    done = Fact.objects.filter(source=FactSource.MEASURED).values_list("series__metric__key", flat=True)
    return bool({m.key for m in _shipped(table)} - set(done.distinct()))


def measure_year(at: datetime) -> int:
    """Measure what the packs say is measured over registers, for the months of the sample's year. Returns the number of new facts.

    What registers count beyond it comes with the first `tongjian nightly`.
    """
    return _measured(_shipped(), at)


def measure_cases(at: datetime) -> int:
    """The same of what is measured over cases, which come in after the registers; nothing where it was done already."""
    return _measured(_shipped(CASES), at) if is_wanting(CASES) else 0


def _measured(chosen: list[Metric], at: datetime) -> int:
    known = all_tables()
    tables = {name: known[name] for name in {str(m.measured["table"]) for m in chosen}}
    refresh([tables[name] for name in sorted(tables)], at=at)
    first = files.YEAR * 12
    done = measure(at=at, since=first, until=first + 11, keys=[m.key for m in chosen], tables=tables)
    return sum(d.facts for d in done)


def _shipped(table: str = "") -> list[Metric]:
    shipped = {e.key for e in entries("metrics") if "measured" in e.body}
    own = [m for m in measured_metrics() if m.key in shipped]
    return [m for m in own if (m.measured["table"] == table if table else m.measured["table"] != CASES)]
