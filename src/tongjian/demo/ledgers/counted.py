"""Which figures of the sample year are measured, over how many records: docs/reference/measured-figures.md.

`python -m tongjian.demo.ledgers.counted > docs/reference/measured-figures.md` writes it anew, where the sample is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

HEAD = """# Measured figures of the sample · 样例区测算指标与条目

Each figure that lists of items stand behind: what it is measured as, over how many entries of which register, and how
many entries of that register do not count for it (another year, state or scope). The items are made up so that they
come to what was published; the figures are [measured](measured.md) over them alone, and taking any entry away moves a
figure by what that entry implies. {figures} figures over {registers} registers, {entries} entries. Written from the loaded sample by
`python -m tongjian.demo.ledgers.counted`; a test holds the page to it.

| metric | 指标 | register | measured | entries that count | entries that do not |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. metric: with its breakdown after a slash. value: as measured, with its unit. entries: of the register."""

    metric: str
    name: str
    register: str
    value: str
    counted: int
    entries: int

    def __str__(self) -> str:
        rest = self.entries - self.counted
        return (
            f"| `{self.metric}` | {self.name} | `{self.register}` | {self.value} | {self.counted} | {rest} |"
        )


def page(lines: Sequence[Line]) -> str:
    """The page of the reference."""
    held = {line.register: line.entries for line in lines}
    head = HEAD.format(figures=len(lines), registers=len(held), entries=sum(held.values()))
    return head + "\n".join(map(str, lines)) + "\n"


def lines() -> list[Line]:
    """By metric, of the figures that the sample publishes, out of the records of their measurement."""
    from tongjian.demo.ledgers.targets import targets

    return [_line(key) for key in sorted(targets())]


def _line(key: str) -> Line:
    from tongjian.facts.measured import record
    from tongjian.facts.queries import resolve
    from tongjian.facts.refs import parse

    fact = resolve(parse(_reference(key))).fact
    told = record.read(fact.evidence) if fact is not None else None
    if fact is None or told is None:
        raise ValueError(f"{key}: the figure of the year is not a measured one")
    metric = fact.series.metric
    breakdown = key.partition("/")[2]
    name = f"{metric.name}（{breakdown}）" if breakdown else metric.name
    register = told.table.removeprefix("register_")
    return Line(
        key,
        name,
        register,
        f"{Decimal(told.value or 0).normalize():f} {told.unit}",
        told.rows,
        told.table_rows,
    )


def _reference(key: str) -> str:
    """A flow is of the year, a stock of its last month."""
    from tongjian.demo import files
    from tongjian.facts.models import Metric

    metric, _, breakdown = key.partition("/")
    period = f"{files.YEAR}-12" if Metric.objects.get(key=metric).kind == "stock" else str(files.YEAR)
    return f"{metric}[by:{breakdown}] @ {period}" if breakdown else f"{metric} @ {period}"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")
    django.setup()
    sys.stdout.write(page(lines()))
