"""Words of the command line into things of the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongjian.kernel.models import Organisation, Subject
    from tongjian.values import Period


def organisation(key: str) -> Organisation:
    """Raises TongjianError naming the key."""
    from django.utils.translation import gettext_lazy as _

    from tongjian.kernel.errors import TongjianError
    from tongjian.kernel.models import Organisation

    found = Organisation.objects.select_related("subject").filter(subject__key=key).first()
    if found is None:
        raise TongjianError(
            "collection.unknown_organisation",
            _("No organisation has the key %(key)s. The packs of organisations list them."),
            {"key": key},
        )
    return found


def period(words: str) -> Period:
    """A period in ISO or as people write it. Raises TongjianError."""
    from django.utils.translation import gettext_lazy as _

    from tongjian.facts.collection.labels import printed_period
    from tongjian.kernel.errors import TongjianError
    from tongjian.values import PeriodError

    try:
        return printed_period(words)
    except PeriodError:
        raise TongjianError(
            "collection.period_unknown",
            _(
                "The period “%(got)s” is not understood. Write 2022, 2022-11, 2022-01/2022-11 or 2022年1—11月."
            ),
            {"got": words},
        ) from None


def moment(words: str | None) -> datetime | None:
    """A moment in ISO, in the installation's time zone; a day means its end. Raises TongjianError."""
    from django.utils import timezone
    from django.utils.dateparse import parse_date, parse_datetime
    from django.utils.translation import gettext_lazy as _

    from tongjian.kernel.errors import TongjianError

    if words is None:
        return None
    try:
        day, exact = parse_date(words), parse_datetime(words)
    except ValueError:
        day = exact = None
    found = datetime(day.year, day.month, day.day, 23, 59, 59, 999999) if day else exact
    if found is None:
        raise TongjianError(
            "facts.moment",
            _("“%(got)s” is no moment. Write 2023-01-04 or 2023-01-04T18:00."),
            {"got": words},
        )
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def subject(key: str | None) -> Subject:
    """Raises TongjianError for an unknown key."""
    from django.conf import settings

    from tongjian.cli.language import text
    from tongjian.kernel.errors import TongjianError
    from tongjian.kernel.models import Subject

    wanted = key or settings.DISTRICT
    found = Subject.objects.filter(key=wanted).first()
    if found is None:
        message = text(
            "没有编码为 %(key)s 的地区。请先载入定义包，或换一个编码。",
            "No area has the key %(key)s. Load the packs first, or give another key.",
        )
        raise TongjianError("reports.unknown_area", message, {"key": wanted})
    return found
