"""The vocabularies of cases: what is fixed for every type. States, transitions, clocks and forms are data (packs/case_types)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StateKind(models.TextChoices):
    """What lists, maps, Open311 and assessments know of a state: the states themselves are the type's own."""

    DRAFT = "draft", _("Being registered")  # 登记
    TRIAGE = "triage", _("To be dispatched")  # 待派
    ASSIGNED = "assigned", _("To be accepted")  # 待签收
    WORKING = "working", _("Being handled")  # 办理
    WAITING = "waiting", _("Suspended")  # 挂起
    VERIFYING = "verifying", _("To be followed up")  # 回访、复查
    CLOSED = "closed", _("Closed")  # 办结


class UnitRole(models.TextChoices):
    LEAD = "lead", _("Lead unit")  # 主办
    JOINT = "joint", _("Joint unit")  # 协办、会办、吹哨报到
    ADVISE = "advise", _("Advising unit")  # 提供意见


class Capacity(models.TextChoices):
    """As what somebody acts on a case: by role, organisation and relation to it."""

    SYSTEM = "system", _("the system")  # 导入、规则
    DESK = "desk", _("the desk of this type")  # 派单台
    LEAD = "lead", _("the lead unit")
    JOINT = "joint", _("a joint unit")
    ADVISE = "advise", _("an advising unit")
    LEADER = "leader", _("a district leader")
    STAFF = "staff", _("anyone with an account of a unit")


class UnitResult(models.TextChoices):
    """How a unit's part in a case ended."""

    OPEN = "", _("Open")
    DONE = "done", _("Done")
    RETURNED = "returned", _("Returned")  # 退单
    REPLACED = "replaced", _("Given to another unit")  # 改派
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")


class Channel(models.TextChoices):
    PHONE = "phone", _("Telephone")
    NETWORK = "network", _("Web or app")
    PLATFORM = "platform", _("City platform")  # 市级平台转办
    VISIT = "visit", _("Visit")  # 走访
    PATROL = "patrol", _("Patrol")  # 巡查、网格
    MEETING = "meeting", _("Meeting")  # 会议、议案
    LETTER = "letter", _("Letter")
    OTHER = "other", _("Other")


class PartyRole(models.TextChoices):
    REPORTER = "reporter", _("Reporter")  # 诉求人
    ENTERPRISE = "enterprise", _("Enterprise contact")
    DEPUTY = "deputy", _("Deputy")
    CONCERNED = "concerned", _("Person concerned")


class LinkKind(models.TextChoices):
    DUPLICATE = "duplicate", _("Duplicate")  # 并案
    CHILD = "child", _("Part")
    FOLLOWS = "follows", _("Follows")
    CAUSED_BY = "caused_by", _("Caused by")
    PROMOTED = "promoted", _("Promoted to")  # 每月一题、项目


class ExclusionState(models.TextChoices):
    """剔除: asked by the unit, decided by a second person, appealed once."""

    ASKED = "asked", _("Asked for")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    APPEALED = "appealed", _("Appealed")
    UPHELD = "upheld", _("Refusal upheld")
    OVERTURNED = "overturned", _("Granted on appeal")
