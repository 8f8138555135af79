#!/usr/bin/env python3
"""How many hand-labelled figures of 2022 does a written report say, each anchored to a workbook cell?

    gold_count.py REPORT.docx WORKBOOKS [--gold SEED_FIGURES.jsonl] [-v]

Imports nothing of the house: it opens the docx and the workbooks itself. A figure of the report counts when
1. its bookmark is in the document and holds the text that the manifest says it shows, once;
2. that text and the words before it say the manifest's value (and sign), rounded to the side of its bound word;
3. the cell named in the manifest, in the workbook with that SHA-256, holds the value and stands in the row of
   that unit and period; a derived value is recomputed from such cells (a plan's target: from a passage of the
   plan's docx, in WORKBOOKS or its parent folder); a measured one comes out again when the rows of the registers'
   workbooks (../registers) are counted by what the packs say, a rank of the city's result when the scores of its
   sheet are counted (`gold_recount.py`);
4. a labelled figure of 2022 (status actual or estimate) has the same value and unit, the same period, and an
   indicator that is alike (2 × longest common substring ≥ 0.6 × both lengths, as `score.py` has it).
One figure serves one label; labels joined by `same_as` count once. Exit code 1 below 100.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import os
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
LEAST = 100
SCALES = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}
SAME_UNITS = {"人次": "人", "百分点": "个百分点", "平方公里": "平方千米", "％": "%"}
NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"十": 10}
WHOLE = ("全覆盖", "全部", "百分百", "应保尽保", "超额完成", "超额")  # words that say 100%
DOWNWARD = ("下降", "低于", "减少", "降低", "回落")
TOP = ("首位", "第一")
ROUNDED = ("超过", "超", "突破", "逾", "近", "约")
PACKS = Path(__file__).resolve().parents[1] / "src" / "tongjian" / "packs"

Entry = Mapping[str, Any]


@dataclass
class Outcome:
    """What the count found: label → anchor, and every reason why a figure does not count."""

    pairs: dict[str, str] = field(default_factory=dict)
    unfound: list[str] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)
    figures: int = 0
    proved: int = 0


# ---------------------------------------------------------------- the docx, read by ourselves


def open_docx(path: Path) -> tuple[dict[str, Any], dict[str, list[str]], str]:
    """Manifest, the texts held by each bookmark, and the document's text."""
    with zipfile.ZipFile(path) as package:
        body = etree.fromstring(package.read("word/document.xml"))
        told, held = _manifest(package), _bookmarks(body)
        for anchor, value in _drawn(package, body, told.get("charts", {})):
            held[anchor].append(value)
        return told, held, _text(body, f"{W}t")


def _text(node: Any, *tags: str) -> str:
    return "".join(str(t) for t in node.itertext(*tags))


def _manifest(package: zipfile.ZipFile) -> dict[str, Any]:
    for name in package.namelist():
        if not name.startswith("customXml/") or not name.endswith(".xml"):
            continue
        text = _text(etree.fromstring(package.read(name))).strip()
        if text.startswith("{") and '"figures"' in text:
            found: dict[str, Any] = json.loads(text)
            return found
    sys.exit("no manifest in the docx")


def _drawn(package: zipfile.ZipFile, body: Any, charts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What charts draw: the anchor of each point, and its value in the chart's part."""
    relations = etree.fromstring(package.read("word/_rels/document.xml.rels"))
    parts = {r.get("Id"): f"word/{r.get('Target')}" for r in relations}
    for frame in body.iter(f"{WP}inline"):
        name = frame.find(f"{WP}docPr").get("name")
        chart = next(frame.iter(f"{C}chart"))
        root = etree.fromstring(package.read(parts[chart.get(f"{R}id")]))
        for series, told in zip(root.iter(f"{C}ser"), charts[name]["series"], strict=True):
            for point in series.find(f"{C}val").iter(f"{C}pt"):
                yield told["points"][int(point.get("idx"))], point.find(f"{C}v").text


def _bookmarks(body: Any) -> dict[str, list[str]]:
    names: dict[str, str] = {}
    held: dict[str, list[str]] = defaultdict(list)
    open_now: dict[str, list[str]] = {}
    for node in body.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd", f"{W}t"):
        if node.tag == f"{W}bookmarkStart":
            names[node.get(f"{W}id")] = node.get(f"{W}name")
            open_now[node.get(f"{W}id")] = []
        elif node.tag == f"{W}bookmarkEnd":
            number = node.get(f"{W}id")
            if number in open_now:
                held[names[number]].append("".join(open_now.pop(number)))
        else:
            for words in open_now.values():
                words.append(node.text or "")
    return held


# ---------------------------------------------------------------- values and units


def base(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """In base units, the scale word taken out: (18.1, 万户) → (181000, 户)."""
    unit = SAME_UNITS.get(unit, unit)
    for word, factor in SCALES.items():
        if unit.startswith(word) and len(unit) > len(word):
            rest = unit[len(word) :]
            return value * factor, SAME_UNITS.get(rest, rest)
    return value, unit


def says(shown: str, before: str, value: Decimal, unit: str) -> bool:
    """Whether the printed text and the words before it say this value."""
    found = re.search(r"-?\d+(?:\.\d+)?", shown)
    if found:
        rest = (shown[: found.start()] + shown[found.end() :]).replace("余", "")
        printed = Decimal(found[0])
        amount = base(printed, rest) if rest.strip() not in {"第", "第位"} else (printed, "位")
        signed = (-amount[0] if _downward(before, unit) else amount[0], amount[1])
        wanted = base(value, unit)
        return signed[0] == wanted[0] and (signed[1] == wanted[1] or shown.startswith("第"))
    return _worded(shown) == value or _magnitude(shown, value, unit)


def rounded(entry: Entry) -> tuple[Decimal, str] | None:
    """The amount printed for a number that was cut off and has a bound word: 超5000座 for 5046座. None: not so."""
    found = re.search(r"\d+(?:\.\d+)?", entry["shown"])
    word = next((w for w in ROUNDED if entry["before"].endswith(w)), "余" if "余" in entry["shown"] else "")
    word = word or next((w for w in ("左右",) if entry.get("after", "").startswith(w)), "")
    if not found or not word:
        return None
    digits = found[0].rstrip("0") if "." not in found[0] else found[0]
    step = Decimal(10) ** (len(found[0]) - len(digits) - len(found[0].partition(".")[2]))
    rest = (entry["shown"][: found.start()] + entry["shown"][found.end() :]).replace("余", "")
    low, high = {"近": (-step, 0), "约": (-step / 2, step / 2), "左右": (-step / 2, step / 2)}.get(
        word, (0, step)
    )
    printed, value = base(Decimal(found[0]), rest), base(Decimal(entry["value"]), entry["unit"])
    scale = base(Decimal(1), rest)[0]
    fits = printed[1] == value[1] and low * scale <= value[0] - printed[0] <= high * scale
    return printed if fits else None


def _downward(before: str, unit: str) -> bool:
    return unit in {"%", "个百分点"} and any(before.endswith(w) or w in before[-6:] for w in DOWNWARD)


def _worded(shown: str) -> Decimal | None:
    if shown in WHOLE:
        return Decimal(100)
    if shown in TOP:
        return Decimal(1)
    numerals = [NUMERALS[c] for c in shown if c in NUMERALS]
    if len(numerals) == 1:
        return Decimal(numerals[0])
    if len(numerals) == 2 and numerals[0] == 10:
        return Decimal(10 + numerals[1])
    return None


def _magnitude(shown: str, value: Decimal, unit: str) -> bool:
    """千亿, 千亿元: the power of ten alone."""
    scale = next((f for w, f in SCALES.items() if shown in {w, w + unit.lstrip("万亿千百")}), None)
    return scale is not None and base(value, unit)[0] == scale


# ---------------------------------------------------------------- the cells behind a figure


class Sources:
    """The workbooks and the plan's document, by SHA-256."""

    def __init__(self, folder: Path) -> None:
        files = [*folder.glob("*.xlsx"), *folder.glob("*.docx"), *folder.parent.glob("plan*.docx")]
        files += folder.parent.glob("*考核结果*.xlsx")
        self.bytes = {hashlib.sha256(f.read_bytes()).hexdigest(): f.read_bytes() for f in files}
        self.books: dict[str, Any] = {}
        self.texts: dict[str, str] = {}
        self.registers = folder.parent / "registers"

    @cached_property
    def recount(self) -> Any:
        return recounting().Recount(PACKS, self.registers)

    def cell(self, sha256: str, locator: str) -> tuple[Any, Any] | None:
        """A sheet and a cell of it."""
        if sha256 not in self.bytes or "!" not in locator:
            return None
        if sha256 not in self.books:
            self.books[sha256] = load_workbook(io.BytesIO(self.bytes[sha256]), data_only=True)
        sheet_name, cell = locator.rsplit("!", 1)
        sheet = self.books[sha256][sheet_name.strip("'")]
        return sheet, sheet[cell]

    def row(self, sha256: str, locator: str) -> dict[str, Any] | None:
        """Heading → value of the row that a cell stands in; under "" the cell itself."""
        found = self.cell(sha256, locator)
        if found is None:
            return None
        sheet, at = found
        for line in sheet.iter_rows(min_row=1, max_row=at.row - 1, values_only=True):
            if "数值" in line and "单位" in line:
                return {**dict(zip(line, [c.value for c in sheet[at.row]], strict=False)), "": at.value}
        return None

    def passage(self, sha256: str, excerpt: str) -> bool:
        """Whether a document holds these words (spaces apart)."""
        if sha256 not in self.bytes:
            return False
        if sha256 not in self.texts:
            with zipfile.ZipFile(io.BytesIO(self.bytes[sha256])) as package:
                body = etree.fromstring(package.read("word/document.xml"))
            self.texts[sha256] = re.sub(r"\s", "", _text(body, f"{W}t"))
        return re.sub(r"\s", "", excerpt) in self.texts[sha256]


def recounting() -> Any:
    """The program beside this one."""
    spec = importlib.util.spec_from_file_location("gold_recount", Path(__file__).with_name("gold_recount.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _counted(entry: Entry, sources: Sources) -> str:
    """Empty where the registers' workbooks come to the value."""
    found = sources.recount.value(entry["metric"], entry.get("breakdown", ""), months(entry["period"]))
    if found is None or base(*found) != base(Decimal(entry["value"]), entry["unit"]):
        return f"the registers come to {found}, not to {entry['value']} {entry['unit']}"
    return ""


def proved(entry: Entry, sources: Sources) -> str:
    """Empty where the value stands in its cell or follows from cells; else what is wrong."""
    if entry.get("derived") and entry["derived"] != "target":
        return _recomputed(entry, sources)
    place = entry.get("place") or {}
    if place.get("kind") == "span":
        return _promised(entry, place, sources)
    if place.get("kind") == "measure":
        return _counted(entry, sources)
    row = sources.row(place.get("sha256", ""), place.get("locator", ""))
    if row is None and (listed := sources.cell(place.get("sha256", ""), place.get("locator", ""))):
        return _placed(entry, *listed)
    if row is None:
        return f"no cell {place.get('file')} {place.get('locator')}"
    if not isinstance(row[""], int | float | str) or isinstance(row[""], bool):
        return f"the cell {place['locator']} is empty"
    held = base(Decimal(str(row[""])), str(row["单位"]))
    if held != base(Decimal(entry["value"]), entry["unit"]):
        return f"the cell {place['locator']} holds {row['']} {row['单位']}"
    if months(str(row["时期"])) != months(entry["period"]):
        return f"the cell {place['locator']} is of {row['时期']}, not {entry['period']}"
    return ""


def _placed(entry: Entry, sheet: Any, at: Any) -> str:
    """Empty where the cell holds the rank, of that month, that counting the scores of its sheet gives."""
    found = recounting().placed(sheet, at)
    if found is None:
        return f"the cell {at.coordinate} is no rank in a list of scores"
    month, rank = found
    if months(month) != months(entry["period"]):
        return f"the cell {at.coordinate} is of {month}, not {entry['period']}"
    if not str(at.value) == str(rank) == entry["value"]:
        return f"the cell {at.coordinate} holds {at.value}, the scores give {rank}, not {entry['value']}"
    return ""


def _promised(entry: Entry, place: Entry, sources: Sources) -> str:
    excerpt = str(place.get("excerpt", ""))
    plain = f"{Decimal(entry['value']).normalize():f}"
    if plain not in excerpt or not sources.passage(str(place.get("sha256", "")), excerpt):
        return f"no passage says {entry['value']} {entry['unit']}"
    return ""


def _recomputed(entry: Entry, sources: Sources) -> str:
    inputs = entry["inputs"]
    wrong = [w for i in inputs if (w := proved(i, sources))]
    if wrong:
        return "; ".join(wrong)
    if not any(_has_cell(i) for i in inputs):
        return "no input is a cell"
    value, numbers = Decimal(entry["value"]), [Decimal(i["value"]) for i in inputs]
    match entry["derived"]:
        case "growth":
            made = (numbers[0] - numbers[1]) / numbers[1] * 100
        case "difference":
            made = numbers[0] - numbers[1]
        case "share" | "completion" | "ratio":
            made = numbers[0] / numbers[1] * 100
        case "rank":
            made = Decimal(1 + sum(n > numbers[0] for n in numbers[1:]))
        case other:
            return f"unknown operator {other}"
    rounded = made.quantize(Decimal(1).scaleb(value.as_tuple().exponent), ROUND_HALF_UP)  # type: ignore[arg-type]
    return "" if rounded == value else f"{entry['derived']} of its inputs is {made}"


def _has_cell(entry: Entry) -> bool:
    place = entry.get("place") or {}
    return place.get("kind") in {"cell", "measure"} or any(_has_cell(i) for i in entry.get("inputs", []))


def months(text: str) -> tuple[int, int]:
    """First and last month of a period, ISO or as printed (2022年1—11月)."""
    plain = re.sub(r"[—–~至到]", "-", text)
    if found := re.fullmatch(r"(\d{4})年(\d{1,2})月?-(\d{1,2})月", plain):
        return int(found[1]) * 12 + int(found[2]) - 1, int(found[1]) * 12 + int(found[3]) - 1
    if found := re.fullmatch(r"(\d{4})年(?:(\d{1,2})月)?", plain):
        first = int(found[1]) * 12
        return (first, first + 11) if found[2] is None else (first + int(found[2]) - 1,) * 2
    first_text, _, last_text = text.partition("/")
    last_text = last_text or first_text
    first = int(first_text[:4]) * 12 + (int(first_text[5:7]) - 1 if len(first_text) > 4 else 0)
    return first, int(last_text[:4]) * 12 + (int(last_text[5:7]) - 1 if len(last_text) > 4 else 11)


# ---------------------------------------------------------------- labels


def labels(path: Path) -> list[dict[str, Any]]:
    """Figures that the reference report says of 2022; of those joined by `same_as` the first stands for all."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    wanted = [r for r in rows if r["status"] in {"actual", "estimate"} and r["period"].startswith("2022")]
    return [r for r in wanted if not r["same_as"]]


def alike(a: str, b: str) -> bool:
    a, b = (s.strip('“”"《》 （）()') for s in (a, b))
    return bool(a and b) and 2 * _common(a, b) >= 0.6 * (len(a) + len(b))


def _common(a: str, b: str) -> int:
    best, row = 0, [0] * (len(b) + 1)
    for x in a:
        new = [0] * (len(b) + 1)
        for j, y in enumerate(b, 1):
            if x == y:
                new[j] = row[j - 1] + 1
                best = max(best, new[j])
        row = new
    return best


def fits(entry: Entry, label: Entry) -> bool:
    """Value with unit, indicator and period are right. A figure of a group is named by group and indicator."""
    own = (rounded(entry) if "shown" in entry else None) or base(Decimal(str(entry["value"])), entry["unit"])
    alternatives = label["alt"] or {}
    amounts = [base(Decimal(str(v)), label["unit"]) for v in (label["value"], *alternatives.get("value", []))]
    named = {entry["indicator"], f"{entry.get('breakdown', '')}{entry['indicator']}"}
    wanted = (label["indicator"], *alternatives.get("indicator", []))
    return (
        own in amounts
        and entry["period"] == label["period"]
        and any(alike(n, w) for n in named for w in wanted)
    )


# ---------------------------------------------------------------- the count


def checked(report: Path, folder: Path, outcome: Outcome) -> Iterator[tuple[str, Entry]]:
    """Figures of the report that stand in it, say their value and follow from cells."""
    manifest, held, text = open_docx(report)
    sources = Sources(folder)
    outcome.figures = len(manifest["figures"])
    for anchor, entry in manifest["figures"].items():
        wrong, shown = "", entry["shown"]
        drawn = manifest["charts"][entry["chart"]] if "chart" in entry else None
        if held.get(anchor) != [shown] or (drawn is None and shown not in text):
            wrong = f"bookmark holds {held.get(anchor)}, not {entry['shown']}"
        elif entry["value"] is None or not (
            says(
                shown + (drawn["unit"] if drawn else ""),
                entry["before"],
                Decimal(entry["value"]),
                entry["unit"],
            )
            or rounded(entry)
        ):
            wrong = f"{entry['before'][-8:]}{entry['shown']} does not say {entry['value']} {entry['unit']}"
        else:
            wrong = proved(entry, sources)
        if wrong:
            outcome.unproved.append(f"{anchor} {entry['expression']}: {wrong}")
        else:
            outcome.proved += 1
            yield anchor, entry


def paired(figures: Iterable[tuple[str, Entry]], wanted: list[dict[str, Any]]) -> dict[str, str]:
    """Label → anchor, one to one and as many as can be (augmenting paths)."""
    said = dict(figures)
    options = {g["id"]: [a for a, e in said.items() if fits(e, g)] for g in wanted}
    taken: dict[str, str] = {}

    def place(label: str, seen: set[str]) -> bool:
        for anchor in options[label]:
            if anchor in seen:
                continue
            seen.add(anchor)
            if anchor not in taken or place(taken[anchor], seen):
                taken[anchor] = label
                return True
        return False

    for label in options:
        place(label, set())
    return {label: anchor for anchor, label in taken.items()}


def count(report: Path, folder: Path, gold: Path) -> Outcome:
    outcome = Outcome()
    wanted = labels(gold)
    outcome.pairs = paired(checked(report, folder, outcome), wanted)
    outcome.unfound = [
        f"{g['id']} {g['indicator']} {g['text']} @ {g['period']}"
        for g in wanted
        if g["id"] not in outcome.pairs
    ]
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("report", type=Path)
    parser.add_argument("workbooks", type=Path)
    shared = Path(os.environ.get("TONGJIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    parser.add_argument("--gold", type=Path, default=shared / "gold" / "seed-figures.jsonl")
    parser.add_argument("-v", "--verbose", action="store_true", help="list what does not count, and why")
    arguments = parser.parse_args()
    found = count(arguments.report, arguments.workbooks, arguments.gold)
    print(f"figures in the report            {found.figures}")
    print(f"  shown, and proved by cells     {found.proved}")
    print(f"labelled figures of 2022         {len(found.pairs) + len(found.unfound)}")
    print(f"  said with value, unit, indicator, period   {len(found.pairs)}")
    for line in found.unproved:
        print("  not proved", line)
    if arguments.verbose or len(found.pairs) < LEAST:
        for line in found.unfound:
            print("  not said  ", line)
    return 0 if len(found.pairs) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
