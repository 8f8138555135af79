"""The checker's desk: which items a list shows, how they are counted, how they lie in the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import QueryDict

from tongjian.plans.choices import ItemKind, ItemState
from tongjian.plans.models import Intake, IntakeItem
from tongjian.web.intake.fields import Field, fields_of
from tongjian.web.intake.marks import Line, Mark, marked
from tongjian.web.requests import whole

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty fields filter nothing; at: only the items that cover this character."""

    kind: str = ""
    state: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """An item with its form."""

    item: IntakeItem
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items of a kind, by state."""

    kind: ItemKind
    total: int
    by_state: Mapping[str, int]

    @property
    def open(self) -> int:
        return self.by_state.get(ItemState.PROPOSED, 0)


def wanted(query: QueryDict) -> Wanted:
    kind, state = query.get("kind", ""), query.get("state", "")
    return Wanted(
        kind if kind in ItemKind.values else "",
        state if state in ItemState.values else "",
        whole(query.get("at")),
    )


def page_of(intake: Intake, chosen: Wanted, number: str | None) -> Page[IntakeItem]:
    rows = intake.items.select_related("metric", "fact", "obligation", "task")
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.at is not None:
        rows = rows.filter(start__lte=chosen.at, end__gt=chosen.at)
    return Paginator(rows, PER_PAGE).get_page(number)


def cards(page: Page[IntakeItem]) -> list[Card]:
    return [card(item) for item in page]


def card(item: IntakeItem) -> Card:
    return Card(item, fields_of(item))


def tallies(intake: Intake) -> list[Tally]:
    """One for each kind, in the order of the choices; one query."""
    counted = intake.items.order_by().values_list("kind", "state").annotate(n=Count("pk"))
    found: dict[str, dict[str, int]] = {kind: {} for kind in ItemKind.values}
    for kind, state, n in counted:
        found[kind][state] = n
    return [Tally(ItemKind(k), sum(s.values()), s) for k, s in found.items()]


def lines(intake: Intake) -> list[Line]:
    """The text with all items marked."""
    rows = intake.items.values_list("pk", "kind", "state", "start", "end")
    marks = [Mark(*row) for row in rows]
    return marked(intake.text, marks, _headings(intake))


def _headings(intake: Intake) -> list[int]:
    """Where a heading is printed; a part of a report may begin without one."""
    begun = ((s["start"], str(s["number"] or s["title"])) for s in intake.sections)
    return [start for start, printed in begun if printed and intake.text.startswith(printed, start)]
