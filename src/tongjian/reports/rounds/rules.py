"""Pure rules of an edition: its steps, who may not sign, when a section is late."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date

from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import StepNotAllowed
from tongjian.reports.rounds.choices import EditionState

NEXT_STATE: Mapping[EditionState, Set[EditionState]] = {
    EditionState.WRITING: {EditionState.REVIEW},
    EditionState.REVIEW: {EditionState.WRITING, EditionState.SIGNED},
    EditionState.SIGNED: {EditionState.WRITING, EditionState.FROZEN},
    EditionState.FROZEN: set(),
}


def check_step(now: EditionState, wanted: EditionState) -> None:
    """Raises StepNotAllowed unless an edition in state `now` may go to `wanted`."""
    if wanted not in NEXT_STATE[now]:
        raise StepNotAllowed(
            "rounds.step",
            _("The report is “%(now)s”; it cannot become “%(wanted)s” from there. Load the page again."),
            {"now": now.label, "wanted": wanted.label},
        )


def check_two_persons(submitted_by: int | None, signs: int) -> None:
    """Raises StepNotAllowed where the one who sent a report to the leader would sign it as well."""
    if submitted_by == signs:
        raise StepNotAllowed(
            "rounds.same_person",
            _("You sent this report in for signature yourself. Another person has to sign it."),
        )


def days_late(due: date, today: date, handed_in: bool) -> int:
    """Days past a section's due day; 0 once it is handed in."""
    return 0 if handed_in else max(0, (today - due).days)
