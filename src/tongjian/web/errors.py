"""Errors as pages: a clear sentence, what to do, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.reading import ReadingError

Told = TongjianError | ReadingError


def said(error: Told) -> str:
    """The error's sentence in the language of the page."""
    if isinstance(error, ReadingError):
        return error.en if (get_language() or "").startswith("en") else error.zh
    return str(error)


def status_of(error: Told) -> int:
    return 403 if isinstance(error, NotAllowed) else 400


def refuse(request: HttpRequest, error: Told, page: Callable[[], HttpResponse]) -> HttpResponse:
    """The page that the form stands on once more, with the error above it. Nothing was written."""
    messages.error(request, said(error))
    response = page()
    response.status_code = status_of(error)
    return response


def problem(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    context = {"problem_title": title, "problem_text": text, "status": status}
    return render(request, "problem.html", context, status=status)


class TellErrors:
    """Middleware: what a view did not catch becomes a page, never a traceback."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, TongjianError | ReadingError):
            return problem(request, _("This could not be done"), said(error), status_of(error))
        return None


class SignInFirst(LoginRequiredMiddleware):
    """Everything needs a signed-in user unless a view says otherwise; htmx is told to load the sign-in page."""

    def handle_no_permission(  # type: ignore[override]  # the stub knows only the redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        response = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": response.url})
        return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("The page does not exist, or it is not open to your role. Go back, or start from the cockpit.")
    return problem(request, _("Nothing here"), text, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    text = _("The form was too old or came from another site. Load the page again and repeat the step.")
    return problem(request, _("This could not be done"), text, 403)


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors: they may be what broke."""
    return HttpResponse(
        "<!doctype html><meta charset=utf-8><title>500</title>"
        "<p>系统出错，没有保存任何改动。请稍后重试；若再次出现，请联系管理员。</p>"
        "<p>Something went wrong and nothing was saved. Try again later, or tell the administrator.</p>",
        status=500,
    )
