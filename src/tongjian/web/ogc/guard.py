"""Who asks, and how a refusal is told: by status and JSON, never as a page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps

from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User

View = Callable[..., HttpResponseBase]


class OgcError(TongjianError):
    """What a client asked wrongly, with its HTTP status."""

    def __init__(self, status: int, code: str, message: str | Promise, **params: object) -> None:
        self.status = status
        super().__init__(code, message, params)


def ogc(*known: str) -> Callable[[View], View]:
    """A view of a signed-in user (session or HTTP Basic) that takes these parameters and no others."""

    def around(view: View) -> View:
        @login_not_required
        @require_safe
        @vary_on_headers("Accept-Language", "Cookie", "Authorization")
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponseBase:
            try:
                request.user = _signed_in(request)
                _check_parameters(request, known)
                return view(request, *args, **named)
            except OgcError as error:
                return refusal(error)

        return guarded

    return around


def _signed_in(request: HttpRequest) -> User:
    if isinstance(request.user, User) and request.user.is_active:
        return request.user
    scheme, _blank, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        name, _colon, password = _decoded(given).partition(":")
        user = authenticate(request, username=name, password=password)
        if isinstance(user, User) and user.is_active:
            return user
    raise OgcError(
        401,
        "ogc.not_signed_in",
        _(
            "Sign in, or send user name and password by HTTP Basic. After five failures wait a quarter of an hour."
        ),
    )


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _check_parameters(request: HttpRequest, known: tuple[str, ...]) -> None:
    """What is not in the API's description is refused, as the standard asks. `f` may ask for JSON."""
    for name, value in request.GET.items():
        if name == "f" and value in {"json", "geojson"}:
            continue
        if name not in known:
            raise OgcError(
                400, "ogc.unknown_parameter", _("There is no parameter “%(name)s” here."), name=name
            )


def refusal(error: OgcError) -> JsonResponse:
    told = {"code": error.code, "description": str(error)}
    response = JsonResponse(told, status=error.status, json_dumps_params={"ensure_ascii": False})
    if error.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="Tongjian OGC API", charset="UTF-8"'
    return response
