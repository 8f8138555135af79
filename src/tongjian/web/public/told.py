"""The words of public pages: a value as text, what shows a promise. No link leads from them into the house."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongjian.plans.public import PublicTarget, PublicTask
from tongjian.web import units
from tongjian.web.templatetags import pages


def value(target: PublicTarget) -> str:
    """4.1%; a small count of persons is not told."""
    found = target.judged.value
    if found is None:
        return ""
    if target.withheld:
        return _("not shown")
    return f"{bound_word(found.bound)}{pages.number(found.number)}{units.shown(found.unit)}"


def bound_word(code: str) -> str:
    """What says that the number is none to the digit: 约, about."""
    return pages.BOUND_WORDS.get(code, ("", ""))[1 if (get_language() or "").startswith("en") else 0]


def value_period(target: PublicTarget) -> str:
    found = target.judged.value
    return pages.period(found.ref.period) if found else ""


def evidence(task: PublicTask) -> str:
    """The record that fulfilled it, or the unit whose progress report was confirmed."""
    shown = task.shown
    if shown is None:
        return ""
    if shown.stage:
        zh, en = shown.stage
        return _("on record: %(stage)s") % {"stage": en if (get_language() or "").startswith("en") else zh}
    said = _("reported by %(unit)s, confirmed by the plan office") % {"unit": shown.by}
    return f"{said}{_(', with %(n)s file(s)') % {'n': shown.files}}" if shown.files else said
