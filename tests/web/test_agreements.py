"""The page of agreements: who sees it, what it shows, the workbook in and the table out."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from plans import factories as make
from plans.test_agreements import AT, CHECKS, TERMS, parcel, workbook  # noqa: F401 - a fixture
from tongjian.kernel.choices import Role
from tongjian.plans.agreements import actions, table
from tongjian.plans.models import Agreement

pytestmark = pytest.mark.django_db


def signed_in(client: Client, role: Role) -> Client:
    client.force_login(make.user(role.value, role))
    return client


def test_everyone_signed_in_sees_terms_with_their_lights(client: Client) -> None:
    actions.take_in(workbook(TERMS, CHECKS), "协议.xlsx", by=None, at=AT)
    page = signed_in(client, Role.READER).get(reverse("agreements:list")).content.decode()
    assert "不低于600万元/亩" in page
    assert "七号地块" in page
    assert "导入条款与核查" not in page
    one = Agreement.objects.get()
    assert "支付违约金" in client.get(reverse("agreements:agreement", args=[one.pk])).content.decode()


def test_the_plan_office_uploads_and_sees_every_problem(client: Client) -> None:
    bad = workbook([[*TERMS[0][:7], "六百", *TERMS[0][8:]]], [])
    sent = io.BytesIO(bad)
    sent.name = "协议.xlsx"
    page = signed_in(client, Role.PLAN_OFFICE).post(reverse("agreements:upload"), {"file": sent})
    assert page.status_code == 400
    assert "H2" in page.content.decode()
    good = io.BytesIO(workbook(TERMS, CHECKS))
    good.name = "协议.xlsx"
    assert client.post(reverse("agreements:upload"), {"file": good}).status_code == 302
    assert Agreement.objects.get().obligations.count() == len(TERMS)


def test_the_table_holds_every_term(client: Client) -> None:
    actions.take_in(workbook(TERMS, CHECKS), "协议.xlsx", by=None, at=AT)
    data = signed_in(client, Role.LEADER).get(reverse("agreements:export")).content
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    words = {c.value for row in sheet.iter_rows() for c in row}
    assert {"不低于600万元/亩", "650.0万元/亩"} <= words
    assert table.TERMS not in words


def test_a_reader_may_not_upload(client: Client) -> None:
    assert signed_in(client, Role.READER).get(reverse("agreements:template")).status_code == 403
