"""填报: the template out, the filled workbook in, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.choices import SubmissionState
from tongjian.facts.collection import actions, packages, problems, template
from tongjian.facts.models import Fact, Override, Package, Submission
from tongjian.facts.queries import submissions_visible_to
from tongjian.facts.validation.findings import of_json
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User
from tongjian.reading import ReadingError
from tongjian.web import uploads
from tongjian.web.collection import forms
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, today, whole

PER_PAGE = 30
UNREAD = frozenset({"collection.sheet_missing", "collection.heading_missing"})  # a column mapping may help


@require_safe
def page(request: Asked) -> HttpResponse:
    return collection_page(request)


def collection_page(request: Asked) -> HttpResponse:
    """The forms, filled with what was chosen last, packages that ask for something, and the submissions so far."""
    chosen = request.POST if request.method == "POST" else request.GET
    year, month = forms.usual(today())
    year = whole(chosen.get("year")) or year
    rows = submissions_visible_to(request.user).select_related("organisation__subject", "file", "by")
    context = {
        "units": forms.units(request.user),
        "unit": whole(chosen.get("organisation")) or request.user.organisation_id,
        "year": year,
        "month": whole(chosen.get("month")) or month,
        "spans": forms.spans(year),
        "pages": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": SubmissionState,
        "waiting": _waiting(request),
    }
    return render(request, "collection/page.html", context)


def _waiting(request: Asked) -> list[Package]:
    """What the user is asked for: the plan office to approve, a unit to send or mend."""
    wanted = ["submitted"] if request.user.is_plan_office else ["open", "returned"]
    return list(packages.visible_to(request.user).filter(state__in=wanted).order_by("due", "pk")[:20])


@require_safe
def blank(request: Asked) -> HttpResponse:
    """The template of a unit and time span."""
    try:
        asked = forms.read(request.GET.dict(), request.user)
    except TongjianError as error:
        return refuse(request, error, lambda: collection_page(request))
    data = template.template(asked.organisation, asked.period, now())
    name = f"{_('Collection')}-{asked.organisation}-{str(asked.period).replace('/', '--')}.xlsx"
    return workbook(data, name)


@require_POST
def upload(request: Asked) -> HttpResponse:
    try:
        sent = uploads.one(request)
        asked = forms.read(request.POST.dict(), request.user)
        made = actions.submit(
            sent.data,
            sent.name,
            organisation=asked.organisation,
            period=asked.period,
            by=request.user,
            at=now(),
        )
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: collection_page(request))
    tell(request, made)
    return redirect("collection:submission", made.pk)


def tell(request: Asked, made: Submission) -> None:
    """Say what became of a workbook."""
    if made.state == SubmissionState.REFUSED:
        count = len(made.problems)
        text = ngettext(
            "Nothing was written: %(n)s cell has to be mended.",
            "Nothing was written: %(n)s cells have to be mended.",
            count,
        )
        messages.error(request, text % {"n": count})
    elif made.state == SubmissionState.HELD:
        messages.warning(
            request,
            _(
                "Nothing was written yet: findings hold the workbook. Mend it, or give reasons for a second person."
            ),
        )
    elif made.state == SubmissionState.UNCHANGED:
        messages.info(request, _("The ledger already says all of this; nothing was written."))
    else:
        text = ngettext("%(n)s fact was recorded.", "%(n)s facts were recorded.", made.facts_written)
        messages.success(request, text % {"n": made.facts_written})


@require_safe
def submission(request: Asked, pk: int) -> HttpResponse:
    return submission_page(request, pk)


def submission_page(request: Asked, pk: int) -> HttpResponse:
    """One workbook: what is wrong with it, what validation found, what was let pass by whom, the facts that came of it."""
    rows = submissions_visible_to(request.user).select_related(
        "organisation__subject", "file", "by", "package", "mapping"
    )
    found = get_object_or_404(rows, pk=pk)
    written = Fact.objects.filter(evidence__file=found.file)
    if found.state in {SubmissionState.REFUSED, SubmissionState.HELD}:  # the same file may be taken elsewhere
        written = written.none()
    facts = written.select_related("series__metric", "series__subject", "evidence")
    pages = Paginator(facts.order_by("pk"), 100).get_page(request.GET.get("page"))
    may_report = organisations_editable_by(request.user).filter(pk=found.organisation_id).exists()
    overrides = _overrides(found, request.user)
    context = {
        "submission": found,
        "problems": problems.of(found),
        "notes": problems.notes_of(found),
        "findings": sorted(of_json(found.findings), key=lambda f: not f.is_hard),
        "overrides": overrides,
        "can_confirm": any(o.may_confirm for o in overrides.values()),
        "may_report": may_report,
        "unread": bool(UNREAD & {p.code for p in problems.of(found)}),
        "draft": request.POST if request.method == "POST" else {},
        "pages": pages,
        "awaiting": packages.awaiting(list(pages)),
        "month": _month(found),
        "year": found.period[:4],
    }
    return render(request, "collection/submission.html", context)


@dataclass(frozen=True, slots=True)
class Passed:
    """A reason given for a finding. may_confirm: the user is a second person for it."""

    reason: str
    by: User
    confirmed_by: User | None
    may_confirm: bool


def _overrides(found: Submission, user: User) -> dict[str, Passed]:
    """By fingerprint of the finding."""
    rows = found.overrides.select_related("by", "confirmed_by")
    return {o.fingerprint: Passed(o.reason, o.by, o.confirmed_by, _may_confirm(o, user)) for o in rows}


def _may_confirm(one: Override, user: User) -> bool:
    two = one.by_id != user.pk and (user.is_plan_office or one.by.is_plan_office)
    return two and one.confirmed_by_id is None


def _month(found: Submission) -> int:
    return int(found.period[-2:]) if "-" in found.period else 12
