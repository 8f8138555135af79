"""Units and measure words (量词) that may follow a number in a report.

`LEVELS` measure (money, area, length, weight, energy, data); `DURATIONS` measure time; `COUNTS` count things.
"""

from __future__ import annotations

from tongjian.reading.lexicon import words

LEVELS = words("""
元 美元 港元 欧元 日元 元人民币 人民币 元/平方米 元/亩 元/吨 元/人 元/月 元/年 元/度
平方米 平方公里 平方千米 公顷 亩 立方米 方 平米 立方
米 公里 千米 厘米 毫米 海里 华里 里 车道公里 皮长公里 芯公里 延米
吨 公斤 千克 斤 克 毫克 微克 吨标准煤 吨标煤 担 吨公里 载重吨 蒸吨 总吨
千瓦时 千瓦 兆瓦 吉瓦 瓦 度 大卡 卡 千伏安 千焦 焦 kWh kW MW GW KVA kVA MVA
升 毫升 立方 吉焦 石
TB PB GB MB P PFlops EFlops PF EF 核 Gbps Mbps 兆 G带宽
微克/立方米 毫克/立方米 毫克/升 微克/升 纳克/升 μg/m3 ug/m3 毫克/千克 公斤/亩 吨标准煤/万元 吨/万元 立方米/万元
人/平方公里 个/平方公里 公里/平方公里 平方米/人 吨/公顷 个/万人 件/万人
度电 人公里 人天 人日 分贝 摄氏度 勒克斯 点 分
""")

DURATIONS = words("个工作日 工作日 个小时 小时 分钟 秒 秒钟 个月 天 年 周 个季度 个学时 学时 课时 岁 昼夜")

COUNTS = words("""
人次 人份 人口 人 名 位 户次 户 户家庭 家次 家 项次 项 件次 件 条次 条 个 个次 座 所 处次 处 起 套次 套 辆次 辆 台次 台 台套 台(套) 台（套）
张 部 场次 场 次 期次 期 批次 批 种 大类 类 支 只 头 口 栋 幢 间 宗 块 片 门 株 棵 本 册 篇 首 份 对 班次 班 列次 列 架次 架 艘次 艘
枚 盏 扇 根 道 孔 眼 笔 单 例 床 张床 床位 站 组 队 团 步 轮 步 杆 面 幅 尊 款 盒 箱 瓶 袋 羽 尾 匹 峰 粒 颗 把 顶 双 副 卷 集 章 条次
标箱 标准箱 TEU 部门 单位 支队 行业 万次 册次 篇次 例次 剂次 剂 针次 泊位 个床位 套间 车次 趟次 趟 航次 航班 桶 员 句 码 席 柄 帧 封 页 字 亩次 村次 点位 倍
""")

RATIOS = ("%", "％", "‰", "个百分点", "百分点", "个千分点", "成", "个位次", "个名次", "位次", "名次")

LEVEL_SET = frozenset(LEVELS)
DURATION_SET = frozenset(DURATIONS)
POINTS = frozenset({"百分点", "个百分点", "个千分点"})
PLACES = frozenset({"个位次", "个名次", "位次", "名次"})

SCALES: dict[str, int] = {
    "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "亿": 8,
    "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2,
}  # fmt: skip

# What a printed unit is called in a figure.
RENAMED = {
    "％": "%",
    "百分点": "个百分点",
    "人民币": "元",
    "平米": "平方米",
    "农户": "户",
    "户家庭": "户",
    "ug/m3": "微克/立方米",
    "μg/m3": "微克/立方米",
    "人口": "人",
}
