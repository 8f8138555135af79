"""`tongjian check FILE`: a report held against itself, last year's, a sibling and the ledger."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli.language import language, text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.checking.types import Checked, Finding, LedgerFact
    from tongjian.reading.types import Reading

AROUND = 18  # characters shown on each side of a place


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "核查报告：前后矛盾、算术、表述、残留", "check a report: contradictions, arithmetic, words, leftovers"
    )
    parser = subparsers.add_parser("check", help=about, description=about)
    parser.add_argument("file", metavar=text("文件", "FILE"), help="txt, docx, pdf, html, ofd, doc, wps")
    parser.add_argument(
        "--previous", metavar="FILE", help=text("上年同类报告", "last year's report of the same kind")
    )
    parser.add_argument(
        "--sibling", metavar="FILE", help=text("同期另一份报告", "another report of the same session")
    )
    parser.add_argument(
        "--ledger",
        action="store_true",
        help=text("并与台账核对（需要数据库）", "also against the ledger (needs the database)"),
    )
    out = parser.add_mutually_exclusive_group()
    out.add_argument("--json", action="store_true", help=text("以 JSON 输出", "print JSON"))
    out.add_argument("--xlsx", metavar="OUT", help=text("写入 Excel 工作簿", "write an Excel workbook"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0: nothing, or hints only; 1: errors or questions. Raises ReadingError, which ends the command with 2."""
    from tongjian.checking import check

    path = Path(arguments.file)
    reading = _read(path)
    previous, sibling = (_read(Path(p)) if p else None for p in (arguments.previous, arguments.sibling))
    checked = check(
        reading, previous=previous, sibling=sibling, ledger=_ledger() if arguments.ledger else None
    )
    if arguments.json:
        _json(checked, reading)
    elif arguments.xlsx:
        if code := _workbook(checked, reading, Path(arguments.xlsx), path.name):
            return code
    else:
        print("\n".join(summary(checked, reading, path.name)))
    return 1 if checked.wrong else 0


def _read(path: Path) -> Reading:
    from tongjian.reading.api import read_document, require_content
    from tongjian.reading.limited import open_file

    return require_content(read_document(open_file(path)), path.name)


def _ledger() -> Sequence[LedgerFact]:
    """All values of the district on the ledger, and the targets of the city around it."""
    from tongjian.cli._django import setup

    setup()
    from django.conf import settings

    from tongjian.facts.held import ledger_facts
    from tongjian.facts.models import Fact
    from tongjian.kernel.models import Subject
    from tongjian.plans.held import wider_targets
    from tongjian.plans.models import PlanYear

    found = Subject.objects.filter(key=settings.DISTRICT).first()
    if found is None:
        return ()
    return (*ledger_facts(Fact.objects.all(), found), *wider_targets(found, PlanYear.objects.all()))


def _json(checked: Checked, reading: Reading) -> None:
    from tongjian.checking.export import as_json

    written = json.dumps(as_json(checked, reading.document.text), ensure_ascii=False, indent=1)
    sys.stdout.buffer.write(written.encode("utf-8", "backslashreplace") + b"\n")


def _workbook(checked: Checked, reading: Reading, out: Path, name: str) -> int:
    from tongjian.checking.export import write_xlsx

    try:
        write_xlsx(checked, reading, out, language=language(), name=name)
    except OSError as error:
        problem = text(f"错误：无法写入“{out}”（{error}）。", f"Error: {out} cannot be written ({error}).")
        print(problem, file=sys.stderr)
        return 2
    print(text(f"已写入 {out}", f"Wrote {out}"))
    return 0


def summary(checked: Checked, reading: Reading, name: str) -> Iterator[str]:
    """Title, counts, findings with their arithmetic and place, rules run and skipped."""
    from tongjian.checking.types import Severity

    counts = Counter(f.severity for f in checked.findings)
    yield reading.outline.title or name
    yield text(
        f"{len(reading.document.text)} 字，数据 {len(reading.figures)} 个；"
        f"错误 {counts[Severity.ERROR]}，疑点 {counts[Severity.QUESTION]}，提示 {counts[Severity.HINT]}",
        f"{len(reading.document.text)} characters, {len(reading.figures)} figures; "
        f"errors {counts[Severity.ERROR]}, questions {counts[Severity.QUESTION]}, hints {counts[Severity.HINT]}",
    )
    for severity in Severity:
        for found in checked.findings:
            if found.severity is severity:
                yield ""
                yield from told(found, reading.document.text)
    yield ""
    yield from _rules(checked)


def told(found: Finding, document: str) -> Iterator[str]:
    """A finding in four lines: what, where, fix."""
    from tongjian.checking.export import severity, source

    to = language()
    yield f"[{severity(found.severity, to)} {found.code}] {text(found.zh, found.en)}"
    for span in found.spans[:3]:
        shown = _around(document, span.start, span.end) if span.source == "this" else span.text
        where = source(span, to) if span.source != "this" else text("原文", "text")
        yield f"    {where}: {shown}"
    if len(found.spans) > 3:
        yield text(f"    … 另有 {len(found.spans) - 3} 处", f"    … and {len(found.spans) - 3} more places")
    yield f"    → {text(found.zh_fix, found.en_fix)}"


def _around(document: str, start: int, end: int) -> str:
    """The place in its line, marked by brackets of its own."""
    before = document[max(0, start - AROUND) : start].split("\n")[-1]
    after = document[end : end + AROUND].split("\n")[0]
    return f"…{before}⟦{document[start:end]}⟧{after}…".replace("\n", " ")


def _rules(checked: Checked) -> Iterator[str]:
    run_codes = sorted({name.split("/")[0] for name in checked.run})
    yield text(
        f"已运行 {len(checked.run)} 条规则：{'、'.join(run_codes)}",
        f"Rules run: {len(checked.run)} ({', '.join(run_codes)})",
    )
    by_reason: dict[str, list[str]] = {}
    for skipped in checked.skipped:
        by_reason.setdefault(text(skipped.zh, skipped.en), []).append(skipped.rule.split("/")[0])
    for why, names in by_reason.items():
        listed = text("、", ", ").join(dict.fromkeys(names))
        yield text(f"未运行（{why}）：{listed}", f"Not run ({why}): {listed}")
