"""What a view may take for granted of a request: someone is signed in, and htmx has been looked at."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone

from tongjian.kernel.models import Subject, User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class Asked(HttpRequest):
    """A request that has passed the sign-in middleware."""

    user: User
    htmx: HtmxDetails


def now() -> datetime:
    """The moment that actions and queries are given; pages are where the clock comes in."""
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def district() -> Subject:
    """The area whose plan this installation keeps. Raises Http404 before any packs were applied."""
    found = Subject.objects.filter(key=settings.DISTRICT).first()
    if found is None:
        raise Http404("no district yet")
    return found


def whole(text: str | None) -> int | None:
    """A whole number out of a query string; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def typed(text: str | None) -> str:
    """What a person typed into a search field, without the control characters that PostgreSQL refuses."""
    return "".join(c for c in text or "" if c.isprintable()).strip()
