"""Pages of registers: the list and its filters, the form, stages, workbooks, and a register made in the browser."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from plans import factories as make
from tongjian.facts import catalogue
from tongjian.facts.measured import wording
from tongjian.facts.measured.declaration import Condition
from tongjian.facts.models import Metric
from tongjian.kernel.choices import Role
from tongjian.kernel.models import User
from tongjian.records.registers import actions, defining, mirror
from tongjian.records.registers.drafts import Given
from tongjian.records.registers.models import Item
from tongjian.records.registers.personal import opened
from tongjian.web.registers import drafting
from tongjian.web.registers.list_views import _next_of_most

AT = datetime(2022, 6, 1, 9, tzinfo=UTC)
BODY = {
    "key": "halls",
    "name": "议事厅",
    "name_en": "Halls",
    "theme": "M7",
    "owner": "plan_office",
    "track": "construction",
    "geometry": "point",
    "attributes": {
        "level": {
            "title": "级别",
            "x-title-en": "Level",
            "enum": ["district", "town"],
            "x-labels": {"district": ["区级", "District"], "town": ["街乡级", "Town"]},
        },
        "seats": {"title": "座位", "x-title-en": "Seats", "type": "integer", "x-unit": "个"},
        "keeper": {"title": "联系人", "x-title-en": "Contact", "type": "string", "x-personal": True},
    },
    "required": ["level"],
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    make.district()
    unit = make.organisation("plan_office")
    user = make.user("office", Role.PLAN_OFFICE, unit)
    defining.define(BODY, by=user, at=AT)
    for n, (name, level, seats) in enumerate([("东厅", "district", "40"), ("西厅", "town", "20")], 1):
        given = Given(name, code=f"H{n}", attributes={"level": level, "seats": seats, "keeper": "张三"})
        actions.add("halls", given, by=user, at=AT)
    client.force_login(user)
    return client


def text(client: Client, name: str, *args: object, **query: str) -> str:
    return client.get(reverse(name, args=args), query).content.decode()


def test_the_overview_counts_entries_by_theme(office: Client) -> None:
    page = text(office, "registers:overview")
    assert "议事厅" in page
    assert "基层" in page


def test_the_list_filters_by_choice_and_words_and_masks_persons(office: Client) -> None:
    page = text(office, "registers:list", "halls")
    assert "东厅" in page
    assert "西厅" in page
    assert "张三" not in page
    assert "西厅" not in text(office, "registers:list", "halls", level="district")
    assert "东厅" not in text(office, "registers:list", "halls", q="西")
    assert "没有符合条件的条目" in text(office, "registers:list", "halls", q="北")


def test_the_form_tells_everything_wrong_at_once(office: Client) -> None:
    sent = office.post(reverse("registers:add", args=["halls"]), {"name": "", "seats": "很多"})
    assert sent.status_code == 400
    page = sent.content.decode()
    assert page.count("is-invalid") == 3  # name, level, seats
    done = office.post(
        reverse("registers:add", args=["halls"]),
        {"name": "南厅", "level": "town", "seats": "12", "longitude": "116.6", "latitude": "39.9"},
    )
    assert done.status_code == 302
    made = Item.objects.get(name="南厅")
    assert made.subject.shape.geometry["coordinates"] == [116.6, 39.9]


def test_an_entry_is_amended_for_a_reason_and_its_person_stays(office: Client) -> None:
    item = Item.objects.get(code="H1")
    form = {"name": "东厅", "code": "H1", "level": "district", "seats": "44"}
    office.post(reverse("registers:amend", args=[item.pk]), form)
    item.refresh_from_db()
    assert item.attributes["seats"] == 40
    office.post(reverse("registers:amend", args=[item.pk]), form | {"reason": "扩建"})
    item.refresh_from_db()
    assert item.attributes["seats"] == 44
    assert opened(item)["keeper"] == "张三"


def test_a_stage_is_entered_with_its_paper(office: Client) -> None:
    item = Item.objects.get(code="H1")
    page = text(office, "subjects:subject", item.subject.key)
    assert "主体封顶" in page
    paper = io.BytesIO(b"%PDF-1.4 permit")
    paper.name = "许可.pdf"
    form = {"stage": "started", "on": "2022-05-09", "kind": "permit", "file": paper}
    office.post(reverse("registers:enter", args=[item.pk]), form)
    assert item.subject.standings.get().stage == "started"
    assert "许可.pdf" in text(office, "subjects:subject", item.subject.key)
    assert "2022年5月9日" in text(office, "registers:list", "halls", stage="started")
    gaps = text(office, "registers:gaps", "halls", stage="topped_out")
    assert gaps.index("西厅") < gaps.index("东厅")  # what is missing first, then who may go on


def test_a_personal_value_is_shown_once_for_a_reason(office: Client) -> None:
    item = Item.objects.get(code="H1")
    at = reverse("registers:reveal", args=[item.pk, "keeper"])
    assert "张三" not in office.post(at, {"reason": ""}, follow=True).content.decode()
    assert "张三" in office.post(at, {"reason": "核实会议"}, follow=True).content.decode()
    assert "张三" not in text(office, "subjects:subject", item.subject.key)


def test_a_workbook_comes_in_and_goes_out(office: Client) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(office.get(reverse("registers:template", args=["halls"])).content)
    )
    sheet = book.worksheets[0]
    heads = [c.value for c in sheet[1]]
    for name, level in (("北厅", "街乡级"), ("中厅", "哪一级")):
        row = {"编号": name, "名称": name, "级别": level}
        sheet.append([row.get(str(h).split("（")[0].rstrip("*")) for h in heads])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "议事厅.xlsx"
    sent = office.post(reverse("registers:upload", args=["halls"]), {"file": out})
    assert sent.status_code == 400
    assert "哪一级" in sent.content.decode()
    assert not Item.objects.filter(name="北厅").exists()
    data = office.get(reverse("registers:export", args=["halls"]), {"level": "town"}).content
    words = {c.value for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0] for c in row}
    assert "西厅" in words
    assert "东厅" not in words
    assert "张三" not in words


def test_a_reader_sees_and_changes_nothing(office: Client) -> None:
    item = Item.objects.get(code="H1")
    office.force_login(make.user("reader", Role.READER))
    assert "东厅" in text(office, "registers:list", "halls")
    assert office.get(reverse("registers:new", args=["halls"])).status_code == 403
    assert (
        office.post(reverse("registers:amend", args=[item.pk]), {"name": "x", "reason": "y"}).status_code
        == 403
    )
    assert office.get(reverse("registers:define")).status_code == 403


# The definition


def form(**changes: str) -> dict[str, str]:
    return {
        "mode": "form",
        "step": "save",
        "key": "benches",
        "name": "长椅",
        "name_en": "Benches",
        "theme": "M7",
        "shape": "registry",
        "owner": "plan_office",
        "visible": "internal",
        "geometry": "point",
        "track": "",
        "a0-key": "material",
        "a0-title": "材质",
        "a0-title_en": "Material",
        "a0-kind": "enum",
        "a0-options": "wood=木=Wood, iron=铁=Iron",
        "a0-required": "on",
        "a1-key": "placed_on",
        "a1-title": "设置日期",
        "a1-title_en": "Placed on",
        "a1-kind": "date",
        "c0-key": "benches_placed",
        "c0-name": "新设长椅",
        "c0-name_en": "Benches placed",
        "c0-unit": "个",
        "c0-on": "placed_on",
        "c0-where": "material=wood",
        **changes,
    }


def test_a_register_is_made_in_the_browser_and_yields_its_metric(office: Client) -> None:
    catalogue.sync(AT)
    looked = office.post(reverse("registers:define"), form(step="look"))
    assert "+key: benches" in looked.content.decode()
    assert not Metric.objects.filter(key="benches_placed").exists()
    assert office.post(reverse("registers:define"), form()).status_code == 302
    assert Metric.objects.get(key="benches_placed").measured["where"] == {
        "material": "wood",
        "archived": False,
    }
    page = text(office, "registers:new", "benches")
    assert "材质" in page
    assert "经度" in page


def test_a_definition_with_flaws_is_told_all_of_them(office: Client) -> None:
    bad = form(key="Benches!", **{"a0-options": "wood=木=Wood, wood=铁=Iron", "c0-on": "nowhere"})
    page = office.post(reverse("registers:define"), bad)
    assert page.status_code == 400
    assert page.content.decode().count("<li>") >= 2


def test_entries_that_object_are_named_and_nothing_changes(office: Client) -> None:
    stricter = BODY | {"required": ["level", "seats"], "attributes": dict(BODY["attributes"])}  # type: ignore[arg-type]
    stricter["attributes"]["seats"] = BODY["attributes"]["seats"] | {"maximum": 30}  # type: ignore[index]
    sent = office.post(
        reverse("registers:redefine", args=["halls"]),
        {"mode": "text", "step": "save", "text": drafting.as_text(stricter)},
    )
    assert sent.status_code == 400
    assert "东厅" in sent.content.decode()
    assert "西厅" not in sent.content.decode()
    assert "maximum" not in str(defining.library.register("halls").body)


def test_text_that_is_no_yaml_is_kept_for_mending(office: Client) -> None:
    sent = office.post(reverse("registers:define"), {"mode": "text", "text": "key: [unclosed"})
    assert sent.status_code == 400
    assert "unclosed" in sent.content.decode()


def test_an_entry_is_known_by_its_number_and_its_units_are_in_the_page_s_language(office: Client) -> None:
    key = Item.objects.get(code="H1").subject.key
    office.cookies["django_language"] = "en"
    shown = text(office, "subjects:subject", key)
    assert '<dd class="num">H1</dd>' in shown
    assert "<dd>40 items</dd>" in shown
    assert "Seats (items)" in text(office, "registers:list", "halls")
    assert "座位（" not in shown


def test_kinds_of_papers_are_offered_by_name(office: Client) -> None:
    shown = text(office, "subjects:subject", Item.objects.get(code="H1").subject.key)
    assert '<option value="permit">施工许可证</option>' in shown
    assert '<option value="photograph">照片</option>' in shown
    assert shown.index('value="other"') < shown.index(
        'value="permit"'
    )  # no paper counts for a gate by default


def test_a_simulated_entry_is_marked_on_its_own_page(office: Client) -> None:
    item = Item.objects.get(code="H1")
    assert 'class="simulated"' not in text(office, "subjects:subject", item.subject.key)
    Item.objects.filter(pk=item.pk).update(simulated=True)
    assert 'class="simulated"' in text(office, "subjects:subject", item.subject.key)


def test_a_refused_change_keeps_its_reason(office: Client) -> None:
    pk = Item.objects.get(code="H1").pk
    sent = {"name": "东厅", "level": "village", "reason": "现场核对"}
    refused = office.post(reverse("registers:amend", args=[pk]), sent)
    assert refused.status_code == 400
    assert 'value="现场核对"' in refused.content.decode()


def test_a_second_click_on_a_heading_turns_the_order_round(office: Client) -> None:
    shown = text(office, "registers:list", "halls", order="seats")
    assert 'aria-sort="ascending"' in shown
    assert "order=-seats" in shown
    assert shown.index("西厅") < shown.index("东厅")
    turned = text(office, "registers:list", "halls", order="-seats")
    assert turned.index("东厅") < turned.index("西厅")


def test_what_is_missing_opens_at_the_stage_ahead_of_most(office: Client) -> None:
    track = defining.library.track_of(defining.library.register("halls"))
    assert track is not None
    assert _next_of_most(track, {"none": 2, "started": 1}) == "started"
    assert _next_of_most(track, {"started": 5, "none": 1}) == "topped_out"
    assert _next_of_most(track, {"in_use": 3}) == "in_use"


def test_a_task_is_tied_to_an_entry_by_the_number_on_its_page(office: Client) -> None:
    task = make.task(make.plan(), 1, text="东厅开工")
    office.post(reverse("plans:tie", args=[task.pk]), {"subject": "H1", "stage": "construction/started"})
    task.refresh_from_db()
    assert task.subject == Item.objects.get(code="H1").subject
    shown = text(office, "plans:task", task.pk)
    assert '<optgroup label="建设进度">' in shown
    assert '<option value="construction/started" selected>' in shown


def test_choices_of_the_mirror_speak_the_language_of_who_asks(office: Client) -> None:
    halls = mirror.table("register_halls")
    assert halls is not None
    said = wording.conditions_said((Condition("level", "in", ("town",)),), halls)
    assert said == ("“级别”为街乡级", "Level is Town")


def test_a_register_without_stages_shows_no_panel_for_them(office: Client) -> None:
    assert "建设进度" in text(office, "subjects:subject", Item.objects.get(code="H1").subject.key)
    plain = {k: v for k, v in BODY.items() if k != "track"} | {"key": "rooms"}
    user = User.objects.get(username="office")
    defining.define(plain, by=user, at=AT)
    item = actions.add("rooms", Given("小厅", code="R1", attributes={"level": "town"}), by=user, at=AT)
    shown = text(office, "subjects:subject", item.subject.key)
    assert "小厅" in shown
    assert "尚未进入任何流程阶段" not in shown


def test_a_refused_stage_keeps_its_day(office: Client) -> None:
    at = reverse("registers:enter", args=[Item.objects.get(code="H1").pk])
    sent = office.post(at, {"stage": "topped_out", "on": "2022-05-09", "kind": "photograph"})
    page = sent.content.decode()
    assert sent.status_code == 400
    assert 'name="on" value="2022-05-09"' in page
    assert '<option value="topped_out" selected>' in page


def test_an_entry_shows_what_other_registers_tell_of_it_added_up(client: Client) -> None:
    """A household's page: what it earned and what it spent, out of the entries that name it."""
    make.district()
    by = make.user("office", Role.PLAN_OFFICE, make.organisation("plan_office"))
    make.organisation("civil_affairs")
    client.force_login(by)

    def add(register: str, name: str, code: str, **attributes: object) -> Item:
        return actions.add(register, Given(name, code=code, attributes=attributes), by=by, at=AT)

    account = add("points_accounts", "东街1号", "A1", opened_on="2022-01-01", head="李四")
    add("points_accounts", "东街2号", "A2", opened_on="2022-01-01", head="王五")
    add("civility_rules", "门前整洁", "R1", field="environment", direction="adds", worth=5)
    goods = add("points_goods", "洗衣液", "G1", price=20)
    for n, (whose, points) in enumerate([("A1", 30), ("A1", -4), ("A2", 11)]):
        add(
            "civility_entries",
            f"评定{n}",
            f"E{n}",
            account=whose,
            rule="R1",
            points=points,
            scored_on="2022-03-01",
        )
    spent = add(
        "points_redemptions", "兑换", "S1", account="A1", goods="G1", points=20, redeemed_on="2022-04-01"
    )
    page = text(client, "subjects:subject", account.subject.key)
    assert "评定0" in page
    assert "评定2" not in page  # another household's
    assert '得分（分） <b class="num">26</b>' in page
    assert '使用积分（分） <b class="num">20</b>' in page
    assert "兑换" in text(client, "subjects:subject", goods.subject.key)
    actions.archive(spent.pk, reason="录错", by=by, at=AT)
    assert "使用积分" not in text(client, "subjects:subject", account.subject.key)
    client.force_login(make.user("reader", Role.READER))
    assert client.get(reverse("subjects:subject", args=[account.subject.key])).status_code == 404
