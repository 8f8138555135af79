"""Agreements as a workbook: one row a term, with its value and its light."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from tongjian.plans import sheets
from tongjian.plans.agreements.queries import Kept
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.sheets import Column, Table, Value
from tongjian.values import Period


def as_workbook(kept: Sequence[Kept], today: date) -> bytes:
    """All terms of these agreements, in their order."""
    rows = [_row(k, e) for k in kept for e in k.terms]
    below = _("%(n)s agreements, %(terms)s terms, %(day)s") % {
        "n": len(kept),
        "terms": len(rows),
        "day": today.isoformat(),
    }
    return sheets.workbook([Table(_("Agreements"), _("Agreements"), below, _columns(), rows)])


def _columns() -> Sequence[Column]:
    return (
        Column(_("No."), 16),
        Column(_("Subject"), 24),
        Column(_("Bearer"), 24),
        Column(_("Term"), 18),
        Column(_("Agreed"), 20),
        Column(_("Due"), 14),
        Column(_("Latest value"), 16),
        Column(_("Light"), 12, centred=True),
        Column(_("Reason"), 44),
        Column(_("When missed"), 24),
    )


def _row(kept: Kept, term: Evaluation) -> Sequence[Value]:
    owed, agreement, value = term.obligation, kept.agreement, term.value
    return (
        agreement.number,
        str(agreement.subject),
        agreement.bearer,
        str(owed.series.metric),
        owed.words,
        Period.parse(owed.due).label("zh"),
        "" if value is None else f"{value.number}{value.unit}",
        str(term.light.label),
        term.reason_text,
        owed.consequence,
    )
