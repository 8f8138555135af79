"""The exports of a report in the browser: offered on its page, downloaded as what they are."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tongjian.reports.exports import pdf
from tongjian.reports.exports.forms import Form
from tongjian.reports.models import Report
from web.conftest import SignIn
from web.stage import Stage


def url(scene: Stage, form: str) -> str:
    return reverse("reports:export", args=[scene.report.pk, form])


def test_the_page_offers_each_export(
    signed_in: SignIn, scene: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(scene.office)
    page = reverse("reports:report", args=[scene.report.pk])
    for there in (True, False):
        monkeypatch.setattr(pdf, "available", lambda there=there: there)
        text = client.get(page).content.decode()
        offered = {form for form in Form if url(scene, form) in text}
        assert offered == (set(Form) if there else set(Form) - {Form.PDF})
        assert ("LibreOffice" in text) is not there


@pytest.mark.parametrize("form", [f for f in Form if f is not Form.PDF])
def test_each_export_is_a_download(signed_in: SignIn, scene: Stage, form: Form) -> None:
    answer = signed_in(scene.reader).get(url(scene, form))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_there_is_no_other_export(signed_in: SignIn, scene: Stage) -> None:
    assert signed_in(scene.office).get(url(scene, "odt")).status_code == 404


def test_pdf_without_libreoffice_says_what_to_do(
    signed_in: SignIn, scene: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "available", lambda: False)
    answer = signed_in(scene.office).get(url(scene, Form.PDF))
    assert answer.status_code == 400
    assert "LibreOffice" in answer.content.decode()


def test_a_layout_is_chosen_and_a_rare_character_told(signed_in: SignIn, scene: Stage) -> None:
    client = signed_in(scene.office)
    file = SimpleUploadedFile("t.txt", "# 漷县报告\n产值{{ gdp @ 2022 }}。\n".encode())
    data = {"year": "2022", "file": file, "layout": "letter"}
    answer = client.post(reverse("reports:build"), data, follow=True)
    report = Report.objects.latest("pk")
    assert report.manifest["layout"] == "letter"
    assert "漷" in answer.content.decode().split('class="paper"')[0].split("note-info")[1]
