"""Service packages: opened, visited by the grade's rule, items raised as cases, a policy with its paper, confirmation."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.cases.factories import AT, District, district, organisation, user
from tongjian.kernel import calendars
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Event, User
from tongjian.records.cases import retention
from tongjian.records.cases.intake import importing
from tongjian.records.cases.models import Case
from tongjian.records.cases.packages import actions, contacts, queries, rules, sheets
from tongjian.records.cases.packages.actions import Given, Raised
from tongjian.records.cases.packages.models import Contact, ServicePackage, Visit

TODAY = AT.date()


@pytest.fixture
def d() -> District:
    made = district()
    made.units["desk"] = organisation("investment_promotion", "投促中心", made.units["gov"])
    made.users["desk"] = user("desk", Role.DEPARTMENT, made.units["desk"])
    return made


def opened(d: District, name: str = "临河精密制造有限公司", manager: User | None = None) -> ServicePackage:
    given_ = Given(name, "district", d.units["north"], manager or d.users["north"], date(2025, 12, 1))
    return actions.keep(given_, by=d.users["desk"], at=AT)[0]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 24))
def test_the_next_visit_is_a_working_day_not_before_its_month(last: date, months: int) -> None:
    due = rules.next_visit(last, f"{months}mo", calendars.NONE)
    assert due.weekday() < 5
    assert rules.months_after(last, months) <= due <= rules.months_after(last, months) + timedelta(days=2)


def test_months_end_where_they_end() -> None:
    assert rules.months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert rules.next_visit(date(2026, 1, 30), "30d", calendars.NONE) == date(2026, 3, 2)  # 1 March: Sunday
    with pytest.raises(ValueError, match="2wk"):
        rules.next_visit(date(2026, 1, 30), "2wk", calendars.NONE)


@pytest.mark.django_db
def test_a_package_plans_its_visit_by_grade(d: District) -> None:
    row = opened(d)
    assert row.visits.get().due_on == date(2026, 3, 2)  # 1 March is a Sunday
    assert [v.package for v in queries.due_visits(d.users["north"], date(2026, 3, 2))] == [row]
    assert not queries.due_visits(d.users["south"], date(2026, 3, 2)).exists()
    given_ = Given(str(row), "municipal", d.units["north"], d.users["north"], date(2025, 12, 1))
    assert actions.keep(given_, by=d.users["desk"], at=AT)[1] is True
    assert row.visits.get().due_on == date(2026, 1, 4)  # after New Year; a Sunday that is worked
    assert actions.keep(given_, by=d.users["desk"], at=AT)[1] is False
    verbs = Event.objects.filter(verb__startswith="service_package").order_by("seq")
    assert [e.verb for e in verbs] == ["service_package.opened", "service_package.changed"]


@pytest.mark.django_db
def test_a_visit_raises_cases_and_plans_the_next(d: District) -> None:
    row = opened(d)
    raised = [Raised("厂区门前道路夜间照明不足", "其他"), Raised("想了解技改贴息", "政策")]
    visit = actions.record_visit(row.pk, on=TODAY, words="生产正常，提出两项需求", raised=raised, by=d.users["north"], at=AT)  # fmt: skip
    cases = list(visit.cases.order_by("pk"))
    assert [(c.type, c.state, c.subject, c.channel) for c in cases] == [
        ("service_item", "to_assign", row.enterprise, "visit")
    ] * 2
    assert cases[1].attrs == {"demand": "政策"}
    assert row.visits.get(visited_on=None).due_on == date(2026, 6, 2)
    shown = queries.planned(queries.visible_to(d.users["desk"])).get()
    assert (shown.items_open, shown.items_done, shown.last_on) == (2, None, TODAY)


@pytest.mark.django_db
def test_a_visit_with_a_bad_item_is_not_made(d: District) -> None:
    row = opened(d)
    with pytest.raises(TongjianError):
        actions.record_visit(row.pk, on=TODAY, words="走访", raised=[Raised("贷款", "无此方面")], by=d.users["north"], at=AT)  # fmt: skip
    assert not Case.objects.exists()
    for on, words in ((TODAY, " "), (TODAY + timedelta(days=2), "走访")):
        with pytest.raises(TongjianError):
            actions.record_visit(row.pk, on=on, words=words, by=d.users["north"], at=AT)


@pytest.mark.django_db
def test_a_policy_needs_its_paper_and_a_manager_does_not_confirm(d: District) -> None:
    row = opened(d)
    with pytest.raises(TongjianError, match=r"paper|文件"):
        actions.settle_policy(row.pk, "租金减免两年", file=None, by=d.users["north"], at=AT)
    paper = ("会议纪要：减免".encode(), "纪要.txt")
    actions.settle_policy(row.pk, "租金减免两年", file=paper, by=d.users["north"], at=AT)
    with pytest.raises(NotAllowed):
        actions.confirm(row.pk, score=5, by=d.users["north"], at=AT)
    actions.confirm(row.pk, score=4, words="服务及时", by=d.users["desk"], at=AT)
    row.refresh_from_db()
    assert (row.policy, row.policy_file.name, row.score) == ("租金减免两年", "纪要.txt", 4)
    own = opened(d, "桥头新材料公司", d.users["north"])
    ServicePackage.objects.filter(pk=own.pk).update(manager=d.users["desk"])
    with pytest.raises(NotAllowed):
        actions.confirm(own.pk, score=5, by=d.users["desk"], at=AT)


@pytest.mark.django_db
def test_the_key_of_a_contact_lasts_as_long_as_the_contact(d: District) -> None:
    row = opened(d)
    contacts.keep(row.pk, "赵小河", "13900001111", by=d.users["north"], at=AT)
    later = AT + timedelta(days=90)
    assert retention.expire(later.date(), at=later).keys == 0
    assert contacts.reveal(row.pk, reason="约时间", by=d.users["north"], at=later).phone == "13900001111"
    contacts.keep(
        row.pk, "钱大桥", "13900002222", by=d.users["north"], at=later
    )  # under the key of its month
    assert Contact.objects.get().shown_phone == "139****2222"
    assert retention.expire(later.date(), at=later).keys == 1
    contacts.drop(row.pk, by=d.users["north"], at=later)
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_who_sees_which_package(d: District) -> None:
    row = opened(d)
    seen = {n: queries.visible_to(u).filter(pk=row.pk).exists() for n, u in d.users.items()}
    assert seen == {
        "hotline": False, "emergency": False, "north": True, "south": False, "water": False,
        "plan": True, "leader": True, "reader": False, "desk": True,
    }  # fmt: skip
    for name in ("leader", "south", "reader"):
        with pytest.raises(NotAllowed):
            actions.record_visit(row.pk, on=TODAY, words="走访", by=d.users[name], at=AT)


def book(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    for row in [sheets.HEADS, *rows]:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.django_db
def test_packages_go_out_and_in_by_workbook(d: District) -> None:
    good = book(("临河精密制造有限公司", "区级服务包", "北镇政府", "north", "2025-12-01", "是"), ("桥头新材料公司", "town", "南镇", "", "", ""))  # fmt: skip
    assert sheets.take(good, "服务包.xlsx", by=d.users["desk"], at=AT) == sheets.Kept(2, 2)
    assert sheets.take(good, "服务包.xlsx", by=d.users["desk"], at=AT) == sheets.Kept(2, 0)
    out = sheets.export(d.users["desk"])
    assert sheets.take(out, "服务包.xlsx", by=d.users["desk"], at=AT) == sheets.Kept(2, 0)
    with pytest.raises(NotAllowed):
        sheets.take(book(("新企业", "town", "南镇", "", "", "")), "服务包.xlsx", by=d.users["north"], at=AT)
    bad = book(("", "区级服务包", "北镇", "", "", ""), ("甲公司", "特级", "火星局", "", "明年", ""), ("甲公司", "town", "南镇", "north", "", ""))  # fmt: skip
    with pytest.raises(sheets.PackagesRefused) as refused:
        sheets.take(bad, "服务包.xlsx", by=d.users["desk"], at=AT)
    told = [(p.cell, p.code) for p in refused.value.problems]
    assert told == [
        ("A2", "packages.empty"),
        ("B3", "packages.grade"),
        ("C3", "packages.unit"),
        ("E3", "packages.day"),
        ("A4", "packages.twice"),
        ("D4", "packages.manager"),
    ]
    assert Visit.objects.count() == 2


@pytest.mark.django_db
def test_items_come_in_by_table_and_the_year_is_measured(d: District) -> None:
    opened(d)
    table = (
        "事项编号,提出时间,事项内容,诉求方面,企业名称,承办单位,交办时间,首次回应时间,定方案时间,办成时间,企业评价时间,是否联系,是否解决,满意度,是否剔除\n"
        "F1,2026-01-05 09:00,申请厂房租赁协调,场地,临河精密制造有限公司,北镇,2026-01-05 10:00,2026-01-05 15:00,2026-01-07 10:00,2026-01-20 10:00,2026-01-22 10:00,是,是,满意,否\n"
        "F2,2026-01-06 09:00,咨询人才公寓,人才,临河精密制造有限公司,北镇,2026-01-06 10:00,,,,,,,,否\n"
        "F3,2025-12-06 09:00,咨询社保缓缴,政策,临河精密制造有限公司,北镇,2025-12-06 10:00,2025-12-08 09:30,2025-12-09 10:00,2025-12-20 10:00,2025-12-22 10:00,是,是,不满意,否\n"
        "F4,2026-01-07 09:00,重复提出,其他,临河精密制造有限公司,北镇,2026-01-07 10:00,,,2026-01-08 10:00,2026-01-09 10:00,是,否,不满意,是\n"
    )
    done = importing.take(table.encode(), "事项.csv", "service_items", by=d.users["desk"], at=AT)
    assert done.received == 4
    standing = queries.standing(d.users["desk"], 2026)
    assert (standing.raised, standing.closed, standing.rated, standing.satisfied) == (2, 1, 1, 1)
    assert standing.completed == 50
    assert queries.years(d.users["desk"]) == [2026, 2025]
    first = Case.objects.get(source_id="F1")
    assert (first.state, first.subject.label, first.attrs["demand"]) == (
        "closed",
        "临河精密制造有限公司",
        "场地",
    )
    assert first.responded_in_time is True
    unknown = table.replace("临河精密制造有限公司", "没有服务包的公司")
    with pytest.raises(importing.OrdersRefused) as refused:
        importing.take(unknown.encode(), "事项.csv", "service_items", by=d.users["desk"], at=AT)
    assert {p.code for p in refused.value.problems} == {"orders.unknown_enterprise"}
