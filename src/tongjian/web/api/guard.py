"""Who asks, and how a refusal is told: by status, code and message, with what is wrong with each field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from tongjian.facts.sdmx.codes import SdmxNotSignedInError
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import User
from tongjian.records.registers.problems import Refused
from tongjian.web.sdmx.guard import signed_in

View = Callable[..., HttpResponse]
LARGEST = 1_000_000  # bytes of a body


class ApiRefused(TongjianError):
    """A request that cannot be read."""


def api(*methods: str) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Reads by session or HTTP Basic; writes by HTTP Basic only, so that no other site's form can make them."""

    def wrap(view: View) -> Callable[..., HttpResponseBase]:
        @login_not_required
        @csrf_exempt
        @require_http_methods([*methods, "HEAD"])
        @vary_on_headers("Accept-Language", "Cookie", "Authorization")
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponseBase:
            try:
                request.user = _user(request)
                return view(request, *args, **named)
            except SdmxNotSignedInError as error:
                response = told("api.not_signed_in", str(error), 401)
                response["WWW-Authenticate"] = 'Basic realm="Tongjian API", charset="UTF-8"'
                return response
            except Refused as refused:
                wrong = [{"field": p.cell, "code": p.code, "message": p.message} for p in refused.problems]
                return told(refused.code, str(refused), 422, problems=wrong)
            except TongjianError as error:
                return told(error.code, str(error), 404 if isinstance(error, NotAllowed) else 400)

        return guarded

    return wrap


def _user(request: HttpRequest) -> User:
    by_session = isinstance(request.user, User) and "HTTP_AUTHORIZATION" not in request.META
    if request.method == "POST" and by_session:
        raise SdmxNotSignedInError(
            "api.not_signed_in",
            _("Send user name and password by HTTP Basic to write; the session is for pages."),
        )
    if not by_session:
        request.user = AnonymousUser()
    return signed_in(request)


def told(code: str, message: str, status: int, **more: object) -> JsonResponse:
    body = {"code": code, "message": message, **more}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def answer(body: Mapping[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def sent(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of the body. Raises ApiRefused."""
    if len(request.body) > LARGEST:
        raise ApiRefused("api.too_large", _("The body is larger than a megabyte. Send fewer things at once."))
    try:
        found = json.loads(request.body or b"")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ApiRefused(
            "api.not_json", _("The body is no JSON object. Send one, with Content-Type application/json.")
        )
    return found
