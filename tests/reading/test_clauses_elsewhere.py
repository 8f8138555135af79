"""Deeds and promises as other places word them. All sentences are made up."""

from __future__ import annotations

import pytest
from reports_made_up import promised

from tongjian.reading.clauses import find_achievements, find_commitments
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
        ("青禾集团实现产值70亿元、纳税2亿元。", []),
        ("全县经济总量跻身500亿元行列。", []),
        ("部门合作实现新突破。", []),
        ("组织3轮全方位、全覆盖的督导。", []),
        # the second work of a list has a verb and a number of its own
        ("改造户厕460座、新建公厕50座。", [("户厕", "完工"), ("公厕", "完工")]),
        ("新增装机120万千瓦、总量达到640万千瓦。", [("装机", "完成")]),
        ("加快建设云岭试验区。", [("云岭试验区", "推进")]),
        ("获批建设国家级柳河湿地公园。", [("国家级柳河湿地公园", "获批")]),
        ("柳河防洪工程6个标段开工。", [("柳河防洪工程", "开工")]),
        ("柳河6个村庄整治项目开工。", [("村庄整治项目", "开工")]),
        ("关停自备井215眼。", [("自备井", "完成")]),
        ("举办“青禾乐购”活动超万场。", [("“青禾乐购”活动", "举办")]),
        ("招募900名志愿者。", [("志愿者", "完成")]),
        # the subject, how far it got, and how many
        ("棚户区改造开工600套。", [("棚户区改造", "开工")]),
        ("农村危房改造400户。", [("农村危房改造", "完成")]),
        ("财政收入完成40亿元。", []),
        ("建立医疗救助制度、护理补贴制度。", [("医疗救助制度", "建立"), ("护理补贴制度", "建立")]),
        ("推出“青禾通”、农田指数期权等创新产品。", [("青禾通", "发布"), ("农田指数期权", "发布")]),
        ("2022年是建县75周年。", []),
        ("养老保险覆盖面达95%。", []),
        ("在全市率先实现“零”的突破。", []),
        ("对北街旧址进行修复。", [("北街旧址修复", "推进")]),
        ("与开发区进行交流。", []),
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


def kinds(*lines: str) -> list[tuple[str, str, str | None]]:
    return [(row.object, row.kind, row.milestone) for row in promised(*lines)]


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        # what is built is a project, also when it is counted; people and quotas are targets
        ("改造户厕800座。", [("户厕", "project_milestone", "完成")]),
        ("新建5G基站50座。", [("5G基站", "project_milestone", "完工")]),
        ("完成村庄污水治理。", [("村庄污水治理", "project_milestone", "完成")]),
        ("完成失业人员再就业900人。", [("失业人员再就业", "target", "完成")]),
        ("完成节能减排任务。", [("节能减排任务", "target", "完成")]),
        ("确保出水水质达标排放。", [("出水水质", "target", "完成")]),
        # what only gets better is a task, rules are policy, quoted efforts are no buildings
        ("完善景区配套设施。", [("景区配套设施", "task", None)]),
        ("完善社会保障体系。", [("社会保障体系", "task", None)]),
        ("健全帮扶责任体系。", [("帮扶责任体系", "policy", None)]),
        ("完善议事机制。", [("议事机制", "policy", None)]),
        ("推进“智慧青禾”建设。", [("智慧青禾", "task", "推进")]),
        ("推进柳河大桥建设。", [("柳河大桥", "project_milestone", "推进")]),
        # examinations passed, events averted, marks set against others
        ("确保顺利通过中期评估。", [("中期评估", "task", "完成")]),
        ("通过多种渠道筹集资金。", [("资金", "task", None)]),
        ("确保不发生规模性返贫。", [("规模性返贫", "target", None)]),
        ("农民收入增速高于全市平均水平。", [("农民收入", "target", None)]),
        ("粮食面积稳定在9万亩、产量4万吨以上。", [("粮食面积", "target", None), ("产量", "target", None)]),
        # lists counted at their end, numbers of one thing, words that describe, verbs inside a list of means
        ("建成北环、照壁两个公园。", [("北环公园", "project_milestone", "完工"), ("照壁公园", "project_milestone", "完工")]),
        ("建成北环公园、照壁广场。", [("北环公园", "project_milestone", "完工"), ("照壁广场", "project_milestone", "完工")]),
        ("完成云岭1#、2#地块回迁房建设。", [("云岭1#、2#地块回迁房", "project_milestone", "完工")]),
        ("新建供水、供热、排水管网。", [("供水、供热、排水管网", "project_milestone", "完工")]),
        ("出台减税降费、降低成本、下调价格等举措。", [("减税降费、降低成本、下调价格等举措", "policy", "发布")]),
        ("完成省级园林城市和省级卫生城市创建。", [("省级园林城市", "task", "完成"), ("省级卫生城市创建", "task", "完成")]),
        ("完成柳河学校建设并交付使用。", [("柳河学校", "project_milestone", "投用")]),
        ("着力稳面积、提单产、增效益。", []),
        ("今年要再取消审批事项200项。", [("审批事项", "target", "完成")]),
        ("努力办好特殊教育。", [("特殊教育", "task", None)]),
        ("提高城乡居民养老金标准。", [("城乡居民养老金标准", "task", None)]),
        ("报销比例由50%提高到60%。", [("报销比例", "target", None)]),
        ("完成北洼湿地保护与修复工程。", [("北洼湿地保护与修复工程", "project_milestone", "完工")]),
        ("对北兴街、南兴街等道路进行改造。", [("北兴街改造", "project_milestone", "推进"), ("南兴街改造", "project_milestone", "推进")]),
        ("举办图书进乡村、进社区等活动。", [("图书进乡村、进社区等活动", "event", "举办")]),
        ("从粗放经营向集约经营转变。", []),
        # who or where first; a target behind a verb that drives it
        ("北区年内完成青禾路排水改造。", [("青禾路排水改造", "project_milestone", "完成")]),
        ("确保完成上级下达的任务。", []),
        ("推动人参产业产值达到百亿元。", [("人参产业产值", "target", None)]),
        ("水产品产值实现翻番。", [("水产品产值", "target", None)]),
        ("推动人参产业集群发展。", [("人参产业集群发展", "task", None)]),
        ("按照园区规划和现有条件。", []),
        ("拓宽改造府前街。", [("府前街", "project_milestone", "推进")]),
    ],
)  # fmt: skip
def test_promises(line: str, rows: list[tuple[str, str, str | None]]) -> None:
    assert kinds(line) == rows


def test_a_number_in_the_ground_makes_it_checkable() -> None:
    (counted,) = promised("为2000名老人提供上门服务。")
    (loose,) = promised("为老人提供上门服务。")
    assert (counted.firmness, counted.milestone, loose.firmness) == ("hard", "完成", "soft")


def test_the_lead_of_a_numbered_work_promises_nothing() -> None:
    rows = promised("今年办好实事。（1）改善住房条件，改造老旧小区12个。（2）提升出行品质，新建停车场3座。")
    assert [row.object for row in rows] == ["实事", "老旧小区", "停车场"]


def test_a_first_paragraph_with_its_own_lead_is_no_introduction() -> None:
    led = "建好县城。推进南湖片区更新。\n建好乡村。整治村庄环境。\n建好道路。养护县乡公路。"
    assert [row.object for row in promised(f"（一）城乡建设\n{led}")] == [
        "南湖片区更新",
        "村庄环境",
        "县乡公路",
    ]
    intro = "围绕宜居目标全面发力，加快补齐城乡短板，推进城乡融合发展。"
    assert [row.object for row in promised(f"（一）城乡建设\n{intro}\n{led}")][:1] == ["南湖片区更新"]


def test_a_theme_at_the_head_of_a_paragraph_promises_and_tells_nothing() -> None:
    assert told("2022年，我们统筹施策抓改革，发展活力持续增强。出台奖励办法。") == [("奖励办法", "发布")]
    assert told("2022年，我们出台奖励办法12项，惠及企业。")[0] == ("奖励办法", "发布")


def test_a_short_sentence_names_a_field_before_the_works() -> None:
    rows = promised("优化消费环境。改造医院病房，新建停车场3座。", "云岭片区。")
    assert [row.object for row in rows] == ["医院病房", "停车场"]
    rows = promised("推进城市更新。推进柳河大桥。新建停车场3座。")
    assert [row.object for row in rows][:1] == ["柳河大桥"]


def test_the_first_sentence_tells_deeds_when_it_holds_numbers() -> None:
    assert told("落实协同发展工作要点，加大承接力度，引进项目89个。建成柳河大桥。")[0] == (
        "协同发展工作要点",
        "落实",
    )
    assert told("协同发展深入推进，承接力度加大。建成柳河大桥。") == [("柳河大桥", "完工")]


def test_headings_under_goals_and_works_hold_works() -> None:
    text = "一、2022年工作回顾\n成效明显。\n二、2023年发展目标和工作重点\n（一）建设园区。加快道路建设，引进重点企业。"
    rows = find_commitments(text, outline(text, Hints("青石县政府工作报告", "青石县", 2023)))
    assert [row.object for row in rows] == ["道路", "重点企业"]
