"""Packages 填报包: the page of one, its web form, its steps, its evidence files."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongjian.facts.choices import Bound, FactStatus, PackageState, SubmissionState
from tongjian.facts.collection import completeness, judging, labels, packages
from tongjian.facts.collection import form as webform
from tongjian.facts.collection.form import Filled
from tongjian.facts.models import Override, Package
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.errors import TongjianError
from tongjian.values import Period
from tongjian.web import uploads
from tongjian.web.collection import forms
from tongjian.web.errors import refuse
from tongjian.web.history import events_of
from tongjian.web.requests import Asked, now, today

FIELDS = {"v": "value", "b": "bound", "s": "status", "n": "note"}


@require_POST
def start(request: Asked) -> HttpResponse:
    """Open the package of a unit and time span; with `form` go on to its web form."""
    from tongjian.web.collection.views import collection_page

    try:
        asked = forms.read(request.POST.dict(), request.user)
    except TongjianError as error:
        return refuse(request, error, lambda: collection_page(request))
    found = packages.ensure(asked.organisation, asked.period)
    return redirect("collection:form" if "form" in request.POST else "collection:package", found.pk)


@require_safe
def package(request: Asked, pk: int) -> HttpResponse:
    return _package(request, get_object_or_404(packages.visible_to(request.user), pk=pk))


def _package(request: Asked, found: Package) -> HttpResponse:
    round_ = Period.parse(found.period)
    cells = completeness.matrix([round_], today(), [found.organisation]).of(found.organisation)
    findings = judging.report(found)
    passed = Override.objects.filter(organisation=found.organisation, confirmed_by__isnull=False)
    may_report = organisations_editable_by(request.user).filter(pk=found.organisation_id).exists()
    submissions = found.submissions.select_related("organisation__subject", "file", "by", "mapping")
    context = {
        "package": found,
        "round": round_,
        "month": round_.end % 12 + 1,
        "cell": cells[0] if cells else None,
        "findings": findings,
        "passed": {o.fingerprint: o for o in passed.select_related("by", "confirmed_by")},
        "submissions": submissions,
        "held": [s for s in submissions if s.state == SubmissionState.HELD][:1],
        "files": found.files.order_by("received_at", "pk"),
        "may_report": may_report,
        "states": PackageState,
        "events": events_of(found, request.user, all_of_it=may_report),
        "draft": request.POST if request.method == "POST" else {},
    }
    return render(request, "collection/package.html", context)


@require_POST
def step(request: Asked, pk: int) -> HttpResponse:
    """approve, return, lock or unlock; the last ones with a note."""
    found = get_object_or_404(packages.visible_to(request.user), pk=pk)
    wanted, note = request.POST.get("step", ""), request.POST.get("note", "")
    try:
        _step(request, found, wanted, note)
    except TongjianError as error:
        found.refresh_from_db()
        return refuse(request, error, lambda: _package(request, found))
    return redirect("collection:package", pk)


def _step(request: Asked, found: Package, wanted: str, note: str) -> None:
    if wanted == "approve":
        packages.approve(found.pk, by=request.user, at=now())
        messages.success(request, _("Approved. What stands counts as approved from now on."))
    elif wanted == "return":
        packages.return_(found.pk, note=note, by=request.user, at=now())
        messages.success(request, _("Returned. The unit sees your note."))
    elif wanted == "lock":
        packages.lock(found.pk, by=request.user, at=now())
        messages.success(request, _("Locked. Nothing of this round can be changed until you unlock it."))
    elif wanted == "unlock":
        packages.unlock(found.pk, reason=note, by=request.user, at=now())
        messages.success(request, _("Unlocked. The unit can send a correction."))
    else:
        raise TongjianError("collection.no_step", _("Choose what to do with the package."))


@require_POST
def attach(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(packages.visible_to(request.user), pk=pk)
    try:
        sent = uploads.several(request, "files")
        if not sent:
            raise TongjianError(
                "upload.missing", _("No file was chosen. Choose one and send the form again.")
            )
        packages.attach(pk, [(u.name, u.data) for u in sent], by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: _package(request, found))
    messages.success(request, _("The files are with the package."))
    return redirect("collection:package", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: Asked, pk: int) -> HttpResponse:
    """The rows of the template as fields. Sent, they become a workbook and take its way."""
    found = get_object_or_404(packages.visible_to(request.user), pk=pk)
    get_object_or_404(organisations_editable_by(request.user), pk=found.organisation_id)
    if request.method != "POST":
        return _form(request, found, {}, {})
    filled = _filled(request)
    try:
        name = f"{_('Web form')}-{found.organisation}-{found.period.replace('/', '--')}.xlsx"
        sent = webform.send(found, filled, name=name, by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: _form(request, found, filled, {}))
    if sent.wrong:
        messages.error(
            request, _("Nothing was recorded. Mend the rows that are marked and send the form again.")
        )
        response = _form(request, found, filled, dict(sent.wrong), sent)
        response.status_code = 400
        return response
    return _sent(request, sent)


def _sent(request: Asked, sent: webform.Sent) -> HttpResponse:
    from tongjian.web.collection.views import tell

    tell(request, sent.submission)
    return redirect("collection:submission", sent.submission.pk)


def _filled(request: Asked) -> dict[int, Filled]:
    """The fields v0, b0, s0, n0 … by row."""
    found: dict[int, dict[str, str]] = {}
    for name, text in request.POST.items():
        if name[:1] in FIELDS and name[1:].isascii() and name[1:].isdigit() and len(name) < 7:
            found.setdefault(int(name[1:]), {})[FIELDS[name[:1]]] = str(text)[:300]
    return {n: Filled(**_known(f)) for n, f in found.items()}


def _known(fields: dict[str, str]) -> dict[str, str]:
    """Codes that are none fall back to the plain ones."""
    bound, status = fields.get("bound", "eq"), fields.get("status", "actual")
    return {
        **fields,
        "bound": bound if bound in Bound.values else "eq",
        "status": status if status in FactStatus.values else "actual",
    }


def _form(
    request: Asked,
    found: Package,
    filled: dict[int, Filled],
    wrong: dict[int, object],
    sent: webform.Sent | None = None,
) -> HttpResponse:
    context = {
        "package": found,
        "round": Period.parse(found.period),
        "rows": webform.rows(found, filled),
        "wrong": wrong,
        "sent": sent,
        "bounds": [(code, label) for label, code in labels.BOUNDS.items()],
        "bound_choices": Bound.choices,
        "status_choices": FactStatus.choices,
        "not_reported": labels.NOT_REPORTED,
    }
    return render(request, "collection/form.html", context)
