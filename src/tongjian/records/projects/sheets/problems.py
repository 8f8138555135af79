"""What can be wrong with a workbook of projects, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError

PREFIX = "projects."
MESSAGES: Mapping[str, str | Promise] = {
    "sheet_missing": _(
        "The workbook has none of the sheets %(wanted)s; its sheets are %(found)s. "
        "Start from an exported workbook."
    ),
    "heading_missing": _(
        "The column %(heading)s was not found in the first ten rows. Copy the headings from an exported workbook."
    ),
    "heading_twice": _("The heading %(heading)s stands twice. Delete one of the columns."),
    "merged": _("The cells %(range)s are merged. Take the merge apart and fill in every row."),
    "cell_value": _("The cell holds an error or a formula without a result (%(got)s). Type the value."),
    "needed": _("%(heading)s is needed in every row. Fill it in."),
    "too_long": _("The text has %(got)s characters; %(most)s is the most. Shorten it."),
    "not_choice": _("“%(got)s” is not one of %(choices)s."),
    "not_number": _("“%(got)s” is not a number. Type it without unit and words."),
    "too_precise": _("%(got)s has more than four decimal places."),
    "negative": _("%(got)s is less than nothing."),
    "not_month": _("“%(got)s” is not a month. Write it as 2023-06."),
    "not_day": _("“%(got)s” is not a day. Write it as 2023-06-30."),
    "not_place": _("“%(got)s” is no place. Write longitude,latitude such as 116.65,39.90."),
    "ends_before": _("The end %(end)s lies before the beginning %(begin)s."),
    "key_shape": _("“%(got)s” cannot be a key: letters of the alphabet, digits, - and _ only, at most 64."),
    "key_twice": _("%(got)s stands in row %(first)s already. Delete one of the two rows."),
    "key_of_another": _("The key %(got)s belongs to something that is not a project. Choose another."),
    "key_known": _("There is a project with the key %(got)s already. Open it to amend it."),
    "reason_needed": _("Say why it is changed."),
    "project_unknown": _("There is no project with the key %(got)s that you may change."),
    "unit_unknown": _("“%(got)s” is no unit known here."),
    "not_your_unit": _("You may not speak for %(got)s."),
    "area_unknown": _("“%(got)s” is no area known here."),
    "party_unknown": _("“%(got)s” is neither an area nor a unit or enterprise known here."),
    "party_needed": _("A share without its party. Choose who has it."),
    "share_needed": _("A party without its share. Write it as 60%% or 0.6."),
    "code_bad": _("%(got)s: %(why)s"),
    "stage_unknown": _("“%(got)s” is no stage of %(track)s; there are %(choices)s."),
    "track_unknown": _("“%(got)s” is no track; there are %(choices)s."),
    "percent": _("%(got)s is no share of 0 to 100."),
    "refused": _("%(why)s"),
}


class Problem(CellProblem):
    """One of a workbook of projects."""

    __slots__ = ()
    messages = MESSAGES


def both(error: TongjianError) -> dict[str, str]:
    """A refusal of a rule in both languages, as a problem's params."""
    said = {}
    for language, code in (("en", "en"), ("zh", "zh-hans")):
        with translation.override(code):
            said[language] = str(error)
    return said


class Bad(Exception):
    """A cell that cannot be meant: the message's name and its parameters."""

    def __init__(self, code: str, /, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(code)
