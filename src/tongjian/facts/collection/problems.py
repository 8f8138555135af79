"""Everything that can be wrong with a workbook: code, where, and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.models import Submission
from tongjian.kernel.cells import CellProblem

MESSAGES: Mapping[str, str | Promise] = {
    "sheet_missing": _(
        "The workbook has no sheet named %(wanted)s; its sheets are %(found)s. "
        "Name the sheet %(wanted)s, or start again from the template."
    ),
    "heading_missing": _(
        "On the sheet %(sheet)s the column %(heading)s was not found in the first ten rows. "
        "Copy the headings from the template."
    ),
    "heading_twice": _(
        "On the sheet %(sheet)s the heading %(heading)s stands twice. Delete or rename one of the columns."
    ),
    "no_rows": _(
        "The sheet %(sheet)s has no row below its headings. Fill in the template and send it again."
    ),
    "merged": _("The cells %(range)s are merged. Unmerge them and write each value in its own cell."),
    "metric_missing": _("The row has neither a metric code nor a metric name. Write one of them."),
    "unknown_metric": _("No metric has the code or name “%(got)s”. Copy code and name from the template."),
    "metric_not_unique": _("The name “%(got)s” fits several metrics: %(choices)s. Write the metric's code."),
    "metric_mismatch": _(
        "The code %(code)s is that of “%(named)s”, but the name says “%(got)s”. Correct the code or the name."
    ),
    "unknown_area": _(
        "“%(got)s” is not an area of the directory. Write its name or code as in the template."
    ),
    "unknown_measure": _("“%(got)s” is not a measure. Choose one of: %(choices)s."),
    "unknown_basis": _("“%(got)s” is not a basis. Choose one of: %(choices)s."),
    "unknown_bound": _("“%(got)s” does not say how the number is meant. Choose one of: %(choices)s."),
    "unknown_status": _("“%(got)s” is not a status. Choose one of: %(choices)s."),
    "not_owned": _(
        "“%(metric)s” is reported by %(owner)s, not by %(organisation)s. Delete the row or ask the plan office."
    ),
    "not_collected": _(
        "“%(metric)s” is not collected as %(wanted)s. Collected are: %(choices)s. Correct the row after the template."
    ),
    "row_not_unique": _(
        "The row fits several series of “%(metric)s”: %(choices)s. Write the measure in full."
    ),
    "period_unknown": _(
        "The period “%(got)s” is not understood. Write 2022, 2022-11, 2022-01/2022-11 or 2022年1—11月."
    ),
    "period_outside": _(
        "The period %(got)s lies outside of this submission, which takes %(from)s to %(to)s. "
        "Correct the period, or send the row with its own period's workbook."
    ),
    "unit_missing": _("The unit is missing. Write it, for example %(kept)s."),
    "unknown_unit": _("“%(got)s” is not a unit. This series is kept in %(kept)s."),
    "unit_mismatch": _(
        "The unit is %(got)s, but this series is kept in %(kept)s, and one does not convert into the other. "
        "Correct the unit or the value."
    ),
    "unit_inexact": _("The value has no exact equivalent of %(got)s in %(kept)s. Give it in %(kept)s."),
    "value_missing": _(
        "The value is empty. Write the number; where there is none, write 未报 and give the reason under 备注."
    ),
    "reason_missing": _("未报 needs a reason. Write it under 备注 in the same row."),
    "not_a_number": _(
        "“%(got)s” is not a number. Write digits only; unit, bound and remarks have columns of their own."
    ),
    "date_in_number": _(
        "The cell holds a date (%(got)s). Set its format to number and type the value again."
    ),
    "number_too_long": _("“%(got)s” has more digits than the ledger holds. Give it in a larger unit."),
    "percent_mismatch": _(
        "The cell is a percentage (%(got)s), but the unit is %(unit)s. Correct one of them."
    ),
    "scaled_format": _(
        "The cell's number format hides digits (it holds %(got)s but shows thousands). "
        "Choose a plain number format and check the value."
    ),
    "formula_without_value": _(
        "The cell holds a formula whose result is not stored. Open the file in Excel or WPS, let it calculate, save."
    ),
    "formula_error": _("The cell shows the error %(got)s. Correct the formula or type the value."),
    "out_of_range": _("%(got)s cannot be: this value lies between %(low)s and %(high)s. Correct it."),
    "rank_not_whole": _("A rank is a whole number from 1; the cell holds %(got)s."),
    "duplicate_row": _(
        "The same series and period already stand in row %(first)s. Delete one of the two rows."
    ),
    "locked_row": _(
        "The figures of %(period)s are locked. Leave the row as it was, or ask the plan office to unlock the package."
    ),
    "other_organisation": _(
        "The workbook is the template of another unit (%(got)s), not of %(wanted)s. Fill in your own template."
    ),
    "other_round": _(
        "The workbook is the template of %(got)s, but %(wanted)s is to be reported. Fill in the template of this round."
    ),
    "unmapped_row": _(
        "“%(got)s” is a row that the column mapping does not know. Say in the mapping which metric it is, or leave it out."
    ),
    "note_percent": _(
        "The cell is formatted as a percentage; %(got)s was read as the number before the sign."
    ),
    "note_formula": _("The cell holds a formula; its last stored result %(got)s was taken."),
}
PREFIX = "collection."


class Problem(CellProblem):
    """One of a collection workbook; codes begin with `collection.`."""

    __slots__ = ()
    messages = MESSAGES


def of(submission: Submission) -> list[Problem]:
    """All that is wrong with a refused workbook."""
    return [Problem(**p) for p in submission.problems]


def notes_of(submission: Submission) -> list[Problem]:
    """What the importer wants known of an accepted one: percent formats, formulas."""
    return [Problem(**p) for p in submission.notes]
