"""“As known on …”: a page shows what had been recorded by the end of a day (?at=2022-10-31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError

UNKNOWN_DAY = _("“%(got)s” is no day. Write it as 2022-10-31.")


@dataclass(frozen=True, slots=True)
class AsKnown:
    """day None: everything that is recorded now. today: what the clock says."""

    day: date | None
    today: date

    @property
    def at(self) -> datetime | None:
        """The last moment of the day; None: now."""
        return None if self.day is None else timezone.make_aware(datetime.combine(self.day, time.max))

    @property
    def on(self) -> date:
        """The day that lights are judged on."""
        return self.day or self.today


def asked(request: HttpRequest, today: date) -> AsKnown:
    """The day that the page was asked for; today and later days mean now. Raises TongjianError for what is no day."""
    text = request.GET.get("at", "").strip()
    if not text:
        return AsKnown(None, today)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise TongjianError("pages.unknown_day", UNKNOWN_DAY, {"got": text}) from error
    return AsKnown(day if day < today else None, today)
