"""Cleaning the words around a number until the noun phrase that it measures is left."""

from __future__ import annotations

import re

from tongjian.reading.lexicon.words import ACTS, AREAS, BASES, DOWN, UP
from tongjian.reading.times import TIME

_acts = sorted(ACTS, key=len, reverse=True)
ACT = "|".join(_acts)
_AREA = r"(?:全国|全省|全市|全区|全县|全州|全盟|全旗|全镇|我国|我省|我市|我区|我县|我州|本省|本市|本区|本县|各地|辖区|县内|区内|市内|省内)"
_ADVERBS = (
    r"(?:预计|力争|确保|争取|努力|力促|保证|累计|共计|总计|合计|总共|共(?![享同建有管治])|已经|已|将|再(?![生就制])|现(?![代金货行])|仍|还(?![款迁建])|又|均(?!衡)|都(?!市)|其中|包括|分别|同时|此外|另外|目前|当前|初步核算|初步统计|据统计|据测算|截至目前|截止目前|到目前"
    r"|持续|继续|不断|大力|积极|进一步|全力|加快|扎实|稳步|有序|深入|全面|统筹|精准|成功|顺利|高标准|高质量|高效|率先|首次|首批|首[支笔座个家条项例]|着力|切实|圆满|超额|提前|动态|滚动|最终|免费|实际|为(?!民)|对(?![外接口])|使(?!用)|把|将|由(?!于)|从(?![事业])|在(?![建线校岗职册编库营])|以(?![上下工])|向|让|给(?!排)|按(?![期时揭])|经(?![营济费贸纬常])|到(?!位)|及(?!时)|和(?!平|谐)|与|并|、|—|-|▶|●|·|年内|一年来|五年来|我们|政府|本月|当月|全部|各级|[一二三四五六七八九十]{1,3}是|于|要(?![素求点件闻])|因地制宜|千方百计|[一二三四五十两]年(?=来|间|内|累计|共|投入|新增|增加)|来(?=累计|共)"
    r"|(?:扣除|剔除|不含)[^，。；]{2,16}?后|据[^，。；]{2,12}统计|按[^，。；]{2,10}(?:划分|计算|分)|在[^，。；]{2,12}中[，,])"
)
_NUMBERING = r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．])"
_LEAD = re.compile(
    rf"(?:\s|[①-⑳]|的(?!士)|{_NUMBERING}|{_AREA}|{_ADVERBS}|(?:实现|带动|推动|促使|取得|拥有|保持|达到)(?=[^，。]{{2,}})|完成了(?=[^，。]{{3,}}))"
)
_TAIL_WORDS = (
    r"(?:超过了?|突破了?|做到|做到了|跨上|迈上|跨入|迈入|站上|跻身|跃上|迈过|超出|超|逾|近|约为|约|达到了?|达|增至|增加到|增加至|增长到|增长至|提高到|提高至|提升到|提升至|上升到|上升至|扩大到|扩大至|下降到|下降至|降低到|降低至|降至|降到|减少到|减少至"
    r"|压减至|压减到|压缩至|压缩到|缩短至|缩短到|回落至|收窄至|调整为|调整到|控制在|保持在?|稳定在?|维持在?|巩固在?|分别|(?<!平)均|都|各为|各|累计|总计|共计|合计|共有|现有|已有|拥有|(?<![享公])共|已|将|为|是|(?<![国公私所拥])有|(?<![统审设会预共伙])计|实现|完成|达成|在|由|从|至|到|以|的|仍|高达|多达|仅|只有|转为|变为|低于|高于|用于|可|占|(?<![主需重必纪摘首])要|应|：|:"
    r"|(?:为|由|从)?每(?:人每[年月日]|立方米|平方[公千]?[米里]|公顷|亩|户|人|万人|千人|百户)|[由从]人均"
    r"|不少于|不低于|不超过|不高于|左右|以上|预计|力争|争取|基本|连续|始终|继续|再次|每年|再|于|了|，|,|、|\s|\u200b|（|\(|；|“|\"|—|(?<=[一-龥])(?:也|又|且|并))"
)
_TAIL = re.compile(rf"{_TAIL_WORDS}+$")
# A step passed on the way to the number (突破5万关口、达到…).
_PASSED = re.compile(
    r"(?:首次)?(?:突破|跨越|跨上|迈上|站上|越过|迈过)[\d.]+[^，。；、\d]{0,5}(?:大关|关口|台阶)[、，]?"
)
_DIGIT = re.compile(r"\d")
_OCCASION = re.compile(
    r"^.*(?:活动|考核|评比|评价|竞赛|测评|比赛|运动会|锦标赛)中(?:连续[^，]{1,3}年)?(?=[一-龥]{2})"
)
_NOTES = re.compile(r"\[\d+\]|〔\d+〕|（[^（）]*）|\([^()]*\)")
_MID_ACT = re.compile(
    r"(?<=[一-龥”])(?:累计|共|已|预计|全年|年内|当年)?(?:实现|完成|达成)(?:了)?(?=[一-龥A-Z0-9“])(?!投资|率|情况|量|额)"
)
_BASIS = re.compile("|".join(BASES))
_OPENING_ACT = re.compile(rf"^(?:(?:{ACT})(?:了|并|和|、)?)+")
_CLOSING_ACT = re.compile(rf"(?:(?:{ACT})(?:了|并|和|、)?)+$")
_NOUN_NEXT = r"(?!单位|点|权|率|量|数|额|面积|投资|项目|企业|产业|人口|工程|里程|水平|岗位|基地|体系|条件|机制|中心|力|政策|村|类|商标|资金|平台|服务|改造|建设|行动)"
# Verbs that end the noun phrase after a number; the second kind may also be part of a noun (就业服务站).
_PREDICATE = re.compile(
    rf"(?:实现|达到|完成|建成|开工|竣工|投产|投用|投入使用|落地|签约|入驻|进入|纳入|获得|获评|获批|荣获|获|入选|列入|通过|成功|提供|进行|得到|成为|占|启动|缓缴|享受|参加|达标|超过|突破|逾期|脱贫|评为|认定|授予|组成|完工|通车|复工|开业|迁入|位于|坐落|未达到|反映){_NOUN_NEXT}"
    r"|全部|相继|陆续|先后|赴|前往|上榜|稳步|加快(?!发展)|有序|顺利|正在|持续|基本(?!养老|医疗|公共|农田|单位|药物|生活|建设)|已|(?<!平)均(?!衡)|被|将|同比|比上年|率先|用于|作为|为(?=[一-龥]{2})|到位|普遍|低于|高于|位列|居(?=[全中世第前首各省市]|[^，]{0,6}(?:首位|前列))"
    r"|受(?![理益])|创(?=历史|(?:近年|同期)?新高)|建设(?=稳步|加快|有序|全面|顺利|完成)|再(?=获|创|上)|大幅|明显|显著|不断|继续|较高|较快|较低"
    rf"|(?<=[一-龥]{{2}})(?:开展|增长|增加|上升|提升|减少|降低|扩大|缩短|压减|下降|提高|发放|受益|参与|注册|上市|申报|接入|实现就业|排名|运营|搬迁|出台|带动|支持|吸引|拉动|好转|改善|成交){_NOUN_NEXT}"
)
_GENERIC = re.compile(
    r"(?:企业|单位|项目|家庭|村|学校|部门|社区|小区|医院|机构|产品|事项|街道|乡镇|行政村|县|园区|公司|人|人员)"
)
# What follows a number without naming anything: the mark it passed (大关), or how its things moved.
_NO_THING = re.compile(rf"(?:大关|关口|台阶)[一-龥]*|{UP}|{DOWN}|持平")
_MANNER = re.compile(r"^(?:相继|陆续|先后|全部|正式|成功|顺利|均|已)+")
_SIZED = re.compile(r"^(?:(?:规模|级别|级)?的)")
# 疏通水沟、修复道路等类工单: only what the list is an example of is measured.
_OF_MANY = re.compile(r".*、.*等(?:各)?(?:(?:[类项个方面]|种(?![植养子业]))*)(?P<head>[一-龥]{2,10})$")
HAN = re.compile(r"[一-龥A-Za-z0-9“]")


def left_phrase(text: str) -> str:
    """The noun phrase at the end of the words before a number, adverbs, times and copulas taken off."""
    phrase = _NOTES.sub("", text).replace("\u200b", "")
    phrase = _without_times(phrase)
    phrase = _PASSED.sub("", phrase) if _DIGIT.search(phrase) else phrase
    phrase = _stripped(_OCCASION.sub("", phrase) if "中" in phrase else phrase)
    phrase = _MID_ACT.sub("", phrase)
    if listed := _OF_MANY.match(phrase):
        phrase = listed["head"]
    return _stripped(_from_last(phrase))


def list_phrase(text: str) -> str:
    """The whole list of names before 增速, 均 …, where `left_phrase` would keep its class only (…等指标)."""
    return _stripped(_without_times(_NOTES.sub("", text)))


def _without_times(text: str) -> str:
    return TIME.sub(lambda m: m.group() if m["row"] else "", text)


def _stripped(phrase: str) -> str:
    before = None
    while before != phrase:
        before = phrase
        phrase = _TAIL.sub("", phrase)
        if lead := _LEAD.match(phrase):
            phrase = phrase[lead.end() :]
    return phrase.strip(" 、，,：:；;—-·")


def _from_last(phrase: str) -> str:
    """Of a long phrase with 的 keep what follows it, when that is long enough to name something."""
    if len(phrase) > 16 and "的" in phrase:
        _, _, rest = phrase.rpartition("的")
        if len(rest) >= 4:
            return rest
    return phrase


def without_basis(text: str) -> tuple[str, str | None]:
    """The text without its basis words (同比, 比上年), and the first of them as printed; 累计 stays in the text."""
    found = [m.group() for m in _BASIS.finditer(text)]
    if not found:
        return text, None
    telling = [word for word in found if word != "累计"]
    return _BASIS.sub(lambda m: m.group() if m.group() == "累计" else "", text), (telling or found)[0]


def is_act(phrase: str) -> bool:
    """Whether nothing but verbs of doing is left (完成, 新建改建)."""
    return bool(phrase) and _OPENING_ACT.sub("", phrase) == ""


def ends_in_act(phrase: str) -> bool:
    return bool(_CLOSING_ACT.search(phrase))


def opens_with_act(phrase: str) -> bool:
    return bool(_OPENING_ACT.match(phrase))


def without_opening_acts(phrase: str) -> str:
    """Without verbs of doing at its start, unless nothing would be left."""
    return _OPENING_ACT.sub("", phrase) or phrase


def without_acts(phrase: str) -> str:
    """Without verbs of doing at its end."""
    return _CLOSING_ACT.sub("", phrase)


def right_phrase(text: str) -> str:
    """The noun phrase that opens the words after a number (38个|村供水管线改造|、…); empty when a predicate follows.

    A bare 企业 or 项目 with what it did is turned round: 企业入驻园区 -> 入驻园区企业.
    """
    said = right_words(text)
    cut = _PREDICATE.match(said) or _PREDICATE.search(said, 2)
    phrase = said[: cut.start()] if cut else said
    phrase = re.sub(r"(?:的|等|和|及|与|在|上|中|，)+$", "", phrase.strip())
    if not phrase or not HAN.match(phrase) or _NO_THING.fullmatch(phrase):
        return ""
    if cut and _GENERIC.fullmatch(phrase) and len(did := _MANNER.sub("", said[cut.start() :])) > 2:
        return did[:16] + phrase
    return phrase


def right_words(text: str) -> str:
    """The words after a number up to the next mark."""
    body = _without_times(_NOTES.sub("", text)).lstrip(" \u200b")
    body = _SIZED.sub("", body)
    found = re.match(
        r"(?:(?:[一-龥]{1,3}、)+(?=[一-龥“]{2}))?(?:“[^“”\n]*”|[^，。；、：:,;（()）\n！!？?|”])*", body
    )
    return found.group() if found else ""


def subject(text: str) -> str:
    """The subject of a clause without a number: what stands before its predicate."""
    phrase = _stripped(_without_times(_NOTES.sub("", text)))
    cut = _PREDICATE.search(phrase, 2)
    return left_phrase(phrase[: cut.start()] if cut else phrase)


_AREAS_ONLY = re.compile(rf"(?:{AREAS})+")


def is_area(phrase: str) -> bool:
    return bool(_AREAS_ONLY.fullmatch(phrase))
