"""What can be wrong with an entry, in a form, through the API or in a workbook: one code and one sentence each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import geometry
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError

TOLD = 20  # problems in the error's own sentence; `problems` holds all


class Problem(CellProblem):
    """One of a field (cell: its key, sheet empty) or of a workbook's cell."""

    __slots__ = ()
    messages: ClassVar[Mapping[str, str | Promise]] = {
        **{code.rpartition(".")[2]: text for code, text in geometry.MESSAGES.items()},
        "required": _("“%(title)s” has to be given."),
        "unknown_attribute": _("“%(got)s” is no attribute of this register."),
        "not_text": _("“%(title)s” is a text, not %(got)s."),
        "too_long": _("“%(title)s” has %(got)s characters; at most %(most)s are kept. Shorten it."),
        "pattern": _("“%(got)s” does not have the form that “%(title)s” asks for (%(pattern)s)."),
        "not_integer": _("“%(title)s” is a whole number, and “%(got)s” is none."),
        "not_number": _(
            "“%(title)s” is a number, and “%(got)s” is none. Write digits alone, without the unit."
        ),
        "text_number": _(
            "The number %(got)s is kept as text in this cell. Turn the cell into a number (Excel: Data > Text to "
            "columns), so that it means the same to everybody."
        ),
        "too_precise": _("“%(title)s” is kept with %(decimals)s decimals, and %(got)s has more. Round it."),
        "too_large": _("%(got)s has more than 15 digits."),
        "below": _("“%(title)s” is at least %(least)s, and this is %(got)s."),
        "above": _("“%(title)s” is at most %(most)s, and this is %(got)s."),
        "not_boolean": _("“%(title)s” is 是 or 否 (yes or no), not “%(got)s”."),
        "not_date": _("“%(title)s” is a day, and “%(got)s” is none. Write 2022-03-01."),
        "not_option": _("“%(got)s” is no choice of “%(title)s”. Choose one of: %(known)s."),
        "unknown_reference": _(
            "“%(title)s”: there is no “%(got)s” here, or several are called so. Write its key or number."
        ),
        "code_bad": _("“%(got)s”: %(why)s"),
        "number_missing": _("The entry's number is wanting. Each entry needs one of its own."),
        "number_twice": _("The number %(got)s stands in row %(first)s already. Delete one of the two rows."),
        "number_taken": _("The number %(got)s is taken by another entry."),
        "name_missing": _("The entry's name is wanting."),
        "not_yours": _("Entries of “%(got)s” are not yours to change."),
        "merged": _("Cells are merged here. Unmerge them and fill in each."),
        "cell_value": _("The cell holds an error or a formula without a result (%(got)s). Type the value."),
        "archived": _("The entry is archived. Take it back first."),
        "stage_refused": _("%(why)s"),
        "no_stage": _("Entries of this register have no stage “%(got)s”."),
        "stage_changed": _(
            "“%(title)s” is recorded as %(recorded)s, and here it is %(got)s. Reopen the stage to correct it."
        ),
        "geometry_kind": _("This register keeps %(wanted)s, and this is %(got)s."),
        "geometry_text": _("The geometry is no GeoJSON text."),
        "lonely_coordinate": _("Longitude and latitude come together; one of them is empty."),
        "schema": _("The register's schema refuses this: %(why)s"),
        "attribute_lost": _("The attribute “%(got)s” has a value here, which would be lost."),
        "code_lost": _("A code of the scheme “%(got)s” is kept here, which would be lost."),
        "stage_lost": _("The stage “%(got)s” was entered, and the new track does not have it."),
        "shape_lost": _("The entry is on the map as %(got)s, and the register would keep %(wanted)s."),
        "sheet_missing": _(
            "No sheet has the headings of this register (%(wanted)s) in its first ten rows. "
            "Start from the register's template."
        ),
        "heading_missing": _("The column “%(heading)s” is wanting. Take it over from the template."),
        "heading_twice": _("The column “%(heading)s” stands twice. Delete one."),
        "heading_unknown": _(
            "The column “%(heading)s” is none of this register's. Delete it, or add the attribute to the register."
        ),
        "no_rows": _("The sheet has no rows below its headings."),
    }


class Refused(TongjianError):
    """Nothing was written: `problems` lists everything that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        said = {"count": len(problems), "problems": " ".join(str(p) for p in problems[:TOLD])}
        super().__init__(
            "registers.refused", _("Nothing was changed. %(count)s problem(s): %(problems)s"), said
        )


def problem(field: str, code: str, **params: object) -> Problem:
    """One of a field."""
    return Problem("", field, f"registers.{code}", params)
