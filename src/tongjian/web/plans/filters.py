"""Which tasks of a plan a list shows: by light, section, unit, words, and what needs doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.models import User
from tongjian.plans.choices import Light
from tongjian.plans.queries import TaskView
from tongjian.web.requests import whole

WANTED: dict[str, str | Promise] = {
    "": _("All tasks"),
    "overdue": _("Overdue"),
    "pending": _("Waiting for a verdict"),
    "unassigned": _("Not assigned"),
    "mine": _("Of my unit"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields filter nothing."""

    wanted: str = ""
    light: str = ""
    section: int | None = None
    unit: int | None = None
    text: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.wanted or self.light or self.section or self.unit or self.text)


def read(query: QueryDict) -> Filter:
    """Out of a query string; what is unknown filters nothing."""
    wanted, light = query.get("show", ""), query.get("light", "")
    return Filter(
        wanted if wanted in WANTED else "",
        light if light in Light.values else "",
        whole(query.get("section")),
        whole(query.get("unit")),
        query.get("q", "").strip(),
    )


def apply(views: Sequence[TaskView], chosen: Filter, user: User) -> list[TaskView]:
    return [v for v in views if _fits(v, chosen, user)]


def _fits(view: TaskView, chosen: Filter, user: User) -> bool:
    task = view.task
    return (
        (not chosen.light or view.light == chosen.light)
        and (chosen.section is None or task.section_id == chosen.section)
        and (chosen.unit is None or task.lead_id == chosen.unit)
        and (not chosen.text or chosen.text in task.text or chosen.text in str(task))
        and _wanted(view, chosen.wanted, user)
    )


def _wanted(view: TaskView, wanted: str, user: User) -> bool:
    match wanted:
        case "overdue":
            return view.overdue
        case "pending":
            return view.pending
        case "unassigned":
            return view.task.lead_id is None or not view.task.due_month
        case "mine":
            return _is_own(view, user)
    return True


def _is_own(view: TaskView, user: User) -> bool:
    """Led or joined by the user's organisation or one below it."""
    if user.organisation is None:
        return False
    units = [view.task.lead, *view.task.joint.all()]
    return any(u is not None and u.path.startswith(user.organisation.path) for u in units)
