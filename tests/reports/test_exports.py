"""The exports of one build: comments for reviewers, the clean copy and its sidecar, the book of sources, the page, pdf."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from facts.factories import DISTRICT, NOON, World, facts, user, world
from reports.figures import written
from reports.test_grids import TEMPLATE as WITH_CHARTS
from reports.test_grids import made
from tongjian.cli.main import main
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Subject, User
from tongjian.reading.documents import office as libreoffice
from tongjian.reports import actions
from tongjian.reports.exports import pdf, telling
from tongjian.reports.exports.book import Ground, across, as_docx, as_xlsx, rows
from tongjian.reports.exports.final import final, holds_nothing_of_ours
from tongjian.reports.exports.forms import Form, export
from tongjian.reports.exports.review import review
from tongjian.reports.exports.twin import twin
from tongjian.reports.layout import layout
from tongjian.reports.models import Report
from tongjian.reports.trace import trace


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


# 送审稿


def test_each_figure_has_a_comment_with_its_source() -> None:
    report = written()
    found = docx.Document(io.BytesIO(review(report.docx, report.manifest)))
    told = [c.text.split("\n") for c in found.comments]
    assert len(told) == 6
    assert told[0] == [
        "河东区 · 总产出 · 2022年 = 1200.5亿元（实际）",
        "来源：统计.xlsx · 填报!H7：“1200.5”",
    ]
    assert told[2] == [
        "河东区 · 总产出 · 差额 · 比全市 · 2022年 = 3.3个百分点（实际）",
        "计算：前者－后者",
        "依据：河东区 · 总产出 · 增速 · 2022年 = 4.1%（实际） ← 统计.xlsx · 填报!H7：“1200.5”",
        "依据：都城 · 总产出 · 增速 · 2022年 = 0.8%（实际） ← 统计.xlsx · 填报!H7：“1200.5”",
    ]
    assert {c.author for c in found.comments} == {"通鉴"}


def test_a_reviewed_copy_still_traces_and_a_chart_has_one_comment() -> None:
    report = made(WITH_CHARTS)
    reviewed = review(report.docx, report.manifest)
    assert trace(reviewed).holds
    assert len(list(docx.Document(io.BytesIO(reviewed)).comments)) == 3 + 2
    assert reviewed == review(report.docx, report.manifest)


@pytest.mark.skipif(libreoffice.program() is None, reason="LibreOffice is not installed")
def test_all_anchors_live_through_libreoffice() -> None:
    """Comments beside figures made it move the bookmarks after them; charts lose the names of their frames there."""
    text = "另有{{ output @ 2022 }}、{{ output[growth] @ 2022 }}，[[2022年]]共{{ retail[growth] @ 2022 }}。\n"
    report = made(WITH_CHARTS + text)
    back = libreoffice.as_docx(review(report.docx, report.manifest), "review.docx")
    assert [p.code for p in trace(back).problems] == []
    assert len(list(docx.Document(io.BytesIO(back)).comments)) == 3 + 2 + 3


# 正式稿


def test_a_clean_copy_holds_opaque_bookmarks_and_nothing_else() -> None:
    report = made(WITH_CHARTS)
    clean, told = final(report.docx)
    assert holds_nothing_of_ours(clean)
    assert not holds_nothing_of_ours(report.docx)
    assert b"output" not in b"".join(
        zipfile.ZipFile(io.BytesIO(clean)).read(n) for n in names(clean) if n.endswith(".xml")
    )
    assert json.loads(told) == json.loads(json.dumps(report.manifest))
    assert trace(clean).problems[0].code == "trace.no_manifest"
    assert trace(clean, beside=told).holds
    assert [p.text for p in docx.Document(io.BytesIO(clean)).paragraphs] == [
        p.text for p in docx.Document(io.BytesIO(report.docx)).paragraphs
    ]


# 溯源册


def test_the_book_has_a_row_for_each_figure() -> None:
    report = written()
    first = next(iter(report.manifest["figures"]))
    ground = Ground(
        {"output": "全年产出总量。"},
        {"ab" * 32: "填报：区统计局 · 审定：张三 2023-01-03"},
        {first: "全区总产出完成1200.5亿元"},
    )
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(report.manifest, ground))).active
    assert sheet is not None
    told = [[c.value for c in row] for row in sheet.iter_rows(min_row=3)]
    assert len(told) == 1 + 6
    assert told[1] == [
        1,
        "全区总产出完成1200.5亿元",
        "1200.5亿元",
        "河东区 · 总产出",
        "2022年",
        "1200.5亿元",
        "全年产出总量。",
        None,
        "统计.xlsx · 填报!H7：“1200.5”",
        "填报：区统计局 · 审定：张三 2023-01-03",
    ]
    assert sheet.print_title_rows == "$3:$3"


def test_a_text_that_a_spreadsheet_would_reckon_stays_text() -> None:
    report = written()
    first = next(iter(report.manifest["figures"]))
    sheet = openpyxl.load_workbook(
        io.BytesIO(as_xlsx(report.manifest, Ground(sentences={first: "=1+1"})))
    ).active
    assert sheet is not None
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=1+1", "s")
    assert sheet["C8"].value == "下降3.2%"


def test_the_book_as_a_document_lies_across() -> None:
    found = docx.Document(io.BytesIO(as_docx(written().manifest, Ground())))
    assert len(found.tables[0].rows) == 7
    assert found.sections[0].page_width > found.sections[0].page_height
    assert across(layout()).page.width == 297
    assert rows(written().manifest, Ground())[2].inputs[0] == "计算：前者－后者"


def test_every_operator_of_the_ledger_can_be_told() -> None:
    from tongjian.web.facts.trees import OPERATORS

    assert set(OPERATORS) - set(telling.OPERATORS) == {"target"}


# The page that stands alone


def test_the_page_stands_alone_and_each_figure_leads_to_its_source() -> None:
    report = made(WITH_CHARTS)
    page = twin(report.html, report.manifest, Ground())
    wanted = set(re.findall(r'href="#(s-tj_[0-9a-f]+)"', page))
    assert len(wanted) == 10
    assert wanted == set(re.findall(r'class="source" id="(s-tj_[0-9a-f]+)"', page))
    back = set(re.findall(r'<h3><a href="#(tj_[0-9a-f]+)"', page))
    assert back == set(re.findall(r'class="figure" id="(tj_[0-9a-f]+)"', page))
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", page)


# Off the ledger


@pytest.fixture
def ground(db: None) -> World:
    made_world = world()
    facts([("gdp @ 2022", "1200.0"), ("gdp @ 2021", "1150.0")])
    return made_world


@pytest.fixture
def office(ground: World) -> User:
    return user("office", "plan_office", ground.plan_office)


TEMPLATE = """\
# 河东区漷县报告
产值{{ gdp @ 2022 }}，{{ gdp[growth] @ 2022 }}。
^ 产值
~ column
| | [[2021年]] | [[2022年]] |
| 全区 | {{ gdp @ 2021 }} | {{ gdp @ 2022 }} |
"""


@pytest.fixture
def report(office: User) -> Report:
    subject = Subject.objects.get(key=DISTRICT)
    return actions.build(subject, 2022, TEMPLATE.encode(), by=office, at=NOON, name="t.txt")


def test_points_of_a_chart_are_quotes_with_their_heads(report: Report) -> None:
    told = [(q.shown, q.sentence, q.facts.count()) for q in report.quotes.all()]
    assert told == [
        ("1200.0亿元", "产值1200.0亿元，增长4.3%", 1),
        ("4.3%", "产值1200.0亿元，增长4.3%", 2),
        ("1150.0", "图1　产值 · 全区 · 2021年", 1),
        ("1200.0", "图1　产值 · 全区 · 2022年", 1),
    ]


def test_another_layout_is_another_report(report: Report, office: User) -> None:
    subject = Subject.objects.get(key=DISTRICT)
    again = actions.build(subject, 2022, TEMPLATE.encode(), by=office, at=NOON, layout="letter")
    assert (again.pk != report.pk, again.manifest["layout"]) == (True, "letter")
    with pytest.raises(TongjianError) as error:
        actions.build(subject, 2022, TEMPLATE.encode(), by=office, at=NOON, layout="poster")
    assert error.value.code == "reports.layout"


@pytest.mark.parametrize("form", [f for f in Form if f is not Form.PDF])
def test_each_form_is_a_file_of_its_kind(report: Report, form: Form) -> None:
    file = export(report, form)
    assert file.name.startswith("河东区漷县报告")
    assert (file.data[:2] == b"PK") is (
        file.media_type.endswith("document") or file.media_type.endswith("sheet")
    )


def test_the_book_tells_definition_and_who_sent_it_in(report: Report) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(export(report, Form.TRACE).data)).active
    assert sheet is not None
    first = [c.value for c in sheet[4]]
    assert first[1:3] == ["产值1200.0亿元，增长4.3%", "1200.0亿元"]
    assert str(first[6]).startswith(Report.objects.get().quotes.first().facts.get().series.metric.definition)  # type: ignore[union-attr]
    assert str(first[9]).startswith("收件：")


def test_without_libreoffice_pdf_says_so(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "available", lambda: False)
    with pytest.raises(TongjianError) as error:
        export(report, Form.PDF)
    assert error.value.code == "reports.pdf_missing"


def test_the_command_writes_each_form(
    office: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = tmp_path / "t.txt"
    template.write_text(TEMPLATE, encoding="utf-8")
    common = ["write", "--year", "2022", "--template", str(template), "--lang", "en"]
    for form, name in [("review", "a.docx"), ("final", "b.docx"), ("trace", "c.xlsx"), ("trace", "d.docx")]:
        assert main([*common, "-o", str(tmp_path / name), "--as", form]) == 0
    assert "“漷” is not in the font" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir() if p != template) == [
        "a.docx", "b.docx", "b.facts.json", "c.xlsx", "d.docx",
    ]  # fmt: skip
    assert main(["trace", str(tmp_path / "b.docx")]) == 1
    assert main(["trace", str(tmp_path / "b.docx"), "--manifest", str(tmp_path / "b.facts.json")]) == 0
    assert main([*common, "-o", str(tmp_path / "e.docx"), "--layout", "poster"]) == 2
