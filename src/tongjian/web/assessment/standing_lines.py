"""Score and rank of the district and of each town beside the city's, with what makes the difference, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tongjian.facts.assessment.comparing import Reconciled
from tongjian.facts.assessment.official import Official
from tongjian.facts.assessment.results import Rate
from tongjian.facts.assessment.standing import Standing, Steps, Told, standings
from tongjian.facts.models import Fact
from tongjian.plans.sheets import Column, Table, Value
from tongjian.web.assessment.asked import Chosen
from tongjian.web.assessment.shown import measures
from tongjian.web.assessment.tables import plain, told
from tongjian.web.registers.shown import english
from tongjian.web.requests import district, today

ROUNDING = Decimal("0.02")  # steps are printed with two places each


@dataclass(frozen=True, slots=True)
class StandingLine:
    """One unit. score, rank: the city's; why_score: name of a step and its points; why_rank: sentences."""

    name: str
    group: str
    standing: Standing
    score: Fact | None
    rank: Fact | None
    why_score: Sequence[tuple[str, Decimal]]
    why_rank: Sequence[str]


def lines(asked: Chosen, official: Official, found: Reconciled | None) -> list[StandingLine]:
    """The district first, then towns as they stand with us. Rates that the city did not tell are taken from its list."""
    assert asked.scheme is not None
    here = district()
    rows = [replace(asked.kept.whole, unit=here.key), *asked.kept.rows]
    said = {r.unit: _told(asked, official, found, r.unit, here.key) for r in rows}
    names = {r.unit: asked.name_of(r.unit) for r in rows} | {here.key: str(here)}
    groups = {g.key: g.name_en if english() else g.name for g in asked.scheme.groups}
    return [
        StandingLine(
            names[s.row.unit],
            groups.get(s.row.group, ""),
            s,
            official.scores.get(s.row.unit),
            official.ranks.get(s.row.unit),
            _why_score(asked, s.steps),
            _why_rank(s, names),
        )
        for s in standings(asked.scheme, rows, said)
    ]


def _told(asked: Chosen, official: Official, found: Reconciled | None, unit: str, here: str) -> Told:
    assert asked.scheme is not None
    listed = {} if found is None else {(b.unit or here, b.measure): Rate(*b.theirs) for b in found.bridges}
    rates = []
    for n, measure in enumerate(asked.scheme.measures):
        fact, rate = official.rates.get((unit, measure.key)), listed.get((unit, n))
        rates.append(_decimal(fact) if fact is not None else rate.percent if rate else None)
    rank = _decimal(official.ranks.get(unit))
    return Told(rates, _decimal(official.scores.get(unit)), None if rank is None else int(rank))


def _decimal(fact: Fact | None) -> Decimal | None:
    return fact.number.decimal if fact is not None and fact.number is not None else None


def _why_score(asked: Chosen, steps: Steps | None) -> list[tuple[str, Decimal]]:
    """Steps of nothing are left out."""
    assert asked.scheme is not None
    if steps is None:
        return []
    names = [label for _key, label, _weight in measures(asked.scheme)]
    found = [(name, step) for name, step in zip(names, steps.rates, strict=True) if step]
    found += [(_("points by persons"), steps.points)] if steps.points else []
    rest = _("rounding") if abs(steps.rest) <= ROUNDING else _("the city's weights or points")
    return [*found, (rest, steps.rest)] if steps.rest else found


def _why_rank(one: Standing, names: Mapping[str, str]) -> list[str]:
    if one.told.rank is None:
        return []
    if one.row.rank is None:
        return [_("not ranked by us")] if one.row.group else [_("only the city ranks districts")]
    if not one.places:
        return []
    between = _(", ")
    told_as = (
        (_("with us before it: %(names)s"), one.before_ours),
        (_("with the city before it: %(names)s"), one.before_theirs),
    )
    found = [text % {"names": between.join(names[u] for u in some)} for text, some in told_as if some]
    return found or [_("the city ranks it among others as well")]


def table(name: str, rows: Sequence[StandingLine]) -> Table:
    """For a workbook."""
    columns = [
        Column(_("Area"), 20),
        Column(_("Group"), 12),
        Column(_("Score"), 10),
        Column(_("Official"), 10),
    ]
    columns += [Column(_("Difference"), 12), Column(_("Why the scores differ"), 48), Column(_("Rank"), 8)]
    columns += [Column(_("Official"), 10), Column(_("Difference"), 12), Column(_("Why the ranks differ"), 48)]
    return Table(_("Score and rank"), name, str(today()), columns, [_cells(r) for r in rows])


def _cells(line: StandingLine) -> list[Value]:
    row, steps = line.standing.row, line.standing.steps
    return [
        line.name,
        line.group,
        plain(row.score_printed),
        told(line.score),
        plain(steps.difference) if steps else None,
        "; ".join(f"{name} {points:+}" for name, points in line.why_score),
        row.rank,
        told(line.rank),
        line.standing.places,
        "; ".join(line.why_rank),
    ]
