"""The pairing of a project typed into a page: the words that the workbook takes, and its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tongjian.kernel.errors import TongjianError
from tongjian.records.projects.rules.pairing import Share
from tongjian.records.projects.sheets import parsing
from tongjian.records.projects.sheets.ground import parties
from tongjian.records.projects.sheets.problems import PREFIX, Bad, Problem


@dataclass(frozen=True, slots=True)
class Typed:
    """One row of the form, as typed; an empty one is none."""

    party: str = ""
    share: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.party or self.share or self.since or self.until)


class PairingUnread(TongjianError):
    """Rows of the form that cannot be read: all of them are said."""


def shares(rows: Sequence[Typed]) -> list[Share]:
    """The rows as shares. Raises PairingUnread."""
    known, found, wrong = parties(), [], []
    for number, row in enumerate(rows, 1):
        if row.is_empty:
            continue
        try:
            found.append(_read(row, known))
        except Bad as bad:
            why = Problem("", "", PREFIX + bad.code, bad.params).message
            wrong.append(_("Line %(line)s: %(why)s") % {"line": number, "why": why})
    if wrong:
        raise PairingUnread("projects.pairing_unread", "%(lines)s", {"lines": " ".join(wrong)})
    return found


def _read(row: Typed, known: dict[str, str]) -> Share:
    """Raises Bad."""
    if not row.party or not row.share:
        raise Bad("party_needed" if not row.party else "share_needed")
    party = parsing.one_of(known, "party_unknown")(f"t{row.party}")
    since, until = _day(row.since), _day(row.until)
    if since is not None and until is not None and until < since:
        raise Bad("ends_before", end=until.isoformat(), begin=since.isoformat())
    return Share(party, parsing.share(f"t{row.share}"), since, until)


def _day(written: str) -> date | None:
    return parsing.day(f"t{written}") if written else None
