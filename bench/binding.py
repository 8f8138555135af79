"""Binding typed drafts, counted: `TONGJIAN_HOME=… python bench/binding.py [--seed 7]`, on a home that `tongjian demo` has filled.

Four drafts: the home's own report with its anchors taken away; a gazette in another hand, with heads said once, lists,
ranks and words for numbers; and the ledger's facts of the report's year said in a department's letter and in a terse
bulletin. What each number means is known by construction. Then errors are planted into each: a digit, two indicators
that changed places, last year's value, a thing that the ledger does not keep with a value that it has. Found: the number
is not bound.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

import django

django.setup()

import docx  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
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
from tongjian.reports.resolver import LedgerResolver  # noqa: E402
from tongjian.reports.writing import write  # noqa: E402
from tongjian.values import Period  # noqa: E402

FIGURES = 160
NO_DIGITS, AMOUNT = re.compile(r"[^\d.]+"), re.compile(r"[\d.]+")
STOP = re.compile(r"[，。；）\n]")
GAZETTE = Path(__file__).parent / "drafts" / "gazette.tj.txt"


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
    fell: bool = False


Expected = Sequence[tuple[int, int, Meant]]


@dataclass(frozen=True)
class Typed:
    """Paragraphs, each with its figures in reading order."""

    title: str
    paragraphs: Sequence[tuple[str, Sequence[Meant]]]


Style = Callable[[Sequence[Meant]], Typed]


def facts_of(subject: Subject, year: int, chance: random.Random) -> list[Meant]:
    """Levels and growths of the district in the year, else in its first eleven months, in drawn order; one for each
    metric and measure.
    """
    series = Series.objects.filter(
        subject=subject, breakdown="", comparator="", measure__in=["level", "growth"]
    )
    known = queries.as_known(series, timezone.now()).exclude(mantissa=None).select_related("series__metric")
    found: dict[tuple[str, str], Meant] = {}
    _collect(known, Period.year(year), Period.year(year - 1), found)
    _collect(known, Period.parse(f"{year}-01/{year}-11"), Period.parse(f"{year - 1}-01/{year - 1}-11"), found)
    rows = list(found.values())
    chance.shuffle(rows)
    return rows[:FIGURES]


def _collect(
    known: QuerySet[Fact], span: Period, before: Period, found: dict[tuple[str, str], Meant]
) -> None:
    last = {f.series_id: f for f in known.filter(period_start=before.start, period_end=before.end)}
    for fact in known.filter(period_start=span.start, period_end=span.end, bound="eq").order_by("pk"):
        s = fact.series
        if fact.number is not None and fact.number.mantissa and s.unit != "位" and s.basis == "natural":
            found.setdefault((s.metric.key, s.measure), meant(fact, last.get(fact.series_id)))


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
        fact.mantissa is not None and fact.mantissa < 0,
    )


def printed(fact: Fact) -> str:
    assert fact.number is not None
    return f"{abs(fact.number.decimal):f}{fact.series.unit}"


def sign_word(fact: Meant) -> str:
    return "下降" if fact.fell else "增长"


def spoken(period: str) -> str:
    return f"{period}年" if len(period) == 4 else f"{period[:4]}年1—{int(period[-2:])}月"


def letter(rows: Sequence[Meant]) -> Typed:
    """A department's letter: a sentence for each figure, the name first, 我区 and 较上年."""
    heads = ("经统计，{y}我区{n}", "截至{y}底，我区{n}", "{y}，全区{n}")
    said = []
    for number, row in enumerate(rows):
        head = heads[number % 3 if len(row.period) == 4 else 2].format(y=spoken(row.period), n=row.name)
        tail = f"较上年{sign_word(row)}{row.shown}" if row.measure == "growth" else f"为{row.shown}"
        said.append((f"{head}{tail}，特此函告。", (row,)))
    return Typed("关于报送2022年有关指标完成情况的函", said)


def bulletin(rows: Sequence[Meant]) -> Typed:
    """A terse bulletin: levels of one unit in lists with 分别为, growths after 较上年."""
    said: list[tuple[str, Sequence[Meant]]] = []
    for period in sorted({r.period for r in rows}):
        opened = "" if len(period) == 4 else f"{spoken(period)}，"
        levels = [r for r in rows if r.measure == "level" and r.period == period]
        for unit in sorted({r.unit for r in levels}):
            same = [r for r in levels if r.unit == unit]
            for at in range(0, len(same), 3):
                group = same[at : at + 3]
                names, values = "、".join(r.name for r in group), "、".join(r.shown for r in group)
                said.append((f"{opened}{names}{'分别为' if len(group) > 1 else '为'}{values}。", group))
        growths = [r for r in rows if r.measure == "growth" and r.period == period]
        said += [(f"{opened}{r.name}较上年{sign_word(r)}{r.shown}。", (r,)) for r in growths]
    return Typed("2022年国民经济和社会发展统计公报", said)


def as_docx(draft: Typed) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(draft.title)
    for text, _figures in draft.paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def places(draft: Typed, text: str) -> Expected:
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


def judged(found: Bound, expected: Expected) -> Counter[str]:
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


def own(subject: Subject) -> tuple[bytes, Expected]:
    """The newest report without anchors and manifest, and what its anchors said."""
    report = Report.objects.filter(subject=subject).order_by("-built_at")[0]
    return typed(report.docx.path.read_bytes(), report.manifest["figures"])


def gazette(subject: Subject) -> tuple[bytes, Expected]:
    """The same of a draft in another hand, written from the ledger."""
    at = timezone.now()
    written = write(GAZETTE.read_bytes(), LedgerResolver(subject.key, at), year=2022, at=at)
    return typed(written.docx, written.manifest["figures"])


def typed(data: bytes, figures: Mapping[str, Any]) -> tuple[bytes, Expected]:
    """A docx as somebody would have typed it, and what each of its numbers means."""
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
    return Decimal(NO_DIGITS.sub("", row.shown) or 0)


def key_of(row: Meant) -> tuple[str, ...]:
    return row.metric, row.measure, row.period, row.name


def is_swap(one: Meant, other: Meant) -> bool:
    """Whether two numbers of one print and measure can change places: of other values, 99.64% and 100% rounded too."""
    alike = AMOUNT.sub("", one.shown) == AMOUNT.sub("", other.shown) and one.measure == other.measure
    places = min(max(-int(number(m).as_tuple().exponent), 0) for m in (one, other))
    return alike and has_digit(other) and round(number(one), places) != round(number(other), places)


def has_digit(row: Meant) -> bool:
    return any(c in "123456789" for c in row.shown)


def wrong_digit(row: Meant, chance: random.Random) -> Meant:
    at = next(i for i, c in enumerate(row.shown) if c.isdigit() and c != "0")
    digit = chance.choice([d for d in "123456789" if d != row.shown[at]])
    return replace(row, shown=row.shown[:at] + digit + row.shown[at + 1 :])


def planted(
    rows: Sequence[Meant], kind: str, many: int, chance: random.Random
) -> tuple[list[Meant], set[tuple[str, ...]]]:
    """The rows with so many errors of a kind, and which of them are wrong. What is said twice is left alone."""
    out, said = list(rows), Counter(map(key_of, rows))
    wrong: set[tuple[str, ...]] = set()
    order = [n for n, row in enumerate(rows) if said[key_of(row)] == 1 and has_digit(row)]
    chance.shuffle(order)
    for at in order:
        row = out[at]
        if len(wrong) >= many or key_of(row) in wrong:
            continue
        if kind == "digit":
            out[at] = wrong_digit(row, chance)
        elif kind == "stale" and row.earlier and row.earlier != row.shown:
            out[at] = replace(row, shown=row.earlier)
        elif kind == "swapped":
            other = next((j for j in order if is_swap(row, out[j]) and key_of(out[j]) not in wrong), None)
            if other is None:
                continue
            out[at], out[other] = (replace(row, shown=out[other].shown), replace(out[other], shown=row.shown))
            wrong.add(key_of(out[other]))
        else:
            continue
        wrong.add(key_of(row))
    return out, wrong


def retyped(text: str, expected: Expected, rows: Sequence[Meant]) -> tuple[bytes, Expected]:
    """The text with its numbers as the rows print them, as a docx, and where they stand then."""
    pieces, found, at, moved = [], [], 0, 0
    for (start, end, _was), row in zip(expected, rows, strict=True):
        pieces += [text[at:start], row.shown]
        found.append((start + moved, start + moved + len(row.shown), row))
        at, moved = end, moved + len(row.shown) - (end - start)
    return as_lines("".join([*pieces, text[at:]])), found


STRANGE = [
    "停车泊位",
    "图书馆藏书",
    "非遗传承人",
    "骑行驿站",
    "家庭医生签约",
    "校外培训机构",
    "旧衣回收箱",
    "楼门长",
    "应急广播",
    "共享菜园",
    "河长巡河",
    "食堂改造",
    "文化演出",
    "老年大学学员",
    "孵化器在孵团队",
    "农民专业合作社",
    "外卖骑手驿站",
    "医保窗口",
    "婚姻登记",
    "新增绿地",
    "国家级企业技术中心",
    "示范幼儿园",
    "街道志愿者",
    "改造村卫生室",
    "企业走访",
    "产业园区",
    "投资项目",
]  # things that the sample's ledger does not keep


def with_strange(text: str, expected: Expected, many: int, chance: random.Random) -> tuple[bytes, Expected]:
    """The text with strange things put into its sentences, each with a value of the ledger, and where those stand."""
    pieces, found, at, length = [], [], 0, 0
    for n in sorted(chance.sample(range(len(expected)), many)):
        stop = STOP.search(text, expected[n][1])
        if stop is None or stop.start() < at:
            continue
        near = expected[max(0, n - 4) : n + 5] if chance.random() < 0.5 else expected
        value = chance.choice(near)[2]
        said = chance.choice(("，", "，其中", "；")) + chance.choice(STRANGE)
        length += stop.start() - at + len(said)
        found.append((length, length + len(value.shown), replace(value, name=said[1:])))
        pieces += [text[at : stop.start()], said, value.shown]
        at, length = stop.start(), length + len(value.shown)
    return as_lines("".join([*pieces, text[at:]])), found


def as_lines(text: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def missed(found: Bound, expected: Expected, wrong: set[tuple[str, ...]]) -> list[str]:
    """Planted errors whose number is bound to the fact that its words name, or to any other."""
    told = []
    for start, end, figure in expected:
        item = item_at(found, start, end)
        if key_of(figure) in wrong and item is not None and item.state is State.BOUND:
            told.append(f"{figure.name} {figure.shown} → {item.known.expression if item.known else ''}")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="print what is wrong or missed")
    arguments = parser.parse_args()
    subject = Subject.objects.get(key=settings.DISTRICT)
    for name, (data, expected) in (("own report", own(subject)), ("gazette", gazette(subject))):
        found, seconds = bound(data, subject)
        _tell(name, found, seconds, expected, arguments.show)
        _strange(subject, arguments, found.text, expected)
        _plant(subject, arguments, partial(retyped, found.text, expected), [m for _a, _b, m in expected])
    rows = facts_of(subject, 2022, random.Random(arguments.seed))
    styles: dict[str, Style] = {"letter": letter, "bulletin": bulletin}
    for name, style in styles.items():
        draft = style(rows)
        found, seconds = bound(as_docx(draft), subject)
        _tell(name, found, seconds, places(draft, found.text), arguments.show)
        _plant(subject, arguments, partial(_styled, style), rows)


def _styled(style: Style, rows: Sequence[Meant]) -> tuple[bytes, Expected]:
    draft = style(rows)
    data = as_docx(draft)
    return data, places(draft, Body(open_package(data, "draft.docx")).text)


def _strange(subject: Subject, arguments: argparse.Namespace, text: str, expected: Expected) -> None:
    data, there = with_strange(text, expected, 60, random.Random(arguments.seed))
    found, _seconds = bound(data, subject)
    told = missed(found, there, {key_of(m) for _a, _b, m in there})
    print(f"  planted strange  {len(there):3}  found {len(there) - len(told):3}")
    for line in told if arguments.show else ():
        print(f"    missed: {line}")


def _plant(
    subject: Subject,
    arguments: argparse.Namespace,
    write_out: Callable[[Sequence[Meant]], tuple[bytes, Expected]],
    rows: Sequence[Meant],
) -> None:
    for kind, many in (("digit", 50), ("swapped", 20), ("stale", 10)):
        spoilt, wrong = planted(rows, kind, many, random.Random(arguments.seed))
        data, expected = write_out(spoilt)
        found, _seconds = bound(data, subject)
        told = missed(found, expected, wrong)
        print(f"  planted {kind:8} {len(wrong):3}  found {len(wrong) - len(told):3}")
        for line in told if arguments.show else ():
            print(f"    missed: {line}")


def _tell(name: str, found: Bound, seconds: float, expected: Expected, show: bool) -> None:
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
