"""The workbooks of the registers through their importer; each once, and again when it changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts
from tongjian.demo.ledgers import books
from tongjian.demo.steps import DemoRefused
from tongjian.kernel.models import EvidenceFile
from tongjian.records.registers.problems import Refused
from tongjian.records.registers.schema import Register
from tongjian.records.registers.sheets import taking


def take_in(moment: datetime, at: datetime) -> int:
    """Take in what is new or changed of HOME/demo/registers. Returns how many workbooks.

    moment: when the sample's units sent in theirs; what a user changed since comes at `at`. Raises DemoRefused naming
    file and cells.
    """
    known = dict(EvidenceFile.objects.values_list("sha256", "name"))
    found = [(own, books.workbook(o)) for o, own in books.by_owner().items() if books.workbook(o).exists()]
    new = [(r, p) for r, p in found if hashlib.sha256(p.read_bytes()).hexdigest() not in known]
    for registers, path in new:
        _take_in(registers, path, at if path.name in known.values() else moment)
    return len(new)


def _take_in(registers: Sequence[Register], path: Path, at: datetime) -> None:
    try:
        taking.take_in_all(path.read_bytes(), path.name, registers, by=accounts.office(), at=at)
    except Refused as refused:
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": path, "problems": "\n".join(str(p) for p in refused.problems)},
        ) from refused
