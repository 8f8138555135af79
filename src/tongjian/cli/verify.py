"""`tongjian verify REPORT.docx`: what hands have done to the figures of a written or bound docx."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongjian.cli.language import language, text

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from tongjian.reports.verify import Verdict, Verified
    from tongjian.reports.verify.check import Now


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text(
        "核验报告：每个数字改动与否、对错",
        "verify a report: what was changed by hand, and whether it still holds",
    )
    parser = subparsers.add_parser("verify", help=about, description=about)
    parser.add_argument("file", metavar=text("报告.docx", "REPORT.docx"))
    parser.add_argument(
        "--ledger",
        action="store_true",
        help=text("并与台账现值核对", "hold it against the ledger as it is now, too"),
    )
    parser.add_argument(
        "--area",
        metavar="KEY",
        help=text("地区编码，默认本区", "key of the area; the installation's district unless given"),
    )
    parser.add_argument(
        "--manifest",
        metavar="FILE",
        help=text(
            "清单所在的 docx 或 json（文档自身没有时）",
            "the docx or JSON with the manifest, when the document has none of its own",
        ),
    )
    parser.add_argument("--json", action="store_true", help=text("以 JSON 输出", "print as JSON"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when all figures hold, 1 when one does not; raises ReadingError, which ends with 2."""
    if not arguments.ledger:
        return _run(arguments, None)
    from tongjian.cli._django import with_ledger

    return with_ledger(_with_ledger)(arguments)


def _with_ledger(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tongjian.cli._ledger import subject
    from tongjian.reports.verify.ledger import now

    return _run(arguments, now(subject(arguments.area).key, timezone.now()))


def _run(arguments: argparse.Namespace, now: Now | None) -> int:
    from tongjian.reading.documents.open import load
    from tongjian.reports.verify import verify

    path = Path(arguments.file)
    try:
        beside = manifest_beside(arguments.manifest)
    except OSError as error:
        print(text(f"错误：{error}", f"Error: {error}"), file=sys.stderr)
        return 2
    found = verify(load(path), path.name, now=now, beside=beside)
    written = (
        json.dumps(as_json(found), ensure_ascii=False, indent=1)
        if arguments.json
        else "\n".join(as_lines(found, path.name))
    )
    sys.stdout.buffer.write(written.encode("utf-8", "backslashreplace") + b"\n")
    return 0 if found.holds else 1


def manifest_beside(name: str | None) -> str | None:
    """The manifest of another docx, or of a JSON file, as text. Raises OSError, ReadingError."""
    from tongjian.reports.trace import manifest_text

    if name is None:
        return None
    data = Path(name).read_bytes()
    return manifest_text(data, name) if data.startswith(b"PK") else data.decode("utf-8", "replace")


def as_json(found: Verified) -> dict[str, Any]:
    return {
        "title": found.title,
        "holds": found.holds,
        "counts": {s.value: n for s, n in found.counts().items()},
        "changed_since": len(found.changed_since),
        "verdicts": [_verdict(v) for v in found.verdicts],
        "others": [{"code": p.code, "en": p.message("en"), "zh": p.message("zh")} for p in found.others],
    }


def _verdict(v: Verdict) -> dict[str, Any]:
    from tongjian.reports.verify.messages import told

    return {
        "state": v.state.value,
        "why": v.why,
        "written": v.written,
        "found": v.found,
        "sentence": v.sentence,
        "start": v.start,
        "end": v.end,
        "anchor": v.anchor,
        "indicator": v.indicator,
        "expression": v.expression,
        "now": v.now,
        "en": told(v.why, v.about, "en"),
        "zh": told(v.why, v.about, "zh"),
    }


def as_lines(found: Verified, name: str) -> Iterator[str]:
    """Counts, then all that was changed, each with its sentence and the reason."""
    from tongjian.reports.verify.messages import since_label, state_label
    from tongjian.reports.verify.types import State

    yield found.title or name
    counts = [f"{state_label(s, language())} {n}" for s, n in found.counts().items()]
    if found.changed_since:
        counts.append(f"{since_label(language())} {len(found.changed_since)}")
    yield text("，", ", ").join(counts)
    for other in found.others:
        yield f"  ✗ {other.message(language())}"
    for verdict in found.verdicts:
        if verdict.state is not State.UNCHANGED or verdict.now:
            yield from _lines(verdict)


def _lines(v: Verdict) -> Iterator[str]:
    from tongjian.reports.verify.messages import since_label, state_label, told

    change = (
        f"{v.written} → {v.found}" if v.written and v.found and v.written != v.found else v.found or v.written
    )
    yield ""
    yield f"{state_label(v.state, language())}  {change}  {v.indicator}".rstrip()
    if v.sentence:
        yield f"    {v.sentence.strip()}"
    if reason := told(v.why, v.about, language()):
        yield f"    {reason}"
    if v.now:
        yield f"    {since_label(language())}: {v.now}  {v.expression}"
