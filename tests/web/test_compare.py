"""Comparing two years without a login: promises and answers in one page, wrong input told, nothing kept."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongjian.kernel.models import Event, EvidenceFile
from tongjian.web.tools.received import meter

pytestmark = pytest.mark.django_db
LAST = "某县2022年政府工作报告\n一、2021年工作回顾\n全年新建公园3个。\n二、2022年工作安排\n新增养老床位300张以上。\n加快柳林路拓宽工程，建立首席服务员制度。\n"
THIS = "某县2023年政府工作报告\n一、2022年工作回顾\n2022年，新增养老床位240张。\n新建公园2个，柳林路拓宽工程加快推进。\n二、2023年工作安排\n抓好项目建设。\n"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    meter.clear()
    yield
    meter.clear()


def sent(client: Client, last: str = LAST, this: str = THIS, answers: str | None = None) -> str:
    data = {
        "last": SimpleUploadedFile("last.txt", last.encode()),
        "this": SimpleUploadedFile("this.txt", this.encode()),
    }
    if answers is not None:
        data["answers"] = SimpleUploadedFile("answers.json", answers.encode())
    return client.post(reverse("tools:compare"), data).content.decode()


def test_the_form_needs_no_login(client: Client) -> None:
    answer = client.get(reverse("tools:compare"))
    assert answer.status_code == 200
    assert 'name="last"' in answer.content.decode()


def test_each_promise_stands_beside_what_became_of_it(client: Client) -> None:
    page = sent(client)
    outcomes = re.findall(r'<article class="pair o-(\w+)"', page)
    assert outcomes == ["partly", "going_on", "not_mentioned"]
    assert "240张，未达到承诺的300张" in page
    assert (EvidenceFile.objects.count(), Event.objects.count()) == (0, 0)


def test_the_workbook_comes_inside_the_page(client: Client) -> None:
    found = re.search(r"spreadsheetml.sheet;base64,([A-Za-z0-9+/=]+)", sent(client))
    assert found is not None
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(found[1])))
    assert book.worksheets[0].max_row == 4


def test_answers_of_an_earlier_comparison_count(client: Client) -> None:
    from tongjian.comparing import compare, question_key
    from tongjian.reading import read_text

    found = compare(read_text(LAST), read_text(THIS))
    road = next(x for x in found.links if "柳林路" in found.last.commitments[x.commitment].text)
    promise, said = found.last.commitments[road.commitment], found.this.achievements[road.achievement or 0]
    key = question_key(promise.text + promise.object, said.text + said.object)
    page = sent(client, answers=json.dumps([{"key": key, "same": False}]))
    assert re.findall(r'<article class="pair o-(\w+)"', page) == ["partly", "not_mentioned", "not_mentioned"]


@pytest.mark.parametrize("answers", ["no json", "[1]", '[{"same": true}]', "{}x"])
def test_a_file_without_answers_is_told(client: Client, answers: str) -> None:
    page = sent(client, answers=answers)
    assert "answers.json" in page
    assert "<article" not in page


def test_a_missing_file_is_told(client: Client) -> None:
    data = {"last": SimpleUploadedFile("last.txt", LAST.encode())}
    answer = client.post(reverse("tools:compare"), data)
    assert answer.status_code == 400
    assert "没有选择文件" in answer.content.decode() or "No file was chosen" in answer.content.decode()
