"""The vocabularies of the project library 投资项目库, with labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProjectKind(models.TextChoices):
    """What the project is for; 房地产开发 is told apart because statistics take all of it."""

    INDUSTRY = "industry", _("Industrial project")  # 产业
    INFRASTRUCTURE = "infrastructure", _("Infrastructure project")  # 基础设施
    LIVELIHOOD = "livelihood", _("Project for people's livelihood")  # 社会民生
    ECOLOGY = "ecology", _("Ecological project")  # 生态环境
    REAL_ESTATE = "real_estate", _("Real-estate development")  # 房地产开发
    OTHER = "other", _("Other project")


class Nature(models.TextChoices):
    """建设性质, as the investment statistics tell them apart."""

    NEW = "new", _("New construction")  # 新建
    EXPANSION = "expansion", _("Expansion")  # 扩建
    RECONSTRUCTION = "reconstruction", _("Reconstruction and technical renewal")  # 改建和技术改造
    LIVING = "living", _("Living facilities only")  # 单纯建造生活设施
    RELOCATION = "relocation", _("Relocation")  # 迁建
    RESTORATION = "restoration", _("Restoration")  # 恢复
    PURCHASE = "purchase", _("Purchase only")  # 单纯购置


class YearClass(models.TextChoices):
    """储备、新开、续建、竣工: where a project belongs in a plan year. Derived, never typed in."""

    RESERVE = "reserve", _("In reserve")
    NEW_START = "new_start", _("New start")
    ONGOING = "ongoing", _("Ongoing")
    COMPLETED = "completed", _("Completed")


class ReserveLevel(models.TextChoices):
    """谋划、前期、成熟: how near a project in reserve is to its start. Derived from its approvals."""

    IDEA = "idea", _("Being conceived")
    PREPARATION = "preparation", _("In preparation")
    MATURE = "mature", _("Ready to start")


class FundingSource(models.TextChoices):
    """资金来源."""

    BUDGET = "budget", _("State budget")  # 国家预算资金
    LOAN = "loan", _("Domestic loan")  # 国内贷款
    BOND = "bond", _("Bond")  # 债券
    FOREIGN = "foreign", _("Foreign capital")  # 利用外资
    OWN = "own", _("Own funds")  # 自筹资金
    OTHER = "other", _("Other funds")


class FundingState(models.TextChoices):
    """How sure the money is: 计划、落实、到位. Three figures, never added to each other."""

    PLANNED = "planned", _("Planned")
    SECURED = "secured", _("Secured")
    PAID_IN = "paid_in", _("Paid in")


class WorkState(models.TextChoices):
    """What goes on at the site in a month."""

    NOT_STARTED = "not_started", _("Not started")
    WORKING = "working", _("Under construction")  # 施工
    FINISHING = "finishing", _("Winding up")  # 收尾
    SUSPENDED = "suspended", _("Suspended")  # 停缓建
    DONE = "done", _("In use")  # 建成投产


class ProblemKind(models.TextChoices):
    """制约问题: what holds a project up."""

    CLEARANCE = "clearance", _("Clearance and relocation")  # 征拆
    LAND = "land", _("Land supply")  # 土地入市、供地
    FUNDS = "funds", _("Funds")  # 资金
    APPROVAL = "approval", _("Approval")  # 审批
    UTILITIES = "utilities", _("Utilities and access")  # 市政配套
    OTHER = "other", _("Other problem")


class ProblemLevel(models.IntegerChoices):
    """To whom a problem has been taken; it only rises."""

    DEPARTMENT = 1, _("Department")
    DISPATCH = 2, _("Dispatch meeting")
    DISTRICT = 3, _("District leaders")
    CITY = 4, _("Municipal level")


class ProblemVerb(models.TextChoices):
    RAISED = "raised", _("Raised")
    ANSWERED = "answered", _("Answered")
    ESCALATED = "escalated", _("Escalated")
    CLOSED = "closed", _("Closed")


class DocumentKind(models.TextChoices):
    """What a file of the project proves; the statistics' entry check asks for some of them."""

    APPROVAL = "approval", _("Approval or filing document")  # 立项、核准、备案文件
    CONTRACT = "contract", _("Construction contract")  # 施工合同
    SITE_PHOTO = "site_photo", _("Dated photograph of the site")  # 有日期的现场照片
    LICENCE = "licence", _("Business licence")  # 营业执照
    LAND = "land", _("Land document")  # 用地文件
    PERMIT = "permit", _("Construction permit")  # 施工许可
    ACCEPTANCE = "acceptance", _("Acceptance record")  # 竣工验收
    OTHER = "other", _("Other document")
