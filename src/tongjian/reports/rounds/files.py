"""Sections and reports as files: docx and xlsx out and in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.actions import read as read_workbook
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User
from tongjian.plans import rows, sheets
from tongjian.plans.rows import Form
from tongjian.plans.sheets import Column, Table
from tongjian.reports.drafts.messages import state_label
from tongjian.reports.drafts.opening import LIMITED
from tongjian.reports.drafts.types import NAMED
from tongjian.reports.rounds import actions, examining, signing, texts
from tongjian.reports.rounds.choices import Way
from tongjian.reports.rounds.models import Section, SectionVersion

SHEET = "文稿"
COLUMNS: Mapping[str, str] = {"number": "序号", "text": "段落"}
MESSAGES: Mapping[str, str | Promise] = {**rows.MESSAGES, "no_rows": _("The sheet has no text.")}


class Problem(CellProblem):
    """What is wrong with a cell of a section's workbook."""

    __slots__ = ()
    messages = MESSAGES


FORM = Form(SHEET, COLUMNS, ("text",), Problem)


class WorkbookRefused(TongjianError):
    """A workbook with problems: nothing was saved."""

    def __init__(self, problems: list[CellProblem]) -> None:
        super().__init__(
            "rounds.workbook_refused",
            _("Nothing was saved. %(problems)s"),
            {"problems": " ".join(str(p) for p in problems[:20])},
        )


def docx(section: Section, at: datetime) -> bytes:
    """The section's newest version as a docx, its numbers anchored as reports' are."""
    return signing.bound(section.edition, [(section, section.versions.first())], at).docx


def xlsx(section: Section) -> bytes:
    """The section by paragraphs, to be changed and sent in again; a second sheet lists its numbers."""
    version = section.versions.first()
    lines = version.text.split("\n") if version is not None and version.text else []
    below = f"{section.edition.title} · {section.owner}"
    text = Table(
        SHEET,
        section.title,
        below,
        (Column("序号", 6, centred=True), Column("段落", 110)),
        [(n, line) for n, line in enumerate(lines, 1)],
    )
    return sheets.workbook([text, _numbers(section, version, below)])


def _numbers(section: Section, version: SectionVersion | None, below: str) -> Table:
    columns = (
        Column("数字", 16), Column("指标", 28), Column("核对", 12, centred=True), Column("台账值", 16),
        Column("期别", 18, centred=True), Column("所在句", 70),
    )  # fmt: skip
    found = [] if version is None else examining.items(version, section)
    lines = [
        (
            i.shown,
            i.meant.indicator if i.meant else i.indicator,
            state_label(i.state, "zh"),
            f"{i.meant.value}{i.meant.unit}" if i.meant else "",
            i.meant.period if i.meant else i.period,
            i.sentence,
        )
        for i in found
        if i.state != NAMED
    ]
    return Table("数字核对", section.title, below, columns, lines)


def take_in(
    section: Section, data: bytes, name: str, *, base: int | None = None, by: User, at: datetime
) -> SectionVersion:
    """A docx or xlsx as the section's next version, opened in the limited child; a repeated heading is left out.

    Raises NotAllowed, ReadingError, WorkbookRefused, SectionRefused.
    """
    is_book = name.lower().endswith(".xlsx")
    text = _of_workbook(data, name) if is_book else LIMITED.opened(data, name).text
    text = texts.without_heading(texts.tidy(text), section.edition.title, section.title)
    way = Way.XLSX if is_book else Way.DOCX
    return actions.save(section.pk, text, base=base, way=way, file=(data, name), by=by, at=at)


def _of_workbook(data: bytes, name: str) -> str:
    found, problems = rows.rows(read_workbook(data, name), FORM)
    lines = [row.text("text") for row in found]
    problems += [p for row in found for p in row.problems]
    if problems:
        raise WorkbookRefused(problems)
    return "\n".join(lines)
