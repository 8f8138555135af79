"""Deeds and promises as other places word them. All sentences are made up."""

from __future__ import annotations

import pytest

from tongjian.reading.clauses import find_achievements
from tongjian.reading.outline import outline
from tongjian.reading.types import Hints


def told(text: str) -> list[tuple[str, str]]:
    """(object, state) of all deeds of a whole review section."""
    full = f"一、2022年工作回顾\n{text}"
    rows = find_achievements(full, outline(full, Hints("青石县政府工作报告", "青石县", 2023)))
    return [(row.object, row.state) for row in rows]


@pytest.mark.parametrize(
    ("line", "deeds"),
    [
        # what it cost stands before the work
        ("投资2.5亿元完成云岭路改造。", [("云岭路改造", "完成")]),
        ("投资2.5亿元的云岭大桥建成通车。", [("云岭大桥", "投用")]),
        ("斥资900万元重奖科技人才。", [("科技人才", "落实")]),
        # agreements, certificates, experts asked to draw up a plan
        ("与临江区签订产业协同发展合作协议。", [("产业协同发展合作协议", "签约")]),
        ("聘请省规划院编制古城整体设计。", [("古城整体设计", "编制")]),
        ("聘请5名专家为顾问。", [("专家为顾问", "完成")]),
        # work under way
        ("青禾食品公司二号车间正在进行地基建设。", [("青禾食品公司二号车间", "推进")]),
        ("柳河大桥正在建设中。", [("柳河大桥", "推进")]),
        # works of every day
        ("持续整治违章停车。", [("违章停车", "推进")]),
        ("全面推开公务用车改革试点。", [("公务用车改革试点", "推进")]),
        ("整合盘活闲置校舍。", [("闲置校舍", "推进")]),
        ("以“联席会”实现“东岸”“西岸”资源共享。", [("“东岸”“西岸”资源共享", "实现")]),
        ("打造现代化新城。", []),
        # indicators and plans met are figures
        ("新增就业1.7万人。", []),
        ("税收完成全年任务的54%。", []),
        ("财政收入完成预期目标。", []),
        ("保持了经济平稳较快增长态势。", []),
        # 成效 is no 建成
        ("无烟县城创建成效不断巩固。", [("无烟县城创建", "推进")]),
        ("新增“四上”企业预计突破80家。", [("“四上”企业", "完成")]),
    ],
)
def test_deeds(line: str, deeds: list[tuple[str, str]]) -> None:
    assert told(line) == deeds


def test_what_guided_the_work_is_no_deed() -> None:
    guided = "一年来，在县委坚强领导下，认真落实各项要求，扎实推进改革。"
    assert told(guided) == []
    assert told("认真落实河长制各项要求，扎实推进国企改革。") != []


def test_who_reports_is_no_deed() -> None:
    assert told("现在，受县政府委托，向县人民代表大会报告计划执行情况，请予审议。") == []


def test_the_lead_of_an_item_is_no_deed_but_an_item_by_itself_is() -> None:
    body = "出台奖励办法。开展“四进”活动。"
    led = told(f"一是着力抓好“三链融合”，供给结构更优。{body}")
    assert [name for name, _ in led] == ["奖励办法", "“四进”活动"]
    items = told("一是建成云岭水厂；二是建成柳河大桥。")
    assert [name for name, _ in items] == ["云岭水厂", "柳河大桥"]


def test_a_short_sentence_between_deeds_names_the_field() -> None:
    assert told("城市功能加快完善。建成柳河大桥。") == [("柳河大桥", "完工")]
    assert told("建成柳河大桥。云岭水厂加快建设。")[1:] == [("云岭水厂", "推进")]
