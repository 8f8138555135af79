"""A list of cases as a file: the whole of it in its order, filtered, masked, as text, and only what may be seen."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from records.cases import factories as make
from records.cases.factories import District
from tongjian.records.cases import exporting
from tongjian.records.cases.models import Case
from tongjian.web import downloads

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: object) -> District:
    settings.DISTRICT = "riverside"  # type: ignore[attr-defined]
    return make.district()


def desk(client: Client, here: District) -> Client:
    client.force_login(here.users["hotline"])
    return client


def received(client: Client, here: District, title: str, area: str = "north") -> Case:
    form = {
        "type": "complaint",
        "text": f"{title}，请尽快处理。",
        "title": title,
        "channel": "phone",
        "area": str(here.areas[area].pk),
        "name": "王小明",
        "phone": "13800138000",
    }
    assert client.post(reverse("cases:receive"), form).status_code == 302
    return Case.objects.latest("pk")


def lines(client: Client, **asked: str | int) -> list[dict[str, str]]:
    answer = client.get(reverse("cases:export"), {"list": "newest", **asked})
    assert isinstance(answer, StreamingHttpResponse)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    text = b"".join(answer).decode()
    assert text.startswith("\ufeff工单编号,标题,")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_a_list_in_its_order_with_the_words_of_the_page(client: Client, here: District) -> None:
    client = desk(client, here)
    first, second = received(client, here, "路灯不亮"), received(client, here, "河水发黑", "south")
    rows = lines(client)
    assert [r["工单编号"] for r in rows] == [second.ref, first.ref]
    assert rows[1]["标题"] == "路灯不亮"
    assert rows[1]["渠道"] == "电话"
    assert rows[1]["地区"] == str(here.areas["north"])
    assert (rows[1]["退单次数"], rows[1]["是否解决"], rows[1]["满意度"]) == ("0", "", "")
    assert rows[1]["模拟数据"] == "否"


def test_the_filters_of_the_list_hold(
    client: Client, here: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "FOUND_AT_ONCE", 1)
    client = desk(client, here)
    for title, area in (("路灯不亮", "north"), ("路灯常亮", "north"), ("路灯倾斜", "south"), ("河水发黑", "north")):  # fmt: skip
        received(client, here, title, area)
    north = here.areas["north"].pk
    assert [r["标题"] for r in lines(client, area=north)] == ["河水发黑", "路灯常亮", "路灯不亮"]
    assert [r["标题"] for r in lines(client, q="路灯")] == ["路灯倾斜", "路灯常亮", "路灯不亮"]
    assert [r["标题"] for r in lines(client, q="路灯", area=north)] == ["路灯常亮", "路灯不亮"]
    assert lines(client, type="hazard") == []


def test_persons_stay_masked(client: Client, here: District) -> None:
    client = desk(client, here)
    received(client, here, "王小明13800138000反映路灯不亮")
    told = lines(client)[0]
    assert told["标题"].endswith("反映路灯不亮")
    assert not [v for v in told.values() if "13800138000" in v or "王小明" in v]


@pytest.mark.parametrize("title", ["=1+1", "+86", "-2", "@SUM(A1)", "＝1+1"])
def test_a_text_like_a_formula_stays_text(client: Client, here: District, title: str) -> None:
    client = desk(client, here)
    received(client, here, title)
    assert lines(client)[0]["标题"] == f"'{title}"


def test_others_get_no_row_and_no_list_of_others(client: Client, here: District) -> None:
    received(desk(client, here), here, "路灯不亮")
    client.force_login(here.users["water"])
    assert lines(client) == []
    assert client.get(reverse("cases:export"), {"list": "to_dispatch"}).status_code == 404
    assert client.get(reverse("cases:export"), {"list": "no_such"}).status_code == 404
    client.logout()
    assert client.get(reverse("cases:export"), {"list": "newest"}).status_code == 302


def test_the_page_leads_to_its_file_with_its_filters(client: Client, here: District) -> None:
    client = desk(client, here)
    received(client, here, "路灯不亮")
    shown = client.get(reverse("cases:desk"), {"q": "路灯", "list": "newest"}).content.decode()
    assert f'href="{reverse("cases:export")}?q=%E8%B7%AF%E7%81%AF&amp;list=newest"' in shown


def test_rows_leave_some_at_once() -> None:
    """A file is not gathered before it leaves: the first rows go when the last are not read yet."""
    read: list[int] = []

    def rows() -> object:
        for n in range(3 * downloads.ROWS_AT_ONCE):
            read.append(n)
            yield (n,)

    sent = iter(downloads.streamed_csv(("n",), rows(), "n.csv"))  # type: ignore[arg-type]
    assert next(sent) == "\ufeff".encode()
    next(sent)
    assert len(read) == downloads.ROWS_AT_ONCE - 1
