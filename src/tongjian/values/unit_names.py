"""Units as English pages print them after a number: 亿元 is `hundred million yuan`, 万户 is `ten thousand households`."""

from __future__ import annotations

from collections.abc import Mapping

from tongjian.values.units import UnknownUnit, unit

SCALES: Mapping[int, str] = {
    10**2: "hundred",
    10**3: "thousand",
    10**4: "ten thousand",
    10**6: "million",
    10**7: "ten million",
    10**8: "hundred million",
    10**10: "ten billion",
    10**11: "hundred billion",
    10**12: "trillion",
}
NAMES: Mapping[str, str] = {
    "%": "%", "‰": "‰", "个百分点": "percentage points", "倍": "times", "点": "points", "分": "points", "位": "place",
    "元": "yuan", "美元": "US dollars", "平方米": "m²", "亩": "mu", "公顷": "ha", "平方公里": "km²", "米": "m", "公里": "km",
    "吨": "t", "公斤": "kg", "斤": "jin", "吨标准煤": "tce", "立方米": "m³", "千瓦时": "kWh", "千瓦": "kW", "微克/立方米": "µg/m³",
    "吨/平方公里": "t/km²", "吨标准煤/元": "tce per yuan", "吨标准煤/万元": "tce per ten thousand yuan", "天": "days", "个工作日": "working days",
    "人": "persons", "名": "persons", "人次": "visits", "户": "households", "家": "entities", "个": "items", "项": "items",
    "件": "items", "类": "kinds", "处": "sites", "座": "units", "套": "dwellings", "条": "lines", "所": "institutions",
    "张": "places", "辆": "vehicles", "宗": "transactions", "起": "cases", "场": "events", "部门": "departments", "村": "villages",
}  # fmt: skip


def english(symbol: str) -> str:
    """The English of a unit as printed; the symbol itself where it has none."""
    if symbol in NAMES:
        return NAMES[symbol]
    above, stroke, below = symbol.partition("/")
    if stroke:
        return f"{english(above)} per {english(below)}"
    try:
        found = unit(symbol)
    except UnknownUnit:
        return symbol
    name = NAMES.get(found.base)
    if name is None:
        return symbol
    return f"{SCALES[found.scale]} {name}" if found.scale in SCALES else name


def after_number(symbol: str) -> str:
    """The same with the space that stands between a number and a word, none before a sign."""
    name = english(symbol)
    return name if name in {"%", "‰"} else f" {name}"
