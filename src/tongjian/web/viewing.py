"""Who looks at the page that is being made, for what is drawn or exported far from the request: charts, sheets, tiles.

Set for each request by middleware. Outside a request (jobs, the CLI) nobody is a reader.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

from tongjian.facts.measured import small
from tongjian.facts.models import Fact
from tongjian.facts.resolved import Resolved

_PUBLIC: ContextVar[bool] = ContextVar("public", default=False)


class Looking:
    """Middleware, after the sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _PUBLIC.set(small.is_public(getattr(request, "user", None)))
        try:
            return self.get_response(request)
        finally:
            _PUBLIC.reset(token)


def is_public() -> bool:
    return _PUBLIC.get()


def may_show(value: Fact | Resolved) -> bool:
    """Whether this number may be drawn or exported: no small count of persons for readers, nor what is derived from one."""
    if not is_public():
        return True
    if isinstance(value, Fact):
        return not small.is_withheld(value.evidence, None)
    if value.fact is None:
        return all(may_show(one) for one in value.inputs)
    return not small.is_withheld(value.shelf.place(value.fact), None)
