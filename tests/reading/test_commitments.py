from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_made_up import objects, plan, promised

from tongjian.reading.clauses import find_commitments
from tongjian.reading.outline import outline
from tongjian.reading.types import Figure, Hints


@pytest.mark.parametrize(
    ("line", "object_", "milestone", "firmness", "hedge"),
    [
        ("建成柳河大桥。", "柳河大桥", "完工", "hard", None),
        ("完成南湖路管网建设。", "南湖路管网", "完工", "hard", None),
        ("圆满完成年度征兵任务。", "年度征兵任务", "完成", "hard", None),
        ("确保县档案馆建成投用。", "县档案馆", "投用", "hard", None),
        ("力争开工建设青山水库。", "青山水库", "开工", "hard", "力争"),
        ("实现云岭变电站全面完工。", "云岭变电站", "完工", "hard", None),
        ("启动北关街区更新。", "北关街区更新", "启动", "hard", None),
        ("研究制定闲置厂房再利用办法。", "闲置厂房再利用办法", "发布", "hard", "研究"),
        ("办好青禾梨花节。", "青禾梨花节", "举办", "hard", None),
        ("加快推进青云隧道建设。", "青云隧道", "推进", "soft", None),
        ("推动星原科技尽快入驻。", "星原科技", "落地", "soft", None),
        ("加快云岭路前期手续办理。", "云岭路", "前期", "soft", None),
        ("探索建立信用积分机制。", "信用积分机制", None, "soft", None),
        ("持续优化公交线网。", "公交线网", None, "soft", None),
        ("改造老旧小区12个。", "老旧小区", "完成", "hard", None),
        ("云岭大道年内建成通车。", "云岭大道", "投用", "hard", None),
    ],
)
def test_action_object_milestone_and_firmness(
    line: str, object_: str, milestone: str | None, firmness: str, hedge: str | None
) -> None:
    (row,) = promised(line)
    assert (row.object, row.milestone, row.firmness, row.hedge) == (object_, milestone, firmness, hedge)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("加快云岭路、柳河大桥、青山水库等项目建设。", ["云岭路", "柳河大桥", "青山水库"]),
        ("推动城南产业园、云岭科技园提质升级。", ["城南产业园提质升级", "云岭科技园提质升级"]),
        ("加快首农集团、青云银行新总部和青禾大学实训基地建设。", ["首农集团", "青云银行新总部", "青禾大学实训基地"]),
        ("开工建设东关、西关等110千伏输变电工程。", ["东关110千伏输变电工程", "西关110千伏输变电工程"]),
        ("新建公园3座、停车场5处。", ["公园", "停车场"]),
        ("办好“春之声”“秋之韵”等文化活动。", ["春之声", "秋之韵"]),
        ("完善停车、供暖、供气等配套设施。", ["停车、供暖、供气等配套设施"]),
        ("严厉打击运输、储存、销售假种子行为。", ["运输、储存、销售假种子行为"]),
        ("营造公开、公平、公正的市场环境。", ["公开、公平、公正的市场环境"]),
        ("落实国家、省、市惠企政策。", ["国家、省、市惠企政策"]),
        ("加强与和田镇协作。", ["与和田镇协作"]),
    ],
)  # fmt: skip
def test_lists_name_things_or_describe_one(line: str, expected: list[str]) -> None:
    assert objects(promised(line)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("城镇新增就业3000人以上。", ("城镇新增就业", None)),
        ("登记失业率控制在4%以内。", ("登记失业率", None)),
        ("力争接待游客200万人次。", ("接待游客", None)),
        ("确保青禾新城累计完工面积达到60万平方米。", ("青禾新城累计完工面积", "完工")),
        ("单位能耗完成市级下达任务。", ("单位能耗", "完成")),
    ],
)
def test_targets(line: str, expected: tuple[str, str | None]) -> None:
    (row,) = promised(line)
    assert (row.kind, row.firmness) == ("target", "hard")
    assert (row.object, row.milestone) == expected


def test_incomes_of_town_and_country_are_two_targets() -> None:
    rows = promised("城乡居民人均可支配收入分别增长6%和7%以上。")
    assert objects(rows) == ["城镇居民人均可支配收入", "农村居民人均可支配收入"]


@pytest.mark.parametrize(
    "line",
    [
        "坚持以人民为中心的发展思想。",
        "围绕打造北部门户。",
        "让群众的日子越过越红火。",
        "这是做好全年工作的关键。",
        "决不允许新官不理旧账。",
        "服务不好就是失职。",
        "在保持粮食稳定增长的基础上。",
        "与上年的水平相衔接。",
    ],
)
def test_grounds_slogans_and_reasons_promise_nothing(line: str) -> None:
    assert promised(line) == ()


def test_a_paragraph_lead_is_no_promise_but_what_follows_is() -> None:
    assert objects(promised("大力推进城乡建设。建成柳河大桥。加快云岭路建设。")) == ["柳河大桥", "云岭路"]
    assert objects(promised("推进柳河大桥建设。")) == ["柳河大桥"]  # alone: not a lead


def test_the_opening_theme_of_a_sentence_is_no_promise() -> None:
    line = "全面提升监管能力，建设智慧环保平台，开展清河专项行动，巡查河道60公里。"
    assert "监管能力" not in objects(promised(line))
    assert "智慧环保平台" in objects(promised(line))


def test_a_purpose_is_no_promise_but_an_aim_with_a_number_is() -> None:
    assert objects(promised("开展清河专项行动，提高水环境质量水平。")) == ["清河专项行动"]
    assert len(promised("开展清河专项行动，提高绿化覆盖率2个百分点。")) == 2


def test_the_introduction_of_a_section_is_no_promise() -> None:
    rows = promised(
        "（一）聚焦项目建设",
        "加快补齐基础设施短板，促进城乡融合，打造宜居新城。",
        "抓好重大项目。建成柳河大桥。实施旧街改造。",
        "抓好要素保障。盘活存量土地。",
    )
    assert objects(rows) == ["柳河大桥", "旧街改造", "存量土地"]


def test_two_actions_of_one_clause_are_two_promises_or_one_with_the_state_reached() -> None:
    assert objects(promised("完善公园设施、提升景区水平。")) == ["公园设施", "景区水平"]
    (row,) = promised("完成县第三幼儿园建设并实现暑期招生。")
    assert (row.object, row.milestone) == ("县第三幼儿园", "投用")


@pytest.mark.parametrize(
    ("line", "object_"),
    [
        ("在重点社区开展垃圾分类宣传。", "垃圾分类宣传"),
        ("为青云机械等企业提供贷款贴息。", "贷款贴息"),
        ("依托农展馆有序开发研学产品。", "研学产品"),
        ("打造与省会同标准的政务服务大厅。", "政务服务大厅"),
    ],
)
def test_the_action_behind_its_ground_is_found(line: str, object_: str) -> None:
    assert objects(promised(line)) == [object_]


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("建成柳河大桥。", "2023"),
        ("6月底前建成柳河大桥。", "2023-06"),
        ("上半年建成柳河大桥。", "2023-06"),
        ("到2025年建成柳河大桥。", "2025"),
        ("比2022年多种树3万亩，建成苗圃2处。", "2023"),
    ],
)
def test_deadline_is_the_sections_year_or_a_stated_date(line: str, due: str) -> None:
    assert {row.deadline for row in promised(line)} == {due}


def test_footnote_marks_and_bullets_stand_in_no_object() -> None:
    assert objects(promised("▶深化“一窗通办”[3]改革。")) == ["“一窗通办”改革"]


def test_a_task_beside_a_target_is_read() -> None:
    text = plan("推进柳河大桥建设。").replace(
        "全县经济平稳运行。", "二、2023年主要目标\n一般公共预算收入增长5%，加快推进柳河产业园改造，优化环境。"
    )
    rows = find_commitments(text, outline(text, Hints()))
    assert objects(rows) == ["一般公共预算收入", "柳河产业园改造", "柳河大桥"]


def test_the_review_promises_nothing() -> None:
    text = plan("建成柳河大桥。").replace("全县经济平稳运行。", "建成南湖公园。")
    assert objects(find_commitments(text, outline(text, Hints()))) == ["柳河大桥"]


def test_figures_inside_the_clause_are_named_by_index() -> None:
    text = plan("改造老旧小区12个，建成柳河大桥。")
    at = text.index("12个")
    outside = _figure(0, 2)
    rows = find_commitments(text, outline(text, Hints()), (outside, _figure(at, at + 3)))
    assert [row.figures for row in rows] == [(1,), ()]


def _figure(start: int, end: int) -> Figure:
    from decimal import Decimal

    return Figure(
        start, end, "", Decimal(12), 0, "个", "", "2023", False, "count", "target", "eq", None, None, None, None, "digits"
    )  # fmt: skip


WORDS = st.sampled_from(["加快", "建成", "确保", "柳河大桥", "、", "和", "等", "项目", "建设", "，", "。", "；", "“", "”", "（", "12个", "并", "实现", "投用", "在", "开展", "\n", "[2]", "力争", "增长", "5%"])  # fmt: skip


@given(st.lists(WORDS, max_size=25).map("".join))
def test_spans_are_exact_for_any_text(line: str) -> None:
    text = plan(line)
    for row in find_commitments(text, outline(text, Hints())):
        assert text[row.start : row.end] == row.text
        assert row.start <= row.object_start < row.object_end <= row.end
        assert row.object
        assert row.firmness in ("hard", "soft")
