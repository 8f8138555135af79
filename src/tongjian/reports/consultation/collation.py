"""意见汇总表: every opinion with what became of it, as docx and xlsx. Rows are plain values; only `rows` reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongjian.kernel.access import Viewer
from tongjian.plans import sheets
from tongjian.plans.sheets import Column, Table
from tongjian.reports.consultation.choices import Handling
from tongjian.reports.consultation.models import Consultation, Consulted
from tongjian.reports.consultation.tables import Heading, docx_table
from tongjian.reports.rounds import access

SAID = {
    Handling.WAITING: "待处理",
    Handling.ACCEPTED: "采纳",
    Handling.PARTLY: "部分采纳",
    Handling.REJECTED: "不采纳",
}
COLUMNS = (
    Heading("序号", 700),
    Heading("单位", 1700),
    Heading("章节", 1900),
    Heading("原文", 2700),
    Heading("意见", 3400),
    Heading("采纳情况", 1200),
    Heading("理由", 2600),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; a unit without opinions has one as well."""

    unit: str
    section: str
    passage: str
    text: str
    handling: str
    reason: str


@dataclass(frozen=True, slots=True)
class Collation:
    """The table with its title and the sums below it."""

    title: str
    below: str
    lines: Sequence[Line]

    @property
    def cells(self) -> list[tuple[str, ...]]:
        return [
            (str(n), x.unit, x.section, x.passage, x.text, x.handling, x.reason)
            for n, x in enumerate(self.lines, 1)
        ]


def collation(consultation: Consultation, user: Viewer, today: date) -> Collation:
    """The opinions that the user may see, by unit."""
    asked = access.consulted_visible_to(user).filter(consultation=consultation)
    lines = [x for c in asked.prefetch_related("opinions__section") for x in _lines(c)]
    counted = {h: sum(x.handling == SAID[h] for x in lines) for h in Handling}
    sums = "，".join(f"{SAID[h]}{n}条" for h, n in counted.items() if n)
    replied = sum(c.replied_at is not None for c in asked)
    below = f"征求{len(asked)}家单位意见，{replied}家已回复，共{sum(counted.values())}条意见"
    day = f"{today.year}年{today.month}月{today.day}日"
    return Collation(
        f"《{consultation.edition.title}》征求意见采纳情况汇总表",
        f"{below}{'：' + sums if sums else ''}。（截至{day}）",
        lines,
    )


def _lines(asked: Consulted) -> list[Line]:
    unit = str(asked.organisation)
    found = [
        Line(
            unit,
            o.section.title if o.section else "全文",
            o.passage,
            o.text,
            SAID[Handling(o.handling)],
            o.reason,
        )
        for o in asked.opinions.all()
    ]
    return found or [Line(unit, "", "", "无意见" if asked.replied_at else "未回复", "", "")]


def as_docx(found: Collation) -> bytes:
    """A4 across, the heading repeated on each page."""
    return docx_table(found.title, found.below, COLUMNS, found.cells)


def as_xlsx(found: Collation) -> bytes:
    widths = (6, 18, 20, 32, 44, 12, 32)
    columns = [Column(h.text, w) for h, w in zip(COLUMNS, widths, strict=True)]
    return sheets.workbook([Table("意见汇总", found.title, found.below, columns, found.cells)])
