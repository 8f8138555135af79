"""A comparison as a workbook: one sheet of promises, one of open questions, one that explains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tongjian.comparing.labels import ORDER, OUTCOMES
from tongjian.comparing.rows import rows
from tongjian.comparing.types import Comparison
from tongjian.reading import xlsx
from tongjian.reading.xlsx import Value

if TYPE_CHECKING:
    from openpyxl import Workbook

HEADS = (
    ("章节", "Section", 22),
    ("对象", "Object", 28),
    ("上年承诺", "Promised last year", 44),
    ("结果", "Outcome", 18),
    ("今年表述", "Said this year", 44),
    ("下年再提", "In the next plan", 40),
    ("理由", "Why", 36),
    ("承诺所在句", "Its sentence", 60),
    ("表述所在句", "Its sentence this year", 60),
    ("相似度", "Likeness", 9),
)
QUESTIONS = (
    ("编号", "Key", 20),
    ("上年承诺", "Promised last year", 50),
    ("今年表述", "Said this year", 50),
    ("相似度", "Likeness", 9),
    ("暂作", "Taken for now as", 14),
)


def workbook(found: Comparison, language: str) -> bytes:
    """The file's bytes; heads in the language, texts as printed in the reports."""
    zh = language.startswith("zh")
    book = xlsx.started()
    _fill(book, "承诺与结果" if zh else "Promises", HEADS, _promises(found, language), zh)
    _fill(book, "待确认" if zh else "Questions", QUESTIONS, _questions(found, zh), zh)
    xlsx.explain(book.create_sheet("说明" if zh else "About"), _about(found, language), 90)
    return xlsx.saved(book)


def _promises(found: Comparison, language: str) -> list[list[Value]]:
    return [
        [
            r.section, r.object, r.promise, r.label, r.answer, r.following, r.why,
            r.promise_sentence, r.answer_sentence, f"{r.likeness:.2f}" if r.likeness else None,
        ]
        for r in rows(found, language)
    ]  # fmt: skip


def _questions(found: Comparison, zh: bool) -> list[list[Value]]:
    taken = ("对应", "不对应") if zh else ("linked", "not linked")
    return [
        [
            q.key,
            found.last.commitments[q.commitment].text,
            found.this.achievements[q.achievement].text,
            f"{q.likeness:.2f}",
            taken[0 if q.linked else 1],
        ]
        for q in found.questions
    ]


def _about(found: Comparison, language: str) -> list[tuple[str, str]]:
    counts = found.counts()
    zh = language.startswith("zh")
    return [
        ("上年报告" if zh else "Last year", found.last.outline.title),
        ("今年报告" if zh else "This year", found.this.outline.title),
        *((OUTCOMES[o].text(language), str(counts[o])) for o in ORDER),
    ]


def _fill(
    book: Workbook,
    title: str,
    heads: Sequence[tuple[str, str, int]],
    lines: Sequence[Sequence[Value]],
    zh: bool,
) -> None:
    from openpyxl.styles import Alignment

    sheet = book.create_sheet(title)
    xlsx.head(sheet, [(head[0] if zh else head[1], head[2]) for head in heads], "A2")
    for at, line in enumerate(lines, 2):
        for number, value in enumerate(line, 1):
            cell = sheet.cell(at, number)
            xlsx.put(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.auto_filter.ref = sheet.dimensions
