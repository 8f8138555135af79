"""催报 reminders: who is due or overdue, and the text to send. Nothing is sent from here: an outbox file is made."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from tongjian.facts.collection import packages
from tongjian.facts.collection.completeness import Cell, Matrix, Standing, matrix
from tongjian.kernel import events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.models import User
from tongjian.values import Period

OPEN = frozenset({Standing.AWAITED, Standing.MISSING, Standing.ERRORS})
WIDTHS = (26, 18, 14, 12, 10, 90)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One unit that owes a round. days: since it was due; below zero: until it is due."""

    cell: Cell
    days: int

    @property
    def is_overdue(self) -> bool:
        return self.days > 0

    @property
    def text(self) -> str:
        return _text(self)


def reminders(period: Period, today: date, found: Matrix | None = None) -> list[Reminder]:
    """Those to be reminded of a round, the most overdue first: nothing came, it was refused, or it is incomplete.

    Those that are not yet due are left in peace until so many days before (`remind_days` of the collection pack).
    found: a matrix of this round that was read before.
    """
    early = timedelta(days=packages.defaults()["remind_days"])
    cells = [cells[0] for _unit, cells in (found or matrix([period], today)).rows]
    owing = [c for c in cells if c.expected and (c.standing in OPEN or not c.is_complete)]
    due = [Reminder(c, (today - c.due).days) for c in owing if today >= c.due - early]
    return sorted(due, key=lambda r: -r.days)


def _text(reminder: Reminder) -> str:
    cell = reminder.cell
    params = {
        "unit": str(cell.organisation),
        "period": cell.period.label("en" if (get_language() or "").startswith("en") else "zh"),
        "due": cell.due.isoformat(),
        "days": reminder.days,
        "received": cell.received,
        "expected": cell.expected,
    }
    return " ".join(sentence % params for sentence in (_what(cell), _when(reminder)))


def _what(cell: Cell) -> str:
    if cell.standing == Standing.ERRORS:
        return _("%(unit)s: the figures for %(period)s came back with things to mend.")
    if cell.standing in {Standing.IN_TIME, Standing.LATE}:
        return _(
            "%(unit)s: of the figures for %(period)s %(received)s of %(expected)s have come; please add the rest."
        )
    return _("%(unit)s: the figures for %(period)s (%(expected)s rows) have not come.")


def _when(reminder: Reminder) -> str:
    if reminder.is_overdue:
        return _("They were due on %(due)s, %(days)s days ago. Please send them today.")
    return _("They are due on %(due)s. Please send them in time.")


def outbox(found: Sequence[Reminder]) -> bytes:
    """An xlsx with one row a unit: whom, what, when due, how late, and the text to send."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Reminders")
    sheet.append([_("Unit"), _("Period"), _("State"), _("Due"), _("Days overdue"), _("Text to send")])
    for one in found:
        cell = one.cell
        period = cell.period.label("en" if (get_language() or "").startswith("en") else "zh")
        sheet.append([str(cell.organisation), period, cell.label, cell.due, max(one.days, 0), one.text])
        sheet.cell(sheet.max_row, 6).alignment = Alignment(wrap_text=True, vertical="top")
    for cell_ in sheet[1]:
        cell_.font = Font(bold=True)
    for letter, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@transaction.atomic
def remind(period: Period, today: date, *, by: User | None, at: datetime) -> tuple[list[Reminder], bytes]:
    """The reminders and their outbox; each package keeps in its events that its unit was reminded. Raises NotAllowed."""
    if by is not None:
        must_be_plan_office(by)
    found = reminders(period, today)
    for one in found:
        package = packages.ensure(one.cell.organisation, period)
        events.record("collection.reminded", package, by=by, at=at, data={"days": one.days})
    return found, outbox(found)
