"""What forms do, by role: the effect on the ledger, not only the answer."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from facts.workbooks import GDP, row, workbook
from tongjian.facts.models import Fact, Submission
from tongjian.kernel.models import EvidenceFile
from tongjian.plans import tasks_xlsx
from tongjian.plans.choices import ItemState, Verdict
from tongjian.plans.models import CheckIn, Intake, Remark, Task
from tongjian.reports.models import Report
from web.conftest import SignIn
from web.stage import PNG, TEMPLATE, Stage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def sent_for(scene: Stage, **more: object) -> dict[str, object]:
    return {"organisation": scene.world.statistics.pk, "year": "2022", "month": "12", **more}


@pytest.mark.parametrize(
    ("role", "status", "after"),
    [
        ("office", 302, Verdict.CONFIRMED),
        ("statistics", 403, Verdict.PENDING),
        ("finance", 404, Verdict.PENDING),
        ("reader", 404, Verdict.PENDING),
    ],
)
def test_only_the_plan_office_confirms(
    scene: Stage, signed_in: SignIn, role: str, status: int, after: Verdict
) -> None:
    url = reverse("plans:verdict", args=[scene.check_in.pk])
    answer = signed_in(getattr(scene, role)).post(url, {"verdict": "confirmed"})
    scene.check_in.refresh_from_db()
    assert (answer.status_code, scene.check_in.verdict) == (status, after)


def test_returning_needs_a_reason(scene: Stage, signed_in: SignIn) -> None:
    client, url = english(signed_in(scene.office)), reverse("plans:verdict", args=[scene.check_in.pk])
    answer = client.post(url, {"verdict": "returned", "note": ""})
    assert answer.status_code == 400
    assert "Say why it is returned" in answer.content.decode()
    client.post(url, {"verdict": "returned", "note": "缺照片"})
    scene.check_in.refresh_from_db()
    assert (scene.check_in.verdict, scene.check_in.note) == (Verdict.RETURNED, "缺照片")


def test_a_verdict_that_is_none_changes_nothing(scene: Stage, signed_in: SignIn) -> None:
    url = reverse("plans:verdict", args=[scene.check_in.pk])
    assert signed_in(scene.office).post(url, {"verdict": "maybe", "note": "x"}).status_code == 403
    scene.check_in.refresh_from_db()
    assert scene.check_in.verdict == Verdict.PENDING


def test_a_returned_check_in_stays_between_unit_and_office(scene: Stage, signed_in: SignIn) -> None:
    """Neither its text nor the note may be read by others, also not in the history."""
    url = reverse("plans:verdict", args=[scene.check_in.pk])
    signed_in(scene.office).post(url, {"verdict": "returned", "note": "补充说明"})
    page = reverse("plans:task", args=[scene.task.pk])
    for role, sees in [("office", True), ("statistics", True), ("finance", False), ("reader", False)]:
        html = signed_in(getattr(scene, role)).get(page).content.decode()
        assert ("补充说明" in html) is sees, role
        assert ("已完工" in html) is sees, role
    assert "补充说明" not in signed_in(scene.reader).get("/").content.decode()


@pytest.mark.parametrize(
    ("role", "status", "made"),
    [("statistics", 302, 1), ("office", 302, 1), ("finance", 403, 0), ("reader", 403, 0)],
)
def test_the_lead_unit_reports(scene: Stage, signed_in: SignIn, role: str, status: int, made: int) -> None:
    CheckIn.objects.all().delete()
    files = [upload("一.png", PNG), upload("二.png", PNG + b"1")]
    answer = signed_in(getattr(scene, role)).post(
        reverse("plans:check_in", args=[scene.task.pk]), {"claim": "behind", "text": "滞后", "files": files}
    )
    assert (answer.status_code, CheckIn.objects.count()) == (status, made)
    if made:
        assert CheckIn.objects.get().evidence.count() == 2


def test_a_refused_check_in_keeps_what_was_typed(scene: Stage, signed_in: SignIn) -> None:
    CheckIn.objects.all().delete()
    answer = english(signed_in(scene.statistics)).post(
        reverse("plans:check_in", args=[scene.task.pk]),
        {"claim": "done", "text": "全部完成", "files": [upload("x.exe", b"MZ")]},
    )
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "全部完成" in html
    assert "x.exe is not of a kind that can be attached" in html
    assert not CheckIn.objects.exists()


def test_remarks(scene: Stage, signed_in: SignIn) -> None:
    url = reverse("plans:remark", args=[scene.task.pk])
    assert signed_in(scene.reader).post(url, {"remark": "看看"}).status_code == 403
    assert signed_in(scene.statistics).post(url, {"remark": "已协调"}).status_code == 302
    assert [r.text for r in Remark.objects.all()] == ["已协调"]


def test_a_workbook_is_taken_in(scene: Stage, signed_in: SignIn) -> None:
    data = workbook([row(GDP, value=1300)])
    answer = signed_in(scene.statistics).post(
        reverse("collection:upload"), sent_for(scene, file=upload("更正.xlsx", data))
    )
    made = Submission.objects.first()
    assert made is not None
    assert answer.headers["Location"] == reverse("collection:submission", args=[made.pk])
    assert made.facts_written == 1
    again = signed_in(scene.statistics).post(
        reverse("collection:upload"), sent_for(scene, file=upload("更正.xlsx", data)), follow=True
    )
    assert again.status_code == 200
    assert Fact.objects.filter(mantissa=1300).count() == 1


def test_what_holds_a_workbook_is_told(scene: Stage, signed_in: SignIn) -> None:
    """Every cell can be read, but 12 005 000 亿元 is ten thousand times last year's."""
    before = Fact.objects.count()
    html = (
        english(signed_in(scene.statistics))
        .post(
            reverse("collection:upload"),
            sent_for(scene, file=upload("万元.xlsx", workbook([row(GDP, value=12005000)]))),
            follow=True,
        )
        .content.decode()
    )
    assert "填报!I2" in html
    assert "Nothing was written yet" in html
    assert Fact.objects.count() == before


def test_bad_cells_are_told_at_once(scene: Stage, signed_in: SignIn) -> None:
    html = (
        signed_in(scene.statistics)
        .get(reverse("collection:submission", args=[scene.refused.pk]))
        .content.decode()
    )
    for problem in scene.refused.problems:
        assert f"<b>{problem['cell']}</b>" in html
    assert len(scene.refused.problems) == 2


def test_a_refused_workbook_has_written_nothing(scene: Stage, signed_in: SignIn) -> None:
    """Also when the same file was taken in before."""
    url = reverse("collection:submission", args=[scene.submission.pk])
    fact = reverse("facts:fact", args=[scene.fact.pk])
    assert fact in signed_in(scene.statistics).get(url).content.decode()
    Submission.objects.filter(pk=scene.submission.pk).update(state="refused")
    assert fact not in signed_in(scene.statistics).get(url).content.decode()


@pytest.mark.parametrize("role", ["finance", "reader"])
def test_nobody_reports_for_a_foreign_unit(scene: Stage, signed_in: SignIn, role: str) -> None:
    before = Submission.objects.count()
    answer = english(signed_in(getattr(scene, role))).post(
        reverse("collection:upload"), sent_for(scene, file=upload("x.xlsx", workbook([row(GDP)])))
    )
    assert answer.status_code == 400
    assert "Choose a unit that you report for." in answer.content.decode()
    assert Submission.objects.count() == before


def test_the_template_goes_out(scene: Stage, signed_in: SignIn) -> None:
    answer = signed_in(scene.statistics).get(
        reverse("collection:template"), {"organisation": scene.world.statistics.pk, "year": 2022, "month": 11}
    )
    assert answer.headers["Content-Type"] == XLSX
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content[:2] == b"PK"


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("collection:upload", {"year": "2022", "month": "12"}),
        ("intake:start", {}),
        ("reports:build", {"year": "2022"}),
    ],
)
def test_a_file_over_20_mb_is_cut_off(
    scene: Stage, signed_in: SignIn, url: str, fields: dict[str, str]
) -> None:
    kept = EvidenceFile.objects.count()
    answer = english(signed_in(scene.office)).post(
        reverse(url), {**fields, "file": upload("大.docx", b"0" * (20 * 1024 * 1024 + 1))}
    )
    assert answer.status_code == 400
    assert "大.docx is larger than 20 MB" in answer.content.decode()
    assert EvidenceFile.objects.count() == kept


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.txt", b"", "空.txt is empty"),
        ("坏.docx", b"PK\x03\x04broken", "坏.docx"),
        ("乱.txt", b"\xff\xfe\xfa" + bytes(range(128, 256)) * 9, "乱.txt"),
        ("闲话.txt", "今天天气很好，大家一起散步。".encode(), "Neither figures nor commitments were found"),
        ("图.png", PNG, "is an image"),
    ],
)
def test_bad_reports_are_refused_in_words(
    scene: Stage, signed_in: SignIn, name: str, data: bytes, words: str
) -> None:
    files, intakes = EvidenceFile.objects.count(), Intake.objects.count()
    answer = english(signed_in(scene.office)).post(reverse("intake:start"), {"file": upload(name, data)})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert (EvidenceFile.objects.count(), Intake.objects.count()) == (files, intakes)
    chinese = signed_in(scene.office).post(reverse("intake:start"), {"file": upload(name, data)})
    assert words not in chinese.content.decode() or words == name


def test_no_file_chosen(scene: Stage, signed_in: SignIn) -> None:
    answer = english(signed_in(scene.office)).post(reverse("intake:start"), {})
    assert (answer.status_code, "No file was chosen" in answer.content.decode()) == (400, True)


def test_only_the_plan_office_reads_reports_in(scene: Stage, signed_in: SignIn) -> None:
    before = Intake.objects.count()
    for role in ("statistics", "reader"):
        answer = signed_in(getattr(scene, role)).post(
            reverse("intake:start"), {"file": upload("报告.txt", "全年生产总值增长5%。".encode())}
        )
        assert answer.status_code == 403
        item = scene.intake.items.first()
        assert item is not None
        url = reverse("intake:item", args=[scene.intake.pk, item.pk])
        assert signed_in(getattr(scene, role)).post(url, {"do": "accept"}).status_code == 404
        item.refresh_from_db()
        assert item.state == ItemState.PROPOSED
    assert Intake.objects.count() == before


def test_items_are_accepted_mended_dropped_and_recorded(scene: Stage, signed_in: SignIn) -> None:
    client = signed_in(scene.office)
    first, second = scene.intake.items.filter(kind="figure")[:2]

    def do(item_pk: int, **fields: str) -> object:
        url = reverse("intake:item", args=[scene.intake.pk, item_pk])
        return client.post(url, fields, headers={"HX-Request": "true"})

    dropped = do(first.pk, do="drop")
    assert f'id="item-{first.pk}"' in dropped.content.decode()  # type: ignore[attr-defined]
    assert 'hx-swap-oob="true"' in dropped.content.decode()  # type: ignore[attr-defined]
    do(second.pk, do="mend", value="6.5", period="2023", indicator="地区生产总值")
    bad = do(second.pk, do="mend", value="很多")
    assert bad.status_code == 400  # type: ignore[attr-defined]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.mended) == (ItemState.DROPPED, ItemState.ACCEPTED, True)
    assert (second.data["value"], second.data["period"]) == ("6.5", "2023")

    client.post(reverse("intake:accept_all", args=[scene.intake.pk]))
    first.refresh_from_db()
    assert first.state == ItemState.DROPPED
    answer = client.post(reverse("intake:record", args=[scene.intake.pk]))
    assert answer.status_code == 200
    assert Task.objects.filter(plan__year=2024).count() >= 1


def test_tasks_out_and_in(scene: Stage, signed_in: SignIn) -> None:
    url = reverse("plans:assign", args=[scene.plan.pk])
    assert signed_in(scene.statistics).get(reverse("plans:export", args=[scene.plan.pk])).status_code == 403
    out = signed_in(scene.office).get(reverse("plans:export", args=[scene.plan.pk]))
    assert out.headers["Content-Type"] == XLSX
    same = signed_in(scene.office).post(url, {"file": upload("任务.xlsx", out.content)}, follow=True)
    assert same.status_code == 200
    wrong = signed_in(scene.office).post(url, {"file": upload("任务.xlsx", spoiled(out.content))})
    assert wrong.status_code == 400
    assert 'id="problems"' in wrong.content.decode()
    assert Task.objects.get(plan=scene.plan, number=2).lead is None


def spoiled(data: bytes) -> bytes:
    """The exported tasks with a unit that does not exist."""
    import io

    from openpyxl import load_workbook

    from tongjian.plans.task_table import COLUMNS

    book = load_workbook(io.BytesIO(data))
    book.worksheets[0].cell(3, list(COLUMNS).index("lead") + 1).value = "区没有这个局"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_export_is_a_workbook(scene: Stage) -> None:
    assert tasks_xlsx.export(scene.plan)[:2] == b"PK"


def test_a_report_is_written_or_refused(scene: Stage, signed_in: SignIn) -> None:
    client = english(signed_in(scene.office))
    bad = "# 标题\n增长5%。\n下降7%。\n".encode()
    answer = client.post(reverse("reports:build"), {"year": "2022", "file": upload("坏.txt", bad)})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert [html.count(f"<b>{line}</b>") for line in (1, 2, 3)] == [0, 1, 1]
    assert Report.objects.count() == 1
    more = TEMPLATE + "又一句：{{ gdp @ 2022 }}。\n".encode()
    answer = client.post(reverse("reports:build"), {"year": "2022", "file": upload("新.txt", more)})
    assert (answer.status_code, Report.objects.count()) == (302, 2)
    for role in ("statistics", "reader"):
        refused = signed_in(getattr(scene, role)).post(
            reverse("reports:build"), {"year": "2022", "file": upload("新.txt", TEMPLATE)}
        )
        assert (refused.status_code, Report.objects.count()) == (403, 2)


def test_the_next_report_is_of_the_same_year(scene: Stage, signed_in: SignIn) -> None:
    html = signed_in(scene.office).get(reverse("reports:list")).content.decode()
    assert 'name="year" inputmode="numeric" pattern="[0-9]{4}" value="2022"' in html


def test_changes_need_post_and_a_token(scene: Stage) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.office, backend="django.contrib.auth.backends.ModelBackend")
    urls = [
        reverse("plans:verdict", args=[scene.check_in.pk]),
        reverse("intake:record", args=[scene.intake.pk]),
        reverse("reports:build"),
        reverse("collection:upload"),
        reverse("logout"),
    ]
    assert [client.post(u).status_code for u in urls] == [403] * len(urls)
    assert [client.get(u).status_code for u in urls] == [405] * len(urls)
    scene.check_in.refresh_from_db()
    assert scene.check_in.verdict == Verdict.PENDING
