"""A derived value as a tree that a reader can follow down to the cells."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts import simulated
from tongjian.facts.resolved import Resolved
from tongjian.kernel.models import Place
from tongjian.values import Number, Period
from tongjian.web import addresses
from tongjian.web.facts.names import Names, names_for

OPERATORS: dict[str, tuple[str | Promise, str | Promise]] = {
    "growth": (_("Growth"), _("(this period ÷ same period a year before − 1) × 100")),
    "difference": (_("Difference"), _("the first value − the second")),
    "rank": (_("Rank"), _("place among all of the group, equal values share a place")),
    "share": (_("Share"), _("part ÷ whole × 100")),
    "completion": (_("Completion"), _("value ÷ target × 100")),
    "ratio": (_("Ratio"), _("numerator ÷ denominator")),
    "single": (_("Single month"), _("January to this month − January to the month before")),
    "quarter": (_("Quarter"), _("January to its last month − January to the month before its first")),
    "rolling_12": (_("Twelve months"), _("this year so far + last year's whole − last year so far")),
    "year_to_date": (_("Year to date"), _("the sum of the months since January")),
    "total": (_("Total"), _("the sum over all of the group")),
    "per_head": (_("Per head"), _("amount ÷ heads, or their mean over the year")),
    "average_2y": (_("Two-year average"), _("(√(this period ÷ same period two years before) − 1) × 100")),
    "contribution": (_("Contribution"), _("change of the part ÷ change of the whole × 100")),
    "pull": (_("Pull"), _("change of the part ÷ the whole a year before × 100")),
    "change_of_place": (_("Change of place"), _("place a year before − place now; positive is up")),
    "target": (_("Target"), _("as the plan promised it")),
}


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a tree. operator, formula: empty for a recorded fact. url: its own page."""

    label: str
    period: Period
    number: Number
    unit: str
    bound: str
    words: str
    operator: str | Promise
    formula: str | Promise
    url: str
    place: Place | None
    inputs: tuple[Node, ...]


def is_simulated(node: Node) -> bool:
    """Whether it is a simulated number, or rests on one."""
    if node.inputs:
        return any(is_simulated(one) for one in node.inputs)
    return node.place is not None and simulated.is_simulated(node.place)


def url_of(value: Resolved) -> str:
    """Where a reader learns how this value came about."""
    if value.fact is not None:
        return addresses.of_row("facts:fact", value.fact.pk)
    if value.derived == "target" and value.place is not None:
        return addresses.of_row("evidence:place", value.place.pk)
    return f"{addresses.of_page('facts:provenance')}?{urlencode({'ref': str(value.ref)})}"


def tree(value: Resolved, names: Names | None = None) -> Node:
    names = names or names_for(value)
    operator, formula = OPERATORS.get(value.derived or "", ("", ""))
    return Node(
        label=names.label(value.ref),
        period=value.ref.period,
        number=value.number,
        unit=value.unit,
        bound=value.bound,
        words=value.words,
        operator=operator,
        formula=formula,
        url=url_of(value),
        place=value.place,
        inputs=tuple(tree(i, names) for i in value.inputs),
    )
