"""`tongjian read FILE`: figures, commitments and achievements of a report, without a database."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.cli.language import language, text
from tongjian.reading.labels import label
from tongjian.reading.types import Hints, Reading

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SHOWN = 8  # rows of each kind in the summary
WIDE = "WF"  # East Asian widths that take two columns


def register(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    about = text("读取报告：指标数据、承诺、成效", "read a report: figures, commitments, achievements")
    parser = subparsers.add_parser("read", help=about, description=about)
    parser.add_argument("file", metavar=text("文件", "FILE"), help="txt, docx, pdf, html, ofd, doc, wps")
    out = parser.add_mutually_exclusive_group()
    out.add_argument(
        "--json", action="store_true", help=text("以 JSON 输出全部结果", "print everything as JSON")
    )
    out.add_argument("--xlsx", metavar="OUT", help=text("写入 Excel 工作簿", "write an Excel workbook"))
    parser.add_argument("--title", help=text("标题（文中没有时）", "title, when the text does not say"))
    parser.add_argument("--area", help=text("地区（文中没有时）", "area, when the text does not say"))
    parser.add_argument(
        "--year",
        type=int,
        help=text(
            "计划或工作报告的作报告年份；公报所述年份",
            "year in which a report is given; year that a bulletin covers",
        ),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0; raises ReadingError, which ends the command with 2."""
    path = Path(arguments.file)
    reading = _read(path, Hints(arguments.title, arguments.area, arguments.year))
    if arguments.json:
        _print_json(reading)
    elif arguments.xlsx:
        return _write_workbook(reading, Path(arguments.xlsx), path.name)
    else:
        print("\n".join(summary(reading, path.name)))
    return 0


def _read(path: Path, hints: Hints) -> Reading:
    from tongjian.reading.api import read_document, require_content
    from tongjian.reading.limited import open_file

    return require_content(read_document(open_file(path), hints), path.name)


def _print_json(reading: Reading) -> None:
    from tongjian.reading.export import as_json

    written = json.dumps(as_json(reading), ensure_ascii=False, indent=1)
    sys.stdout.buffer.write(written.encode("utf-8", "backslashreplace") + b"\n")


def _write_workbook(reading: Reading, out: Path, name: str) -> int:
    from tongjian.reading.export import write_xlsx

    try:
        write_xlsx(reading, out, language=language(), name=name)
    except OSError as error:
        print(
            text(f"错误：无法写入“{out}”（{error}）。", f"Error: {out} cannot be written ({error})."),
            file=sys.stderr,
        )
        return 2
    print(text(f"已写入 {out}", f"Wrote {out}"))
    return 0


# The summary


def summary(reading: Reading, name: str) -> list[str]:
    """Counts and the first rows, as lines for a person."""
    return [
        *_head(reading, name),
        *_figures(reading),
        *_commitments(reading),
        *_achievements(reading),
        *_skipped(reading),
        text("全部结果：加 --json 或 --xlsx OUT.xlsx", "Everything: add --json or --xlsx OUT.xlsx"),
    ]


def _head(reading: Reading, name: str) -> list[str]:
    frame, unknown = reading.outline, text("未知", "unknown")
    years = text(
        f"回顾 {frame.reviewed or unknown}，计划 {frame.planned or unknown}",
        f"reviews {frame.reviewed or unknown}, plans {frame.planned or unknown}",
    )
    size = len(reading.document.text)
    return [
        frame.title or name,
        text(
            f"地区：{frame.area or unknown}；年份：{years}；{size} 字",
            f"Area: {frame.area or unknown}; {years}; {size} characters",
        ),
        "",
    ]


def _figures(reading: Reading) -> list[str]:
    title = text(f"指标数据 {len(reading.figures)} 个", f"Figures: {len(reading.figures)}")
    rows = [
        (f.indicator, f.text, f.period, label("status", f.status, language()))
        for f in reading.figures[:SHOWN]
    ]
    return _table(title, (28, 14, 16, 8), rows, len(reading.figures))


def _commitments(reading: Reading) -> list[str]:
    found = reading.commitments
    firm = Counter(c.firmness for c in found)["hard"]
    title = text(f"承诺 {len(found)} 条（可核 {firm} 条）", f"Commitments: {len(found)} ({firm} hard)")
    rows = [(c.object, c.action, c.milestone or "", c.deadline) for c in found[:SHOWN]]
    return _table(title, (40, 12, 8, 8), rows, len(found))


def _achievements(reading: Reading) -> list[str]:
    found = reading.achievements
    title = text(f"成效 {len(found)} 条", f"Achievements: {len(found)}")
    rows = [(a.object, a.state_words, a.state, a.period) for a in found[:SHOWN]]
    return _table(title, (40, 12, 8, 8), rows, len(found))


def _skipped(reading: Reading) -> list[str]:
    """What the file holds beside the text that was read."""
    from tongjian.reading.documents.skips import told

    found = reading.document.skipped
    if not found:
        return []
    shown = ["  " + told(item, language()) for item in found[:SHOWN]]
    title = text(f"未读取的内容 {len(found)} 处", f"Not read: {len(found)}")
    return [title, *shown, *_more(len(found)), ""]


def _table(title: str, widths: Sequence[int], rows: Sequence[Sequence[str]], total: int) -> list[str]:
    lines = ["  " + " ".join(map(_padded, row, widths)).rstrip() for row in rows]
    return [title, *lines, *_more(total), ""]


def _more(total: int) -> list[str]:
    rest = total - SHOWN
    return [text(f"  … 另有 {rest} 条", f"  … and {rest} more")] if rest > 0 else []


def _padded(content: str, width: int) -> str:
    """Cut or filled to so many columns of a terminal, where a Chinese character takes two."""
    shown, used = "", 0
    for character in content.replace("\n", " "):
        step = 2 if unicodedata.east_asian_width(character) in WIDE else 1
        if used + step > width:
            break
        shown, used = shown + character, used + step
    return shown + " " * (width - used)
