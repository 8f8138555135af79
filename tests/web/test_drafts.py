"""Drafts in the browser: sent in, bound, answered by clicks, given back; and verifying what comes back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from facts.factories import NOON, fact
from tongjian.kernel.models import Event, EvidenceFile
from tongjian.reports.drafts import actions, binding, queries
from tongjian.reports.drafts.stored import Stored
from tongjian.reports.drafts.types import State
from tongjian.reports.models import Draft
from tongjian.reports.verify import State as Verdict
from tongjian.reports.verify import verify
from web.conftest import SignIn
from web.stage import Stage

HEAD = ["关于河东区2022年计划执行情况的报告", "一、2022年计划执行情况"]
TEXT = "全年地区生产总值完成1200.5亿元，按不变价计算增长4.3%。新建口袋公园17处。"

LIST_QUERIES = 7


def written(*paragraphs: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for paragraph in (*HEAD, *paragraphs):
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def posted(client: Client, url: str, data: bytes, **more: str) -> int:
    file = SimpleUploadedFile("稿.docx", data)
    return client.post(url, {"file": file, **more}).status_code


def sent(client: Client, *paragraphs: str) -> Draft:
    assert posted(client, reverse("reports:draft_start"), written(*(paragraphs or (TEXT,)))) == 302
    return Draft.objects.latest("pk")


def items(draft: Draft) -> dict[str, Stored]:
    return {i.shown: i for i in queries.items(queries.newest_round(draft))}


def states(draft: Draft) -> dict[str, State]:
    return {shown: item.state for shown, item in items(draft).items() if item.state is not State.NAMED}


def answer(client: Client, draft: Draft, shown: str, **data: str) -> str:
    url = reverse("reports:draft_answer", args=[draft.pk])
    made = client.post(url, {"key": items(draft)[shown].key, **data}, headers={"HX-Request": "true"})
    assert made.status_code == 200
    return made.content.decode()


def given_back(client: Client, draft: Draft) -> bytes:
    made = client.get(reverse("reports:draft_docx", args=[draft.pk]))
    return b"".join(made) if made.streaming else made.content


@pytest.fixture
def office(scene: Stage, signed_in: SignIn) -> Client:
    return signed_in(scene.office)


def test_numbers_are_bound_or_listed_with_what_to_do(office: Client) -> None:
    draft = sent(office)
    assert states(draft) == {
        "1200.5亿元": State.BOUND,
        "4.3%": State.DIFFERS,
        "17处": State.NO_SOURCE,
    }
    assert items(draft)["4.3%"].suggestion == "4.1%"
    page = office.get(reverse("reports:draft", args=[draft.pk])).content.decode()
    assert re.search(r'class="k-error is-differs" data-items="\d+">4.3%</a>', page)
    assert f"{reverse('facts:provenance')}?ref=gdp" in page


def test_only_the_plan_office_works_on_drafts(scene: Stage, office: Client, signed_in: SignIn) -> None:
    draft, files = sent(office), EvidenceFile.objects.count()
    for user in (scene.statistics, scene.reader):
        client = signed_in(user)
        assert posted(client, reverse("reports:draft_start"), written("收入5亿元。")) == 403
        assert client.get(reverse("reports:draft", args=[draft.pk])).status_code == 404
        assert client.get(reverse("reports:draft_docx", args=[draft.pk])).status_code == 404
        assert draft.title not in client.get(reverse("reports:drafts")).content.decode()
    assert EvidenceFile.objects.count() == files
    stranger = signed_in(None).get(reverse("reports:verify"))
    assert (stranger.status_code, stranger.headers["Location"][:7]) == (302, "/login/")


def test_the_list_shows_the_newest_round_and_asks_no_more_for_each_draft(
    office: Client, django_assert_num_queries: Any
) -> None:
    draft = sent(office)
    posted(office, reverse("reports:draft_send", args=[draft.pk]), written(TEXT))
    office.get(reverse("reports:drafts"))
    with django_assert_num_queries(LIST_QUERIES):
        page = office.get(reverse("reports:drafts")).content.decode()
    assert re.findall(r'data-label="轮次">(\d)<', page) == ["2"]
    sent(office, "新建口袋公园18处。")
    with django_assert_num_queries(LIST_QUERIES):
        page = office.get(reverse("reports:drafts")).content.decode()
    assert re.findall(r'data-label="轮次">(\d)<', page) == ["1", "2"]


def test_a_correction_is_a_tracked_change_in_the_docx(office: Client) -> None:
    draft = sent(office)
    card = answer(office, draft, "4.3%", choice="edit")
    assert 'id="tally" hx-swap-oob="true"' in card
    assert states(draft)["4.3%"] is State.EDIT
    data = given_back(office, draft)
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    assert re.search(r"<w:del [^>]*>(?:(?!</w:del>).)*<w:delText[^>]*>4\.3%</w:delText>", xml)
    assert re.search(r"<w:ins [^>]*>(?:(?!</w:ins>).)*<w:t [^>]*>4\.1%</w:t>", xml)
    found = {v.found: v.state for v in verify(data).verdicts}
    assert found["4.1%"] is found["1200.5亿元"] is Verdict.UNCHANGED
    assert found["17处"] is Verdict.NEW


def test_a_number_may_need_no_source_and_the_answer_may_be_taken_back(office: Client) -> None:
    draft = sent(office)
    answer(office, draft, "17处", choice="named")
    assert items(draft)["17处"].state is State.NAMED
    answer(office, draft, "17处", choice="")
    assert items(draft)["17处"].state is State.NO_SOURCE


def test_another_fact_is_named_by_its_reference(office: Client) -> None:
    draft = sent(office)
    card = answer(office, draft, "17处", ref="nonsense @ 2022")
    assert "nonsense @ 2022" in card
    assert items(draft)["17处"].state is State.NO_SOURCE
    answer(office, draft, "4.3%", choice="edit")
    answer(office, draft, "4.3%", ref="gdp[growth, constant_price] @ 2022")
    named = items(draft)["4.3%"]
    assert (named.state, named.answered) == (State.DIFFERS, "gdp[growth, constant_price] @ 2022")


def test_an_answer_that_is_not_offered_is_refused(office: Client) -> None:
    draft = sent(office)
    before = Event.objects.count()
    card = answer(office, draft, "17处", choice="gdp @ 2021")
    assert 'role="alert"' in card
    assert items(draft)["17处"].state is State.NO_SOURCE
    assert Event.objects.count() == before


def test_the_next_round_keeps_answers_and_tells_what_the_ledger_changed(office: Client) -> None:
    draft = sent(office)
    answer(office, draft, "17处", choice="named")
    fact("gdp @ 2022", "1210.4", at=NOON + timedelta(days=9))
    data = written("今年以来形势平稳。", TEXT.replace("4.3%", "4.1%"))
    assert posted(office, reverse("reports:draft_send", args=[draft.pk]), data) == 302
    found = items(draft)
    assert found["17处"].state is State.NAMED
    assert found["4.1%"].state is State.BOUND
    assert (found["1200.5亿元"].state, found["1200.5亿元"].suggestion) == (State.CHANGED, "1210.4亿元")
    answer(office, draft, "1200.5亿元", choice="edit")
    assert "1210.4亿元" in {v.found for v in verify(given_back(office, draft)).verdicts}


def test_a_name_changed_beside_an_anchored_number_is_not_bound_any_more(office: Client) -> None:
    """The anchor still says the gross product, the words now name another metric."""
    draft = sent(office)
    document, out = docx.Document(io.BytesIO(given_back(office, draft))), io.BytesIO()
    run = next(r for p in document.paragraphs for r in p.runs if "地区生产总值" in r.text)
    run.text = run.text.replace("地区生产总值", "一般公共预算收入")
    document.save(out)
    assert posted(office, reverse("reports:draft_send", args=[draft.pk]), out.getvalue()) == 302
    assert items(draft)["1200.5亿元"].state not in (State.BOUND, State.NAMED)


def test_holding_against_the_ledger_again_tells_it_too(office: Client) -> None:
    draft = sent(office)
    fact("gdp @ 2022", "1210.4", at=NOON + timedelta(days=9))
    assert office.post(reverse("reports:draft_refresh", args=[draft.pk])).status_code == 302
    assert states(draft)["1200.5亿元"] is State.CHANGED


def test_an_answer_given_while_the_round_is_held_against_the_ledger_stays(
    scene: Stage, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, bind = sent(office), binding.bind
    key = items(draft)["17处"].key

    def slowly(*given: Any, **more: Any) -> Any:
        bound = bind(*given, **more)
        actions.answer(draft, key, "named", by=scene.office, at=NOON)
        return bound

    monkeypatch.setattr(binding, "bind", slowly)
    actions.refresh(draft, by=scene.office, at=NOON)
    assert items(draft)["17处"].state is State.NAMED


@pytest.mark.parametrize("data", [b"no docx at all", b"PK\x03\x04 broken"])
def test_what_is_no_docx_is_refused_and_nothing_is_kept(office: Client, data: bytes) -> None:
    files = EvidenceFile.objects.count()
    assert posted(office, reverse("reports:draft_start"), data) == 400
    assert posted(office, reverse("reports:verify"), data) == 400
    assert (Draft.objects.count(), EvidenceFile.objects.count()) == (0, files)


def test_verifying_tells_the_edit_and_keeps_nothing(scene: Stage, signed_in: SignIn) -> None:
    clean = scene.report.docx.path.read_bytes()
    client, files = signed_in(scene.reader), EvidenceFile.objects.count()
    document, out = docx.Document(io.BytesIO(clean)), io.BytesIO()
    document.add_paragraph("另有77家企业入驻。")
    document.save(out)
    url = reverse("reports:verify")
    page = client.post(url, {"file": SimpleUploadedFile("r.docx", out.getvalue())}).content.decode()
    assert re.search(r'class="k-hint is-found" data-items="\d+">77家?</a>', page)
    assert '新增数字，无出处 <b class="num">1</b>' in page
    whole = client.post(url, {"file": SimpleUploadedFile("r.docx", clean), "ledger": "yes"}).content.decode()
    assert "报告成立" in whole
    assert EvidenceFile.objects.count() == files


def test_what_a_draft_says_is_never_markup(office: Client) -> None:
    draft = sent(office, "<script>alert(1)</script>建成公园19处。")
    assert "<script>alert" not in office.get(reverse("reports:draft", args=[draft.pk])).content.decode()
