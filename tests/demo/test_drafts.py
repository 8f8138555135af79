"""The sample's report as if somebody had typed it: without anchors and manifest, bound to the ledger again."""

from __future__ import annotations

import io
import json
import random
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.models import F

from tongjian.facts.models import Fact
from tongjian.kernel.models import Subject
from tongjian.reading.documents.package import open_package
from tongjian.reports.drafts.binding import Draft, bind
from tongjian.reports.drafts.places import Body
from tongjian.reports.drafts.types import Bound, State
from tongjian.reports.drafts.zipped import manifest_path
from tongjian.reports.trace import trace
from tongjian.reports.verify import State as Verdict
from tongjian.reports.verify import verify
from tongjian.reports.verify.ledger import now

from .conftest import LOADED_AT, District

pytestmark = pytest.mark.django_db
AT = LOADED_AT + timedelta(days=30)


def typed(data: bytes, body: bytes | None = None) -> bytes:
    """The docx without our manifest and anchors, as a person would have typed it."""
    package = open_package(data, "report.docx")
    if body is None:
        plain = Body(package)
        plain.anchor([])
        body = plain.written()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for info in package.archive.infolist():
            if not info.filename.startswith("customXml/"):
                content = body if info.filename == package.main else package.archive.read(info)
                archive.writestr(info, _without_manifest(info.filename, content))
    return out.getvalue()


def _without_manifest(name: str, content: bytes) -> bytes:
    if name not in ("[Content_Types].xml", "word/_rels/document.xml.rels"):
        return content
    parts = content.decode().split("<")
    return "<".join(p for p in parts if "customXml" not in p).encode()


def manifest(data: bytes) -> dict[str, Any]:
    package = open_package(data, "report.docx")
    path = manifest_path(package)
    assert path is not None
    root = package.part(path)
    assert root is not None
    found: dict[str, Any] = json.loads("".join(map(str, root.itertext())))
    return found


def bound(data: bytes) -> Bound:
    return bind(Draft(data, "draft.docx", Subject.objects.get(key=settings.DISTRICT)), known_at=AT)


@pytest.fixture
def report(loaded: District) -> bytes:
    return (loaded.home / "demo" / "report-2022.docx").read_bytes()


def test_most_numbers_find_their_fact_and_none_a_wrong_one(report: bytes) -> None:
    """The anchors that were taken away say what is right."""
    figures = manifest(report)["figures"]
    truth = {
        (m.start, m.end): figures[m.name]
        for m in Body(open_package(report, "r")).earlier
        if m.name in figures
    }
    right, wrong = 0, []
    for item in bound(typed(report)).items:
        if item.state is not State.BOUND:
            continue
        assert item.known is not None
        meant = next((v for (a, b), v in truth.items() if a < item.end and b > item.start), None)
        same = meant is not None and (meant["metric"], meant["measure"], meant["period"]) == (
            item.known.metric,
            item.known.measure,
            item.known.period,
        )
        right += same
        if not same:
            wrong.append((item.shown, item.known.expression))
    assert wrong == []
    assert right >= 0.95 * len(truth)


def test_bound_again_the_report_keeps_every_anchor(report: bytes) -> None:
    """Those over words too that the reader takes for no figure: 超额完成, 全覆盖, 百亿元."""
    again, figures = bound(report), manifest(report)["figures"]
    assert again.counts()[State.BOUND] == sum("chart" not in f for f in figures.values())
    assert len(manifest(again.data)["figures"]) == len(figures)
    assert not again.open

    def places(data: bytes) -> set[tuple[int, int]]:
        return {(m.start, m.end) for m in Body(open_package(data, "r")).earlier}

    assert places(again.data) >= places(report)
    assert verify(again.data, now=now(settings.DISTRICT, AT)).holds


def test_what_is_bound_traces(report: bytes) -> None:
    problems = trace(bound(typed(report)).data).problems
    assert {p.code for p in problems} <= {
        "trace.number",
        "trace.not_seen",
    }  # a typed draft's chart is no figure of ours


def test_every_planted_digit_is_noticed(report: bytes) -> None:
    plain = typed(report)
    package = open_package(plain, "r")
    body, chance = Body(package), random.Random(7)
    anchored = [i for i in bound(plain).items if i.state is State.BOUND]
    planted = chance.sample([i for i in anchored if any(c.isdigit() for c in i.shown)], 40)
    for item in planted:
        at = next(n for n in range(item.start, item.end) if body.text[n].isdigit())
        found = body._at(at)
        assert found is not None
        element, offset = body._typed[found[0]][1], found[1]
        text = str(element.text)
        other = chance.choice([d for d in "123456789" if d != text[offset]])
        element.text = text[:offset] + other + text[offset + 1 :]
    again = {i.start: i.state for i in bound(typed(plain, body.written())).items}
    assert [i.shown for i in planted if again[i.start] is State.BOUND] == []


def test_a_second_round_says_what_the_ledger_has_changed(report: bytes) -> None:
    once = bound(typed(report))
    item = next(i for i in once.items if i.known is not None and i.known.facts and not i.known.inputs)
    assert item.known is not None
    fact = Fact.objects.get(pk=item.known.facts[0])
    Fact.objects.filter(pk=fact.pk).update(mantissa=fact.mantissa * 2)
    twice = bound(once.data)
    moved = next(i for i in twice.items if i.start == item.start)
    assert moved.state is State.CHANGED
    assert moved.suggestion
    assert moved.suggestion != item.shown
    assert sum(i.state is State.BOUND for i in twice.items) >= once.counts()[State.BOUND] - 3


def test_verifying_the_written_report_against_the_ledger(report: bytes) -> None:
    """Nothing is told of a clean report; a fact that is revised afterwards is, and only where it stands."""
    clean = verify(report, now=now(settings.DISTRICT, AT))
    assert clean.holds
    assert clean.counts()[Verdict.UNCHANGED] == len(clean.verdicts) > 180
    quoted = next(v for v in clean.verdicts if v.expression == "gdp @ 2022-01/2022-09")
    known = now(settings.DISTRICT, AT)(quoted.expression)
    assert known is not None
    Fact.objects.filter(pk=known.facts[0]).update(mantissa=F("mantissa") * 2)
    moved = verify(report, now=now(settings.DISTRICT, AT))
    assert quoted.anchor in {v.anchor for v in moved.changed_since}
    assert {v.indicator for v in moved.changed_since} == {quoted.indicator}
