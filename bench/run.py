"""Ours beside a fixed peer and the limit: `python bench/run.py [--quick] [--json]`.

Each row: what, size, seconds (median) of ours, of the peer and of the limit, and the ratios. The peer does less than we
do (its docstring says what); the limit is what the machine needs for the unavoidable part alone.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests" / "reading")]
os.environ["TONGJIAN_HOME"] = tempfile.mkdtemp(prefix="tongjian-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

from document_makers import pdf  # noqa: E402
from measured import median  # noqa: E402
from peers import plain_docx, plain_openpyxl, plain_pdfium, plain_regex  # noqa: E402

SENTENCES = (
    "地区生产总值完成{a}.{b}亿元，同比增长{b}.{c}%，高于全市{c}.{b}个百分点。",
    "新建改扩建学校{c}所，新增学位{a}{b}0个，建成养老服务驿站{b}家。",
    "推进河道综合治理工程，确保年底前完成主体施工，力争开工建设{c}条道路。",
    "1—11月一般公共预算收入{a}.{b}亿元，扣除留抵退税因素后增长{c}.{b}%。",
    "进一步优化营商环境，持续推动“放管服”改革，不断完善企业服务机制。",
)


@dataclass(frozen=True)
class Row:
    what: str
    size: str
    ours_s: float
    peer_s: float
    limit_s: float
    peer: str
    limit: str

    @property
    def ratios(self) -> str:
        return f"{self.ours_s / self.peer_s:5.1f} × peer, {self.ours_s / self.limit_s:6.1f} × limit"


def sample_text(characters: int) -> str:
    head = "某区2022年国民经济和社会发展计划执行情况与2023年计划草案的报告\n一、2022年计划执行情况\n"
    lines, size, n = [head], len(head), 0
    while size < characters:
        if n == len(SENTENCES) * 40:
            lines.append("\n二、2023年主要措施\n")
        line = SENTENCES[n % len(SENTENCES)].format(a=n % 97 + 3, b=n % 7 + 2, c=n % 9 + 1)
        lines.append(line + ("\n" if n % 6 == 5 else ""))
        size, n = size + len(line), n + 1
    return "".join(lines)


def reading(quick: bool) -> Row:
    from tongjian.reading import read_text

    text = sample_text(10_000 if quick else 100_000)
    digits = re.compile(r"\d")
    return Row(
        "read a report into figures, commitments, achievements",
        f"{len(text):,} characters",
        median(lambda: read_text(text), 3 if quick else 5),
        median(lambda: plain_regex.figures(text), 5),
        median(lambda: digits.findall(text), 5),
        "one regular expression, numbers and units only",
        "finding every digit once",
    )


def opening_pdf(quick: bool) -> Row:
    from tongjian.reading.documents.open import open_document

    data = _printed(sample_text(8_000 if quick else 50_000))
    return Row(
        "open a PDF as paragraphs with offsets, running heads left out",
        f"{len(open_document(data, 'a.pdf').text):,} characters",
        median(lambda: open_document(data, "a.pdf"), 3),
        median(lambda: plain_pdfium.text(data), 3),
        median(lambda: sum(data), 3),
        "pypdfium2's own text of each page, neither paragraphs nor places",
        "adding up the bytes of the file",
    )


def _printed(text: str) -> bytes:
    """The text set in lines of 34 characters, 40 to a page."""
    lines = [part[at : at + 34] for part in text.split("\n") for at in range(0, len(part), 34)]
    pages = [lines[at : at + 40] for at in range(0, len(lines), 40)]
    return pdf([[(60, 780 - 18 * n, 14, line) for n, line in enumerate(page)] for page in pages])


def collection(quick: bool) -> Row:
    import ground

    ground.ready()
    from tongjian.facts import catalogue

    now = datetime.now(UTC)
    catalogue.sync(now)
    rows = 300 if quick else 2900
    rounds = 1 if quick else 2
    books = [_workbook(rows, salt) for salt in range(rounds + 1)]
    data, waiting = books[0], iter(books)

    def ours() -> None:
        _submit(next(waiting), now)

    def limit() -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                package.read(name)

    return Row(
        "take in a workbook: check every cell, write facts with evidence and events",
        f"{rows} rows",
        median(ours, rounds),
        median(lambda: plain_openpyxl.cells(data), 3),
        median(limit, 5),
        "openpyxl reading the cells, nothing checked or written",
        "unpacking the file",
    )


def _submit(data: bytes, now: datetime) -> None:
    from tongjian.facts.collection.actions import submit
    from tongjian.kernel.models import Organisation
    from tongjian.values import Period

    done = submit(
        data,
        "bench.xlsx",
        organisation=Organisation.objects.get(subject__key="hotline"),
        period=Period.parse("2022"),
        by=None,
        at=now,
    )
    assert done.state == "accepted", done.problems[:3]


def _workbook(rows: int, salt: int = 0) -> bytes:
    """A hotline workbook: three rates of the district's areas for two years, single months and since January."""
    from openpyxl import Workbook

    from tongjian.facts.models import Metric
    from tongjian.kernel.models import Area

    owned = Metric.objects.filter(owner__subject__key="hotline", unit="%")
    metrics = [m for m in owned if m.collect][:3]  # the others are measured, nobody sends them
    areas = list(Area.objects.filter(parent__subject__key="tongzhou").select_related("subject"))
    book = Workbook()
    sheet = book.active
    sheet.title = "填报"
    sheet.append(
        [
            "指标编码",
            "指标名称",
            "地区",
            "分组",
            "度量",
            "口径",
            "单位",
            "时期",
            "数值",
            "界定",
            "状态",
            "备注",
        ]
    )
    periods = [
        p
        for y in (2022, 2021)
        for m in range(1, 13)
        for p in (f"{y}-{m:02d}", f"{y}-01/{y}-{m:02d}")
        if p[-2:] != "01"
    ]
    lines = [(period, metric, area) for period in periods for metric in metrics for area in areas]
    for n, (period, metric, area) in enumerate(lines[:rows]):
        value = 50 + (n + salt) % 4900 / 100
        sheet.append(
            [metric.key, metric.name, area.subject.label, "", "", "", "%", period, value, "", "", ""]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def writing(quick: bool) -> Row:
    from tongjian.reports.writing import write

    now = datetime(2023, 1, 4, tzinfo=UTC)
    template, resolver, said = _template(60 if quick else 250)
    written = write(template, resolver, year=2022, at=now)
    raw = b"".join(
        zipfile.ZipFile(io.BytesIO(written.docx)).read(n)
        for n in zipfile.ZipFile(io.BytesIO(written.docx)).namelist()
    )
    import zlib

    return Row(
        "write and trace a report of anchored figures, docx and HTML",
        f"{said} figures",
        median(lambda: write(template, resolver, year=2022, at=now), 3),
        median(lambda: plain_docx.write([p.text for p in written.tree.walk()]), 3),
        median(lambda: zlib.compress(raw), 5),
        "python-docx, plain paragraphs without anchors",
        "deflating the bytes",
    )


def _template(lines: int) -> tuple[str, object, int]:
    """A template quoting one fact of the ledger again and again, resolved from the ledger."""
    from tongjian.facts.models import Fact
    from tongjian.facts.queries import ref_of
    from tongjian.reports.resolver import LedgerResolver

    facts = Fact.objects.select_related("series__metric", "series__subject")[:lines]
    refs = [str(ref_of(f.series, f.interval)) for f in facts]
    body = "\n".join(f"各街乡镇持续改进工作，指标为{{{{ {ref} }}}}，继续保持。" for ref in refs)
    return f"# 样例报告\n\n{body}\n", LedgerResolver("tongzhou", datetime.now(UTC)), len(refs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, ends within 10 s")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    arguments = parser.parse_args()
    import django

    django.setup()
    rows = [measure(arguments.quick) for measure in (reading, opening_pdf, collection, writing)]
    if arguments.json:
        print(json.dumps([asdict(r) for r in rows], indent=1))
        return 0
    for row in rows:
        print(f"{row.what} ({row.size})")
        print(
            f"  ours {row.ours_s:8.4f} s   peer {row.peer_s:8.4f} s   limit {row.limit_s:8.5f} s   {row.ratios}"
        )
        print(f"  peer: {row.peer}; limit: {row.limit}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
