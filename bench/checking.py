"""`python bench/checking.py [SEED] [EACH]`: how many planted errors the checks find, and how often they cry wolf.

Needs real reports in TONGJIAN_SHARED (corpus/). Prints one row a rule: planted, found, alarms and hints on the clean
texts, and the processor time of a 44-page report.
"""

from __future__ import annotations

import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from planting import AGAINST_LAST, CODES, Planted, Report, all_plantings, plant_in_both
from planting.tables import as_html

from tongjian.checking import check, rules
from tongjian.reading import Hints, Reading, read, read_text
from tongjian.reading.types import Part

SHARED = Path(os.environ.get("TONGJIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
PAGES_44 = 24_760  # characters of a 44-page report
AKIN = {
    "K01": {"K01", "K20", "K19", "K21"},
    "K20": {"K20", "K01"},
    "K19": {"K19", "K12", "K01"},
    "K06": {"K06", "K09"},
}


def corpus(*, seed_only: bool = False) -> Sequence[tuple[str, str]]:
    """Name and text of each report."""
    paths = [] if seed_only else sorted((SHARED / "corpus/reports").glob("*.txt"))
    return [(p.stem, p.read_text("utf-8")) for p in (*paths, SHARED / "corpus/seed.txt")]


def plan_at(reading: Reading) -> int:
    """Where next year's part begins; the text's end where there is none."""
    return next((s.start for s in reading.outline.sections if s.part in {Part.TARGETS, Part.MEASURES}), 0)


def hit(planted: Planted, name: str, before: str = "") -> bool:
    """Whether a finding of the code (or one akin) lies in the planted sentence; of a pair, one that shows last year's."""
    wanted = AKIN.get(planted.code, {planted.code})
    previous = read_text(planted.previous, Hints(name=f"{before}.txt")) if planted.previous else None
    this = (
        read(as_html(planted.text), f"{name}.html")
        if planted.html
        else read_text(planted.text, Hints(name=f"{name}.txt"))
    )
    start = this.document.text.find(planted.sentence) if planted.html else planted.start
    end, source = start + len(planted.sentence), "previous" if planted.there else "this"
    found = [f for f in check(this, previous=previous).findings if f.code in wanted]
    if previous is not None:
        found = [f for f in found if any(s.source == "previous" for s in f.spans)]
    return any(s.source == source and s.start < end and start < s.end for f in found for s in f.spans)


def report_of(reading: Reading) -> Report:
    return Report(reading.document.text, plan_at(reading), reading.outline.reviewed or 0)


def main(seed: int, each: int, verbose: bool) -> None:
    reports = corpus()
    names = {text: name for name, text in reports}
    readings = {name: read_text(text, Hints(name=f"{name}.txt")) for name, text in reports}
    alarms, hints, characters = clean(readings)
    usable = [
        report_of(readings[n])
        for n, _ in reports
        if len(readings[n].figures) > 60 and plan_at(readings[n]) and readings[n].outline.reviewed
    ]
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for report, p in all_plantings(usable, seed, each):
        planted[p.code] += 1
        good = hit(p, names[report.text])
        found[p.code] += good
        if verbose and not good:
            print("missed", p.code, names[report.text], p.sentence)
    against_last(readings, seed, each, planted, found)
    table(planted, found, alarms, hints, characters)


def consecutive(readings: dict[str, Reading]) -> Sequence[tuple[str, str]]:
    """Names of two reports of one place, a year apart."""
    years = {n: re.match(r"(.+)_(\d{4})$", n) for n in readings}
    return [
        (m[1] + f"_{int(m[2]) - 1}", n)
        for n, m in years.items()
        if m and m[1] + f"_{int(m[2]) - 1}" in readings
    ]


def against_last(
    readings: dict[str, Reading], seed: int, each: int, planted: Counter[str], found: Counter[str]
) -> None:
    """Errors that only last year's report shows, counted as K03/previous."""
    usable = [
        (a, b)
        for a, b in consecutive(readings)
        if plan_at(readings[a]) > 3000 and plan_at(readings[b]) > 3000
    ]
    for code in AGAINST_LAST:
        rng = random.Random(f"{seed}-{code}-last")
        for _ in range(each):
            a, b = rng.choice(usable)
            made = plant_in_both(code, report_of(readings[a]), report_of(readings[b]), rng)
            planted[f"{code}/previous"] += 1
            good = hit(made, b, a)
            found[f"{code}/previous"] += good
            if "-v" in sys.argv and not good:
                print("missed", code, b, made.sentence)


def clean(readings: dict[str, Reading]) -> tuple[Counter[str], Counter[str], int]:
    alarms: Counter[str] = Counter()
    hints: Counter[str] = Counter()
    characters = 0
    for reading in readings.values():
        characters += len(reading.document.text)
        for f in check(reading).findings:
            (hints if f.severity.value == "hint" else alarms)[f.code] += 1
    return alarms, hints, characters


def table(
    planted: Counter[str], found: Counter[str], alarms: Counter[str], hints: Counter[str], characters: int
) -> None:
    print(f"{'rule':13}{'planted':>8}{'found':>7}{'rate':>7}{'alarms':>8}{'hints':>7}")
    for code in sorted({r.code for r in rules()} | set(CODES) | set(planted)):
        rate = f"{found[code] / planted[code]:.2f}" if planted[code] else "-"
        print(f"{code:13}{planted[code]:8}{found[code]:7}{rate:>7}{alarms[code]:8}{hints[code]:7}")
    total = sum(found.values()) / max(1, sum(planted.values()))
    per = 10_000 / characters
    print(
        f"found {total:.3f}; alarms {sum(alarms.values()) * per:.2f}, hints {sum(hints.values()) * per:.2f} per 10,000 characters"
    )


def speed() -> None:
    """Processor time of all checks on a text of 44 pages."""
    text = (SHARED / "corpus/reports/anhui_gwr_2025.txt").read_text("utf-8")
    reading = read_text((text * 2)[:PAGES_44])
    rules()
    times: dict[str, float] = defaultdict(float)
    for _ in range(5):
        start = time.process_time()
        check(reading)
        times["all"] += (time.process_time() - start) / 5
    print(f"checks of a 44-page report: {times['all']:.3f} s of processor time")


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    main(numbers[0] if numbers else 1, numbers[1] if len(numbers) > 1 else 5, "-v" in sys.argv)
    speed()
