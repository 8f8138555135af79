"""The fields of a project's forms: papers, months, amounts, choices, days, stages."""

from __future__ import annotations

from datetime import date

from django.db.models import Choices
from django.utils.translation import gettext as _

from tongjian.kernel import evidence
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Place
from tongjian.records.projects import actions
from tongjian.values import Number, Period, PeriodError
from tongjian.web import uploads
from tongjian.web.requests import Asked, now, typed


class FormRefused(TongjianError):
    """A field of the form that cannot be read."""


def paper(request: Asked, what: str) -> Place:
    """The file that came along; without one, what was typed is kept as evidence."""
    files = uploads.several(request, "file")
    if files:
        return kept(request, files[0])
    form = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken"}
    return actions.typed(form, what, by=request.user, at=now())


def kept(request: Asked, sent: uploads.Upload) -> Place:
    file = evidence.keep(sent.data, sent.name, by=request.user, at=now(), owner=request.user.organisation)
    return evidence.whole(file)


def month(request: Asked) -> int:
    written = typed(request.POST.get("month"))
    try:
        found = Period.parse(written)
    except PeriodError:
        raise FormRefused(
            "projects.month", _("“%(got)s” is no month. Write it as 2022-10."), {"got": written}
        ) from None
    return found.end


def amount(request: Asked, name: str) -> Number | None:
    written = typed(request.POST.get(name)).replace(",", "").replace("，", "")
    if not written:
        return None
    try:
        return Number.parse(written)
    except ValueError:
        raise FormRefused(
            "projects.amount", _("“%(got)s” is no amount. Write the number alone, in 万元."), {"got": written}
        ) from None


def choice(request: Asked, name: str, of: type[Choices]) -> str:
    written = typed(request.POST.get(name))
    if written not in of.values:
        raise FormRefused("projects.choice", _("Choose one of the list."))
    return written


def day(request: Asked, name: str) -> date:
    written = request.POST.get(name, "")
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise FormRefused(
            "projects.day", _("“%(got)s” is no day. Write it as 2022-06-30."), {"got": written}
        ) from None


def stage(request: Asked) -> tuple[str, str]:
    track, _slash, key = typed(request.POST.get("stage")).partition("/")
    return track, key
