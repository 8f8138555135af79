"""Reports out of the ledger: built, refused, built again, and changed with a fact."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from facts.factories import DISTRICT, NOON, World, fact, facts, place, user, world
from tongjian.cli.main import main
from tongjian.facts import queries as ledger
from tongjian.facts.refs import parse
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Event, EvidenceFile, Subject, User
from tongjian.plans.models import Obligation, PlanYear
from tongjian.reports import actions, queries
from tongjian.reports.actions import TemplateRefused
from tongjian.reports.models import Quote, Report
from tongjian.reports.trace import trace

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)
TEMPLATE = """\
# 河东区[[2022年]]计划执行情况
## 一、经济
地区生产总值{{ gdp @ 2022 }}，可比价{{ gdp[growth, constant_price] @ 2022 }}，{{ gdp[difference, city, constant_price] @ 2022 }}。
现价{{ gdp[growth] @ 2022 }}。预算收入{{ budget_revenue @ 2022 }}。
### （一）人口
常住人口{{ residents @ 2022 }}，北镇收入居各镇{{ budget_revenue[rank, north_town] @ 2022 | ordinal }}。
""".encode()


@pytest.fixture
def ground() -> World:
    made = world()
    facts(
        [
            ("gdp @ 2022", "1200.0"),
            ("gdp @ 2021", "1150.0"),
            ("gdp[growth, constant_price] @ 2022", "4.1"),
            ("gdp[growth, constant_price, capital] @ 2022", "0.8"),
            ("budget_revenue @ 2022", "89.43"),
            ("residents @ 2022", "184.3"),
            ("budget_revenue[north_town] @ 2022", "3.1"),
            ("budget_revenue[south_town] @ 2022", "4.2"),
            ("budget_revenue[east_town] @ 2022", "1.5"),
        ]
    )
    return made


@pytest.fixture
def office(ground: World) -> User:
    return user("office", "plan_office", ground.plan_office)


def build(by: User, template: bytes = TEMPLATE, at: object = NOON) -> Report:
    return actions.build(Subject.objects.get(key=DISTRICT), 2022, template, by=by, at=at, name="t.txt")  # type: ignore[arg-type]


def paragraphs(report: Report) -> list[str]:
    """Text of each paragraph, without tags."""
    return [re.sub(r"<[^>]+>", "", p) for p in re.findall(r"<p.*?</p>", report.html)]


def test_a_report_is_written_kept_and_traces(office: User) -> None:
    report = build(office)
    assert paragraphs(report) == [
        "地区生产总值1200.0亿元，可比价增长4.1%，高于全市3.3个百分点。",
        "现价增长4.3%。预算收入89.43亿元。",
        "常住人口184.3万人，北镇收入居各镇第二。",
    ]
    found = trace(report.docx.path.read_bytes())
    assert found.holds
    assert found.figures == report.manifest["figures"]
    assert report.title == "河东区2022年计划执行情况"
    assert Event.objects.get(verb="reports.built").actor == office
    assert (report.known_at, report.template.name, report.docx.name) == (
        NOON,
        "t.txt",
        f"{report.title}.docx",
    )


def test_every_quote_rests_on_its_facts(office: User) -> None:
    report = build(office)
    resting = {q.expression: q.facts.count() for q in report.quotes.all()}
    assert resting == {
        "gdp @ 2022": 1,
        "gdp[growth, constant_price] @ 2022": 1,
        "gdp[difference, city, constant_price] @ 2022": 2,
        "gdp[growth] @ 2022": 2,
        "budget_revenue @ 2022": 1,
        "residents @ 2022": 1,
        "budget_revenue[rank, north_town] @ 2022": 3,
    }
    quote = Quote.objects.get(expression="gdp[growth] @ 2022")
    assert (quote.shown, quote.line, quote.sentence) == ("4.3%", 4, "现价增长4.3%")
    gdp = report.manifest["figures"][quote.anchor]
    assert [(i["value"], i["place"]["locator"]) for i in gdp["inputs"]] == [
        ("1200.0", "0-6"),
        ("1150.0", "0-6"),
    ]


def test_the_same_again_is_the_same_report(office: User) -> None:
    first = build(office)
    assert build(office, at=LATER) == first
    assert (Report.objects.count(), Event.objects.filter(verb="reports.built").count()) == (1, 1)


def test_exactly_the_sentences_resting_on_a_changed_fact_change(office: User) -> None:
    before = build(office)
    fact("gdp @ 2022", "1210.0", at=LATER, status="revised")
    after = build(office, at=LATER)
    changed = [(a, b) for a, b in zip(paragraphs(before), paragraphs(after), strict=True) if a != b]
    assert changed == [
        (
            "地区生产总值1200.0亿元，可比价增长4.1%，高于全市3.3个百分点。",
            "地区生产总值1210.0亿元，可比价增长4.1%，高于全市3.3个百分点。",
        ),
        ("现价增长4.3%。预算收入89.43亿元。", "现价增长5.2%。预算收入89.43亿元。"),
    ]
    assert set(before.manifest["figures"]) == set(after.manifest["figures"])
    stale = [q.expression for q in queries.changed_since(before)]
    assert stale == ["gdp @ 2022", "gdp[growth] @ 2022"]
    assert list(queries.changed_since(after)) == []
    before.refresh_from_db()
    assert trace(before.docx.path.read_bytes()).holds


def test_a_report_is_written_as_known_at_its_moment(office: User) -> None:
    fact("gdp @ 2022", "1210.0", at=LATER, status="revised")
    assert paragraphs(build(office))[0].startswith("地区生产总值1200.0亿元")


def test_missing_facts_are_told_with_line_and_metric_and_nothing_is_written(office: User) -> None:
    kept = EvidenceFile.objects.count()
    template = (
        TEMPLATE
        + "\n用电{{ power @ 2022 }}，处罚{{ fines @ 2022 }}，{{ gdp[gowth] @ 2022 }}，{{ gdp @ 22 }}。".encode()
    )
    with pytest.raises(TemplateRefused) as error:
        build(office, template)
    found = [(p.code, p.line, p.params["metric"]) for p in error.value.problems]
    assert found == [
        ("template.fact_missing", 8, "power"),
        ("template.fact_missing", 8, {"zh": "行政处罚 (fines)", "en": "Fines (fines)"}),
        ("template.fact_missing", 8, {"zh": "地区生产总值 (gdp)", "en": "Gdp (gdp)"}),
        ("template.reference", 8, "gdp"),
    ]
    assert "第 8 行：行政处罚 (fines)：没有 fines" in str(error.value)
    assert (Report.objects.count(), EvidenceFile.objects.count()) == (0, kept)


def test_targets_are_said_by_the_plan(office: User, ground: World) -> None:
    plan = PlanYear.objects.create(
        subject=Subject.objects.get(key=DISTRICT), year=2022, title="计划", state="approved"
    )
    promised = place("plan.txt", b"a plan", "10-30")
    rows = [
        ("gdp[growth, constant_price] @ 2022", 5, "approx", "5%左右"),
        ("residents[growth] @ 2022", None, "gt", "稳步增长"),
    ]
    for ref, mantissa, bound, words in rows:
        Obligation.objects.create(
            plan=plan,
            series=ledger.series_for(parse(ref), create=True),
            mantissa=mantissa,
            bound=bound,
            words=words,
            due="2022",
            origin=promised,
            recorded_at=NOON,
        )
    template = "# 计划\n产值{{ target gdp[growth, constant_price] @ 2022 }}，人口{{ target residents[growth] @ 2022 }}。"
    report = build(office, template.encode())
    assert paragraphs(report) == ["产值增长5%左右，人口稳步增长。"]
    figures = list(report.manifest["figures"].values())
    assert [(f["status"], f["place"]["locator"]) for f in figures] == [("target", "10-30")] * 2
    assert report.quotes.first().expression == "target gdp[growth, constant_price] @ 2022"  # type: ignore[union-attr]
    with pytest.raises(TemplateRefused) as error:
        build(office, "# 计划\n{{ target gdp @ 2022 }}".encode())
    assert error.value.problems[0].code == "template.target_missing"


@pytest.mark.parametrize("role", ["department", "reader"])
def test_only_the_plan_office_writes(ground: World, role: str) -> None:
    with pytest.raises(NotAllowed):
        build(user("other", role, ground.finance))
    assert Report.objects.count() == 0


def test_everyone_signed_in_reads(office: User, ground: World) -> None:
    report = build(office)
    reader = user("reader", "reader")
    gdp = report.quotes.get(expression="gdp @ 2022").facts.get()
    assert [q.expression for q in queries.quotes_of(gdp, reader)] == ["gdp @ 2022", "gdp[growth] @ 2022"]
    assert list(queries.visible_to(reader)) == [report]
    assert not queries.editable_by(reader).exists()
    reader.is_active = False
    assert not queries.visible_to(reader).exists()


# The command


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.txt"
    path.write_bytes(TEMPLATE)
    return path


def test_the_command_writes_and_the_file_traces(office: User, template: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    out, page = template.with_name("out.docx"), template.with_name("out.html")
    arguments = ["write", "--year", "2022", "--template", str(template), "-o", str(out), "--html", str(page)]
    assert main([*arguments, "--lang", "en"]) == 0
    assert "7 figures, each traced" in capsys.readouterr().out
    assert main(["trace", str(out)]) == 0
    assert 'class="figure"' in page.read_text(encoding="utf-8")


def test_the_command_tells_what_is_missing(office: User, template: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    template.write_text("# 报告\n处罚{{ fines @ 2022 }}。", encoding="utf-8")
    out = template.with_name("out.docx")
    assert main(["write", "--year", "2022", "--template", str(template), "-o", str(out), "--lang", "en"]) == 1
    assert "Line 2: Fines (fines): no fact for fines[" in capsys.readouterr().err
    assert not out.exists()


def test_the_command_needs_an_account_of_the_plan_office(ground: World, template: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    out = template.with_name("out.docx")
    assert main(["write", "--year", "2022", "--template", str(template), "-o", str(out), "--lang", "en"]) == 2
    assert "access.plan_office_only" in capsys.readouterr().err
