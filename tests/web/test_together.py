"""A report written by units: who sees what, versions, checks, consultation, signature, freezing, the edition after."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from facts.factories import NOON, facts, user
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Event, Subject, User
from tongjian.reports.consultation import actions as consultation
from tongjian.reports.consultation.models import Opinion
from tongjian.reports.rounds import (
    access,
    actions,
    changes,
    examining,
    files,
    gate,
    promises,
    signing,
    telling,
)
from tongjian.reports.rounds.choices import EditionState, Way
from tongjian.reports.rounds.gate import NotReady, Why
from tongjian.reports.rounds.models import Edition, Section
from web.conftest import SignIn
from web.stage import Stage

TITLE = "关于河东区2022年国民经济和社会发展计划执行情况的报告"
DUE = date(2022, 12, 30)
RIGHT = "全年地区生产总值完成1200.5亿元，按不变价计算增长4.1%。滨河公园建成开放，南镇小学开工建设。"
WRONG = "全年地区生产总值完成1250.5亿元，按不变价计算增长4.1%。"
LATER = NOON + timedelta(days=2)


@pytest.fixture
def edition(scene: Stage) -> Edition:
    subject = Subject.objects.get(key=settings.DISTRICT)
    made = actions.start(subject, 2022, TITLE, by=scene.office, at=NOON)
    for title, owner in (("（一）运行平稳", scene.world.statistics), ("（二）财政有力", scene.world.finance)):
        actions.add_section(made, title, owner, DUE, by=scene.office, at=NOON)
    return made


@pytest.fixture
def leader(scene: Stage) -> User:
    return user("leader", "leader")


def section(edition: Edition, number: int) -> Section:
    return edition.sections.get(order=number)


def save(edition: Edition, number: int, text: str, by: User, **more: Any) -> Section:
    found = section(edition, number)
    actions.save(found.pk, text, by=by, at=LATER, **more)
    return section(edition, number)


def ready(edition: Edition, scene: Stage) -> None:
    save(edition, 1, RIGHT, scene.statistics)
    save(edition, 2, "财政运行总体平稳。", scene.finance)


def whys(edition: Edition) -> set[Why]:
    return {h.why for h in gate.hindrances(edition)}


def frozen(edition: Edition, scene: Stage, leader: User) -> Edition:
    ready(edition, scene)
    signing.submit(edition, by=scene.office, at=LATER)
    signing.sign(edition, by=leader, at=LATER)
    return signing.freeze(edition, by=scene.office, at=LATER)


# Who sees and writes what


def test_a_signed_report_is_whole_for_units_only_once_it_is_frozen(
    scene: Stage, edition: Edition, leader: User, signed_in: SignIn
) -> None:
    ready(edition, scene)
    signing.submit(edition, by=scene.office, at=LATER)
    signing.sign(edition, by=leader, at=LATER)
    client, page = signed_in(scene.statistics), reverse("reports:edition", args=[edition.pk])
    for name in ("edition_docx", "edition_annex"):
        assert client.get(reverse(f"reports:{name}", args=[edition.pk])).status_code == 302
    assert "财政运行总体平稳" not in client.get(page).content.decode()
    signing.freeze(edition, by=scene.office, at=LATER)
    assert "财政运行总体平稳" in client.get(page).content.decode()


def test_a_unit_sees_and_writes_its_own_section_alone(
    scene: Stage, edition: Edition, signed_in: SignIn
) -> None:
    mine, others = section(edition, 1), section(edition, 2)
    client = signed_in(scene.statistics)
    assert client.get(reverse("reports:section", args=[mine.pk])).status_code == 200
    for name in ("section", "section_docx", "section_xlsx", "section_figures"):
        assert client.get(reverse(f"reports:{name}", args=[others.pk])).status_code == 404
    for name in ("section_save", "section_check", "section_answer", "section_hand_in", "section_upload"):
        assert client.post(reverse(f"reports:{name}", args=[others.pk]), {"text": "甲"}).status_code == 404
    page = client.get(reverse("reports:edition", args=[edition.pk])).content.decode()
    assert set(re.findall(r"/reports/sections/(\d+)/", page)) == {str(mine.pk)}
    with pytest.raises(NotAllowed):
        actions.save(others.pk, "甲", by=scene.statistics, at=NOON)


def test_the_list_and_the_object_ask_the_same_predicate(scene: Stage, edition: Edition, leader: User) -> None:
    seen = {
        u.username: access.sections_visible_to(u).filter(edition=edition).count()
        for u in people(scene, leader)
    }
    assert seen == {"office": 2, "leader": 2, "statistics": 1, "finance": 1, "reader": 0}
    written = {
        u.username: access.sections_editable_by(u).filter(edition=edition).count()
        for u in people(scene, leader)
    }
    assert written == {"office": 2, "leader": 0, "statistics": 1, "finance": 1, "reader": 0}
    listed = {u.username: access.visible_to(u).filter(pk=edition.pk).exists() for u in people(scene, leader)}
    assert listed == {"office": True, "leader": True, "statistics": True, "finance": True, "reader": False}


def people(scene: Stage, leader: User) -> list[User]:
    return [scene.office, leader, scene.statistics, scene.finance, scene.reader]


def test_a_reader_sees_nothing_before_it_is_frozen(
    scene: Stage, edition: Edition, leader: User, signed_in: SignIn
) -> None:
    page = reverse("reports:edition", args=[edition.pk])
    assert signed_in(scene.reader).get(page).status_code == 404
    frozen(edition, scene, leader)
    client = signed_in(scene.reader)
    assert client.get(page).status_code == 200
    assert b"".join(client.get(reverse("reports:edition_docx", args=[edition.pk])))[:2] == b"PK"  # type: ignore[arg-type]
    first = section(edition, 1).pk
    assert client.get(reverse("reports:section", args=[first])).status_code == 200
    assert client.get(reverse("reports:section_version", args=[first, 1])).status_code == 404


@pytest.mark.parametrize("who", ["statistics", "reader", "leader"])
def test_only_the_plan_office_divides_the_report(
    scene: Stage, edition: Edition, leader: User, signed_in: SignIn, who: str
) -> None:
    by = leader if who == "leader" else getattr(scene, who)
    data = {"title": "（三）其他", "owner": scene.world.finance.pk, "due": "2022-12-30"}
    assert signed_in(by).post(reverse("reports:section_add", args=[edition.pk]), data).status_code in (
        403,
        404,
    )
    assert edition.sections.count() == 2


def test_a_section_is_taken_back_as_long_as_nobody_wrote_in_it(
    scene: Stage, edition: Edition, signed_in: SignIn
) -> None:
    save(edition, 1, RIGHT, scene.statistics)
    urls = [reverse("reports:section_remove", args=[section(edition, n).pk]) for n in (1, 2)]
    assert [signed_in(scene.finance).post(u).status_code for u in urls] == [404, 403]
    assert [signed_in(scene.office).post(u).status_code for u in urls] == [400, 302]
    assert [s.order for s in edition.sections.all()] == [1]


# Versions and checks


def test_every_save_is_a_version_and_the_same_text_none(scene: Stage, edition: Edition) -> None:
    save(edition, 1, WRONG, scene.statistics)
    save(edition, 1, WRONG + "\n\n", scene.statistics)
    found = save(edition, 1, RIGHT, scene.statistics)
    assert list(found.versions.values_list("number", "text")) == [(2, RIGHT), (1, WRONG)]
    told = Event.objects.filter(verb="rounds.saved", stream=f"reports.section/{found.pk}").order_by("seq")
    assert [e.data["version"] for e in told] == [1, 2]
    actions.restore(found.pk, 1, by=scene.statistics, at=LATER)
    newest = found.versions.first()
    assert newest is not None
    assert (newest.number, newest.text, newest.way) == (3, WRONG, Way.RESTORED)


def test_a_text_that_others_saved_over_is_refused_and_stays_in_the_field(
    scene: Stage, edition: Edition, signed_in: SignIn
) -> None:
    found = save(edition, 1, WRONG, scene.office)
    url = reverse("reports:section_save", args=[found.pk])
    answer = signed_in(scene.statistics).post(url, {"text": "我的文字", "base": "0"})
    assert answer.status_code == 400
    assert "我的文字</textarea>" in answer.content.decode()
    assert found.versions.count() == 1


def test_the_margin_says_what_is_wrong_while_it_is_typed(
    scene: Stage, edition: Edition, signed_in: SignIn
) -> None:
    found = section(edition, 1)
    client = signed_in(scene.statistics)
    page = client.post(reverse("reports:section_check", args=[found.pk]), {"text": WRONG}).content.decode()
    assert re.search(r'class="k-error is-differs"[^>]*>1250.5亿元</mark>', page)
    assert "改为1200.5亿元" in page
    assert found.versions.count() == 0


def test_a_wrong_figure_is_corrected_and_a_number_named(
    scene: Stage, edition: Edition, signed_in: SignIn
) -> None:
    found = save(edition, 1, WRONG + "新建口袋公园17处。", scene.statistics)
    client, url = signed_in(scene.statistics), reverse("reports:section_answer", args=[found.pk])
    keys = {i["shown"]: i["key"] for i in found.versions.all()[0].items}
    client.post(url, {"key": keys["1250.5亿元"], "choice": "edit"})
    client.post(url, {"key": keys["17处"], "choice": "named"})
    found = section(edition, 1)
    newest = found.versions.all()[0]
    assert newest.text == RIGHT.partition("。")[0] + "。新建口袋公园17处。"
    assert {i.shown: i.state.value for i in examining.items(newest, found)} == {
        "1200.5亿元": "bound",
        "4.1%": "bound",
        "17处": "named",
    }


def test_a_number_that_the_ledger_contradicts_stays_with_a_reason_that_the_leader_sees(
    scene: Stage, edition: Edition, leader: User, signed_in: SignIn
) -> None:
    found = save(edition, 1, WRONG, scene.statistics)
    client, url = signed_in(scene.statistics), reverse("reports:section_answer", args=[found.pk])
    key = next(i["key"] for i in found.versions.all()[0].items if i["shown"] == "1250.5亿元")
    client.post(url, {"key": key, "choice": "named", "reason": " "})
    assert Why.WRONG in whys(edition)
    client.post(url, {"key": key, "choice": "named", "reason": "含飞地数据。"})
    assert Why.WRONG not in whys(edition)
    page = signed_in(leader).get(reverse("reports:edition", args=[edition.pk])).content.decode()
    assert "含飞地数据。" in page.partition('id="let-stand"')[2].partition("</section>")[0]
    client.post(url, {"key": key, "choice": ""})
    assert Why.WRONG in whys(edition)


def test_a_reference_is_written_out_and_bound(scene: Stage, edition: Edition, signed_in: SignIn) -> None:
    found = save(edition, 1, "本区总量达{{ gdp @ 2022 }}。", scene.statistics)
    newest = found.versions.all()[0]
    assert newest.text == "本区总量达1200.5亿元。"
    assert [(i["state"], i["meant"]["ref"]) for i in newest.items] == [("bound", "gdp @ 2022")]
    answer = signed_in(scene.statistics).post(
        reverse("reports:section_save", args=[found.pk]), {"text": "达{{ nothing @ 2022 }}。", "base": "1"}
    )
    assert answer.status_code == 400
    assert found.versions.count() == 1


def test_the_picker_finds_by_name_and_by_value(scene: Stage, edition: Edition, signed_in: SignIn) -> None:
    client, url = (
        signed_in(scene.statistics),
        reverse("reports:section_figures", args=[section(edition, 1).pk]),
    )
    for asked in ("生产总值", "1200.5"):
        assert 'data-insert="{{ gdp @ 2022 }}"' in client.get(url, {"q": asked}).content.decode()
    for asked in ("没有的指标", "nan", "inf", "9" * 40, "1e999"):
        assert "data-insert" not in client.get(url, {"q": asked}).content.decode()


def test_a_section_leaves_and_comes_back_as_docx_and_xlsx(
    scene: Stage, edition: Edition, signed_in: SignIn
) -> None:
    found = save(edition, 1, f"{WRONG}\n第二段。", scene.statistics)
    client = signed_in(scene.statistics)
    document = docx.Document(io.BytesIO(files.docx(found, LATER)))
    assert [p.text for p in document.paragraphs if p.text] == [TITLE, found.title, WRONG, "第二段。"]
    book = load_workbook(io.BytesIO(files.xlsx(found)))
    assert [c.value for c in book["文稿"]["B"]][3:] == [WRONG, "第二段。"]
    assert book["数字核对"].cell(4, 4).value == "1200.5亿元"

    document.paragraphs[-1].add_run("又一句。")
    out = io.BytesIO()
    document.save(out)
    book["文稿"]["B4"].value = RIGHT
    sheet = io.BytesIO()
    book.save(sheet)
    for name, data in (("改.docx", out.getvalue()), ("改.xlsx", sheet.getvalue())):
        sent = {"file": SimpleUploadedFile(name, data)}
        assert client.post(reverse("reports:section_upload", args=[found.pk]), sent).status_code == 302
    texts = [(v.way, v.text) for v in found.versions.all()]
    assert texts == [
        (Way.XLSX, f"{RIGHT}\n第二段。"),
        (Way.DOCX, f"{WRONG}\n第二段。又一句。"),
        (Way.TYPED, f"{WRONG}\n第二段。"),
    ]


# The gate


def test_a_signature_waits_for_figures_promises_and_text(scene: Stage, edition: Edition) -> None:
    save(edition, 1, WRONG, scene.statistics)
    found = gate.hindrances(edition)
    assert {(h.why, h.said) for h in found} == {
        (Why.WRONG, "地区生产总值1250.5亿元≠1200.5亿元"),
        (Why.NO_TEXT, "（二）财政有力"),
        (Why.PROMISE, "年底前建成滨河公园"),
        (Why.PROMISE, "开工建设南镇小学"),
    }
    with pytest.raises(NotReady):
        signing.submit(edition, by=scene.office, at=LATER)
    ready(edition, scene)
    assert gate.hindrances(edition) == []


def test_a_promise_is_answered_by_its_own_unit(scene: Stage, edition: Edition) -> None:
    save(edition, 1, "经济平稳。", scene.statistics)
    key = f"t{scene.task.pk}"
    with pytest.raises(NotAllowed):
        telling.tell_promise(edition, key, "done", "已建成。", by=scene.finance, at=LATER)
    telling.tell_promise(edition, key, "carried", "明年建成。", by=scene.statistics, at=LATER)
    answered = [p.key for p in promises.of_edition(edition) if p.is_answered]
    assert answered == [key]


def test_a_wrong_figure_that_the_ledger_makes_wrong_is_found_at_the_signature(
    scene: Stage, edition: Edition, leader: User
) -> None:
    ready(edition, scene)
    signing.submit(edition, by=scene.office, at=LATER)
    facts([("gdp @ 2022", "1210.0")], at=LATER)
    with pytest.raises(NotReady, match=r"1200.5亿元≠1210.0亿元"):
        signing.sign(edition, by=leader, at=LATER + timedelta(hours=1))


def test_a_leader_signs_what_another_person_sent_in(scene: Stage, edition: Edition, leader: User) -> None:
    ready(edition, scene)
    signing.submit(edition, by=scene.office, at=LATER)
    for by in (scene.office, scene.statistics, scene.reader):
        with pytest.raises(NotAllowed):
            signing.sign(edition, by=by, at=LATER)
    with pytest.raises(NotAllowed):
        actions.save(section(edition, 1).pk, WRONG, by=scene.statistics, at=LATER)
    signed = signing.sign(edition, by=leader, at=LATER)
    assert (signed.state, signed.submitted_by, signed.signed_by) == (
        EditionState.SIGNED,
        scene.office,
        leader,
    )
    assert [f["shown"] for f in signed.manifest["figures"].values()] == ["1200.5亿元", "4.1%"]
    assert signed.digest == signing.digest(signed.text, signed.manifest)


def test_sent_back_the_sections_are_open_again(scene: Stage, edition: Edition, leader: User) -> None:
    ready(edition, scene)
    signing.submit(edition, by=scene.office, at=LATER)
    found = signing.send_back(edition, "补充投资情况。", by=leader, at=LATER)
    assert (found.state, found.note, found.text) == (EditionState.WRITING, "补充投资情况。", "")
    save(edition, 1, RIGHT + "投资增长。", scene.statistics)


# Frozen


def test_a_frozen_report_keeps_what_it_said_and_shows_what_changed(
    scene: Stage, edition: Edition, leader: User, signed_in: SignIn
) -> None:
    kept = frozen(edition, scene, leader)
    assert changes.since(kept.manifest, kept.subject.key, LATER) == []
    facts([("gdp @ 2022", "1210.0")], at=LATER + timedelta(days=1))
    found = changes.since(kept.manifest, kept.subject.key, LATER + timedelta(days=2))
    assert [(c.shown, c.old, c.new) for c in found] == [("1200.5亿元", "1200.5亿元", "1210.0亿元")]
    page = signed_in(scene.reader).get(reverse("reports:edition", args=[kept.pk])).content.decode()
    assert "1210.0亿元" in page
    assert "1200.5亿元" in kept.text


def test_freezing_seals_the_log_and_gives_the_annex_to_all(
    scene: Stage, edition: Edition, leader: User, signed_in: SignIn
) -> None:
    telling.tell_promise(edition, f"t{scene.task.pk}", "done", "公园已开园。", by=scene.statistics, at=LATER)
    annex, client = reverse("reports:edition_annex", args=[edition.pk]), signed_in(scene.statistics)
    save(edition, 1, RIGHT, scene.statistics)
    assert client.get(annex).status_code == 302
    kept = frozen(edition, scene, leader)
    assert signing.seal_of(kept) is not None
    table = docx.Document(io.BytesIO(client.get(annex).content)).tables[0]
    assert [[c.text for c in r.cells][1:] for r in table.rows[1:]] == [
        ["目标", "地区生产总值 5%左右", "区统计局", "见正文", RIGHT.partition("。")[0]],
        ["任务", "年底前建成滨河公园", "区统计局", "已完成", "公园已开园。"],
        ["任务", "开工建设南镇小学", "", "见正文", RIGHT.split("。")[1]],
    ]


def test_the_edition_after_explains_each_change(scene: Stage, edition: Edition, leader: User) -> None:
    kept = frozen(edition, scene, leader)
    facts([("gdp @ 2022", "1210.0")], at=LATER)
    following = signing.follow(kept, DUE, by=scene.office, at=LATER)
    assert (following.number, following.previous) == (2, kept)
    assert Why.WRONG in whys(following)
    save(following, 1, RIGHT.replace("1200.5", "1210.0"), scene.statistics)
    assert [(c.old, c.new, c.why) for c in changes.against_previous(following)] == [
        ("1200.5亿元", "1210.0亿元", "")
    ]
    assert whys(following) == {Why.CHANGE}
    signing.explain(following, "gdp @ 2022", "核算修订。", by=scene.office, at=LATER)
    assert gate.hindrances(following) == []


def test_a_written_report_shows_what_was_revised_since(scene: Stage, signed_in: SignIn) -> None:
    url, client = reverse("reports:report", args=[scene.report.pk]), signed_in(scene.reader)
    assert 'id="since"' not in client.get(url).content.decode()
    facts([("gdp @ 2022", "1210.0")], at=LATER)
    page = client.get(url).content.decode().partition('id="since"')[2].partition("</section>")[0]
    assert re.findall(r"(1[0-9.]+亿元)</", page) == ["1200.5亿元", "1200.5亿元", "1210.0亿元"]
    assert f'href="#{scene.anchor}"' in page


# Consultation


def test_opinions_are_handled_and_collated(scene: Stage, edition: Edition, signed_in: SignIn) -> None:
    ready(edition, scene)
    sent = consultation.send(
        edition, [scene.world.statistics, scene.world.finance], DUE, by=scene.office, at=LATER
    )
    page, reply = (
        reverse("reports:consultation", args=[sent.pk]),
        reverse("reports:consultation_reply", args=[sent.pk]),
    )
    asked = {c.organisation_id: c.pk for c in sent.consulted.all()}
    finance = signed_in(scene.finance)
    assert signed_in(scene.reader).get(page).status_code == 404
    assert (
        scene.world.statistics.subject.label not in finance.get(page).content.decode().partition("reply")[2]
    )
    assert finance.post(reply, {"unit": asked[scene.world.statistics.pk], "text": "甲"}).status_code == 403
    data = {
        "unit": asked[scene.world.finance.pk],
        "section": [section(edition, 2).pk, ""],
        "passage": ["总体平稳", ""],
        "text": ["建议补充收入。", " "],
    }
    assert finance.post(reply, data).status_code == 302
    opinion = Opinion.objects.get()
    assert (opinion.section, opinion.passage, opinion.text) == (
        section(edition, 2),
        "总体平稳",
        "建议补充收入。",
    )
    assert whys(edition) == {Why.OPINION}
    overview = reverse("reports:edition", args=[edition.pk])
    assert opinion.text in signed_in(scene.office).get(overview).content.decode()
    for by in (scene.finance, scene.statistics):  # not even where it is about their section
        assert opinion.text not in signed_in(by).get(overview).content.decode()

    handle, office = reverse("reports:opinion_handle", args=[sent.pk]), signed_in(scene.office)
    assert (
        office.post(handle, {"opinion": opinion.pk, "handling": "rejected", "reason": ""}).status_code == 400
    )
    assert (
        office.post(handle, {"opinion": opinion.pk, "handling": "partly", "reason": "已补。"}).status_code
        == 302
    )
    assert whys(edition) == set()
    table = docx.Document(io.BytesIO(office.get(reverse("reports:collation_docx", args=[sent.pk])).content))
    rows = [[c.text for c in r.cells] for r in table.tables[0].rows]
    assert rows[1:] == [
        ["1", str(scene.world.statistics), "", "", "未回复", "", ""],
        ["2", str(scene.world.finance), "（二）财政有力", "总体平稳", "建议补充收入。", "部分采纳", "已补。"],
    ]


def test_a_unit_replies_by_workbook(scene: Stage, edition: Edition, signed_in: SignIn) -> None:
    ready(edition, scene)
    sent = consultation.send(edition, [scene.world.finance], DUE, by=scene.office, at=LATER)
    client = signed_in(scene.finance)
    form = client.get(reverse("reports:consultation_form", args=[sent.pk]))
    book = load_workbook(io.BytesIO(form.content))
    for row, values in enumerate((("（二）财政有力", "平稳", "写明口径。"), ("没有的章节", "", "删去。")), 2):
        for column, value in enumerate(values, 1):
            book["意见"].cell(row, column).value = value
    url, unit = reverse("reports:consultation_reply", args=[sent.pk]), sent.consulted.get().pk

    def post() -> int:
        out = io.BytesIO()
        book.save(out)
        return client.post(
            url, {"unit": unit, "file": SimpleUploadedFile("意见.xlsx", out.getvalue())}
        ).status_code

    assert post() == 400
    assert Opinion.objects.count() == 0
    book["意见"].cell(3, 1).value = "全文"
    assert post() == 302
    assert list(Opinion.objects.values_list("text", flat=True)) == ["写明口径。", "删去。"]


def test_the_section_page_asks_no_more_for_longer_texts(
    scene: Stage, edition: Edition, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    found = save(edition, 1, RIGHT, scene.statistics)
    client: Client = signed_in(scene.statistics)
    url = reverse("reports:section", args=[found.pk])
    client.get(url)
    with django_assert_num_queries(QUERIES):
        client.get(url)
    save(edition, 1, f"{RIGHT}\n" + RIGHT.replace("2022", "2021") * 3, scene.statistics)
    with django_assert_num_queries(QUERIES):
        client.get(url)


QUERIES = 17


def test_the_report_page_asks_no_more_for_more_sections(
    scene: Stage, edition: Edition, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    ready(edition, scene)
    client, url = signed_in(scene.office), reverse("reports:edition", args=[edition.pk])
    client.get(url)
    with django_assert_num_queries(REPORT_QUERIES):
        client.get(url)
    for number in (3, 4):
        actions.add_section(edition, f"（{number}）", scene.world.finance, DUE, by=scene.office, at=NOON)
        save(edition, number, RIGHT, scene.office)
        save(edition, number, WRONG, scene.office)
    with django_assert_num_queries(REPORT_QUERIES):
        client.get(url)


REPORT_QUERIES = 25
