"""A click on a number: down to the cell or the sentence, and no file is ever opened by the browser."""

from __future__ import annotations

import re

from django.urls import reverse

from facts.factories import NOON
from facts.factories import user as make_user
from facts.workbooks import GDP, row, workbook
from tongjian.plans.checkins import confirm
from tongjian.web.evidence.grid import window_as_json, window_of
from web.conftest import SignIn
from web.stage import Stage


def test_a_number_of_a_report_leads_to_its_cell(scene: Stage, signed_in: SignIn) -> None:
    client = signed_in(scene.reader)
    report = client.get(reverse("reports:report", args=[scene.report.pk])).content.decode()
    link = re.search(r'<a class="figure" id="([^"]+)" href="([^"]+)"[^>]*>1200\.5亿元', report)
    assert link is not None
    base = reverse("reports:report", args=[scene.report.pk])
    panel = client.get(base + link[2], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in panel
    place = reverse("evidence:place", args=[scene.fact.evidence_id])
    assert f'href="{place}"' in panel
    cell = client.get(place).content.decode()
    assert re.search(r'<td class="[^"]*hit"[^>]*id="cell">1200.5</td>', cell)
    assert reverse("reports:report", args=[scene.report.pk]) in cell


def test_a_derived_number_shows_its_inputs(scene: Stage, signed_in: SignIn) -> None:
    url = reverse("facts:provenance") + "?ref=gdp[difference,city,constant_price]@2022"
    html = signed_in(scene.reader).get(url).content.decode()
    assert "3.3" in html
    facts = re.findall(r'href="/facts/(\d+)/"', html)
    assert len(set(facts)) == 2


def test_a_reference_to_a_fact_leads_to_its_page(scene: Stage, signed_in: SignIn) -> None:
    answer = signed_in(scene.reader).get(reverse("facts:provenance"), {"ref": "gdp @ 2022"})
    assert answer.headers["Location"] == reverse("facts:fact", args=[scene.fact.pk])


def test_a_wrong_reference_is_told(scene: Stage, signed_in: SignIn) -> None:
    client = signed_in(scene.reader)
    for ref in ("", "gdp", "nothing @ 2022", "gdp @ 1999"):
        assert client.get(reverse("facts:provenance"), {"ref": ref}).status_code == 404


def test_a_promise_leads_to_its_sentence(scene: Stage, signed_in: SignIn) -> None:
    html = (
        signed_in(scene.reader).get(reverse("evidence:place", args=[scene.target.origin_id])).content.decode()
    )
    assert '<mark id="passage">地区生产总值增长5%左右</mark>' in html
    assert reverse("plans:target", args=[scene.target.pk]) in html


def test_files_leave_as_attachments(scene: Stage, signed_in: SignIn) -> None:
    answer = signed_in(scene.reader).get(reverse("evidence:download", args=[scene.file.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == scene.file.path.read_bytes()  # type: ignore[attr-defined]


def test_personal_files_are_not_there_for_others(scene: Stage, signed_in: SignIn) -> None:
    urls = [
        reverse("evidence:file", args=[scene.secret.pk]),
        reverse("evidence:download", args=[scene.secret.pk]),
        reverse("evidence:place", args=[scene.secret.places.get().pk]),
    ]
    for role, status in [("office", 200), ("finance", 200), ("statistics", 404), ("reader", 404)]:
        client = signed_in(getattr(scene, role))
        assert [client.get(u).status_code for u in urls] == [status] * 3
        assert ("个人.txt" in client.get(reverse("evidence:list")).content.decode()) is (status == 200)


def test_a_refused_workbook_is_for_its_sender_and_the_plan_office(scene: Stage, signed_in: SignIn) -> None:
    url = reverse("evidence:download", args=[scene.refused.file_id])
    told = {role: signed_in(getattr(scene, role)).get(url).status_code for role in ("office", "statistics")}
    assert told == {"office": 200, "statistics": 200}
    for user in (scene.finance, scene.reader, make_user("leader", "leader")):
        client = signed_in(user)
        assert client.get(url).status_code == 404
        assert scene.refused.file.name not in client.get(reverse("evidence:list")).content.decode()


def test_both_sources_stand_side_by_side(scene: Stage, signed_in: SignIn) -> None:
    html = signed_in(scene.reader).get(reverse("facts:fact", args=[scene.fact.pk])).content.decode()
    assert "1200.5" in html
    assert "1201" in html


def test_the_window_of_a_cell() -> None:
    data = workbook([row(GDP, value=n) for n in range(40)])
    seen = window_of(window_as_json(data, "填报!I30\nx.xlsx"))
    hits = [(r.number, c.text) for r in seen.rows for c in r.cells if c.hit]
    assert hits == [(30, "28")]
    assert [r.number for r in seen.rows][:3] == [1, 2, 23]
    assert [r.number for r in seen.rows if r.gap] == [23]


def test_a_cell_is_shown_as_its_format_shows_it() -> None:
    """The ledger keeps 4.1 of a cell that shows 4.1%; whoever follows it has to find that."""
    data = workbook([row(GDP, value=(0.041, "0.0%")), row(GDP, value=(99.4, "0.00"))])
    for ref, text in (("I2", "4.1%"), ("I3", "99.40")):
        seen = window_of(window_as_json(data, f"填报!{ref}\nx.xlsx"))
        assert [c.text for r in seen.rows for c in r.cells if c.hit] == [text]


def test_a_check_in_that_is_not_confirmed_is_not_told_by_its_file(scene: Stage, signed_in: SignIn) -> None:
    place = scene.check_in.evidence.get()
    urls = [reverse("evidence:place", args=[place.pk]), reverse("evidence:file", args=[place.file_id])]
    link = f"#check-in-{scene.check_in.pk}"
    for role, sees in [("office", True), ("statistics", True), ("finance", False), ("reader", False)]:
        client = signed_in(getattr(scene, role))
        answers = [client.get(u) for u in urls]
        assert [a.status_code for a in answers] == [200 if sees else 404] * 2, role
        assert [link in a.content.decode() for a in answers] == [sees] * 2, role
    confirm(scene.check_in.pk, by=scene.office, at=NOON)
    assert link in signed_in(scene.reader).get(urls[0]).content.decode()
