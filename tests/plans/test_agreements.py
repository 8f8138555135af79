"""Agreements: the workbook in, terms as obligations of one parcel, judged by what its checks say."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from tongjian.facts import catalogue
from tongjian.facts.models import Fact
from tongjian.kernel import evidence
from tongjian.kernel.choices import CodeScheme, Role, SubjectKind, Verdict
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Code, Subject
from tongjian.plans.agreements import actions, queries, table
from tongjian.plans.choices import Light
from tongjian.plans.models import Agreement, Obligation

from . import factories as make

AT = datetime(2023, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2023, 6, 1, 9, tzinfo=UTC)
TODAY = date(2023, 6, 1)
pytestmark = pytest.mark.django_db


def term(metric: str, value: object, unit: str, due: str, **more: str) -> list[object]:
    row = {
        "number": "协-001",
        "kind": "产业用地履约监管协议",
        "subject": "parcel-7",
        "bearer": "示例制造有限公司",
        "signed": "2020-05-18",
        "metric": metric,
        "bound": "不低于",
        "value": value,
        "unit": unit,
        "due": due,
        "consequence": "支付违约金",
    }
    return [(row | more)[name] for name in table.TERM_COLUMNS]


TERMS = [
    term("投资强度", 600, "万元/亩", "2022"),
    term("亩均税收", 30, "万元/亩", "2022"),
    term("容积率", 1.2, "倍", "2022"),
    term("宗地产值", 2, "亿元", "2024"),
]
CHECKS: list[list[object]] = [
    ["parcel-7", "宗地面积", "2022", 30, "亩", "实际"],
    ["parcel-7", "宗地固定资产投资", "2022", 1.95, "亿元", "实际"],
    ["parcel-7", "宗地实缴税收", "2022", 645, "万元", "实际"],
    ["parcel-7", "宗地总建筑面积", "2022", 23000, "平方米", ""],
]


def workbook(terms: list[list[object]], checks: list[list[object]]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(actions.template()))
    for sheet, rows in ((table.TERMS, terms), (table.CHECKS, checks)):
        for row in rows:
            book[sheet].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def parcel() -> Subject:
    make.organisation("planning_and_land")
    catalogue.sync(AT)
    return Subject.objects.create(kind=SubjectKind.SPACE, key="parcel-7", label="七号地块")


def lights() -> dict[str, Light]:
    kept = queries.board(Agreement.objects.all(), None, TODAY)
    return {t.obligation.series.metric.key: t.light for k in kept for t in k.terms}


def test_the_terms_are_judged_by_what_the_checks_say() -> None:
    done = actions.take_in(workbook(TERMS, CHECKS), "协议.xlsx", by=None, at=AT)
    assert (done.agreements, done.terms, done.values) == (1, 4, 4)
    assert lights() == {
        "land_investment_intensity": Light.GREEN,  # 19,500 / 30 = 650
        "land_tax_per_mu": Light.RED,  # 645 / 30 = 21.5
        "land_plot_ratio": Light.RED,  # 23,000 / 20,000 = 1.15
        "land_output": Light.NOT_DUE,
    }
    kept = queries.board(Agreement.objects.all(), None, TODAY)[0]
    assert kept.worst == Light.RED
    intensity = next(t for t in kept.terms if t.obligation.series.metric.key == "land_investment_intensity")
    assert intensity.value is not None
    assert str(intensity.value.number) == "650.0"
    assert {f.evidence.locator for f in intensity.value.facts()} == {"履约核查!D2", "履约核查!D3"}


def test_the_same_workbook_again_changes_nothing() -> None:
    data = workbook(TERMS, CHECKS)
    actions.take_in(data, "协议.xlsx", by=None, at=AT)
    again = actions.take_in(data, "协议.xlsx", by=None, at=LATER)
    assert (again.agreements, again.terms, again.values) == (0, 0, 0)


def test_a_term_with_another_value_supersedes_the_old_one() -> None:
    actions.take_in(workbook(TERMS, []), "协议.xlsx", by=None, at=AT)
    eased = [term("亩均税收", 20, "万元/亩", "2022")]
    assert actions.take_in(workbook(eased, CHECKS), "补充协议.xlsx", by=None, at=LATER).terms == 1
    assert lights()["land_tax_per_mu"] == Light.GREEN
    old = Obligation.objects.get(words="不低于30万元/亩")
    assert old.superseded_by.words == "不低于20万元/亩"
    then = queries.board(Agreement.objects.all(), datetime(2023, 4, 1, tzinfo=UTC), TODAY)[0]
    assert "不低于30万元/亩" in {t.obligation.words for t in then.terms}


def test_every_bad_cell_is_told_at_once_and_nothing_is_written() -> None:
    terms = [
        term("投资强度", 600, "万元/亩", "2022", subject="parcel-8"),
        term("投资强度", "六百", "万元/亩", "2022"),
        term("没有的指标", 1, "万元/亩", "二〇二二"),
        term("亩均税收", 30, "平方米", "2022", bound="大概"),
        term("容积率", 1.2, "平方米", "2022", bearer="另一家"),
    ]
    with pytest.raises(actions.AgreementsRefused) as refused:
        actions.take_in(workbook(terms, CHECKS + CHECKS[:1]), "协议.xlsx", by=None, at=AT)
    found = {(p.where, p.code) for p in refused.value.problems}
    assert found == {
        ("协议条款!C2", "subject_unknown"),
        ("协议条款!H3", "not_a_number"),
        ("协议条款!J4", "not_a_period"),
        ("协议条款!G5", "word_unknown"),
        ("协议条款!D6", "agreement_differs"),
        ("协议条款!C6", "agreement_differs"),
        ("协议条款!I6", "metric_unit"),
        ("履约核查!B6", "value_twice"),
    }
    assert not Agreement.objects.exists()
    assert not Fact.objects.exists()


def test_a_subject_is_found_by_its_code_too(parcel: Subject) -> None:
    place = evidence.whole(make.file("登记表"))
    Code.objects.create(
        subject=parcel, scheme=CodeScheme.LOCAL, value="110112-007", verdict=Verdict.OK, source=place
    )
    rows = [term("投资强度", 600, "万元/亩", "2022", subject="110112-007")]
    actions.take_in(workbook(rows, []), "协议.xlsx", by=None, at=AT)
    assert Agreement.objects.get().subject == parcel


def test_only_the_plan_office_takes_agreements_in() -> None:
    reader = make.user("reader", Role.READER)
    with pytest.raises(NotAllowed):
        actions.take_in(workbook(TERMS, []), "协议.xlsx", by=reader, at=AT)
    assert queries.visible_to(reader).count() == 0


def test_an_empty_workbook_says_so() -> None:
    with pytest.raises(actions.AgreementsRefused) as refused:
        actions.take_in(workbook([], []), "协议.xlsx", by=None, at=AT)
    assert [p.code for p in refused.value.problems] == ["no_rows"]
