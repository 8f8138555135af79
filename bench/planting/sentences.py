"""One wrong sentence of a code, its numbers drawn."""

from __future__ import annotations

import random
from collections.abc import Mapping

from planting.words import AMOUNTS, COUNTS, GROWERS, NAMES, OUTSIDE, RATES, Maker, fmt, money, pct


def k03(rng: random.Random) -> str:
    a, growth = money(rng), rng.uniform(3, 30)
    b, name = a * (1 + growth / 100), rng.choice(AMOUNTS)
    wrong = growth + rng.choice((-1, 1)) * rng.uniform(2, 9)
    unit, verb = "亿元", rng.choice(("增加到", "增长到", "提高到", "增至", "提升到", "扩大到"))
    change = "增长" if wrong > 0 else "下降"
    form = rng.randrange(4)
    if form == 0:
        return f"{name}由{fmt(a)}{unit}{verb}{fmt(b)}{unit}，{change}{fmt(abs(wrong))}%。"
    if form == 1:
        return f"{name}从上年的{fmt(a)}{unit}{verb}{fmt(b)}{unit}，同比{change}{fmt(abs(wrong))}%。"
    if form == 2:
        diff, growth = b - a, abs(wrong) + 1
        return (
            f"{name}达到{fmt(b)}{unit}，比上年增加{fmt(diff)}{unit}，增长{fmt(growth + (b - a) / a * 100)}%。"
        )
    thing, measure = rng.choice(COUNTS)
    n = rng.randint(40, 300)
    m = n + rng.randint(20, 90)
    return f"{thing}由{n}{measure}{verb}{m}{measure}，增长{fmt((m - n) / n * 100 + rng.uniform(4, 20))}%。"


def k04(rng: random.Random) -> str:
    own, gap, who, name = pct(rng, 6, 12), pct(rng, 0.5, 4), rng.choice(OUTSIDE), rng.choice(GROWERS)
    wrong = own - gap + rng.choice((-1, 1)) * rng.choice((0.3, 0.7, 1.2))
    form = rng.randrange(4)
    if form == 0:
        return f"{name}增长{fmt(own)}%，高于{who}{fmt(gap)}个百分点，{who}{name}增长{fmt(wrong)}%。"
    if form == 1:
        return f"{name}增长{fmt(own)}%，比{who}平均水平高{fmt(gap)}个百分点（{who}为{fmt(wrong)}%）。"
    if form == 2:
        return f"{name}同比增长{fmt(own)}%，快于{who}{fmt(gap)}个百分点（{who}增长{fmt(wrong)}%）。"
    low = own + gap + rng.choice((0.4, 0.9))
    return f"{name}增长{fmt(own)}%，低于{who}{fmt(gap)}个百分点，{who}增长{fmt(low)}%。"


def k05(rng: random.Random) -> str:
    aim, own = rng.choice((4.5, 5.0, 5.5)), pct(rng, 2.5, 4)
    wrong = aim - own + rng.choice((-1, 1)) * rng.choice((0.3, 0.5, 1.0))
    wrong = abs(wrong) + 0.05
    form = rng.randrange(4)
    if form == 0:
        return f"城镇登记失业率{fmt(own)}%，低于{fmt(aim)}%的控制目标{fmt(wrong)}个百分点。"
    if form == 1:
        return f"城镇登记失业率{fmt(own)}%，比{fmt(aim)}%的控制目标低{fmt(wrong)}个百分点。"
    if form == 2:
        return f"城镇登记失业率控制目标为{fmt(aim)}%，实际为{fmt(own)}%，低于控制目标{fmt(wrong)}个百分点。"
    return f"城镇登记失业率为{fmt(own)}%，低于年度目标{fmt(wrong)}个百分点，年度目标为{fmt(aim)}%。"


def k06(rng: random.Random) -> str:
    form = rng.randrange(5)
    if form < 2:
        a, b, c = (round(rng.uniform(20, 200), 1) for _ in range(3))
        whole = a + b + c + rng.choice((-1, 1)) * rng.choice((9, 10, 18, 20))
        head = rng.choice(("实现地区生产总值", "地区生产总值"))
        return f"{head}{fmt(whole)}亿元，其中第一产业增加值{fmt(a)}亿元，第二产业增加值{fmt(b)}亿元，第三产业增加值{fmt(c)}亿元。"
    a, b, c = (rng.randint(10, 90) for _ in range(3))
    if form == 2:
        return f"安排重点项目{a + b + c + rng.choice((9, -9, 10))}个，其中新开工项目{a}个、续建项目{b}个、竣工项目{c}个。"
    if form == 3:
        return f"外贸进出口总额{fmt(a + b + 9.0)}亿元，其中出口{a}.0亿元，进口{b}.0亿元。"
    return f"新建学校{a}所、改扩建学校{b}所，共计{a + b + rng.choice((1, 9, 10))}所。"


def k07(rng: random.Random) -> str:
    form = rng.randrange(4)
    a, b = round(rng.uniform(3, 20), 1), round(rng.uniform(30, 50), 1)
    c = round(100 - a - b, 1)
    off = rng.choice((-1, 1)) * rng.choice((0.9, 1.0, 2.0, 9.0))
    if form == 0:
        return f"三次产业结构比调整为{a}:{b}:{fmt(c + off)}。"
    if form == 1:
        return f"三次产业比重优化为{a}：{fmt(b + off)}：{c}。"
    whole = money(rng)
    share = rng.uniform(20, 90)
    part, wrong = whole * share / 100, share + rng.choice((-1, 1)) * rng.uniform(3, 9)
    if form == 2:
        return f"完成固定资产投资{fmt(part, 2)}亿元，占年度目标{fmt(whole, 2)}亿元的{fmt(wrong)}%。"
    return f"一般公共预算支出{fmt(whole, 2)}亿元，其中民生支出{fmt(part, 2)}亿元，占一般公共预算支出的{fmt(wrong)}%。"


def k08(rng: random.Random) -> str:
    name, a = rng.choice(RATES), round(rng.uniform(30, 60), 1)
    d = round(rng.uniform(1, 9), 1)
    wrong = d + rng.choice((-1, 1)) * rng.choice((0.5, 0.9, 1.0))
    wrong = wrong if wrong > 0 else d + 1
    verb, change = rng.choice((("提高到", "提高"), ("提升至", "提升"), ("上升到", "上升")))
    form = rng.randrange(3)
    if form == 0:
        return f"{name}由{a}%{verb}{fmt(a + d)}%，{change}{fmt(wrong)}个百分点。"
    if form == 1:
        return f"{name}从上年的{a}%{verb}{fmt(a + d)}%，{change}了{fmt(wrong)}个百分点。"
    return f"服务业增加值占比由{a}%{verb}{fmt(a + d)}%，{change}{fmt(wrong)}个百分点。"


def k09(rng: random.Random) -> str:
    n, form = rng.randint(50, 400), rng.randrange(4)
    m = n + rng.randint(5, 300)
    if form == 0:
        return f"选派交流教师{n}名，其中骨干教师{m}名。"
    if form == 1:
        return f"签约项目{n}个，落地{m}个。"
    if form == 2:
        return f"新增经营主体{n / 100:.2f}万户，其中企业{m / 100:.2f}万户。"
    return f"落实财政资金{n / 10:.1f}亿元，其中专项债券资金{m / 10:.1f}亿元。"


def k10(rng: random.Random) -> str:
    (name, unit), n = rng.choice(COUNTS), rng.randint(30, 300)
    m = n + rng.randint(10, 200)
    form = rng.randrange(3)
    if form == 0:
        return f"新增{name}{m}{unit}，累计达到{n}{unit}。"
    if form == 1:
        return f"新增{name}{m}{unit}，总数达到{n}{unit}。"
    return f"年内新建{name}{m}{unit}，累计建成{n}{unit}。"


def k12(rng: random.Random) -> str:
    name, form = rng.choice(RATES), rng.randrange(4)
    if form == 0:
        return f"{name}达到{fmt(rng.uniform(101, 190))}%。"
    if form == 1:
        return f"城乡居民基本医疗保险参保率为{fmt(rng.uniform(101, 150))}%。"
    if form == 2:
        return f"空气质量优良天数比例达到{fmt(rng.uniform(102, 130))}%。"
    return f"药品抽检合格率{fmt(rng.uniform(101, 120))}%。"


def k13(rng: random.Random) -> str:
    n, form = rng.randint(60, 300), rng.randrange(4)
    m = n - rng.randint(5, 30)
    if form == 0:
        return f"计划改造老旧小区{n}个，已完工{m}个，实现全覆盖。"
    if form == 1:
        wrong = m / n * 100 + rng.choice((-1, 1)) * rng.uniform(2, 5)
        return f"受理群众诉求{n}件，办结{m}件，办结率{fmt(min(wrong, 99.9))}%。"
    if form == 2:
        return f"承办代表建议{n}件，其中{m}件已办结，办结率100%。"
    return f"全县共有{n}个行政村。光纤网络实现{m}个行政村全覆盖。"


def k14(rng: random.Random) -> str:
    name, who, form = rng.choice(GROWERS), rng.choice(OUTSIDE[:2]), rng.randrange(2)
    gap = fmt(pct(rng, 0.4, 3))
    if form == 0:
        return f"{name}增长{fmt(pct(rng))}%，低于{who}{gap}个百分点，增速居{who}{rng.choice(('第一', '首位', '第1位'))}。"
    a, b = rng.sample(("第二", "第三", "第四", "第五", "第六"), 2)
    return f"{name}增速居{who}{a}位。经济运行向好，{name}增速居{who}{b}位。"


def k15(rng: random.Random) -> str:
    name, form = rng.choice(GROWERS), rng.randrange(4)
    x = fmt(pct(rng))
    if form == 0:
        return f"{name}稳步增长，同比下降{x}%。"
    if form == 1:
        return f"生产安全事故起数、死亡人数实现双下降，事故起数同比上升{x}%。"
    if form == 2:
        return f"{name}保持较快增长，下降{x}%。"
    own = pct(rng, 2, 5)
    return f"{name}增长{own}%，高于全市（全市增长{fmt(own + 1.3)}%）。"


def k16(rng: random.Random) -> str:
    n, form = rng.randint(20, 90) / 10, rng.randrange(4)
    more = n + rng.randint(3, 20) / 10
    if form == 0:
        return f"完成植树造林{n}万亩，超额完成{fmt(more)}万亩的年度任务。"
    if form == 1:
        return f"城镇新增就业{n}万人，超额完成全年{fmt(more)}万人的目标任务。"
    if form == 2:
        return f"完成年度投资任务的{fmt(rng.uniform(70, 98))}%，超额完成。"
    return f"超额完成全年招商引资任务的{fmt(rng.uniform(70, 98))}%。"


def k19(rng: random.Random) -> str:
    name, form = rng.choice(GROWERS[:3]), rng.randrange(4)
    x = pct(rng)
    if form == 0:
        return f"{rng.choice(('固定资产投资', '一般公共预算收入', '社会消费品零售总额'))}{money(rng)}亿元，增长{x}个百分点。"
    if form == 1:
        return f"{name}增长{fmt(x + 4)}%，高于{rng.choice(OUTSIDE)}{fmt(pct(rng, 0.5, 4))}%。"
    if form == 2:
        return f"{rng.choice(RATES)}达到{fmt(rng.uniform(40, 90))}%，比上年提高{fmt(pct(rng, 1, 4))}%。"
    a = money(rng)
    return f"地区生产总值{fmt(a * 4)}亿元，其中第一产业增加值{fmt(a)}万元，第二产业增加值{fmt(a)}亿元。"


def k21(rng: random.Random) -> str:
    n, form = rng.randint(2, 9) * 1000, rng.randrange(4)
    if form == 0:
        return f"累计建成通信基站近{n}座，达到{n + rng.randint(5, 90)}座。"
    if form == 1:
        return f"全年接待游客近{n // 10}万人以上。"
    if form == 2:
        return f"累计建成充电桩超过{n}个，达到{n - rng.randint(5, 90)}个。"
    return (
        f"农产品交易总额突破{n // 100}亿元。市场活跃，农产品交易总额{n // 100 - 1}.{rng.randint(1, 8)}亿元。"
    )


def k22(rng: random.Random) -> str:
    form = rng.randrange(4)
    if form == 0:
        return f"项目于{rng.choice((2, 4, 6, 9, 11))}月{rng.choice((31, 32))}日开工建设。"
    if form == 1:
        return f"截至{rng.choice((13, 14, 15))}月底，完成投资{money(rng)}亿元。"
    if form == 2:
        return f"1-11月，{rng.choice(GROWERS)}增长{fmt(pct(rng))}%，高于全市前三季度{fmt(pct(rng, 0.4, 3))}个百分点。"
    return f"前{rng.choice('五六七')}季度完成投资{money(rng)}亿元。"


def k24(rng: random.Random) -> str:
    n = rng.randint(3, 5)
    listed = rng.sample(NAMES, n)
    said = rng.choice([x for x in (2, 3, 4, 5, 6) if x != n])
    hanzi, form = "零一二三四五六"[said], rng.randrange(4)
    if form == 0:
        return f"集中推进{said}个重点项目：{'、'.join(listed)}。"
    if form == 1:
        return f"加快建设{'、'.join(listed)}{hanzi}大工程。"
    if form == 2:
        return f"实施民生{hanzi}大工程，即{'、'.join(listed)}。"
    return f"高标准建设{'、'.join(listed[:-1])}和{listed[-1]}{hanzi}个重点片区。" if n != said else ""


def k25(rng: random.Random) -> str:
    n = rng.randint(3, 5)
    said = rng.choice([x for x in (2, 3, 4, 5, 6) if x != n])
    hanzi, things = (
        "零一二三四五六"[said],
        rng.sample(("项目建设", "产业升级", "城乡统筹", "民生改善", "作风建设"), n),
    )
    items = "".join(f"{'一二三四五六'[i]}是抓好{x}，压实各方责任。" for i, x in enumerate(things))
    return (
        rng.choice(
            (f"重点做好{hanzi}个方面工作：", f"着力抓好{hanzi}项重点任务。", f"突出抓好以下{hanzi}件大事：")
        )
        + items
    )


def k31(rng: random.Random) -> str:
    return f"{rng.choice(('氢能装备制造业投资', '跨境直播销售额', '低空经济产业营业收入'))}增长{fmt(rng.uniform(220, 900))}%。"


def k32(rng: random.Random) -> str:
    a = money(rng)
    return rng.choice(
        (
            f"全年完成水利投资XX亿元，增长{pct(rng)}%。",
            f"全年完成水利投资{a}亿元，，增长{pct(rng)}%。",
            f"加快推进推进水利项目{rng.randint(3, 30)}个。",
            f"[bookmark: _GoBack]全年完成水利投资{a}亿元。",
            f"全年完成水利投资{a}亿元（含续建项目，增长{pct(rng)}%。",
            f"水利工作成效明显。一是抓规划。二是抓项目。四是抓管护。完成投资{a}亿元。",
            f"全年完成水利投资____亿元，争取资金{a}亿元。",
            f"全年完成水利投资{a}亿元（待核实）。",
        )
    )


SENTENCES: Mapping[str, Maker] = {
    "K03": k03, "K04": k04, "K05": k05, "K06": k06, "K07": k07, "K08": k08, "K09": k09, "K10": k10, "K12": k12, "K13": k13,
    "K14": k14, "K15": k15, "K16": k16, "K19": k19, "K21": k21, "K22": k22, "K24": k24, "K25": k25, "K31": k31, "K32": k32,
}  # fmt: skip
