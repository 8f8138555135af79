"""`tongjian bind DRAFT.docx -o OUT.docx`: every number of a typed draft anchored to its fact, or listed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongjian.cli._django import with_ledger
from tongjian.cli.language import language, text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.kernel.models import Subject
    from tongjian.reports.drafts.types import Bound, Item


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("将稿件中的数字与台账绑定", "bind the numbers of a typed draft to the ledger")
    parser = subparsers.add_parser("bind", help=about, description=about)
    parser.add_argument("file", metavar=text("稿件.docx", "DRAFT.docx"))
    parser.add_argument(
        "-o", "--out", metavar="OUT.docx", help=text("写出已绑定的稿件", "write the bound draft")
    )
    parser.add_argument(
        "--year",
        type=int,
        help=text("报告所述年度（文中没有时）", "year reviewed, when the text does not say"),
    )
    parser.add_argument(
        "--area",
        metavar="KEY",
        help=text("地区编码，默认本区", "key of the area; the installation's district unless given"),
    )
    parser.add_argument(
        "--answers", metavar="FILE", help=text("人工选择的 JSON 文件", "JSON file of a person's choices")
    )
    parser.add_argument("--json", action="store_true", help=text("以 JSON 输出", "print as JSON"))
    parser.set_defaults(run=with_ledger(run))


def run(arguments: argparse.Namespace) -> int:
    """0 when every number is bound; 1 when something is left to do; 2 when a file cannot be read or written."""
    from django.utils import timezone

    from tongjian.reading.documents.open import load
    from tongjian.reports.drafts.binding import Draft, bind

    path = Path(arguments.file)
    try:
        draft = Draft(load(path), path.name, _subject(arguments.area), arguments.year)
        found = bind(draft, known_at=timezone.now(), answers=_answers(arguments.answers))
        if arguments.out:
            Path(arguments.out).write_bytes(found.data)
    except (OSError, ValueError, LookupError) as error:
        print(text(f"错误：{error}", f"Error: {error}"), file=sys.stderr)
        return 2
    written = (
        json.dumps(as_json(found), ensure_ascii=False, indent=1)
        if arguments.json
        else "\n".join(as_lines(found))
    )
    sys.stdout.buffer.write(written.encode("utf-8", "backslashreplace") + b"\n")
    return 1 if found.open else 0


def as_json(found: Bound) -> dict[str, Any]:
    return {
        "counts": {s.value: n for s, n in found.counts().items()},
        "items": [_item(i) for i in found.items],
        "answers": dict(found.answers),
    }


def as_lines(found: Bound) -> Iterator[str]:
    """Counts, then what is left to do, each with its sentence and what may be meant."""
    from tongjian.reports.drafts.messages import state_label, why_label

    counts = found.counts()
    yield "，".join(f"{state_label(s, language())} {n}" for s, n in counts.items())
    for item in found.items:
        if item.state.value in ("bound", "named"):
            continue
        yield ""
        yield f"{state_label(item.state, language())}  {item.shown}  {item.indicator} {item.period}  [{item.key}]"
        yield f"    {item.sentence}"
        if item.known is not None:
            yield text(
                f"    台账：{item.suggestion}  {item.known.expression}",
                f"    ledger: {item.suggestion}  {item.known.expression}",
            )
        for candidate in item.candidates:
            yield f"    ? {candidate.ref}  {candidate.known.indicator} {candidate.known.number}{candidate.known.unit}  {why_label(candidate.why, language())}"


def _item(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "start": item.start,
        "end": item.end,
        "shown": item.shown,
        "indicator": item.indicator,
        "period": item.period,
        "state": item.state.value,
        "sentence": item.sentence,
        "expression": item.known.expression if item.known else None,
        "suggestion": item.suggestion,
        "candidates": [{"ref": c.ref, "why": c.why, "indicator": c.known.indicator} for c in item.candidates],
    }


def _answers(name: str | None) -> dict[str, str]:
    """{item key: expression of a fact, or "named"}."""
    if name is None:
        return {}
    found = json.loads(Path(name).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(text(f"{name} 不是 JSON 对象", f"{name} is no JSON object"))
    return {str(k): str(v) for k, v in found.items()}


def _subject(key: str | None) -> Subject:
    from tongjian.cli._ledger import subject

    return subject(key)
