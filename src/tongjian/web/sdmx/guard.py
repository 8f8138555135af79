"""Who asks, in what form the answer may come, and how a refusal is told: by status and JSON, never as a page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps

from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tongjian.facts.sdmx.codes import SdmxError, SdmxNotAcceptableError, SdmxNotSignedInError
from tongjian.kernel.models import User

View = Callable[..., HttpResponseBase]
CSV = "application/vnd.sdmx.data+csv"
STRUCTURE = "application/vnd.sdmx.structure+json"
VERSIONS = frozenset({"", "2.0.0", "2.0", "2", "2.0.0+", "2.0+.0", "2+.0.0"})


def sdmx(view: View) -> View:
    """Signed in by session or HTTP Basic; what is refused comes as an SDMX-JSON error."""

    @login_not_required
    @require_safe
    @vary_on_headers("Accept", "Accept-Language", "Cookie", "Authorization")
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponseBase:
        try:
            request.user = signed_in(request)
            return view(request, *args, **named)
        except SdmxError as error:
            return refusal(error)

    return guarded


def signed_in(request: HttpRequest) -> User:
    """The user of the session, else of the Authorization header. Raises SdmxNotSignedInError."""
    if isinstance(request.user, User) and request.user.is_active:
        return request.user
    scheme, _blank, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        name, _colon, password = _decoded(given).partition(":")
        user = authenticate(request, username=name, password=password)
        if isinstance(user, User) and user.is_active:
            return user
    raise SdmxNotSignedInError(
        "sdmx.not_signed_in",
        _(
            "Sign in, or send user name and password by HTTP Basic. After five failures wait a quarter of an hour."
        ),
    )


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def refusal(error: SdmxError) -> JsonResponse:
    told = {"code": error.status, "id": error.code, "title": str(error)}
    response = JsonResponse(
        {"errors": [told]}, status=error.status, json_dumps_params={"ensure_ascii": False}
    )
    if error.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="Tongjian SDMX", charset="UTF-8"'
    return response


def must_accept(request: HttpRequest, media_type: str, plain: str) -> None:
    """Raises SdmxNotAcceptableError unless the request takes this SDMX type, its plain kin, or anything."""
    header = request.headers.get("Accept", "") or "*/*"
    if not any(_fits(one, media_type, plain) for one in header.split(",")):
        raise SdmxNotAcceptableError(
            "sdmx.not_acceptable",
            _("This comes as %(type)s only. Ask for it by Accept."),
            {"type": f"{media_type};version=2.0.0"},
        )


def _fits(accepted: str, media_type: str, plain: str) -> bool:
    name, *parameters = (p.strip().lower() for p in accepted.split(";"))
    if name not in {media_type, plain, "*/*", "application/*"}:
        return False
    given = dict(p.partition("=")[::2] for p in parameters)
    weight = given.get("q", "1").replace(".", "").strip("0")
    plainly = given.get("labels", "id") == "id" and given.get("keys", "none") == "none"
    original = given.get("timeformat", "original") == "original"
    return bool(weight) and (
        name != media_type or (given.get("version", "") in VERSIONS and plainly and original)
    )
