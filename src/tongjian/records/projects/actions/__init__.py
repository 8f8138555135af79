"""Writes of the project library, one verb each: permission, rule, transaction, event. by None: the installation itself."""

from tongjian.records.projects.actions.clocks import ClockRefused, resume_clock, stop_clock
from tongjian.records.projects.actions.funding import fund, pair
from tongjian.records.projects.actions.investments import (
    Batch,
    InvestmentRefused,
    report_all,
    report_investment,
)
from tongjian.records.projects.actions.milestones import convert, enter_stage, plan_milestone
from tongjian.records.projects.actions.problems import answer, close, escalate, raise_problem
from tongjian.records.projects.actions.progress import attach, report_progress
from tongjian.records.projects.actions.registering import (
    Details,
    RegisterRefused,
    archive,
    change,
    register,
    register_all,
    typed,
)

__all__ = [
    "Batch",
    "ClockRefused",
    "Details",
    "InvestmentRefused",
    "RegisterRefused",
    "answer",
    "archive",
    "attach",
    "change",
    "close",
    "convert",
    "enter_stage",
    "escalate",
    "fund",
    "pair",
    "plan_milestone",
    "raise_problem",
    "register",
    "register_all",
    "report_all",
    "report_investment",
    "report_progress",
    "resume_clock",
    "stop_clock",
    "typed",
]
