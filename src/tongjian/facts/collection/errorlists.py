"""The error list of a sender: its workbook with the bad cells marked, ready to be sent back, and the same as a text."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tongjian.facts.collection import bundles, marking, problems
from tongjian.facts.models import Submission
from tongjian.facts.validation.findings import of_json
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import run_limited
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to mend (hard) or to look at (soft)."""

    sheet: str
    cell: str
    text: str
    kind: str = "hard"

    @property
    def where(self) -> str:
        return "!".join(p for p in (self.sheet, self.cell) if p)


@dataclass(frozen=True, slots=True)
class ErrorList:
    """xlsx: the marked workbook. text: a letter with the same lines. name: of the xlsx, without folders."""

    submission: Submission
    name: str
    xlsx: bytes
    text: str


def lines_of(submission: Submission) -> list[Line]:
    """All problems, or all findings, in the active language; those that stop it first."""
    wrong = [Line(p.sheet, p.cell, p.message) for p in problems.of(submission)]
    found = [
        Line(f.sheet, f.cell, f"{f.title}: {f.message}", "hard" if f.is_hard else "soft")
        for f in of_json(submission.findings)
    ]
    return wrong + sorted(found, key=lambda x: x.kind != "hard")


def title_of(submission: Submission) -> str:
    """区财政局 2022年1—11月 报表：3 处需要改正"""
    count = sum(x.kind == "hard" for x in lines_of(submission))
    text = ngettext(
        "%(organisation)s, %(period)s, %(file)s: %(n)s thing to mend",
        "%(organisation)s, %(period)s, %(file)s: %(n)s things to mend",
        count,
    )
    return text % {
        "organisation": submission.organisation,
        "period": Period.parse(submission.period).label(_language()),
        "file": submission.file.name,
        "n": count,
    }


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def letter(submission: Submission) -> str:
    """The list as a text to be sent: whom, what, by when."""
    due = submission.package.due
    rows = [
        f"{n}. {x.where or submission.file.name}: {x.text}" for n, x in enumerate(lines_of(submission), 1)
    ]
    ask = _("Please mend the marked cells and send the workbook again by %(due)s.") % {"due": due.isoformat()}
    return "\n".join([title_of(submission), "", *rows, "", ask, ""])


def made(submissions: Sequence[Submission]) -> list[ErrorList]:
    """The error lists of submissions, in their order, marked a few at a time in limited child processes."""
    said = [_said(s) for s in submissions]
    pairs = [
        bundles.packed([json.dumps(w).encode(), s.file.path.read_bytes()])
        for w, s in zip(said, submissions, strict=True)
    ]
    answers = bundles.run_all(bundles.MARKED, _single, pairs)
    return [
        ErrorList(
            s, _name(s), marking.listed(w) if isinstance(a, ReadingError) else bundles.as_bytes(a), letter(s)
        )
        for s, w, a in zip(submissions, said, answers, strict=True)
    ]


def _single(pair: bytes) -> Any:
    (answer,) = run_limited(bundles.MARKED, bundles.packed([pair]), "a.xlsx")
    if "error" in answer:
        raise ReadingError(*answer["error"])
    return answer["value"]


def _said(submission: Submission) -> dict[str, Any]:
    return {
        "sheet": _("Error list"),
        "title": title_of(submission),
        "headings": [_("No."), _("Sheet"), _("Cell"), _("What is wrong, and what to do")],
        "lines": [
            {"sheet": x.sheet, "cell": x.cell, "text": x.text, "kind": x.kind} for x in lines_of(submission)
        ],
    }


def _name(submission: Submission) -> str:
    """退回-区财政局-file.xlsx; never a folder."""
    stem = submission.file.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return f"{_('To mend')}-{submission.organisation}-{stem}.xlsx".replace("/", "_")


def zipped(lists: Sequence[ErrorList]) -> bytes:
    """All of them as one zip: for each sender the marked workbook and the letter."""
    out, used = io.BytesIO(), set[str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in lists:
            name = unused(one.name, used)
            archive.writestr(name, one.xlsx, zipfile.ZIP_STORED)
            archive.writestr(name.removesuffix(".xlsx") + ".txt", one.text)
    return out.getvalue()


def unused(name: str, used: set[str]) -> str:
    """The name, or with a number after it where it was given already."""
    stem, number, found = name.removesuffix(".xlsx"), 1, name
    while found in used:
        number += 1
        found = f"{stem}-{number}.xlsx"
    used.add(found)
    return found
