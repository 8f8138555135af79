"""Reading beside its peers, accuracy and speed in one table: `python bench/reading.py [--quick] [--json]`.

Accuracy is counted on the developers' labelled texts (TONGJIAN_SHARED) by their own scorer; without them only speed is
told. Each peer runs in an environment of its own under ~/.cache/tongjian-bench, made at the first run from
peers/requirements-reading.txt; one that cannot be installed says so. `--quick` takes the naive expression and one file
of each kind, nothing is installed. `--leave-out` reads each labelled text with the words left out of all dictionaries
that no other text at hand has.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src"), str(ROOT / "tests" / "reading")]

from document_makers import docx, p, pdf, r  # noqa: E402
from peers import plain_regex  # noqa: E402

from tongjian.reading import Hints, open_document, read_document, read_text  # noqa: E402
from tongjian.reading.figures import find_figures  # noqa: E402
from tongjian.reading.outline import outline  # noqa: E402

SHARED = Path(os.environ.get("TONGJIAN_SHARED", ROOT.parent / "shared"))
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tongjian-bench"
REQUIREMENTS = ROOT / "bench" / "peers" / "requirements-reading.txt"
PEERS = ("jieba", "recognizers", "jionlp", "quantulum3")
OPENERS = ("python-docx", "markitdown")
LINES = (
    "一、2022年计划执行情况",
    "全年地区生产总值892.3亿元，同比增长4.1%，高于全市3.3个百分点，居全市第四。",
    "我们坚持稳中求进，扎实推动高质量发展，城市面貌持续改善，群众获得感不断增强，各项工作迈出新的步伐。",
    "新建改建学校12所、新增学位900个，完成老旧小区综合整治和片区环境治理，道路实现全覆盖。",
    "力争年底前建成南大街、东关路等5条道路，进一步优化营商环境，完善社区议事协商机制。",
)


@dataclass(frozen=True)
class Row:
    """One reader on one set of texts. Shares of all labelled figures; None where a reader says nothing of it."""

    reader: str
    texts: str
    chars_per_second: float | None = None
    value_and_unit: float | None = None
    exactness: float | None = None
    period: float | None = None
    indicator: float | None = None
    whole: float | None = None
    note: str = ""


@dataclass(frozen=True)
class FileRow:
    """One reader opening one file: processor seconds, and how many of its characters came out (blanks left out)."""

    reader: str
    file: str
    seconds: float | None = None
    read: float | None = None
    note: str = ""


Predicted = Sequence[Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Labelled:
    """Texts with their labels: name of the set, texts, file names, labelled figures of each text."""

    name: str
    texts: Sequence[str]
    files: Sequence[str]
    golds: Sequence[Sequence[Mapping[str, Any]]]


# Texts


def labelled() -> list[Labelled]:
    """The seed report and the passages of other places; empty without TONGJIAN_SHARED."""
    if not (SHARED / "gold" / "others").is_dir():
        return []
    seed = (SHARED / "corpus" / "seed.txt").read_text(encoding="utf-8")
    sets = [Labelled("seed", [seed], ["seed.txt"], [_rows(SHARED / "gold" / "seed-figures.jsonl")])]
    folder = SHARED / "gold" / "others"
    docs = _rows(folder / "docs.jsonl")
    golds = _rows(folder / "figures.jsonl")
    texts = [(folder / doc["file"]).read_text(encoding="utf-8") for doc in docs]
    of = [[g for g in golds if g["doc"] == doc["doc"]] for doc in docs]
    return [*sets, Labelled("others", texts, [Path(doc["file"]).name for doc in docs], of)]


def long_text(sets: Sequence[Labelled], characters: int) -> str:
    """The seed report again and again, or where there is none a made-up text that holds more figures than any report."""
    if not sets:
        return made_up(characters)
    return (sets[0].texts[0] * (characters // len(sets[0].texts[0]) + 1))[:characters]


def made_up(characters: int) -> str:
    """A dense report: a figure in every fifteen characters."""
    size = sum(map(len, LINES)) + len(LINES)
    return "\n".join(LINES * (characters // size + 1))[:characters]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


# Figures


def ours(labels: Labelled) -> Predicted:
    found = [read_text(t, Hints(name=f)).figures for t, f in zip(labels.texts, labels.files, strict=True)]
    return [[_plain(asdict(figure)) for figure in figures] for figures in found]


def _plain(figure: dict[str, Any]) -> dict[str, Any]:
    value = figure["value"]
    figure["value"] = [float(v) for v in value] if isinstance(value, tuple) else float(Decimal(value))
    return figure


def of_rows(rows: Sequence[Sequence[Sequence[Any]]]) -> Predicted:
    """A peer's start, end, number, unit as the scorer takes them."""
    return [
        [
            {"start": a, "end": b, "value": number or None, "unit": unit, "indicator": ""}
            for a, b, number, unit in text
        ]
        for text in rows
    ]


def scored(reader: str, labels: Labelled, found: Predicted, speed: float | None, note: str = "") -> Row:
    scorer = _scorer()
    out: dict[str, Any] = defaultdict(int)
    out["misses"] = []
    for predicted, golds in zip(found, labels.golds, strict=True):
        lo, hi = min(g["start"] for g in golds), max(g["end"] for g in golds)
        scorer.score_figures([q for q in predicted if q["end"] > lo and q["start"] < hi], golds, out)
    amount, labels_n = out["amount"], out["gold"]
    told = reader.startswith("ours")
    return Row(
        reader,
        labels.name,
        speed,
        amount / labels_n,
        amount / max(1, out["pred"]),
        out["period"] / max(1, amount) if told else None,
        out["indicator"] / max(1, amount) if told else None,
        out["tuple"] / labels_n if told else None,
        note,
    )


def _scorer() -> Any:
    spec = importlib.util.spec_from_file_location("score", SHARED / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def speed_of(call: Any, text: str) -> float:
    """Characters a second of processor time, the best of three."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        call(text)
        best = min(best, time.process_time() - began)
    return len(text) / best


def figure_rows(quick: bool) -> list[Row]:
    sets = labelled()
    text = long_text(sets, 100_000 if quick else 500_000)
    figures = speed_of(lambda t: find_figures(t, outline(t)), text)
    whole = speed_of(read_text, text)
    naive = speed_of(plain_regex.figures, text)
    rows = [] if sets else [Row("ours", "made up", figures, note="no labelled texts: set TONGJIAN_SHARED")]
    for labels in sets:
        rows.append(scored("ours", labels, ours(labels), figures, "speed: figures alone"))
        plain = of_rows([plain_regex.figures(t) for t in labels.texts])
        rows.append(scored("naive regex", labels, plain, naive, "numbers and 25 units"))
    rows.append(Row("ours, commitments and achievements too", "seed" if sets else "made up", whole))
    return rows if quick else [*rows, *(row for peer in PEERS for row in peer_rows(peer, sets))]


def peer_rows(peer: str, sets: Sequence[Labelled]) -> list[Row]:
    python, why = environment(peer)
    if python is None:
        return [Row(peer, "–", note=why)]
    texts = [t for labels in sets for t in labels.texts] or [made_up(20_000)]
    try:
        said = _asked(
            [str(python), str(ROOT / "bench" / "peers" / "read_figures.py"), peer], json.dumps(texts)
        )
    except (subprocess.SubprocessError, ValueError) as error:
        return [Row(peer, "–", note=f"does not run: {_last_line(error)}")]
    speed = sum(map(len, texts)) / max(said["seconds"], 1e-9)
    note = f"loads in {said['load']:.1f} s"
    rows, at = [], 0
    for labels in sets:
        found = said["rows"][at : at + len(labels.texts)]
        rows.append(scored(peer, labels, of_rows(found), speed, note))
        at += len(labels.texts)
    return rows or [Row(peer, "made up", speed, note=note)]


# Files


def file_rows(quick: bool, folder: Path) -> list[FileRow]:
    files = written(folder, 6_000 if quick else 25_000)
    rows = []
    for path, text in files.items():
        data = path.read_bytes()
        opened = open_document(data, path.name)
        seconds = 1 / speed_of(lambda _, d=data, n=path.name: open_document(d, n), "x")
        both = 1 / speed_of(lambda _, d=data, n=path.name: read_document(open_document(d, n)), "x")
        rows.append(
            FileRow("ours", path.name, seconds, _share(opened.text, text), f"with figures {both:.3f} s")
        )
    return rows if quick else [*rows, *(row for peer in OPENERS for row in opener_rows(peer, files))]


def written(folder: Path, characters: int) -> dict[Path, str]:
    """One text as a plain docx, one whose paragraphs are content controls, and a PDF of lines."""
    text = long_text(labelled(), characters)
    controls = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    lines = [part[at : at + 34] for part in text.split("\n") for at in range(0, len(part), 34)]
    pages = [lines[at : at + 17] for at in range(0, len(lines), 17)]
    made = {
        "plain.docx": docx("".join(p(r(line)) for line in text.split("\n"))),
        "controls.docx": docx("".join(p(controls.format(r(line))) for line in text.split("\n"))),
        "pages.pdf": pdf([[(60, 780 - 24 * n, 14, line) for n, line in enumerate(page)] for page in pages]),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return {folder / name: text for name in made}


def _share(read: str, text: str) -> float:
    """Of the text's characters, how many came out."""
    return min(1.0, len("".join(read.split())) / len("".join(text.split())))


def opener_rows(peer: str, files: Mapping[Path, str]) -> list[FileRow]:
    python, why = environment(peer)
    if python is None:
        return [FileRow(peer, "–", note=why)]
    wanted = {path: text for path, text in files.items() if peer != "python-docx" or path.suffix == ".docx"}
    command = [str(python), str(ROOT / "bench" / "peers" / "read_files.py"), peer, *map(str, wanted)]
    try:
        said = _asked(command, "")
    except (subprocess.SubprocessError, ValueError) as error:
        return [FileRow(peer, "–", note=f"does not run: {_last_line(error)}")]
    return [
        FileRow(peer, path.name, note=f"fails: {one['error']}")
        if "error" in one
        else FileRow(peer, path.name, one["seconds"], _share(one["text"], text))
        for (path, text), one in zip(wanted.items(), said, strict=True)
    ]


# Environments of the peers


def environment(peer: str) -> tuple[Path | None, str]:
    """The Python of this peer's environment, made at the first call; or None and why not."""
    home = CACHE / peer
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (home / "ready").is_file():
        return python, ""
    try:
        venv.create(home, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "-q", *requirements()[peer]]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
    except (subprocess.SubprocessError, OSError) as error:
        return None, f"cannot be installed: {_last_line(error)}"
    (home / "ready").touch()
    return python, ""


def requirements() -> dict[str, list[str]]:
    """Peer -> what it needs, from the fixed file."""
    found: dict[str, list[str]] = {}
    peer = ""
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            peer = line[2:]
        elif line.strip():
            found.setdefault(peer, []).append(line.strip())
    return found


def _asked(command: Sequence[str], said: str) -> Any:
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=True, timeout=900)
    return json.loads(done.stdout)


def _last_line(error: Exception) -> str:
    told = getattr(error, "stderr", None) or str(error)
    return str(told).strip().splitlines()[-1][:120] if str(told).strip() else type(error).__name__


# The table


def shown(rows: Sequence[Row], files: Sequence[FileRow]) -> str:
    def share(n: float | None) -> str:
        return "     –" if n is None else f"{n:6.3f}"

    lines = [f"{'reader':<40} {'texts':<8} {'chars/s':>11} value+unit exact period indic  whole"]
    for row in rows:
        speed = f"{row.chars_per_second:11,.0f}" if row.chars_per_second else f"{'–':>11}"
        told = " ".join(
            share(n) for n in (row.value_and_unit, row.exactness, row.period, row.indicator, row.whole)
        )
        lines.append(f"{row.reader:<40} {row.texts:<8} {speed}     {told}  {row.note}".rstrip())
    if not files:
        return "\n".join(lines)
    lines += ["", f"{'opening a file':<40} {'file':<14} {'seconds':>8} {'read':>6}"]
    for file in files:
        seconds = f"{file.seconds:8.3f}" if file.seconds is not None else f"{'–':>8}"
        lines.append(f"{file.reader:<40} {file.file:<14} {seconds} {share(file.read)}  {file.note}".rstrip())
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, no peer that needs installing")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    parser.add_argument(
        "--leave-out", action="store_true", help="without each text's own words in the dictionaries"
    )
    arguments = parser.parse_args()
    if arguments.leave_out:
        from left_out import rows as left_out_rows

        rows, files = left_out_rows(labelled(), scored, SHARED), []
    else:
        rows = figure_rows(arguments.quick)
        with tempfile.TemporaryDirectory() as folder:
            files = file_rows(arguments.quick, Path(folder))
    if arguments.json:
        made = {"figures": [asdict(row) for row in rows], "files": [asdict(row) for row in files]}
        print(json.dumps(made, indent=1, ensure_ascii=False))
    else:
        print(shown(rows, files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
