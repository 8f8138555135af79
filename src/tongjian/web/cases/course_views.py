"""全程代办: the agents' cases with the steps done, the working days left, why then, and the pauses."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tongjian.kernel.clocks import Unit
from tongjian.records.cases import courses, queries, refusals
from tongjian.records.cases.courses import Course
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.web.cases import steps
from tongjian.web.requests import Asked, now, typed

STANDINGS = (
    ("overdue", _lazy("overdue")),
    ("soon", _lazy("due in three days")),
    ("paused", _lazy("standing still")),
)


@require_safe
def course(request: Asked) -> HttpResponse:
    known = courses.types()
    chosen = next((t for t in known if t.key == request.GET.get("type")), known[0] if known else None)
    asked = {k: typed(request.GET.get(k)) for k in ("unit", "standing", "closed")}
    rows = courses.courses(request.user, chosen, at=now(), closed=bool(asked["closed"])) if chosen else []
    shown = courses.listed(rows, asked)
    context = {
        "types": [(t.key, refusals.label(t.name)) for t in known],
        "chosen": chosen,
        "name": refusals.label(chosen.name) if chosen else "",
        "may_add": chosen is not None and _may_add(request, chosen),
        "asked": asked,
        "standings": STANDINGS,
        "units": sorted({(str(c.case.lead_id), str(c.case.lead)) for c in rows if c.case.lead_id}),
        "counts": {k: len(courses.listed(rows, {"standing": k})) for k, _name in STANDINGS},
        "all": len(rows),
        "rows": [_shown(c, chosen) for c in shown] if chosen else [],
    }
    return render(request, "cases/course.html", context)


def _may_add(request: Asked, case_type: CaseType) -> bool:
    return request.user.is_plan_office or case_type.key in queries.desk_types(request.user)


def _shown(one: Course, case_type: CaseType) -> dict[str, Any]:
    form = case_type.form.get("properties", {})
    told = [str(steps.worded(form[k], v)) for k, v in one.case.attrs.items() if k in form]
    return {
        "course": one,
        "case": one.case,
        "told": _(", ").join(told[:2]),
        "steps": [(refusals.label(m.name), m.state, m.at) for m in one.milestones],
        "left": left_words(one),
        "used": used_words(one),
    }


def left_words(one: Course) -> str:
    """How much is left, in the clock's own unit."""
    if one.left is None:
        return ""
    number = abs(one.left.left)
    working = one.left.unit is Unit.WORKING_DAYS
    if one.left.left == 0 and one.paused is None:
        return _("due today")
    if one.left.left < 0 and one.paused is None:
        told = (
            ngettext("%(n)s working day over", "%(n)s working days over", number)
            if working
            else ngettext("%(n)s day over", "%(n)s days over", number)
        )
    else:
        told = (
            ngettext("%(n)s working day left", "%(n)s working days left", number)
            if working
            else ngettext("%(n)s day left", "%(n)s days left", number)
        )
    return told % {"n": number}


def used_words(one: Course) -> str:
    if one.left is None:
        return ""
    return _("%(used)s of %(allowed)s used") % {"used": one.left.used, "allowed": one.left.allowed}
