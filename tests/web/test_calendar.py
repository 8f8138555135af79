"""The page of a year's documents."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from web.stage import Stage

pytestmark = pytest.mark.django_db


def test_each_document_has_its_day_its_state_and_its_place(scene: Stage, client: Client) -> None:
    client.force_login(scene.office)
    text = client.get(reverse("reports:calendar"), {"year": "2022"}).content.decode()
    assert "国民经济和社会发展计划执行情况与计划草案的报告" in text
    assert "2023年1月5日" in text
    assert (
        reverse("plans:closing", args=[scene.plan.pk]) in text
        or reverse("reports:report", args=[scene.report.pk]) in text
    )
    assert "接诉即办月度通报" in text
    assert "已逾期" in text


@pytest.mark.parametrize("year", ["", "x", "0", "999999999"])
def test_a_year_that_is_none_is_no_crash(scene: Stage, client: Client, year: str) -> None:
    client.force_login(scene.reader)
    assert client.get(reverse("reports:calendar"), {"year": year}).status_code == 200
