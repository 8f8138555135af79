"""The bulletin as a workbook: a sheet for targets, metrics, each ranking, and units that owe."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tongjian.plans import sheets
from tongjian.plans.sheets import Column, Table
from tongjian.web import units
from tongjian.web.analysis import comparison
from tongjian.web.analysis.bulletin import Bulletin
from tongjian.web.facts.names import short
from tongjian.web.templatetags import pages

NAME = 31 - 4  # a sheet's name is short, and may need a number
FILLS = {"green": "DDEFE4", "yellow": "FBEFD3", "red": "F8DAD7"}


def xlsx(found: Bulletin, language: str, known_on: str) -> bytes:
    return sheets.workbook(list(_tables(found, language, known_on)))


def _tables(found: Bulletin, language: str, known_on: str) -> Iterator[Table]:
    month = found.month.label(language)
    below = _("%(period)s; as known on %(day)s") % {"period": month, "day": known_on}
    yield _targets(found, month, below, language)
    yield _metrics(found, month, below, language)
    for number, table in enumerate(found.rankings, 1):
        made = comparison.sheet(table, language, known_on)
        yield Table(
            f"{number} {_clean(made.title)}",
            made.title,
            made.below,
            made.columns,
            made.rows,
            notes=made.notes,
        )
    if found.owing:
        columns = [Column(_("Unit that reports"), 28), Column(_("Standing"), 16), Column(_("Due"), 16)]
        rows = [[str(c.organisation), c.label, pages.day(c.due)] for c in found.owing]
        title = _("Who did not report in time")
        yield Table(title, f"{title} {month}", below, columns, rows)


def _clean(name: str) -> str:
    return "".join(c for c in name if c not in r"[]:*?/\\")[:NAME]


def _targets(found: Bulletin, month: str, below: str, language: str) -> Table:
    columns = [
        Column(_("Target"), 30),
        Column(_("As printed"), 22),
        Column(_("Period"), 16),
        Column(_("Value"), 12),
        Column(_("Unit"), 10, centred=True),
        Column(_("Light"), 10, centred=True),
        Column(_("Reason"), 60),
    ]
    rows = [
        [
            " · ".join(p for p in (str(e.obligation.series.metric), short(e.obligation.series, "")) if p),
            e.obligation.words,
            e.value.ref.period.label(language) if e.value else "",
            comparison.number(e.value),
            units.shown(e.obligation.series.unit),
            str(e.light.label),
            e.reason_text,
        ]
        for e in found.targets
    ]
    fills = {(i, 5): FILLS[e.light.value] for i, e in enumerate(found.targets) if e.light.value in FILLS}
    title = _("Targets of the year")
    notes = comparison.told_simulated(e.value for e in found.targets)
    return Table(title, f"{title} {month}", below, columns, rows, fills, notes)


def _metrics(found: Bulletin, month: str, below: str, language: str) -> Table:
    columns = [
        Column(_("Metric"), 32),
        Column(_("Period"), 16),
        Column(_("Value"), 14),
        Column(_("Unit"), 10, centred=True),
        Column(_("Growth (%)"), 12),
    ]
    rows = [
        [
            str(m.metric),
            m.period.label(language),
            comparison.number(m.value),
            units.shown(m.metric.unit),
            comparison.number(m.growth),
        ]
        for m in found.metrics
    ]
    title = _("Key metrics")
    notes = comparison.told_simulated(v for m in found.metrics for v in (m.value, m.growth))
    return Table(title, f"{title} {month}", below, columns, rows, notes=notes)
