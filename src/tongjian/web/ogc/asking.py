"""The parameters of a request for features, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.geometry import Box
from tongjian.web.ogc.guard import OgcError

PARAMETERS = ("bbox", "datetime", "limit", "after")
USUAL, MOST = 100, 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """since, until: None is open. after: the pk that the page begins behind."""

    box: Box | None
    since: datetime | None
    until: datetime | None
    limit: int
    after: int


def read(query: QueryDict) -> Asked:
    """Raises OgcError 400."""
    since, until = _interval(query.get("datetime", ""))
    return Asked(
        _box(query.get("bbox", "")),
        since,
        until,
        min(_whole(query.get("limit", str(USUAL)), "limit", 1), MOST),
        _whole(query.get("after", "0"), "after", 0),
    )


def _whole(text: str, name: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text) >= least):
        raise _wrong(name, text)
    return int(text)


def _box(text: str) -> Box | None:
    """west,south,east,north; with heights, those are left out."""
    if not text:
        return None
    try:
        numbers = [float(n) for n in text.split(",")]
    except ValueError:
        raise _wrong("bbox", text) from None
    if len(numbers) == 6:
        numbers = [numbers[n] for n in (0, 1, 3, 4)]
    if len(numbers) != 4 or not all(abs(n) < 1e6 for n in numbers) or numbers[1] > numbers[3]:
        raise _wrong("bbox", text)
    if numbers[0] > numbers[2]:
        raise OgcError(400, "ogc.antimeridian", _("A bbox across the antimeridian is not served."))
    return Box(*numbers)


def _interval(text: str) -> tuple[datetime | None, datetime | None]:
    """An instant, or start/end of which one may be open (`..` or nothing)."""
    if not text:
        return None, None
    first, slash, last = text.partition("/")
    if not slash:
        return _moment(first, False, text), _moment(first, True, text)
    since = None if first in {"", ".."} else _moment(first, False, text)
    until = None if last in {"", ".."} else _moment(last, True, text)
    if (since is None and until is None) or (since and until and since > until):
        raise _wrong("datetime", text)
    return since, until


def _moment(text: str, end: bool, whole: str) -> datetime:
    """A day is all of it, in the installation's time zone."""
    try:
        day = parse_date(text)
        exact = None if day else parse_datetime(text)
    except ValueError:
        raise _wrong("datetime", whole) from None
    if day is not None:
        return timezone.make_aware(datetime.combine(day, time.max if end else time.min))
    if exact is None:
        raise _wrong("datetime", whole)
    return exact if timezone.is_aware(exact) else exact.replace(tzinfo=UTC)


def _wrong(name: str, text: str) -> OgcError:
    return OgcError(
        400, "ogc.parameter", _("The value “%(got)s” of %(name)s cannot be read."), name=name, got=text[:80]
    )
