"""Findings as JSON for programs and as an xlsx workbook for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from tongjian.checking.registry import rules
from tongjian.checking.types import Checked, Finding, Rule, Severity, Span
from tongjian.reading.types import Reading

ZH: Mapping[Severity, str] = {Severity.ERROR: "错误", Severity.QUESTION: "疑点", Severity.HINT: "提示"}
_SOURCES = {
    "this": ("本报告", "this report"),
    "previous": ("上年报告", "last year"),
    "sibling": ("同期报告", "the other report"),
}
COLUMNS = (
    ("级别", "Severity", 9),
    ("编号", "Rule", 8),
    ("检查", "Check", 26),
    ("发现", "Finding", 60),
    ("建议", "Suggestion", 28),
    ("原文", "Words", 40),
    ("章节", "Section", 24),
    ("起", "Start", 8),
    ("止", "End", 8),
)


def as_json(checked: Checked, text: str = "") -> dict[str, Any]:
    """{"findings", "run", "skipped"}; offsets count characters of the text, end exclusive."""
    return {
        "text": text,
        "findings": [_finding(f) for f in checked.findings],
        "run": list(checked.run),
        "skipped": [{"rule": s.rule, "zh": s.zh, "en": s.en} for s in checked.skipped],
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity.value,
        "zh": found.zh,
        "en": found.en,
        "zh_fix": found.zh_fix,
        "en_fix": found.en_fix,
        "spans": [_span(s) for s in found.spans],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text, "source": span.source}


def source(span: Span, language: str = "zh") -> str:
    """Which text a span is of."""
    return _SOURCES[span.source][0 if language.startswith("zh") else 1]


def severity(found: Severity, language: str = "zh") -> str:
    return ZH[found] if language.startswith("zh") else found.value


def titles(language: str = "zh") -> Mapping[str, str]:
    """What each code checks: the title of its first rule."""
    first: dict[str, Rule] = {}
    for rule in rules():
        first.setdefault(rule.code, rule)
    return {code: r.zh if language.startswith("zh") else r.en for code, r in first.items()}


def write_xlsx(
    checked: Checked, reading: Reading, out: Path | IO[bytes], *, language: str = "zh", name: str = ""
) -> None:
    """A sheet of findings, then the sheets of the reading (figures, commitments, achievements, 说明)."""
    from openpyxl.styles import Alignment

    from tongjian.reading import export, xlsx

    zh = language.startswith("zh")
    book = export.workbook(reading, language=language, name=name)
    sheet = book.create_sheet("发现" if zh else "Findings", 0)
    xlsx.head(sheet, [(c[0] if zh else c[1], c[2]) for c in COLUMNS], "A2")
    for at, row in enumerate(_rows(checked, reading, language), 2):
        for number, value in enumerate(row, 1):
            cell = sheet.cell(at, number)
            xlsx.put(cell, value)
            cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
    sheet.auto_filter.ref = sheet.dimensions
    _rules_sheet(book.create_sheet("检查" if zh else "Checks", 1), checked, zh)
    book.active = 0
    book.save(out)


def _rows(checked: Checked, reading: Reading, language: str) -> Iterator[Sequence[str | int | None]]:
    names, zh = titles(language), language.startswith("zh")
    for f in checked.findings:
        first = f.spans[0]
        words = "\n".join(
            f"{source(s, language)}：{s.text}" if s.source != "this" else s.text for s in f.spans
        )
        section = reading.outline.at(first.start) if first.source == "this" else None
        yield (
            severity(f.severity, language),
            f.code,
            names.get(f.code, ""),
            f.zh if zh else f.en,
            f.zh_fix if zh else f.en_fix,
            words,
            f"{section.path} {section.title}".strip() if section is not None else "",
            first.start,
            first.end,
        )


def _rules_sheet(sheet: Any, checked: Checked, zh: bool) -> None:
    """Which checks ran, and which did not and why."""
    from tongjian.reading import xlsx

    heads = (
        [("编号", 14), ("检查", 44), ("结果", 40)] if zh else [("Rule", 14), ("Check", 54), ("Result", 40)]
    )
    xlsx.head(sheet, heads, "A2")
    skipped = {s.rule: (s.zh if zh else s.en) for s in checked.skipped}
    ran = "已运行" if zh else "ran"
    for at, rule in enumerate(rules(), 2):
        why = skipped.get(rule.name)
        said = ran if why is None else (f"未运行：{why}" if zh else f"did not run: {why}")
        for number, value in enumerate((rule.name, rule.zh if zh else rule.en, said), 1):
            xlsx.put(sheet.cell(at, number), value)


_FIGURES = (
    ("指标", "Indicator"),
    ("原文", "Words"),
    ("时期", "Period"),
    ("类型", "Kind"),
    ("状态", "Status"),
    ("口径", "Basis"),
)


def write_brief(checked: Checked, reading: Reading, out: IO[bytes], *, language: str = "zh") -> None:
    """Findings and figures only, without styles: a tenth of the time of `write_xlsx`, for pages that answer at once."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    from tongjian.reading import xlsx
    from tongjian.reading.labels import label

    at = 0 if language.startswith("zh") else 1
    book = Workbook(write_only=True)

    def fill(title: str, heads: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for row in (heads, *rows):
            cells = [WriteOnlyCell(sheet) for _ in row]
            for cell, value in zip(cells, row, strict=True):
                xlsx.put(cell, value)
            sheet.append(cells)

    fill(("发现", "Findings")[at], [(c[0], c[1])[at] for c in COLUMNS], _rows(checked, reading, language))
    figures = (
        (
            f.indicator,
            f.text,
            f.period,
            label("figure_kind", f.kind, language),
            label("status", f.status, language),
            f.basis,
        )
        for f in reading.figures
    )
    fill(("指标数据", "Figures")[at], [h[at] for h in _FIGURES], figures)
    book.save(out)
