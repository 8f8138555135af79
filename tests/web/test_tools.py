"""Reading and checking without a login: findings and figures in one answer, limits, nothing kept."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongjian.kernel.models import Event, EvidenceFile
from tongjian.web.tools.received import ANONYMOUS, WINDOW, Meter, meter

pytestmark = pytest.mark.django_db
REPORT = "某县2023年政府工作报告\n一、2022年工作回顾\n选派交流教师984名，其中骨干教师1208名。\n二、2023年工作安排\n抓好项目建设。\n"
LAST = "某县2022年政府工作报告\n一、2021年工作回顾\n固定资产投资92.3亿元。\n二、2022年工作安排\n建成滨河文化中心。\n"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    meter.clear()
    yield
    meter.clear()


def sent(client: Client, text: str, name: str = "report.txt", **more: object) -> str:
    data = {"file": SimpleUploadedFile(name, text.encode()), **more}
    return client.post(reverse("tools:check"), data).content.decode()


def test_the_form_needs_no_login(client: Client) -> None:
    answer = client.get(reverse("tools:check"))
    assert answer.status_code == 200
    assert 'enctype="multipart/form-data"' in answer.content.decode()


def test_a_report_comes_back_with_its_contradiction_and_nothing_is_kept(client: Client) -> None:
    page = sent(client, REPORT)
    assert "部分大于总数：1208名 &gt; 984名" in page
    assert re.search(
        r'<a href="#c1" class="k-error k-figure is-found" data-items="1 10000\d">1208名</a>', page
    )
    assert "未提供上年报告" in page
    assert (EvidenceFile.objects.count(), Event.objects.count()) == (0, 0)


def test_the_workbook_is_inside_the_page(client: Client) -> None:
    found = re.search(r'href="data:[^;]+;base64,([^"]+)"', sent(client, REPORT))
    assert found is not None
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(found[1])))
    assert [c.value for c in book.worksheets[0][2]][:2] == ["错误", "K09"]


def test_last_years_report_is_held_against_it(client: Client) -> None:
    other = SimpleUploadedFile("last.txt", LAST.encode())
    page = sent(client, REPORT, beside=other, **{"as": "previous"})
    assert "未提供上年报告" not in page
    assert "未提及：滨河文化中心" in page


def test_what_a_file_says_is_never_markup(client: Client) -> None:
    page = sent(client, REPORT + "<script>alert(1)</script>完成投资5亿元。")
    assert "<script>alert" not in page


def test_a_file_of_the_old_word_is_refused_without_a_login(client: Client) -> None:
    data = {"file": SimpleUploadedFile("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))}
    answer = client.post(reverse("tools:check"), data)
    assert answer.status_code == 400
    assert "docx" in answer.content.decode()


def test_a_form_without_a_file_is_refused(client: Client) -> None:
    assert client.post(reverse("tools:check"), {}).status_code == 400


def test_too_many_files_of_one_address_have_to_wait(client: Client) -> None:
    for _ in range(ANONYMOUS):
        meter.take("address 127.0.0.1", ANONYMOUS, 0.0)
    fresh = Meter()
    assert all(fresh.take("a", 2, float(t)) for t in (0, 1))
    assert not fresh.take("a", 2, 2.0)
    assert fresh.take("b", 2, 2.0)
    assert fresh.take("a", 2, WINDOW + 1.5)
