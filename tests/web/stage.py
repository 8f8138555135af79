"""One small district with something on every page, for the tests of pages. Uses the doors a user's files take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from facts.factories import DISTRICT, NOON, World, fact, facts, user, world
from facts.workbooks import GDP, row, workbook
from tongjian.facts.collection import actions as collection
from tongjian.facts.models import Fact, Series, Submission
from tongjian.kernel import evidence
from tongjian.kernel.models import EvidenceFile, Subject, User
from tongjian.plans import checkins, intake
from tongjian.plans.choices import Claim, Firmness
from tongjian.plans.models import CheckIn, Intake, Obligation, PlanSection, PlanYear, Task
from tongjian.plans.uploads import Upload
from tongjian.reading.types import Hints
from tongjian.reports import actions as reports
from tongjian.reports.models import Report
from tongjian.values import Period

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
PLAN_TEXT = """关于河东区2021年计划执行情况与2022年计划草案的报告
一、2021年计划执行情况
全年地区生产总值完成1150亿元，增长6%。
二、2022年主要目标
地区生产总值增长5%左右。
三、2022年重点工作
（一）城市建设。年底前建成滨河公园，开工建设南镇小学。
"""
TEMPLATE = """# 河东区[[2022年]]计划执行情况
地区生产总值{{ gdp @ 2022 }}，{{ gdp[difference, city, constant_price] @ 2022 }}。
""".encode()


@dataclass(frozen=True)
class Stage:
    world: World
    office: User
    statistics: User
    finance: User
    reader: User
    plan: PlanYear
    task: Task
    target: Obligation
    check_in: CheckIn
    fact: Fact
    submission: Submission
    refused: Submission
    report: Report
    intake: Intake
    file: EvidenceFile
    secret: EvidenceFile

    @property
    def anchor(self) -> str:
        return next(iter(self.report.manifest["figures"]))


def stage() -> Stage:
    made = world()
    office = user("office", "plan_office", made.plan_office)
    statistics = user("statistics", "department", made.statistics)
    finance = user("finance", "department", made.finance)
    submission, refused = _submissions(made, statistics)
    facts(
        [
            ("gdp @ 2021", "1150.0"),
            ("gdp[growth, constant_price] @ 2022", "4.1"),
            ("gdp[growth, constant_price, capital] @ 2022", "0.8"),
        ]
    )
    fact("gdp @ 2022", "1201", source="document")
    plan = _plan()
    task = _task(plan, made)
    check_in = checkins.submit(
        task.pk, claim=Claim.DONE, text="已完工", files=[Upload("现场.png", PNG)], by=statistics, at=NOON
    )
    return Stage(
        made,
        office,
        statistics,
        finance,
        user("reader", "reader"),
        plan,
        task,
        _target(plan),
        check_in,
        Fact.objects.get(evidence__file=submission.file, series__measure="level"),
        submission,
        refused,
        _report(office),
        _intake(office),
        submission.file,
        _secret(made, finance),
    )


def _submissions(made: World, by: User) -> tuple[Submission, Submission]:
    good = workbook([row(GDP)])
    bad = workbook([row(GDP, value="约一千"), row(GDP, period="去年", value=1)])
    period = Period.year(2022)
    sent = [
        collection.submit(data, name, organisation=made.statistics, period=period, by=by, at=NOON)
        for data, name in ((good, "统计.xlsx"), (bad, "有误.xlsx"))
    ]
    return sent[0], sent[1]


def _plan() -> PlanYear:
    subject = Subject.objects.get(key=DISTRICT)
    file = evidence.keep(PLAN_TEXT.encode(), "计划.txt", by=None, at=NOON)
    return PlanYear.objects.create(
        subject=subject, year=2022, title="河东区2022年计划", state="approved", document=file
    )


def _origin(plan: PlanYear, words: str) -> object:
    start = PLAN_TEXT.index(words)
    assert plan.document is not None
    return evidence.span(plan.document, start, start + len(words), words)


def _task(plan: PlanYear, made: World) -> Task:
    section = PlanSection.objects.create(plan=plan, path="三/（一）", title="城市建设", order=1)
    for number, lead in ((1, made.statistics), (2, None)):
        task = Task.objects.create(
            plan=plan,
            section=section,
            number=number,
            object="滨河公园" if number == 1 else "南镇小学",
            action="建成" if number == 1 else "开工建设",
            text="年底前建成滨河公园" if number == 1 else "开工建设南镇小学",
            kind="project_milestone",
            milestone="完工",
            firmness=Firmness.HARD,
            due_month="2022-12" if lead else "",
            lead=lead,
            origin=_origin(plan, "年底前建成滨河公园"),
        )
    return Task.objects.get(number=1, plan=task.plan)


def _target(plan: PlanYear) -> Obligation:
    series = Series.objects.get(metric__key="gdp", measure="growth", subject__key=DISTRICT)
    return Obligation.objects.create(
        plan=plan,
        series=series,
        bound="approx",
        words="5%左右",
        mantissa=5,
        due="2022",
        origin=_origin(plan, "地区生产总值增长5%左右"),
        recorded_at=NOON,
    )


def _report(by: User) -> Report:
    subject = Subject.objects.get(key=settings.DISTRICT)
    at = NOON + timedelta(days=1)
    return reports.build(subject, 2022, TEMPLATE, by=by, at=at, name="模板.txt")


def _intake(by: User) -> Intake:
    subject = Subject.objects.get(key=DISTRICT)
    text = PLAN_TEXT.replace("2021", "2023").replace("2022", "2024").encode()
    return intake.start(text, "来年.txt", subject=subject, hints=Hints(), by=by, at=NOON)


def _secret(made: World, owner: User) -> EvidenceFile:
    file = evidence.keep(b"a name and a telephone number", "个人.txt", by=owner, at=NOON, owner=made.finance)
    file.sensitivity = "personal"
    file.save(update_fields=["sensitivity"])
    evidence.whole(file)
    return file
