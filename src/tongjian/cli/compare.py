"""`tongjian compare LAST THIS`: what became of last year's promises, without a database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongjian.cli.language import language, text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.comparing.types import Answer, Comparison
    from tongjian.reading.types import Reading

SHOWN = 12  # promises of each outcome in the summary


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("比对前后两年报告：承诺的兑现", "compare two years' reports: what became of the promises")
    parser = subparsers.add_parser("compare", help=about, description=about)
    parser.add_argument(
        "last", metavar=text("上年报告", "LAST"), help=text("txt、docx、pdf 等", "txt, docx, pdf …")
    )
    parser.add_argument(
        "this", metavar=text("今年报告", "THIS"), help=text("txt、docx、pdf 等", "txt, docx, pdf …")
    )
    out = parser.add_mutually_exclusive_group()
    out.add_argument(
        "--json", action="store_true", help=text("以 JSON 输出全部结果", "print everything as JSON")
    )
    out.add_argument("--html", metavar="OUT", help=text("写成网页", "write a web page"))
    out.add_argument("--xlsx", metavar="OUT", help=text("写入 Excel 工作簿", "write an Excel workbook"))
    parser.add_argument(
        "--answers",
        metavar="FILE",
        help=text("人工确认的 JSON 文件", "JSON file of a person's answers to questions"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0; 2 for an answers file that does not read. Raises ReadingError, which ends the command with 2."""
    from tongjian.comparing import compare

    try:
        answers = _answers(arguments.answers)
    except (OSError, ValueError) as error:
        problem = text(
            f"错误：确认文件“{arguments.answers}”无法读取（{error}）。",
            f"Error: {arguments.answers} cannot be read as answers ({error}).",
        )
        print(problem, file=sys.stderr)
        return 2
    found = compare(_read(arguments.last), _read(arguments.this), answers)
    if arguments.json:
        return _print_json(found)
    if arguments.html or arguments.xlsx:
        return _write(found, arguments.html, arguments.xlsx)
    print("\n".join(summary(found)))
    return 0


def _read(name: str) -> Reading:
    from tongjian.reading.api import read_document, require_content
    from tongjian.reading.limited import open_file

    path = Path(name)
    return require_content(read_document(open_file(path)), path.name)


def _answers(name: str | None) -> list[Answer]:
    from tongjian.comparing.answers import read_answers

    return [] if name is None else read_answers(Path(name).read_text(encoding="utf-8"))


def _print_json(found: Comparison) -> int:
    from tongjian.comparing.export import as_json

    written = json.dumps(as_json(found), ensure_ascii=False, indent=1)
    sys.stdout.buffer.write(written.encode("utf-8", "backslashreplace") + b"\n")
    return 0


def _write(found: Comparison, html: str | None, xlsx: str | None) -> int:
    out = Path(html or xlsx or "")
    try:
        out.write_bytes(_bytes(found, html is not None))
    except OSError as error:
        problem = text(f"错误：无法写入“{out}”（{error}）。", f"Error: {out} cannot be written ({error}).")
        print(problem, file=sys.stderr)
        return 2
    print(text(f"已写入 {out}", f"Wrote {out}"))
    return 0


def _bytes(found: Comparison, as_html: bool) -> bytes:
    if as_html:
        from tongjian.comparing.html import page

        return page(found, language()).encode("utf-8")
    from tongjian.comparing.xlsx import workbook

    return workbook(found, language())


# The summary


def summary(found: Comparison) -> list[str]:
    """Counts by outcome and the first promises of each, as lines for a person."""
    return [*_head(found), *(line for o in _outcomes() for line in _of(found, o)), *_foot(found)]


def _head(found: Comparison) -> list[str]:
    return [f"{found.last.outline.title} → {found.this.outline.title}", ""]


def _outcomes() -> Sequence[Any]:
    from tongjian.comparing.labels import ORDER

    return ORDER


def _of(found: Comparison, outcome: Any) -> list[str]:
    from tongjian.comparing.labels import OUTCOMES
    from tongjian.comparing.rows import rows

    mine = [row for row in rows(found, language()) if row.outcome is outcome]
    title = f"{OUTCOMES[outcome].text(language())} {found.counts()[outcome]}"
    lines = [f"  {row.object} ← {row.answer}" if row.answer else f"  {row.object}" for row in mine[:SHOWN]]
    rest = len(mine) - SHOWN
    more = [text(f"  … 另有 {rest} 条", f"  … and {rest} more")] if rest > 0 else []
    return [title, *lines, *more, ""]


def _foot(found: Comparison) -> list[str]:
    asked = len(found.questions)
    lines = [
        text(
            f"待人工确认 {asked} 处：--json 或 --xlsx 列出，--answers 带回",
            f"{asked} questions for a person: listed by --json or --xlsx, brought back by --answers",
        )
    ]
    everything = text(
        "全部结果：加 --json、--html OUT.html 或 --xlsx OUT.xlsx",
        "Everything: add --json, --html OUT.html or --xlsx OUT.xlsx",
    )
    return [*(lines if asked else []), everything]
