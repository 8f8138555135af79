"""Damaged documents: what was read stays true to the file, or a ReadingError says what is wrong.

    python tests/reading/mutations.py --seed 1 --count 10000 [--format docx]

prints one line for each format and each failure, with the seed that makes the same file again; exit 1 on failures.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import signal
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]

from document_makers import docx, field, p, pdf, r  # noqa: E402
from test_documents_ofd import ofd  # noqa: E402

from tongjian.reading import ReadingError, open_document, read_document  # noqa: E402
from tongjian.reading.types import Document, Reading  # noqa: E402

LINES = (
    "青石区2022年国民经济和社会发展计划执行情况与2023年计划草案的报告",
    "一、2022年计划执行情况",
    "全年地区生产总值892.3亿元，同比增长4.1%，高于全市3.3个百分点，居全市第四。",
    "新建改建学校12所、新增学位900个，三次产业结构为8.3:71.1:20.6，实现“零投诉”。",
    "二、2023年主要措施",
    "力争年底前建成南大街、东关路等5条道路，完成投资3.5亿元，登记失业率控制在5%以内。",
)
_NOISE = "0123456789.%，。、：；“”（）()《》—-\n\t|<>&/=\"'一二三四五六七八九十百千万亿增长下降年月日个第\x00\ufeff\ud7ff𠀀"


SECONDS = 4  # of processor time that one small file may take


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def samples() -> Mapping[str, bytes]:
    """A small whole document of each format."""
    table = "".join(f"<w:tc>{p(r(cell))}</w:tc>" for cell in ("产值", "5亿元", "3%"))
    box = (
        f"<w:r><w:pict><v:textbox><w:txbxContent>{p(r(LINES[3]))}</w:txbxContent></v:textbox></w:pict></w:r>"
    )
    body = "".join(p(r(line)) for line in LINES) + p(box + field("PAGE", r("1")))
    rows = "<table><tr><th>指标</th><th>增长</th></tr><tr><td>产值</td><td>5%</td></tr></table>"
    page = "<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><nav>首页</nav>"
    return {
        "txt": "\n".join(LINES).encode(),
        "gb18030": "\n".join(LINES).encode("gb18030"),
        "docx": docx(f"{body}<w:tbl><w:tr>{table}</w:tr></w:tbl>", {"header": p(r("内部资料"))}),
        "pdf": pdf([[(60.0, 760.0 - 24 * i, 12.0, line) for i, line in enumerate(LINES)]] * 2),
        "html": (page + "".join(f"<p>{line}</p>" for line in LINES) + rows + "</body></html>").encode(),
        "ofd": ofd([[(20.0, 30.0 + 9 * i, 4.0, line) for i, line in enumerate(LINES)]]),
    }


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The same bytes with one to five places changed; of a package, often one of its parts."""
    if data.startswith(b"PK") and chance.random() < 0.8:
        return _in_package(data, chance)
    return _changed(data, chance)


def _in_package(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as made:
        hit = chance.choice(source.namelist())
        for name in source.namelist():
            part = source.read(name)
            if name != hit or chance.random() < 0.98:  # now and then a part is missing
                made.writestr(name, _changed(part, chance) if name == hit else part)
    return out.getvalue()


def _changed(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, or for text more often whole characters, outside of tags."""
    for encoding in ("utf-8", "gb18030"):
        if chance.random() < 0.7 and not data.startswith(b"%PDF"):
            try:
                return _characters(data.decode(encoding), chance).encode(encoding, "ignore")
            except UnicodeDecodeError:
                continue
    return _bytes(data, chance)


def _characters(text: str, chance: random.Random) -> str:
    parts = re.split(r"(<[^>]*>)", text)
    for _ in range(chance.randint(1, 8)):
        i = chance.randrange(0, len(parts), 2 if chance.random() < 0.8 else 1)
        at, size = chance.randrange(len(parts[i]) + 1), chance.choice((0, 1, 1, 3, 20))
        put = "".join(chance.choice(_NOISE) for _ in range(chance.choice((0, 1, 2, 8))))
        again = chance.choice((1, 1, 1, 2, 200))
        parts[i] = parts[i][:at] + put * again + parts[i][at + size :]
    return "".join(parts)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at, size = chance.randrange(len(made) + 1), chance.choice((1, 1, 2, 5, 20, 200))
        what = chance.randrange(6)
        if what == 0:
            del made[at : at + size]
        elif what == 1:
            made[at:at] = made[at : at + size] * chance.choice((1, 2, 50))
        elif what == 2:
            made[at : at + 1] = bytes([chance.randrange(256)])
        elif what == 3:
            made[at:at] = "".join(chance.choice(_NOISE) for _ in range(size)).encode("utf-8", "ignore")
        elif what == 4:
            other = chance.randrange(len(made) + 1)
            made[at : at + size], made[other : other + size] = (
                made[other : other + size],
                made[at : at + size],
            )
        elif chance.random() < 0.2:
            del made[at:]
    return bytes(made) or b"x"


def check(data: bytes, name: str) -> str:
    """Read it; what was read must be true to the text. Returns `read` or the error's code; raises AssertionError."""
    try:
        document = open_document(data, name)
    except ReadingError as error:
        return error.code
    faithful(read_document(document))
    return "read"


def faithful(reading: Reading) -> None:
    """Offsets give back the text, blocks hold all of it, indexes lead to figures inside the clause."""
    text = reading.document.text
    _blocks(reading.document)
    for f in reading.figures:
        assert text[f.start : f.end] == f.text, f
        if f.indicator_start is not None:
            assert text[f.indicator_start : f.indicator_end] == f.indicator, f
    for row in (*reading.commitments, *reading.achievements):
        assert text[row.start : row.end] == row.text, row
        assert row.start <= row.object_start <= row.object_end <= row.end, row
        assert all(
            row.start <= reading.figures[i].start and reading.figures[i].end <= row.end for i in row.figures
        )
    for section in reading.outline.sections:
        assert 0 <= section.start <= section.end <= len(text), section


def _blocks(document: Document) -> None:
    blocks = document.blocks
    assert all(a.end <= b.start for a, b in pairwise(blocks))
    inside = "".join(document.text[b.start : b.end] for b in blocks)
    assert "".join(inside.split()) == "".join(document.text.split())


def seeded(kind: str, seed: int) -> bytes:
    """The damaged file of this format and seed."""
    return mutated(samples()[kind], random.Random(f"{kind}:{seed}"))


def run(kind: str, first: int, count: int, say: Callable[[str], None]) -> int:
    """Check `count` damaged files from this seed on; returns how many failed."""
    data, failed, outcomes = samples()[kind], 0, dict[str, int]()
    signal.signal(signal.SIGPROF, _too_long)
    began = time.monotonic()
    for seed in range(first, first + count):
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            outcome = check(mutated(data, random.Random(f"{kind}:{seed}")), f"a.{kind}")
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        except Exception as error:
            failed += 1
            say(f"{kind} seed {seed}: {type(error).__name__}: {error}")
    signal.setitimer(signal.ITIMER_PROF, 0)
    told = ", ".join(f"{n} {code}" for code, n in sorted(outcomes.items(), key=lambda item: -item[1]))
    say(f"{kind}: {count} files in {time.monotonic() - began:.0f} s: {told}; {failed} failed")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000, help="files of each format")
    parser.add_argument("--format", choices=sorted(samples()), action="append")
    arguments = parser.parse_args()
    kinds = arguments.format or list(samples())
    failed = sum(run(kind, arguments.seed, arguments.count, print) for kind in kinds)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
