"""诺: what was promised. Plan years, their targets and tasks, supervision, five-year plans, reports being read."""

from tongjian.plans.models.agreements import Agreement as Agreement
from tongjian.plans.models.closing import Explanation as Explanation
from tongjian.plans.models.five_years import FiveYearPlan as FiveYearPlan
from tongjian.plans.models.five_years import FiveYearTarget as FiveYearTarget
from tongjian.plans.models.intakes import Intake as Intake
from tongjian.plans.models.intakes import IntakeItem as IntakeItem
from tongjian.plans.models.promises import CheckIn as CheckIn
from tongjian.plans.models.promises import Obligation as Obligation
from tongjian.plans.models.promises import Path as Path
from tongjian.plans.models.promises import PathPoint as PathPoint
from tongjian.plans.models.promises import PlanSection as PlanSection
from tongjian.plans.models.promises import PlanYear as PlanYear
from tongjian.plans.models.promises import Remark as Remark
from tongjian.plans.models.promises import Task as Task
from tongjian.plans.models.publication import Publication as Publication
from tongjian.plans.models.supervision import Extension as Extension
from tongjian.plans.models.supervision import Reply as Reply
from tongjian.plans.models.supervision import SupervisionOrder as SupervisionOrder
