"""Taking in a published report: read, checked by a person, put on the ledger with its sentences as evidence."""

from tongjian.plans.intake.actions import accept, accept_all, drop, mend, start, visible_to
from tongjian.plans.intake.mending import MendRefused
from tongjian.plans.intake.recording import Summary, record
from tongjian.plans.intake.seam import IntakeRefused

__all__ = [
    "IntakeRefused",
    "MendRefused",
    "Summary",
    "accept",
    "accept_all",
    "drop",
    "mend",
    "record",
    "start",
    "visible_to",
]
