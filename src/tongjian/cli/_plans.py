"""Areas and plans by what is typed on the command line. Call after Django has started."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongjian.kernel.models import Subject
    from tongjian.plans.models import PlanYear


def area(key: str | None) -> Subject:
    """The area of this key; None: the installation's district. Raises TongjianError."""
    from django.conf import settings
    from django.utils.translation import gettext_lazy as _

    from tongjian.kernel.choices import SubjectKind
    from tongjian.kernel.errors import TongjianError
    from tongjian.kernel.models import Subject

    wanted = key or settings.DISTRICT
    found = Subject.objects.filter(key=wanted, kind=SubjectKind.AREA).first()
    if found is None:
        raise TongjianError(
            "plans.unknown_area",
            _(
                "No area has the key %(key)s. Load the packs first (tongjian packs apply), or give another key."
            ),
            {"key": wanted},
        )
    return found


def plan_of(key: str | None, year: int) -> PlanYear:
    """The plan of an area and year. Raises TongjianError."""
    from django.utils.translation import gettext_lazy as _

    from tongjian.kernel.errors import TongjianError
    from tongjian.plans.models import PlanYear

    subject = area(key)
    found = PlanYear.objects.filter(subject=subject, year=year).first()
    if found is None:
        raise TongjianError(
            "plans.no_plan",
            _(
                "There is no plan of %(area)s for %(year)s. Take in the report that announced it: tongjian intake."
            ),
            {"area": str(subject), "year": year},
        )
    return found
