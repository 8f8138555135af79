"""Opinions by workbook: the form out, the filled one in. All or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.actions import read as read_workbook
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError
from tongjian.plans import rows
from tongjian.plans.rows import Form, Row
from tongjian.reading import xlsx
from tongjian.reports.consultation.actions import Said
from tongjian.reports.consultation.models import Consultation
from tongjian.reports.rounds.models import Section

SHEET, SECTIONS = "意见", "章节"
COLUMNS: Mapping[str, str] = {"section": "章节", "passage": "原文", "text": "意见"}
WIDTHS = {"section": 30, "passage": 50, "text": 60}
WHOLE = "全文"
ROWS = 200
MESSAGES: Mapping[str, str | Promise] = {
    **rows.MESSAGES,
    "no_rows": _("The sheet has no opinions. To say that there is none, use the button on the page."),
    "section_unknown": _("“%(got)s” is no section of this report. Choose one from the list."),
}


class Problem(CellProblem):
    """What is wrong with a cell of a workbook of opinions."""

    __slots__ = ()
    messages = MESSAGES


FORM = Form(SHEET, COLUMNS, ("text",), Problem)


class OpinionsRefused(TongjianError):
    """A workbook with problems: nothing was received."""

    def __init__(self, problems: list[CellProblem]) -> None:
        super().__init__(
            "consultation.workbook_refused",
            _("No opinion was received. %(problems)s"),
            {"problems": " ".join(str(p) for p in problems[:20])},
        )


def template(consultation: Consultation) -> bytes:
    """An empty form with the report's sections to choose from."""
    book = xlsx.started()
    sheet, other = book.create_sheet(SHEET), book.create_sheet(SECTIONS)
    xlsx.head(sheet, [(label, WIDTHS[name]) for name, label in COLUMNS.items()], "A2")
    titles = [WHOLE, *(s.title for s in consultation.edition.sections.all())]
    for row, title in enumerate(titles, 1):
        xlsx.put(other.cell(row, 1), title)
    xlsx.offer(sheet, 1, ROWS, f"'{SECTIONS}'!$A$1:$A${len(titles)}", "请选择章节")
    return xlsx.saved(book)


def opinions(consultation: Consultation, data: bytes, name: str) -> list[Said]:
    """The opinions of a filled form. Raises ReadingError, OpinionsRefused naming every bad cell."""
    found, problems = rows.rows(read_workbook(data, name), FORM)
    known: dict[str, Section | None] = {s.title: s for s in consultation.edition.sections.all()}
    known |= {"": None, WHOLE: None}
    said = [_said(row, known) for row in found]
    problems += [p for row in found for p in row.problems]
    if problems:
        raise OpinionsRefused(problems)
    return said


def _said(row: Row, known: Mapping[str, Section | None]) -> Said:
    title = row.text("section")
    if title not in known:
        row.wrong("section", "section_unknown", got=title)
    return Said(row.needed("text"), known.get(title), row.text("passage"))
