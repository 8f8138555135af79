"""Packs of tracks into definitions: none that cannot be meant, none that takes a stage away that things have entered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions, tracks
from tongjian.kernel.definitions import Change
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Definition, Passage

KIND = "tracks"


class TrackRefused(TongjianError):
    """A track of a pack that may not be applied: nothing was changed."""


@transaction.atomic
def sync(at: datetime, *more: Path) -> list[Definition]:
    """Apply the packs of tracks. Twice changes nothing. Raises TrackRefused."""
    found = definitions.changes(KIND, *more)
    for change in found:
        _check(change)
    return definitions.apply(found, at=at)


def _check(change: Change) -> None:
    try:
        made = tracks.read(change.entry.body)
    except tracks.TrackError as error:
        said = {"key": change.entry.key, "why": str(error)}
        raise TrackRefused("tracks.flawed", _("The track %(key)s cannot be used: %(why)s"), said) from error
    for stage, count in _entered(made.key):
        if stage and not made.has(stage):
            said = {"key": made.key, "stage": stage, "count": str(count)}
            raise TrackRefused(
                "tracks.stage_lost",
                _(
                    "The track %(key)s would lose the stage %(stage)s, which %(count)s things have entered. "
                    "Keep the stage, or give the new course another key."
                ),
                said,
            )


def _entered(track: str) -> list[tuple[str, int]]:
    """Stages of a track that things have entered, with how many."""
    rows = Passage.objects.filter(track=track).order_by("stage").values_list("stage")
    return list(rows.annotate(Count("subject", distinct=True)))
