from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_made_up import done, objects, review

from tongjian.reading.clauses import find_achievements
from tongjian.reading.outline import outline
from tongjian.reading.types import Hints


@pytest.mark.parametrize(
    ("line", "object_", "state"),
    [
        ("建成柳河大桥。", "柳河大桥", "完工"),
        ("柳河大桥基本完工。", "柳河大桥", "完工"),
        ("青山水库大坝封顶。", "青山水库大坝", "结构封顶"),
        ("云岭隧道右线贯通。", "云岭隧道右线", "贯通"),
        ("南湖路竣工。", "南湖路", "竣工"),
        ("各级林长巡林2.3万余人次。", "各级林长巡林", "推进"),
        ("东山村土地承包颁证率达95%。", "东山村土地承包颁证", "推进"),
        ("企业注册时间压减至6小时。", "企业注册时间", "实现"),
        ("8家企业签约入驻柳河产业园。", "企业（柳河产业园）", "签约"),
        ("县档案馆投入使用。", "县档案馆", "投用"),
        ("云岭变电站实现开工。", "云岭变电站", "开工"),
        ("北关街区更新项目启动。", "北关街区更新项目", "启动"),
        ("成立招商专班。", "招商专班", "成立"),
        ("建立首问负责机制。", "首问负责机制", "建立"),
        ("推出低碳园区贷款产品。", "低碳园区贷款产品", "发布"),
        ("健全网格组织架构。", "网格组织架构", "完善"),
        ("出台助企纾困二十条。", "助企纾困二十条", "发布"),
        ("研究制定闲置厂房再利用方案。", "闲置厂房再利用方案", "编制"),
        ("云岭片区规划编制完成。", "云岭片区规划", "编制"),
        ("成功举办青禾梨花节。", "青禾梨花节", "举办"),
        ("星原科技落户。", "星原科技", "落地"),
        ("智能农机项目正式签约。", "智能农机项目", "签约"),
        ("再生水热泵项目获批。", "再生水热泵项目", "获批"),
        ("成功创建国家卫生县城。", "国家卫生县城", "获批"),
        ("完成3个老旧小区整治。", "老旧小区整治", "完成"),
        ("困难毕业生全部实现就业。", "困难毕业生", "完成"),
        ("居民医保实现应保尽保。", "居民医保", "实现"),
        ("累计发放低保金300万元。", "低保金", "落实"),
        ("深入推进接诉即办改革。", "接诉即办改革", "推进"),
        ("青云隧道加快建设。", "青云隧道", "推进"),
        ("国际会展中心前期研究加快推进。", "国际会展中心", "前期"),
    ],
)
def test_deeds_and_their_states(line: str, object_: str, state: str) -> None:
    (row,) = done(line)
    assert (row.object, row.state) == (object_, state)


@pytest.mark.parametrize(
    "line",
    [
        "地区生产总值增长4.1%。",
        "一般公共预算收入实现89亿元，居全市第四。",
        "全年完成固定资产投资62亿元。",
        "坚持稳字当头、稳中求进。",
        "有效应对多轮疫情冲击。",
        "展现了青禾人的担当精神。",
        "跑出项目审批加速度。",
    ],
)
def test_indicators_efforts_and_praise_are_no_deeds(line: str) -> None:
    assert done(line) == ()


def test_a_lead_announces_and_deeds_follow() -> None:
    assert objects(done("城市建设提速提效。交通体系加快完善，柳河大桥竣工，南湖路进场施工。")) == [
        "柳河大桥",
        "南湖路",
    ]


def test_a_deed_at_the_head_of_a_paragraph_is_no_lead() -> None:
    rows = done("青山水厂建成投用。新建供水管网12公里，改造老旧管网8公里。")
    assert objects(rows) == ["青山水厂", "供水管网", "老旧管网"]
    assert objects(done("供水保障取得新成效。新建供水管网12公里，改造老旧管网8公里。")) == [
        "供水管网",
        "老旧管网",
    ]


def test_each_member_of_a_list_is_a_deed() -> None:
    rows = done("云岭路、柳河大桥、青山水库实现开工。")
    assert [(row.object, row.state) for row in rows] == [
        ("云岭路", "开工"),
        ("柳河大桥", "开工"),
        ("青山水库", "开工"),
    ]


def test_works_at_the_end_of_a_list_belong_to_each_place() -> None:
    rows = done("城南、城北污水处理厂提标、扩建工程试运行。")
    assert objects(rows) == ["城南污水处理厂提标、扩建", "城北污水处理厂提标、扩建工程"]
    rows = done("城南、城北水厂提标及青山河整治工程完工。")
    assert objects(rows) == ["城南水厂提标", "城北水厂提标", "青山河整治工程"]


def test_a_shorter_time_is_told_for_each() -> None:
    rows = done("企业注册和施工许可时间压减至6小时和40个工作日。")
    assert objects(rows) == ["企业注册时间", "施工许可时间"]


def test_a_list_of_lines_of_work_is_one_deed() -> None:
    assert objects(done("档案、宗教、侨务、双拥等工作取得新进展。")) == ["档案、宗教、侨务、双拥"]


def test_honours_name_who_and_what() -> None:
    assert objects(done("柳河村入选全国乡村旅游重点村。")) == ["柳河村（全国乡村旅游重点村）"]
    assert objects(done("被评为全省平安建设先进县。")) == ["全省平安建设先进县"]
    rows = done("城南产业园、云岭科技园分别被认定为省级示范园区、市级孵化基地。")
    assert objects(rows) == ["城南产业园（省级示范园区）", "云岭科技园（市级孵化基地）"]


def test_the_period_is_the_sections() -> None:
    (row,) = done("建成柳河大桥。")
    assert row.period == "2022"


def test_the_plan_part_holds_no_deeds() -> None:
    text = review("南湖公园开园。")
    assert objects(find_achievements(text, outline(text, Hints()))) == ["南湖公园"]


WORDS = st.sampled_from(["成功", "建成", "柳河大桥", "被", "认定为", "、", "和", "等", "投入使用", "，", "。", "“", "”", "12个", "实现", "分别", "入选", "\n", "[2]", "增长", "5%", "的"])  # fmt: skip


@given(st.lists(WORDS, max_size=25).map("".join))
def test_spans_are_exact_for_any_text(line: str) -> None:
    text = review(line)
    for row in find_achievements(text, outline(text, Hints())):
        assert text[row.start : row.end] == row.text
        assert row.start <= row.object_start < row.object_end <= row.end
        assert row.object
