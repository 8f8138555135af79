"""The sheets of the workbook and their columns: one place for reading, writing and the help."""

from __future__ import annotations

from tongjian.records.projects.sheets.tables import Column, Layout

PROJECTS = Layout(
    "项目",
    {
        "key": Column("项目编码", True, 18),
        "name": Column("项目名称", True, 36),
        "name_en": Column("英文名称", width=24),
        "kind": Column("项目类型", width=12),
        "nature": Column("建设性质", width=14),
        "industry": Column("行业代码", width=10),
        "code": Column("投资项目代码", width=28),
        "builder": Column("建设单位", width=28),
        "area": Column("属地", width=14),
        "owner": Column("牵头单位", True, 20),
        "scope": Column("建设内容及规模", width=48),
        "planned_total": Column("计划总投资（万元）", width=14),
        "planned_start": Column("计划开工", width=10),
        "planned_finish": Column("计划完工", width=10),
        "reserved_on": Column("入库日期", True, 12),
        "parent": Column("上级项目编码", width=18),
        "sensitivity": Column("公开范围", width=10),
        "place": Column("位置（经度,纬度）", width=22),
    },
)
INVESTMENT = Layout(
    "月度投资",
    {
        "key": Column("项目编码", True, 18),
        "name": Column("项目名称", width=36),
        "month": Column("月份", True, 10),
        "this_month": Column("本月完成（万元）"),
        "year_to_date": Column("自年初累计（万元）", True),
        "construction": Column("建筑工程"),
        "installation": Column("安装工程"),
        "equipment": Column("设备工器具购置"),
        "other": Column("其他费用"),
        "old_equipment": Column("旧设备"),
        "renewed_equipment": Column("更新"),
        "old_buildings": Column("旧建筑物"),
        "land": Column("建设用地费"),
        "total": Column("自开始累计"),
        "reason": Column("说明", width=30),
    },
)
DOCUMENTS = Layout(
    "资料",
    {
        "key": Column("项目编码", True, 18),
        "kind": Column("资料类型", True, 20),
        "title": Column("文号或名称", True, 36),
        "dated": Column("日期", width=12),
    },
)
PASSAGES = Layout(
    "阶段",
    {
        "key": Column("项目编码", True, 18),
        "track": Column("流程", True, 16),
        "stage": Column("阶段", True, 18),
        "on": Column("日期", True, 12),
        "note": Column("说明", width=40),
    },
)
STOPS = Layout(
    "计时暂停",
    {
        "key": Column("项目编码", True, 18),
        "track": Column("流程", True, 16),
        "stage": Column("阶段", True, 18),
        "reason": Column("暂停原因", True, 14),
        "since": Column("暂停日期", True, 12),
        "until": Column("恢复日期", width=12),
        "note": Column("说明", width=40),
    },
)
PLAN = Layout(
    "节点计划",
    {
        "key": Column("项目编码", True, 18),
        "track": Column("流程", True, 16),
        "stage": Column("阶段", True, 18),
        "on": Column("计划日期", True, 12),
        "reason": Column("调整原因", width=40),
    },
)
PROGRESS = Layout(
    "形象进度",
    {
        "key": Column("项目编码", True, 18),
        "month": Column("月份", True, 10),
        "state": Column("施工状态", True, 12),
        "percent": Column("形象进度", width=10),
        "text": Column("进度说明", width=60),
    },
)
FUNDING = Layout(
    "资金",
    {
        "key": Column("项目编码", True, 18),
        "source": Column("资金来源", True, 14),
        "year": Column("年度", True, 8),
        "state": Column("状态", True, 8),
        "amount": Column("金额（万元）", True),
    },
)
PROBLEMS = Layout(
    "制约问题",
    {
        "key": Column("项目编码", True, 18),
        "kind": Column("问题类别", True, 12),
        "text": Column("问题", True, 48),
        "owner": Column("责任单位", True, 20),
        "opened_on": Column("提出日期", True, 12),
        "due_on": Column("解决期限", True, 12),
        "level": Column("层级", width=10),
        "closed_on": Column("解决日期", width=12),
        "answer": Column("解决情况", width=40),
    },
)
PAIRING = Layout(
    "结对",
    {
        "key": Column("项目编码", True, 18),
        "party": Column("结对方", True, 20),
        "share": Column("份额", True, 10),
        "since": Column("开始日期", width=12),
        "until": Column("结束日期", width=12),
    },
)
ALL = (PROJECTS, DOCUMENTS, PASSAGES, STOPS, PLAN, PROGRESS, FUNDING, PROBLEMS, PAIRING, INVESTMENT)
