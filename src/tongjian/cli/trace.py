"""`tongjian trace REPORT.docx`: every figure with its source, every number without one. Needs no database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongjian.cli.language import language, text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.reports.trace import Trace


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("核对报告：每个数字的出处", "trace a report: where every number comes from")
    parser = subparsers.add_parser("trace", help=about, description=about)
    parser.add_argument("file", metavar=text("报告.docx", "REPORT.docx"))
    parser.add_argument(
        "--manifest",
        metavar="FILE",
        help=text(
            "清单所在的 docx 或 json（正式稿自身没有）",
            "the docx or JSON with the manifest, for a clean copy that has none",
        ),
    )
    parser.add_argument("--json", action="store_true", help=text("以 JSON 输出", "print as JSON"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when every number has its source, 1 when one has none; raises ReadingError, which ends with 2."""
    from tongjian.cli.verify import manifest_beside
    from tongjian.reading.documents.open import load
    from tongjian.reports.trace import trace

    path = Path(arguments.file)
    try:
        beside = manifest_beside(arguments.manifest)
    except OSError as error:
        print(text(f"错误：{error}", f"Error: {error}"), file=sys.stderr)
        return 2
    found = trace(load(path), path.name, beside=beside)
    written = as_json(found) if arguments.json else "\n".join(as_lines(found, path.name))
    sys.stdout.buffer.write(written.encode("utf-8", "backslashreplace") + b"\n")
    return 0 if found.holds else 1


def as_json(found: Trace) -> str:
    problems = [
        {"code": p.code, "params": p.params, "en": p.message("en"), "zh": p.message("zh")}
        for p in found.problems
    ]
    whole = {
        "title": found.title,
        "holds": found.holds,
        "figures": found.figures,
        "literals": found.literals,
        "problems": problems,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def as_lines(found: Trace, name: str) -> Iterator[str]:
    """A list for a person: each figure, what it is, and the tree of what it comes from."""
    yield found.title or name
    yield text(
        f"数字 {len(found.figures)} 个，标记文字 {len(found.literals)} 处，问题 {len(found.problems)} 个",
        f"{len(found.figures)} figures, {len(found.literals)} marked texts, {len(found.problems)} problems",
    )
    yield ""
    for number, entry in enumerate(found.figures.values(), 1):
        yield f"{number:>4}  {entry['before']}{entry['shown']}{entry['after']}  ← {_identity(entry)}"
        yield from _sources(entry, 1)
    if found.problems:
        yield ""
        yield text("问题：", "Problems:")
    for problem in found.problems:
        yield f"  ✗ {problem.message(language())}"


def _identity(entry: Mapping[str, Any]) -> str:
    """Which fact: the reference, the name, the period."""
    return f"{entry.get('indicator', '')} {entry.get('period', '')} · {entry.get('expression', '')}"


def _sources(entry: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Where the figure stands, or what it is derived from, one step further in for each level."""
    indent = "      " + "  " * (depth - 1)
    place = entry.get("place")
    if place:
        locator = f" {place['locator']}" if place.get("locator") else ""
        yield f"{indent}{place['file']}{locator}{_excerpt(place)}"
    inputs = entry.get("inputs") or []
    if inputs:
        yield indent + text(f"由以下数据计算（{entry['derived']}）：", f"derived ({entry['derived']}) from:")
    for other in inputs:
        yield f"{indent}- {other.get('value')}{other.get('unit', '')} ← {_identity(other)}"
        yield from _sources(other, depth + 2)


def _excerpt(place: Mapping[str, Any]) -> str:
    excerpt = str(place.get("excerpt") or "").strip().replace("\n", " ")
    return f"  “{excerpt[:40]}{'…' if len(excerpt) > 40 else ''}”" if excerpt else ""
