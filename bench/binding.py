"""Binding typed drafts, counted: `TONGJIAN_HOME=… python bench/binding.py [--seed 7]`, on a home that `tongjian demo` has filled.

Three drafts: the home's own report with its anchors taken away, and the ledger's facts of the report's year said in a
department's letter and in a terse bulletin. What each number means is known by construction. Then errors are planted
into the two: a digit, two indicators that changed places, last year's value. Found: the number is not bound.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

import django

django.setup()

import docx  # noqa: E402
from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from tongjian.facts import queries  # noqa: E402
from tongjian.facts.ledger import ref_of  # noqa: E402
from tongjian.facts.models import Fact, Series  # noqa: E402
from tongjian.kernel.models import Subject  # noqa: E402
from tongjian.reading.documents.package import open_package  # noqa: E402
from tongjian.reports.drafts.binding import Draft, bind  # noqa: E402
from tongjian.reports.drafts.places import Body  # noqa: E402
from tongjian.reports.drafts.types import Bound, Item, State  # noqa: E402
from tongjian.reports.drafts.zipped import rewritten  # noqa: E402
from tongjian.reports.models import Report  # noqa: E402
from tongjian.values import Period  # noqa: E402

FIGURES = 150


@dataclass(frozen=True)
class Meant:
    """A figure of a draft: the fact by metric, measure and period, and how it is printed."""

    metric: str
    measure: str
    period: str
    name: str
    shown: str
    unit: str
    earlier: str = ""  # last year's value in the same print


@dataclass(frozen=True)
class Typed:
    """Paragraphs, each with its figures in reading order."""

    title: str
    paragraphs: Sequence[tuple[str, Sequence[Meant]]]


def facts_of(subject: Subject, year: int, chance: random.Random) -> list[Meant]:
    """Levels and growths of the district in the year, in drawn order; one for each metric and measure."""
    series = Series.objects.filter(
        subject=subject, breakdown="", comparator="", measure__in=["level", "growth"]
    )
    known = queries.as_known(series, timezone.now()).exclude(mantissa=None).select_related("series__metric")
    span, before = Period.year(year), Period.year(year - 1)
    last = {f.series_id: f for f in known.filter(period_start=before.start, period_end=before.end)}
    found: dict[tuple[str, str], Meant] = {}
    for fact in known.filter(period_start=span.start, period_end=span.end, bound="eq").order_by("pk"):
        s = fact.series
        if fact.number is not None and fact.number.mantissa and s.unit != "位" and s.basis == "natural":
            found.setdefault((s.metric.key, s.measure), meant(fact, last.get(fact.series_id)))
    rows = list(found.values())
    chance.shuffle(rows)
    return rows[:FIGURES]


def meant(fact: Fact, earlier: Fact | None) -> Meant:
    was = "" if earlier is None or earlier.number is None else printed(earlier)
    s = fact.series
    return Meant(
        s.metric.key,
        s.measure,
        str(ref_of(s, fact.interval).period),
        s.metric.name,
        printed(fact),
        s.unit,
        was,
    )


def printed(fact: Fact) -> str:
    assert fact.number is not None
    return f"{abs(fact.number.decimal):f}{fact.series.unit}"


def sign_word(fact: Meant, signs: dict[tuple[str, str], bool]) -> str:
    return "下降" if signs.get((fact.metric, fact.measure)) else "增长"


def letter(rows: Sequence[Meant], signs: dict[tuple[str, str], bool]) -> Typed:
    """A department's letter: a sentence for each figure, the name first, 我区 and 较上年."""
    heads = ("经统计，{y}年我区{n}", "截至{y}年底，我区{n}", "{y}年，全区{n}")
    said = []
    for number, row in enumerate(rows):
        head = heads[number % 3].format(y=row.period, n=row.name)
        tail = f"较上年{sign_word(row, signs)}{row.shown}" if row.measure == "growth" else f"为{row.shown}"
        said.append((f"{head}{tail}，特此函告。", (row,)))
    return Typed("关于报送2022年有关指标完成情况的函", said)


def bulletin(rows: Sequence[Meant], signs: dict[tuple[str, str], bool]) -> Typed:
    """A terse bulletin: levels of one unit in lists with 分别为, growths after 较上年."""
    levels = [r for r in rows if r.measure == "level"]
    said: list[tuple[str, Sequence[Meant]]] = []
    units = sorted({r.unit for r in levels})
    for unit in units:
        same = [r for r in levels if r.unit == unit]
        for at in range(0, len(same), 3):
            group = same[at : at + 3]
            names, values = "、".join(r.name for r in group), "、".join(r.shown for r in group)
            said.append((f"{names}{'分别为' if len(group) > 1 else '为'}{values}。", group))
    growths = [r for r in rows if r.measure == "growth"]
    said += [(f"{r.name}较上年{sign_word(r, signs)}{r.shown}。", (r,)) for r in growths]
    return Typed("2022年国民经济和社会发展统计公报", said)


def signs_of(subject: Subject) -> dict[tuple[str, str], bool]:
    rows = Fact.objects.filter(series__subject=subject, series__measure="growth", mantissa__lt=0)
    return {(k, "growth"): True for k in rows.values_list("series__metric__key", flat=True)}


def as_docx(draft: Typed) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(draft.title)
    for text, _figures in draft.paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def places(draft: Typed, text: str) -> list[tuple[int, int, Meant]]:
    """Where each figure stands in the printed text."""
    found, at = [], 0
    for paragraph, figures in draft.paragraphs:
        at = text.index(paragraph, at)
        inner = at
        for figure in figures:
            inner = text.index(figure.shown, inner)
            found.append((inner, inner + len(figure.shown), figure))
            inner += len(figure.shown)
    return found


def bound(data: bytes, subject: Subject) -> tuple[Bound, float]:
    started = time.process_time()
    found = bind(Draft(data, "draft.docx", subject, 2022), known_at=timezone.now())
    return found, time.process_time() - started


def item_at(found: Bound, start: int, end: int) -> Item | None:
    return next((i for i in found.items if i.start < end and i.end > start), None)


def judged(found: Bound, expected: Sequence[tuple[int, int, Meant]]) -> Counter[str]:
    """right, wrong, or the state of what is not bound."""
    counts: Counter[str] = Counter()
    for start, end, figure in expected:
        item = item_at(found, start, end)
        if item is None or item.state is not State.BOUND or item.known is None:
            counts[item.state.value if item else "unseen"] += 1
            continue
        known = item.known
        same = (known.metric, known.measure, known.period) == (figure.metric, figure.measure, figure.period)
        counts["right" if same else "wrong"] += 1
    return counts


def own(subject: Subject) -> tuple[bytes, list[tuple[int, int, Meant]]]:
    """The newest report without anchors and manifest, and what its anchors said."""
    report = Report.objects.filter(subject=subject).order_by("-built_at")[0]
    data, figures = report.docx.path.read_bytes(), report.manifest["figures"]
    package = open_package(data, "report.docx")
    body = Body(package)
    expected = [
        (m.start, m.end, Meant(f["metric"], f["measure"], f["period"], f["indicator"], f["shown"], f["unit"]))
        for m in body.earlier
        if (f := figures.get(m.name))
    ]
    body.anchor([])
    return rewritten(package, body.written(), {"version": 0}), sorted(expected, key=lambda e: e[0])


# Planting


def number(row: Meant) -> Decimal:
    """100.0% is 100%: to swap the two is no error."""
    return Decimal(row.shown.removesuffix(row.unit))


def wrong_digit(row: Meant, chance: random.Random) -> Meant:
    at = next(i for i, c in enumerate(row.shown) if c.isdigit() and c != "0")
    digit = chance.choice([d for d in "123456789" if d != row.shown[at]])
    return replace(row, shown=row.shown[:at] + digit + row.shown[at + 1 :])


def planted(
    rows: Sequence[Meant], kind: str, many: int, chance: random.Random
) -> tuple[list[Meant], set[tuple[str, str]]]:
    """The rows with so many errors of a kind, and which of them are wrong."""
    out = list(rows)
    wrong: set[tuple[str, str]] = set()
    order = list(range(len(rows)))
    chance.shuffle(order)
    for at in order:
        row = out[at]
        if len(wrong) >= many or (row.metric, row.measure) in wrong:
            continue
        if kind == "digit":
            out[at] = wrong_digit(row, chance)
        elif kind == "stale" and row.earlier and row.earlier != row.shown:
            out[at] = replace(row, shown=row.earlier)
        elif kind == "swapped":
            other = next((j for j in order if out[j].unit == row.unit and out[j].measure == row.measure and number(out[j]) != number(row) and (out[j].metric, out[j].measure) not in wrong), None)  # fmt: skip
            if other is None:
                continue
            out[at], out[other] = (replace(row, shown=out[other].shown), replace(out[other], shown=row.shown))
            wrong.add((out[other].metric, out[other].measure))
        else:
            continue
        wrong.add((row.metric, row.measure))
    return out, wrong


def missed(
    found: Bound, expected: Sequence[tuple[int, int, Meant]], wrong: set[tuple[str, str]]
) -> list[str]:
    """Planted errors whose number is bound to the fact that its words name, or to any other."""
    told = []
    for start, end, figure in expected:
        item = item_at(found, start, end)
        if (figure.metric, figure.measure) in wrong and item is not None and item.state is State.BOUND:
            told.append(f"{figure.name} {figure.shown} → {item.known.expression if item.known else ''}")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="print what is wrong or missed")
    arguments = parser.parse_args()
    subject = Subject.objects.get(key=settings.DISTRICT)
    data, expected = own(subject)
    _tell("own report", *bound(data, subject), expected, arguments.show)
    rows, signs = facts_of(subject, 2022, random.Random(arguments.seed)), signs_of(subject)
    styles: dict[str, Callable[[Sequence[Meant], dict[tuple[str, str], bool]], Typed]] = {
        "letter": letter,
        "bulletin": bulletin,
    }
    for name, style in styles.items():
        draft = style(rows, signs)
        found, seconds = bound(as_docx(draft), subject)
        _tell(name, found, seconds, places(draft, found.text), arguments.show)
        for kind, many in (("digit", 50), ("swapped", 20), ("stale", 10)):
            spoilt, wrong = planted(rows, kind, many, random.Random(arguments.seed))
            typed = style(spoilt, signs)
            found, _seconds = bound(as_docx(typed), subject)
            told = missed(found, places(typed, found.text), wrong)
            print(f"  planted {kind:8} {len(wrong):3}  found {len(wrong) - len(told):3}")
            for line in told if arguments.show else ():
                print(f"    missed: {line}")


def _tell(
    name: str, found: Bound, seconds: float, expected: Sequence[tuple[int, int, Meant]], show: bool
) -> None:
    counts = judged(found, expected)
    rest = ", ".join(f"{k} {n}" for k, n in sorted(counts.items()) if k not in ("right", "wrong"))
    share = counts["right"] / max(len(expected), 1)
    print(f"{name:12} {len(expected):3} figures: right {counts['right']} ({share:.3f}), wrong {counts['wrong']}, {rest}; {seconds:.2f} s of processor time")  # fmt: skip
    if show:
        for start, end, figure in expected:
            item = item_at(found, start, end)
            if item is not None and (
                item.state is not State.BOUND or (item.known and item.known.metric != figure.metric)
            ):
                print(f"    {item.state.value:9} {figure.name} {figure.shown} | {item.indicator} {item.period} {item.known.expression if item.known else ''} {[c.ref for c in item.candidates][:2]}")  # fmt: skip


if __name__ == "__main__":
    main()
