"""通报: the published result of a month as a page, in Word with every figure traced, and as a workbook."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.facts.assessment import adjusting
from tongjian.facts.assessment.choices import AdjustmentState
from tongjian.facts.assessment.official import official
from tongjian.facts.measured import small
from tongjian.plans import sheets
from tongjian.plans.sheets import Column, Table, Value
from tongjian.reports.problems import TemplateWrong
from tongjian.web import downloads
from tongjian.web.assessment import bulletin_docx, shown, tables
from tongjian.web.assessment.asked import Chosen, chosen, scheme_name
from tongjian.web.assessment.bulletin_docx import Said
from tongjian.web.assessment.result_views import common
from tongjian.web.errors import problem
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, district, now, today


@require_safe
def bulletin(request: Asked) -> HttpResponse:
    """format: docx or xlsx. A month that is not published has no bulletin: the page says so."""
    asked = chosen(request)
    context = common(asked, "bulletin")
    if asked.scheme is None or asked.month is None or asked.edition is None:
        return render(request, "assessment/bulletin.html", context)
    said = _said(request, asked)
    format_ = request.GET.get("format")
    name = f"{_('Bulletin')} {scheme_name(asked.scheme)} {asked.span.label('en' if english() else 'zh')}"
    if format_ == "xlsx":
        return downloads.workbook(sheets.workbook(_tables(asked, said)), f"{name}.xlsx")
    if format_ == "docx":
        return _docx(request, asked, said, name)
    return render(
        request,
        "assessment/bulletin.html",
        context
        | {
            "said": said,
            "measures": shown.measures(asked.scheme),
            "in_word": bulletin_docx.can_write(asked.scheme),
            "shows_told": any(n.told_rank or n.told_score for s in said.sections for n in s.lines),
            "hides": small.is_public(request.user),
        },
    )


def _said(request: Asked, asked: Chosen) -> Said:
    assert asked.scheme is not None
    here = district()
    told = official(asked.scheme, [*asked.units, here.key], asked.span, _moment(asked))
    sections = shown.sections(asked, told, request.user)
    lines = [n for s in sections for n in s.lines if n.watch]
    granted = adjusting.of_month(asked.scheme, str(asked.month)).filter(state=AdjustmentState.GRANTED)
    return Said(
        whole=shown.whole(asked, told, request.user, str(here), here.key),
        sections=sections,
        entered=[n for n in lines if n.watch and n.watch.moved == "entered"],
        left=[n for n in lines if n.watch and n.watch.moved == "left"],
        stays=[n for n in lines if n.watch and n.watch.listed and n.watch.moved != "entered"],
        points=[(asked.name_of(a.unit), a) for a in granted],
    )


def _docx(request: Asked, asked: Chosen, said: Said, name: str) -> HttpResponse:
    assert asked.scheme is not None
    if not bulletin_docx.can_write(asked.scheme):
        told = _("This scheme names no metrics that its figures are published under.")
        return problem(request, _("The bulletin could not be written"), told, 400)
    try:
        data = bulletin_docx.docx(asked, said, district().label, _moment(asked))
    except TemplateWrong as error:
        told = "; ".join(p.told("en" if english() else "zh") for p in error.problems[:5])
        return problem(request, _("The bulletin could not be written"), told, 400)
    return downloads.attachment(data, f"{name}.docx", downloads.DOCX)


def _moment(asked: Chosen) -> datetime:
    """An earlier edition is told as it was known then."""
    assert asked.edition is not None
    return now() if asked.edition == asked.editions[0] else asked.edition.at


def _tables(asked: Chosen, said: Said) -> list[Table]:
    made = [tables.result(asked, said.whole, said.sections)]
    moved = [(n.name, _("entered this month")) for n in said.entered]
    moved += [(n.name, _("left this month")) for n in said.left] + [(n.name, _("listed")) for n in said.stays]
    columns = [Column(_("Area"), 24), Column(_("Standing"), 24)]
    made.append(Table(_("Watch list"), _("Watch list"), str(today()), columns, [list(m) for m in moved]))
    if said.points:
        heads = [Column(_("Area"), 24), Column(_("Points"), 10), Column(_("Reason"), 60)]
        rows: list[list[Value]] = [[name, a.hundredths / 100, a.reason] for name, a in said.points]
        made.append(Table(_("Points"), _("Points"), str(today()), heads, rows))
    return made
