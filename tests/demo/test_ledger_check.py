"""The sample report against the sample ledger: typos and swapped figures are found, and nothing else is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.conf import settings

from tongjian.checking import LedgerFact, Matched, Standing, against_ledger
from tongjian.checking.intervals import dimension
from tongjian.facts.held import ledger_facts
from tongjian.facts.models import Fact
from tongjian.kernel.models import Subject
from tongjian.reading import Reading, read, read_text
from tongjian.reports.models import Report

pytestmark = pytest.mark.django_db
KNOWN = {Standing.SAME, Standing.ROUNDED}


@pytest.fixture
def report(loaded: object) -> Reading:
    found = Report.objects.select_related("docx").latest("pk")
    return read_text(read(found.docx.path.read_bytes(), "report.docx").document.text)


@pytest.fixture
def ledger(loaded: object) -> Sequence[LedgerFact]:
    return ledger_facts(Fact.objects.all(), Subject.objects.get(key=settings.DISTRICT))


def put(reading: Reading, start: int, end: int, words: str) -> Reading:
    text = reading.document.text
    return read_text(text[:start] + words + text[end:])


def at(found: Sequence[Matched], start: int) -> Matched | None:
    return next((m for m in found if m.figure.start == start), None)


def typed_wrong(words: str, rng: random.Random) -> str:
    """One of the digits changed, so that the number is another one."""
    places = [i for i, c in enumerate(words) if c.isdigit()]
    i = rng.choice(places[:4])
    return words[:i] + rng.choice([d for d in "123456789" if d != words[i]]) + words[i + 1 :]


def test_the_sample_report_agrees_with_its_ledger(report: Reading, ledger: Sequence[LedgerFact]) -> None:
    found = against_ledger(report, ledger)
    assert [(m.figure.indicator, m.figure.text, m.standing) for m in found if m.wrong] == []
    assert sum(m.standing in KNOWN for m in found) >= 80


def test_a_typo_in_a_figure_of_the_ledger_is_found(report: Reading, ledger: Sequence[LedgerFact]) -> None:
    rng = random.Random(20230104)
    missed = []
    known = [m for m in against_ledger(report, ledger) if m.standing in KNOWN]
    for m in known[::2]:
        f = m.figure
        if not any(c.isdigit() for c in f.text):
            continue
        words = typed_wrong(f.text, rng)
        found = at(against_ledger(put(report, f.start, f.end, words), ledger), f.start)
        if found is None or not found.wrong:
            missed.append((f.indicator, f.text, words))
    assert missed == []


def test_the_figure_of_another_indicator_is_found(report: Reading, ledger: Sequence[LedgerFact]) -> None:
    rng = random.Random(20230104)
    known = [m for m in against_ledger(report, ledger) if m.standing in KNOWN and m.figure.bound == "eq"]
    missed = []
    for m in known[::2]:
        f = m.figure
        others = [
            o.figure
            for o in known
            if dimension(o.figure.unit) == dimension(f.unit) and o.figure.unit == f.unit
        ]
        others = [o for o in others if abs(Decimal(str(o.value)) - Decimal(str(f.value))) > 1]
        if not others:
            continue
        words = rng.choice(others).text
        found = at(against_ledger(put(report, f.start, f.end, words), ledger), f.start)
        if found is None or not found.wrong:
            missed.append((f.indicator, f.text, words))
    assert missed == []
