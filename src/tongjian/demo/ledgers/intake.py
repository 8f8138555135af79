"""The workbooks of the registers through their importer; each once, and again when it changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts
from tongjian.demo.ledgers import books
from tongjian.demo.steps import DemoRefused
from tongjian.kernel.models import EvidenceFile
from tongjian.reading.grids import Grid
from tongjian.records.registers.problems import Refused
from tongjian.records.registers.schema import Register
from tongjian.records.registers.sheets import taking


def take_in(moment: datetime, at: datetime) -> int:
    """Take in what is new or changed of HOME/demo/registers. Returns how many workbooks.

    moment: when the sample's units sent in theirs; what a user changed since comes at `at`. Raises DemoRefused naming
    file and cells.
    """
    known = dict(EvidenceFile.objects.values_list("sha256", "name"))
    found = [(own, path) for path, own in books.by_book().items() if path.exists()]
    new = [(r, p) for r, p in found if hashlib.sha256(p.read_bytes()).hexdigest() not in known]
    with ThreadPoolExecutor(1) as ahead:  # the next is read while one is written
        sheets = [ahead.submit(taking.grids, path.read_bytes(), path.name) for _r, path in new]
        for (registers, path), read in zip(new, sheets, strict=True):
            _take_in(registers, path, at if path.name in known.values() else moment, read)
    return len(new)


def _take_in(
    registers: Sequence[Register], path: Path, at: datetime, sheets: Future[tuple[Grid, ...]]
) -> None:
    data, by = path.read_bytes(), accounts.office()
    try:
        taking.take_in_all(data, path.name, registers, by=by, at=at, sheets=sheets.result())
    except Refused as refused:
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": path, "problems": "\n".join(str(p) for p in refused.problems)},
        ) from refused
