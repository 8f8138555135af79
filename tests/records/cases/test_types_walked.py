"""Every shipped type, end to end through the actions: each transition is taken by the people whom it names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from records.cases.factories import AT, District, district, organisation, user
from records.cases.pictures import jpeg
from tongjian.kernel.choices import Role
from tongjian.packs import entries
from tongjian.records.cases import actions, attachments, catalogue
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.engine.case_types import PAYLOAD
from tongjian.records.cases.models import Case

pytestmark = pytest.mark.django_db
# type: (desk's organisation, form, walks). A walk: "who step field=value … > state" by line, from the state after receipt.
# Fields that a step needs and the line does not name are filled in with what fits.
UNSOLVED = "reached=yes solved=no score=2"
CONTENT = "reached=yes solved=yes score=5"
WALKS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "complaint": (
        "hotline",
        {},
        [
            "desk answer > closed",
            "desk void > void",
            f"""desk dispatch > to_accept
            lead return > contested
            desk dispatch > to_accept
            lead return > contested
            desk designate > handling
            lead contact > handling
            lead whistle > handling
            joint report > handling
            lead ask_extension > handling
            desk refuse_extension > handling
            lead ask_extension > handling
            desk grant_extension > handling
            desk suspend > suspended
            lead resume > handling
            lead finish > follow_up
            lead check_call reached=yes solved=no > follow_up
            lead take_back > handling
            lead finish > follow_up
            desk survey {UNSOLVED} > follow_up
            desk redo > handling
            lead finish > follow_up
            desk survey {CONTENT} > follow_up
            desk close > closed""",
            """desk dispatch > to_accept
            lead accept > handling
            lead finish > follow_up
            desk close_unreached > closed""",
        ],
    ),
    "service_item": (
        "investment_promotion",
        {"demand": "政策"},
        [
            f"""desk assign > planning
            lead return > to_assign
            desk assign > planning
            lead contact > planning
            lead plan > advancing
            lead call_in > advancing
            joint joint_answer > advancing
            desk promise_anew > advancing
            lead wait > waiting
            lead go_on > advancing
            lead finish > confirming
            desk confirm {UNSOLVED} > confirming
            desk redo > advancing
            lead finish > confirming
            desk confirm {CONTENT} > confirming
            desk close > closed"""
        ],
    ),
    "agent_service": (
        "government_services",
        {"matter": "企业开办"},
        [
            f"""desk assign > to_accept
            lead return > to_assign
            desk assign > to_accept
            lead accept > preparing
            lead papers > preparing
            lead file > at_window
            desk window_returns > preparing
            lead file > at_window
            lead window_accepts > in_approval
            lead ask_firm > with_firm
            lead papers_in > preparing
            desk extend > preparing
            lead finish > confirming
            desk confirm {UNSOLVED} > confirming
            desk redo > preparing
            lead finish > confirming
            desk confirm {CONTENT} > confirming
            desk close > closed"""
        ],
    ),
    "hazard": (
        "emergency",
        {"field": "消防"},
        [
            "desk reject > void",
            """desk grade tier=major > to_accept
            lead return > to_grade
            desk grade tier=major joint=south > to_accept
            lead accept > rectifying
            leader list > rectifying
            joint joint_answer > rectifying
            lead stop_work > stopped
            desk extend > stopped
            lead resume_work > rectifying
            lead rectified > recheck
            desk fail > rectifying
            lead rectified > recheck
            desk pass > to_write_off
            leader unlist > to_write_off
            desk write_off > written_off""",
        ],
    ),
    "rental_check": (
        "housing",
        {"matter": "未备案"},
        [
            "desk reject > void",
            """desk assign > to_accept
            lead return > to_assign
            desk assign > to_accept
            lead accept > rectifying
            desk extend > rectifying
            lead rectified > recheck
            desk fail > rectifying
            lead rectified > recheck
            desk close > closed""",
        ],
    ),
    "grid_event": (
        "urban_management",
        {},
        [
            "desk reject > void",
            "desk settle_at_once > closed",
            """desk dispatch > to_handle
            lead return > to_file
            desk dispatch > to_handle
            lead accept > handling
            lead finish > checking
            desk fail > handling
            lead finish > checking
            desk pass > closed""",
        ],
    ),
    "suggestion": (
        "government_office",
        {"kind": "代表建议"},
        [
            f"""desk assign > to_accept
            lead return > to_assign
            desk assign joint=south > to_accept
            joint joint_answer > to_accept
            lead accept > handling
            lead contact > handling
            desk call_in > handling
            joint joint_answer > handling
            desk extend > handling
            lead reply outcome=A > consulting
            desk opinion {UNSOLVED} > consulting
            desk redo > handling
            lead reply outcome=B > consulting
            desk opinion {CONTENT} > consulting
            lead track > tracking
            desk promise_anew > tracking
            lead landed > closed""",
            *(
                f"""desk assign > to_accept
                lead accept > handling
                lead reply outcome={result} > consulting
                lead opinion {CONTENT} > consulting
                desk close > closed"""
                for result in ("A", "C", "D")
            ),
        ],
    ),
    "dispute": (
        "justice",
        {"kind": "邻里"},
        [
            f"""desk assign > to_accept
            lead return > to_assign
            desk assign advise=south > to_accept
            lead accept > mediating
            joint advice > mediating
            lead adjourn > adjourned
            lead go_on > mediating
            lead agree > follow_up
            lead survey {UNSOLVED} > follow_up
            lead reopen > mediating
            lead agree > follow_up
            lead survey {CONTENT} > follow_up
            lead close > closed""",
            """desk assign > to_accept
            lead accept > mediating
            lead end > closed""",
        ],
    ),
    "help_entry": (
        "civil_affairs",
        {"need": "就业"},
        [
            "desk decline > closed",
            f"""desk assess > to_visit
            lead return > to_assess
            desk assess > to_visit
            lead visit > helping
            lead finish > review
            desk go_on > helping
            lead finish > review
            desk survey {CONTENT} > review
            desk close > closed""",
        ],
    ),
}


@pytest.fixture
def d() -> District:
    made = district()
    for key in {desk for desk, _form, _walks in WALKS.values()} - set(made.units):
        made.units[key] = organisation(key, key, made.units["gov"])
        made.users[key] = user(key, Role.DEPARTMENT, made.units[key])
    return made


def value(d: District, case: Case, name: str, given: str, step: Any, by: str, moment: Any) -> Any:
    if name in step.options:
        return given or next(iter(step.options[name]))
    match PAYLOAD[name]:
        case "unit":
            return d.units[given or "north"].pk
        case "units":
            return [d.units[given or "south"].pk]
        case "places":
            made = attachments.attach(case.pk, jpeg(), "现场.jpg", by=d.users[by], at=moment)
            return [made.pk]
        case "flag":
            return given != "no"
        case "score":
            return int(given or 5)
        case "moment":
            return moment + timedelta(days=20)
        case "outcome":
            return given or next(iter(catalogue.case_type(case.type).outcomes))
        case "tier":
            return given or next(iter(catalogue.case_type(case.type).tiers))
    return given or "已核实现场，处理完毕"


@pytest.mark.parametrize("key", WALKS)
def test_every_step_of_a_type_is_taken(key: str, d: District) -> None:
    desk, form, walks = WALKS[key]
    case_type = catalogue.case_type(key)
    people = {"desk": desk, "lead": "north", "joint": "south", "leader": "leader"}
    taken = {"receive"}
    for walk in walks:
        moment = AT
        case = actions.receive(Intake(key, "路灯不亮，请处理", attrs=form), by=d.users[desk], at=moment)
        for line in walk.splitlines():
            told, state = line.strip().split(" > ")
            who, step, *given = told.split()
            named = dict(g.split("=") for g in given)
            moment += timedelta(minutes=20)
            transition = case_type.transitions[step]
            names = dict.fromkeys([*transition.needs, *named])
            by = people[who]
            payload = {n: value(d, case, n, named.get(n, ""), transition, by, moment) for n in names}
            case = actions.perform(case.pk, step, payload, by=d.users[by], at=moment)
            assert case.state == state, line
            taken.add(step)
        assert not case.is_open
        assert not case.clocks.filter(stopped=None).exists()  # nothing runs on behind a closed case
    assert taken == set(case_type.transitions)


def test_every_type_is_walked_and_has_its_desk() -> None:
    types = {e.key: e.body for e in entries("case_types")}
    assert set(WALKS) == set(types)
    offices = {e.key for e in entries("organisations")}
    assert {desk for body in types.values() for desk in body["desk"]} <= offices
