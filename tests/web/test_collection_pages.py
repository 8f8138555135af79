"""Collection in the browser's words: packages, the web form, rounds, deliveries, mappings, overrides; by role and effect."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from facts.factories import NOON, fact, user
from facts.workbooks import GDP, row, saved, workbook
from tongjian.facts.collection import actions, deliveries, parcels
from tongjian.facts.models import ColumnMapping, Delivery, Fact, Package, Submission
from tongjian.kernel.models import Event
from tongjian.values import Period
from web.conftest import SignIn
from web.stage import Stage
from web.test_pages import inline_code

YEAR = Period.year(2022)
ROLES = ("office", "statistics", "finance", "reader")


def held(scene: Stage) -> Submission:
    """A workbook with a slip of the unit, after a year with a level of the same size."""
    fact("gdp @ 2021", "1150.0", status="revised")
    data = workbook([row(GDP, value=12_010_000)])
    return actions.submit(
        data, "错位.xlsx", organisation=scene.world.statistics, period=YEAR, by=None, at=NOON
    )


def delivery() -> Delivery:
    parcel = parcels.Parcel(
        sent=[
            parcels.Sent("区财政局.xlsx", workbook([row(value="x")])),
            parcels.Sent("谁的.xlsx", own_table()),
        ],
        aside=[parcels.Aside("a.docx", "no_workbook", {"suffix": ".docx"})],
    )
    return deliveries.collect(parcel, "一月.zip", period=YEAR, by=None, at=NOON)


def own_table() -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "月报"
    for values in (
        ["指标", "单位", "本年累计"],
        ["1、一般公共预算收入", "亿元", 89.5],
        ["小计", "亿元", 89.5],
    ):
        sheet.append(values)
    return saved(book)


def test_pages_by_role(scene: Stage, signed_in: SignIn) -> None:
    package, sent, stopped = scene.submission.package, delivery(), held(scene)
    saved_ = ColumnMapping.objects.create(
        organisation=scene.world.finance,
        name="月报",
        at=NOON,
        body={"sheet": "月报", "name": "指标", "values": [{"heading": "本年累计"}], "rows": {}},
    )
    unknown = sent.items.get(outcome="unrecognised")
    pages = {
        reverse("collection:package", args=[package.pk]): ("office", "statistics"),
        reverse("collection:form", args=[package.pk]): ("office", "statistics"),
        reverse("collection:submission", args=[stopped.pk]): ("office", "statistics"),
        reverse("collection:letter", args=[stopped.pk]): ("office", "statistics"),
        reverse("collection:matrix") + "?year=2022": ("office", "statistics", "finance"),
        reverse("collection:reminders"): ("office",),
        reverse("collection:deliveries"): ("office",),
        reverse("collection:delivery", args=[sent.pk]): ("office",),
        reverse("collection:mappings"): ROLES,
        reverse("collection:mapping", args=[saved_.pk]): ("office", "finance"),
        reverse("collection:mapping_new", args=[unknown.pk]): ("office",),
    }
    got = {
        (url, role): signed_in(getattr(scene, role)).get(url).status_code for url in pages for role in ROLES
    }
    assert got == {(url, r): 200 if r in roles else 404 for url, roles in pages.items() for r in ROLES}
    office = signed_in(scene.office)
    assert [u for u in pages if inline_code(office.get(u).content.decode(errors="replace"))] == []


def post(client: Client, name: str, *args: object, **fields: object) -> Any:
    return client.post(reverse(f"collection:{name}", args=args), fields)


# Packages


@pytest.mark.parametrize(
    ("role", "state"), [("office", "approved"), ("statistics", "submitted"), ("finance", "submitted")]
)
def test_only_the_plan_office_approves(scene: Stage, signed_in: SignIn, role: str, state: str) -> None:
    package = scene.submission.package
    post(signed_in(getattr(scene, role)), "step", package.pk, step="approve")
    assert Package.objects.get(pk=package.pk).state == state


def test_a_return_needs_a_note_and_keeps_it(scene: Stage, signed_in: SignIn) -> None:
    client, pk = signed_in(scene.office), scene.submission.package_id
    assert post(client, "step", pk, step="return", note="").status_code == 400
    assert post(client, "step", pk, step="return", note="请核对").status_code == 302
    assert Package.objects.get(pk=pk).note == "请核对"
    assert "请核对" in signed_in(scene.statistics).get(reverse("collection:page")).content.decode()


def test_lock_and_unlock(scene: Stage, signed_in: SignIn) -> None:
    client, pk = signed_in(scene.office), scene.submission.package_id
    for wanted in ({"step": "approve"}, {"step": "lock"}):
        post(client, "step", pk, **wanted)
    assert Package.objects.get(pk=pk).state == "locked"
    assert post(client, "step", pk, step="unlock", note=" ").status_code == 400
    post(client, "step", pk, step="unlock", note="年报核定")
    assert Package.objects.get(pk=pk).state == "returned"


def test_a_fact_is_marked_until_its_package_is_approved(scene: Stage, signed_in: SignIn) -> None:
    client = signed_in(scene.reader)
    url = reverse("facts:fact", args=[scene.fact.pk])
    assert "tag-yellow" in client.get(url).content.decode()
    post(signed_in(scene.office), "step", scene.submission.package_id, step="approve")
    assert "tag-yellow" not in client.get(url).content.decode()


def test_evidence_files_of_a_package(scene: Stage, signed_in: SignIn) -> None:
    pk = scene.submission.package_id
    file = io.BytesIO(b"%PDF-1.7")
    file.name = "盖章.pdf"
    post(signed_in(scene.statistics), "attach", pk, files=file)
    assert [f.name for f in Package.objects.get(pk=pk).files.all()] == ["盖章.pdf"]
    assert signed_in(scene.finance).post(reverse("collection:attach", args=[pk])).status_code == 404


# The web form


def test_the_form_makes_a_workbook_that_takes_its_way(scene: Stage, signed_in: SignIn) -> None:
    client, package = signed_in(scene.statistics), scene.submission.package
    page = client.get(reverse("collection:form", args=[package.pk])).content.decode()
    assert 'value="1200.5"' in page, "what was reported stands in its field"
    number = page[: page.index('value="1200.5"')].rpartition('name="v')[2].partition('"')[0]
    answer = post(client, "form", package.pk, **{f"v{number}": "1203.5", f"s{number}": "revised"})
    assert answer.status_code == 302
    done = Submission.objects.latest("pk")
    assert (done.state, done.facts_written) == ("accepted", 1)
    new = Fact.objects.latest("pk")
    assert (str(new.number), new.status, new.evidence.file) == ("1203.5", "revised", done.file)
    assert load_workbook(io.BytesIO(done.file.path.read_bytes()))["填报"]["A2"].value == "gdp"


def test_what_is_wrong_stands_beside_its_field(scene: Stage, signed_in: SignIn) -> None:
    client, package = signed_in(scene.statistics), scene.submission.package
    before = Fact.objects.count()
    answer = post(client, "form", package.pk, v2="约一千", v3="未报", n3="")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count("error-text") == 2
    assert 'value="约一千"' in page
    assert Fact.objects.count() == before


def test_a_form_is_for_who_reports_only(scene: Stage, signed_in: SignIn) -> None:
    pk = scene.submission.package_id
    for role in ("finance", "reader"):
        assert post(signed_in(getattr(scene, role)), "form", pk, v0="1").status_code == 404


def test_a_form_is_started_for_a_unit_and_span(scene: Stage, signed_in: SignIn) -> None:
    unit = scene.world.statistics.pk
    answer = post(signed_in(scene.statistics), "start", organisation=unit, year=2022, month=6, form="1")
    made = Package.objects.get(period="2022-01/2022-06")
    assert answer.headers["Location"] == reverse("collection:form", args=[made.pk])
    assert post(signed_in(scene.finance), "start", organisation=unit, year=2022, month=6).status_code == 400


# Overrides


def test_two_persons_in_the_browser(scene: Stage, signed_in: SignIn) -> None:
    found = held(scene)
    findings = _fingerprints(found)
    reasons = {f"reason-{f}": "口径扩大" for f in findings}
    second = user("second", "plan_office", scene.world.plan_office)
    url = reverse("collection:submission", args=[found.pk])
    office = signed_in(scene.office)
    assert post(office, "override", found.pk, **dict.fromkeys(reasons, " ")).status_code == 400
    assert post(office, "override", found.pk, **reasons).status_code == 302
    assert "/confirm/" in office.get(url).content.decode()
    assert post(office, "confirm", found.pk, finding=findings).status_code == 403
    assert post(signed_in(second), "confirm", found.pk, finding=findings[:1]).status_code == 302
    found.refresh_from_db()
    assert (len(findings), found.state) == (2, "held"), "one of two findings is still open"
    assert post(signed_in(second), "confirm", found.pk, finding=findings).status_code == 302
    found.refresh_from_db()
    assert found.state == "accepted"


def _fingerprints(found: Submission) -> list[str]:
    from tongjian.facts.collection.overrides import hard_findings

    return [f.fingerprint for f in hard_findings(found)]


def test_an_error_list_goes_out_as_a_workbook(scene: Stage, signed_in: SignIn) -> None:
    answer = signed_in(scene.statistics).get(reverse("collection:errors", args=[scene.refused.pk]))
    book = load_workbook(io.BytesIO(answer.content))
    assert book["填报"]["I2"].comment is not None
    url = reverse("collection:errors", args=[scene.refused.pk])
    assert signed_in(scene.finance).get(url).status_code == 404


# Rounds and reminders


def test_a_round_is_opened_by_the_plan_office(scene: Stage, signed_in: SignIn) -> None:
    fields = {"year": 2023, "month": 1, "due": "2023-02-15"}
    assert post(signed_in(scene.statistics), "open_round", **fields).status_code == 403
    post(signed_in(scene.office), "open_round", **fields)
    made = Package.objects.filter(period="2023-01")
    assert {(str(p.organisation), str(p.due)) for p in made} == {
        ("区统计局", "2023-02-15"),
        ("区财政局", "2023-02-15"),
    }
    assert post(signed_in(scene.office), "open_round", year=2023, month=1, due="soon").status_code == 400


def test_reminders_go_out_as_a_table(scene: Stage, signed_in: SignIn) -> None:
    answer = post(signed_in(scene.office), "outbox", year=2022, month=12)
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [r[0].value for r in sheet.iter_rows(min_row=2)] == ["区统计局", "区财政局"]
    assert Event.objects.filter(verb="collection.reminded").count() == 2
    assert post(signed_in(scene.statistics), "outbox", year=2022, month=12).status_code == 403


# Deliveries and mappings


def packed(files: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    out.seek(0)
    out.name = "一月.zip"
    return out


def test_a_zip_in_and_its_error_lists_out(scene: Stage, signed_in: SignIn) -> None:
    client = signed_in(scene.office)
    bad = workbook([row(metric="budget_revenue", name=None, value="x")])
    answer = post(client, "deliver", year=2022, month=12, file=packed({"区财政局.xlsx": bad}))
    made = Delivery.objects.get()
    assert answer.headers["Location"] == reverse("collection:delivery", args=[made.pk])
    lists = client.get(reverse("collection:delivery_errors", args=[made.pk]))
    names = zipfile.ZipFile(io.BytesIO(lists.content)).namelist()
    assert sorted(n.rpartition(".")[2] for n in names) == ["txt", "xlsx"]
    assert post(signed_in(scene.finance), "deliver", year=2022, month=12, file=packed({})).status_code in {
        403,
        404,
    }
    assert Delivery.objects.count() == 1
    leader = signed_in(user("leader", "leader"))
    page = leader.get(answer.headers["Location"]).content.decode()
    assert "区财政局.xlsx" in page
    for closed in ("errors.zip", "errors.xlsx", "errors.txt"):
        assert closed not in page
    assert leader.get(reverse("collection:delivery_errors", args=[made.pk])).status_code == 404
    for file in (made.file, made.items.get().file):
        assert file is not None
        assert reverse("evidence:download", args=[file.pk]) not in page
        assert leader.get(reverse("evidence:download", args=[file.pk])).status_code == 404


def test_a_table_is_mapped_and_taken_in(scene: Stage, signed_in: SignIn) -> None:
    client, sent = signed_in(scene.office), delivery()
    item = sent.items.get(outcome="unrecognised")
    url = reverse("collection:mapping_new", args=[item.pk])
    page = client.get(url).content.decode()
    assert 'name="c0" value="指标"' in page
    fields = {
        "sheet": "月报", "first": 1, "last": 1, "name": "月报", "organisation": scene.world.finance.pk,
        "c0": "指标", "role0": "name", "c1": "单位", "role1": "unit", "c2": "本年累计", "role2": "value",
        "measure2": "数值", "basis2": "自然口径", "span2": "to_date", "back2": "0",
        "r0": "1、一般公共预算收入", "to0": "budget_revenue||", "r1": "小计", "to1": "-",
    }  # fmt: skip
    assert client.post(url, {**fields, "role2": "", "save": "1"}).status_code == 400
    answer = client.post(url, {**fields, "save": "1"})
    assert answer.headers["Location"] == reverse("collection:delivery", args=[sent.pk])
    taken = Fact.objects.latest("pk")
    assert (str(taken.number), taken.evidence.locator, taken.series.metric.key) == (
        "89.5",
        "月报!C2",
        "budget_revenue",
    )
    made = ColumnMapping.objects.get()
    assert made.body["rows"] == {
        "1、一般公共预算收入": {"metric": "budget_revenue", "area": "", "breakdown": ""},
        "小计": None,
    }
    edit = reverse("collection:mapping", args=[made.pk])
    client.post(edit, {**fields, "name": "月报二", "to1": "", "save": "1"})
    made.refresh_from_db()
    assert (made.name, list(made.body["rows"])) == ("月报二", ["1、一般公共预算收入"])
    post(client, "mapping_delete", made.pk)
    assert not ColumnMapping.objects.exists()
    assert taken.pk in Fact.objects.values_list("pk", flat=True)


def test_a_mapping_is_proposed_from_headings_and_names(scene: Stage, signed_in: SignIn) -> None:
    item = delivery().items.get(outcome="unrecognised")
    url = reverse("collection:mapping_new", args=[item.pk])
    page = signed_in(scene.office).post(
        url, {"organisation": scene.world.finance.pk, "name": "x", "c0": "指标", "role0": "name", "c2": "本年累计", "role2": "value"}
    ).content.decode()  # fmt: skip
    assert '<option value="budget_revenue||" selected>' in page
