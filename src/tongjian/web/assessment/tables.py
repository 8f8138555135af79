"""A result as a workbook for people: the district, then towns by group, with what a reader may not see left out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.models import Fact
from tongjian.plans import sheets
from tongjian.plans.sheets import Column, Table, Value
from tongjian.web import downloads
from tongjian.web.assessment.asked import Chosen, scheme_name
from tongjian.web.assessment.shown import Line, Section, measures
from tongjian.web.registers.shown import english
from tongjian.web.requests import today


def workbook(asked: Chosen, whole: Line, sections: Sequence[Section]) -> HttpResponse:
    table = result(asked, whole, sections)
    return downloads.workbook(sheets.workbook([table]), f"{table.title}.xlsx")


def result(asked: Chosen, whole: Line, sections: Sequence[Section]) -> Table:
    assert asked.scheme is not None
    name, span = scheme_name(asked.scheme), asked.span.label("en" if english() else "zh")
    lines = [("", whole), *((s.name, line) for s in sections for line in s.lines)]
    rows = [_cells(asked.scheme, group, line) for group, line in lines]
    below = _("edition %(n)s") % {"n": asked.edition.number} if asked.edition else str(today())
    return Table(
        _("Assessment of towns"), f"{name} {span}", below, _columns(asked), rows, notes=notes(asked, sections)
    )


def notes(asked: Chosen, sections: Sequence[Section]) -> list[str]:
    assert asked.scheme is not None
    found = [_("Weights and thresholds are illustrative.")] if asked.scheme.illustrative else []
    if asked.kept.whole.counts.simulated:
        found.append(_("Simulated cases are among those counted."))
    if any(n.hidden for s in sections for n in s.lines):
        found.append(_("Counts of persons below 5 are not shown to readers."))
    return found


def _columns(asked: Chosen) -> list[Column]:
    assert asked.scheme is not None
    head = [Column(_("Area"), 22), Column(_("Group"), 12), Column(_("Rank"), 8), Column(_("Score"), 10)]
    head += [Column(_("Cases"), 10), Column(_("Taken out"), 10)]
    for _key, label, _weight in measures(asked.scheme):
        head += [Column(label, 12), Column(_("of"), 8), Column(_("Band from"), 10), Column(_("to"), 10)]
        head += [Column(_("Official"), 12), Column(_("Difference"), 12)]
    if asked.scheme.official_score:
        head += [Column(_("Official score"), 12), Column(_("Difference"), 12)]
    if asked.scheme.official_rank:
        head += [Column(_("Official rank"), 10), Column(_("Difference"), 10)]
    return head


def _cells(scheme: Scheme, group: str, line: Line) -> list[Value]:
    row = line.row
    if line.hidden:
        return [line.name, group, row.rank]
    cells: list[Value] = [line.name, group, row.rank, plain(row.score_printed)]
    cells += [row.counts.n, row.counts.excluded]
    for shown in line.rates:
        rate, fact = shown.compared.ours, shown.compared.official
        low, high = rate.band or (None, None)
        cells += [plain(number) for number in (rate.percent, rate.den, low, high)]
        cells += [told(fact), plain(shown.compared.difference)]
    if scheme.official_score:
        cells += [told(line.told_score), plain(line.score_apart)]
    if scheme.official_rank:
        cells += [told(line.told_rank), line.places_apart]
    return cells


def told(fact: Fact | None) -> Value:
    """The city's figure as a workbook's own number."""
    return None if fact is None or fact.number is None else plain(fact.number.decimal)


def plain(value: Decimal | int | None) -> Value:
    """A workbook's own number."""
    return float(value) if isinstance(value, Decimal) else value
