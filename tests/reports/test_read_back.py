"""A report of ours read into an empty ledger: each figure is proposed as the fact that it was; what is forged is not believed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from facts.factories import DISTRICT, NOON, World, facts, user, world
from tongjian.facts.models import Fact
from tongjian.kernel.models import Subject, User
from tongjian.plans.intake import actions as intake
from tongjian.plans.intake import anchored, recording
from tongjian.plans.models import Intake
from tongjian.reading.documents.told import manifest_as_json
from tongjian.reading.types import Hints
from tongjian.reports import actions

pytestmark = pytest.mark.django_db
TEMPLATE = """\
# 关于河东区[[2022年]]计划执行情况的报告
## 一、[[2022年]]计划执行情况
全区生产总值完成{{ gdp @ 2022 }}，增速按可比价为{{ gdp[growth, constant_price] @ 2022 | plain }}。
收入一项，北镇在各镇中居{{ budget_revenue[rank, north_town] @ 2022 | ordinal }}，全区为{{ budget_revenue @ 2022 }}。
""".encode()
TOLD = [
    ("gdp @ 2022", "1200.0"),
    ("gdp[growth, constant_price] @ 2022", "4.1"),
    ("budget_revenue @ 2022", "89.43"),
    ("budget_revenue[north_town] @ 2022", "3.1"),
    ("budget_revenue[south_town] @ 2022", "4.2"),
    ("budget_revenue[east_town] @ 2022", "1.5"),
]


@pytest.fixture
def ground() -> World:
    made = world()
    facts(TOLD)
    return made


@pytest.fixture
def office(ground: World) -> User:
    return user("office", "plan_office", ground.plan_office)


@pytest.fixture
def written(office: User) -> bytes:
    subject = Subject.objects.get(key=DISTRICT)
    made = actions.build(subject, 2022, TEMPLATE, by=office, at=NOON, name="t.txt")
    data = made.docx.path.read_bytes()
    made.quotes.all().delete()
    made.delete()
    Fact.objects.all().delete()
    return data


def taken_in(data: bytes, office: User, name: str = "report.docx") -> Intake:
    subject = Subject.objects.get(key=DISTRICT)
    made = intake.start(data, name, subject=subject, hints=Hints(), by=office, at=NOON)
    intake.accept_all(made, by=office, at=NOON)
    recording.record(made, by=office, at=NOON)
    return made


def ledger() -> dict[tuple[str, str, str, str], Decimal]:
    rows = Fact.objects.select_related("series__metric", "series__subject")
    return {
        (f.series.metric.key, f.series.measure, f.series.basis, f.series.subject.key): f.number.decimal
        for f in rows
    }


def test_the_facts_come_back_as_they_were(written: bytes, office: User) -> None:
    taken_in(written, office)
    assert ledger() == {
        ("gdp", "level", "natural", DISTRICT): Decimal("1200.0"),
        ("gdp", "growth", "constant_price", DISTRICT): Decimal("4.1"),
        ("budget_revenue", "rank", "natural", "north_town"): Decimal(2),
        ("budget_revenue", "level", "natural", DISTRICT): Decimal("89.43"),
    }
    assert {f.source for f in Fact.objects.all()} == {"document"}


def test_a_number_changed_in_the_text_is_read_as_it_stands(
    written: bytes, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = manifest_as_json(written, "report.docx")
    assert manifest is not None
    for figure in manifest["figures"].values():
        figure["value"] = str(Decimal(figure["value"]) + 1)  # says other than what is printed
    monkeypatch.setattr("tongjian.plans.intake.seam.read_manifest", lambda data, name: manifest)
    made = taken_in(written, office)
    assert not [i for i in made.items.all() if anchored.KEY in i.data]
    assert Decimal("1201.0") not in ledger().values()


def test_a_persons_word_goes_before_the_files_own(written: bytes, office: User) -> None:
    subject = Subject.objects.get(key=DISTRICT)
    made = intake.start(written, "report.docx", subject=subject, hints=Hints(), by=office, at=NOON)
    item = next(i for i in made.items.all() if i.data.get("text", "").startswith("89.43"))
    assert item.data[anchored.KEY]["ref"] == "budget_revenue @ 2022"
    intake.mend(item.pk, {"metric": "gdp"}, by=office, at=NOON)
    item.refresh_from_db()
    assert anchored.KEY not in item.data


@pytest.mark.parametrize(
    "manifest",
    [{}, {"figures": []}, {"figures": {"a": 1, "b": {"value": "x"}, "c": {"value": "1", "expression": "?", "shown": "1"}}}, {"figures": {"d": {"value": "1E+30", "expression": "gdp @ 2022", "shown": "1"}}}],
)  # fmt: skip
def test_a_manifest_that_says_nothing_changes_nothing(manifest: dict[str, object]) -> None:
    assert list(anchored.anchors(manifest, "地区生产总值1亿元")) == []
