"""K23, K26, K28, K29: this report against what last year's said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tongjian.checking.checks.stated import named
from tongjian.checking.facts import Facts
from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Finding, Need, Severity
from tongjian.reading.types import Achievement, Commitment, Part

_LAST = "某区2022年政府工作报告\n一、2021年工作回顾\n{}\n二、2022年工作安排\n{}"
_THIS = "某区2023年政府工作报告\n一、2022年工作回顾\n{}\n二、2023年工作安排\n{}"


@rule(
    "K23",
    "上年预计数未更新为实际数",
    "An estimate of last year's report was never replaced",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad(
            _THIS.format("2021年预计固定资产投资98.5亿元，今年再创新高。", "抓好项目。"),
            _LAST.format("预计全年固定资产投资98.5亿元。", "抓好项目。"),
        ),
        good(
            _THIS.format("2021年固定资产投资98.9亿元，今年再创新高。", "抓好项目。"),
            _LAST.format("预计全年固定资产投资98.5亿元。", "抓好项目。"),
        ),
    ),
)
def estimates(context: Context) -> Iterator[Finding]:
    """A figure of an earlier year that this report still calls an estimate."""
    this, last = context.this, context.previous
    assert last is not None
    for f in this.figures:
        if f.status != "estimate" or not named(this.indicator(f)) or f.form != "digits":
            continue
        before = [
            b
            for b in last.by_name.get(this.indicator(f), ())
            if b.status == "estimate" and b.period[:4] == f.period[:4]
        ]
        if before and last.reading.outline.reviewed and f.period[:4] <= str(last.reading.outline.reviewed):
            yield finding(
                "K23",
                Severity.QUESTION,
                (*this.spans(f), *last.spans(before[0])),
                f"“{f.indicator}”（{f.period}）仍为预计数{f.text}，上年报告预计{before[0].text}，应有实际数",
                f"{f.indicator} ({f.period}) is still an estimate, {f.text}; last year's report estimated {before[0].text}",
                ("换为实际数。", "Give the actual value."),
            )


@rule(
    "K23",
    "往年数据仍称预计",
    "A value of a year before the one reviewed is still an estimate",
    Severity.QUESTION,
    examples=(
        bad(_THIS.format("2021年预计固定资产投资98.5亿元。", "抓好项目。")),
        good(_THIS.format("2021年固定资产投资98.5亿元。预计全年固定资产投资101亿元。", "抓好项目。")),
    ),
)
def old_estimates(context: Context) -> Iterator[Finding]:
    facts = context.this
    reviewed = facts.reading.outline.reviewed
    for f in facts.figures:
        if reviewed and f.status == "estimate" and f.form == "digits" and f.period[-4:].isdigit():
            end = f.period.split("/")[-1][:4]
            if end.isdigit() and int(end) < reviewed and "预计" in facts.text[max(0, f.start - 30) : f.start]:
                yield finding(
                    "K23",
                    Severity.QUESTION,
                    facts.spans(f),
                    f"“{f.indicator}”{f.period}年数据{f.text}仍称“预计”，回顾年份为{reviewed}",
                    f"{f.indicator}: {f.text} of {f.period} is still called an estimate in a review of {reviewed}",
                    ("换为实际数。", "Give the actual value."),
                )


LONG = 30  # characters of a sentence before its repetition says something


@rule(
    "K26",
    "照搬上年表述",
    "A claim with figures is copied from last year's report",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad(
            _THIS.format(
                "新增幼儿园学位900个，改造提升农村公路35公里，完成老旧小区改造12个，群众获得感不断增强。",
                "抓好项目。",
            ),
            _LAST.format(
                "新增幼儿园学位900个，改造提升农村公路35公里，完成老旧小区改造12个，群众获得感不断增强。",
                "抓好项目。",
            ),
        ),
        good(
            _THIS.format(
                "新增幼儿园学位800个，改造提升农村公路45公里，完成老旧小区改造13个，群众获得感不断增强。",
                "抓好项目。",
            ),
            _LAST.format(
                "新增幼儿园学位900个，改造提升农村公路35公里，完成老旧小区改造12个，群众获得感不断增强。",
                "抓好项目。",
            ),
        ),
        trap(
            _THIS.format(
                "抓好项目。",
                "坚持以人民为中心的发展思想，坚定不移推动高质量发展，着力改善民生，维护社会稳定。",
            ),
            _LAST.format(
                "抓好项目。",
                "坚持以人民为中心的发展思想，坚定不移推动高质量发展，着力改善民生，维护社会稳定。",
            ),
        ),
    ),
)
def copied(context: Context) -> Iterator[Finding]:
    """A sentence of the review with figures, word for word in last year's review."""
    this, last = context.this, context.previous
    assert last is not None
    theirs = {last.text[s:e].strip(): s for s, e, _ in last.sentences()}
    for start, end, found in this.sentences():
        words = this.text[start:end].strip()
        if len(words) < LONG or words not in theirs or not any(f.form == "digits" for f in found):
            continue
        section = this.reading.outline.at(found[0].start)
        if section is not None and section.part is Part.REVIEW and found[0].status != "target":
            at = theirs[words]
            yield finding(
                "K26",
                Severity.QUESTION,
                (this.span(start, end), last.span(at, at + len(words))),
                f"与上年报告{len(words)}字完全相同，含数据{len(found)}个",
                f"{len(words)} characters with {len(found)} figures are the same as last year's",
                ("核对是否更新。", "See whether it was updated."),
            )


@rule(
    "K28",
    "上年承诺本年未提及",
    "A promise of last year is not mentioned",
    Severity.HINT,
    need=Need.PREVIOUS,
    examples=(
        bad(
            _THIS.format("新增学位900个。", "抓好项目。"),
            _LAST.format("抓好民生。", "建成滨河文化中心并投入使用。"),
        ),
        good(
            _THIS.format("滨河文化中心建成投用。", "抓好项目。"),
            _LAST.format("抓好民生。", "建成滨河文化中心并投入使用。"),
        ),
        trap(
            _THIS.format("抓好民生。", "继续推进滨河文化中心建设。"),
            _LAST.format("抓好民生。", "建成滨河文化中心并投入使用。"),
        ),
    ),
)
def dropped(context: Context) -> Iterator[Finding]:
    """A firm promise of last year whose object no words of this report hold; one finding for them all."""
    this, last = context.this, context.previous
    assert last is not None
    lost = [c for c in last.reading.commitments if _firm(c) and not _held(this.text, c.object)]
    if lost:
        names = "、".join(dict.fromkeys(c.object for c in lost[:6]))
        more = len(lost) - 6
        yield finding(
            "K28",
            Severity.HINT,
            tuple(last.span(c.start, c.end) for c in lost),
            f"上年可核承诺{len(lost)}项本报告未提及：{names}{'等' if more > 0 else ''}",
            f"{len(lost)} firm promises of last year are not mentioned: {names}{' …' if more > 0 else ''}",
            ("说明进展或原因。", "Say what became of them."),
        )


def _firm(c: Commitment) -> bool:
    return c.firmness == "hard" and c.kind == "project_milestone" and len(c.object) >= 4


def _held(text: str, name: str) -> bool:
    """Whether two in five of a name's runs of three characters stand in the text, and near each other.

    What it is (…改扩建工程) counts only where it is called nothing else.
    """
    bare = re.sub(r"[“”\s]", "", name)
    proper = _SORT_OF_WORKS.sub("", bare)
    bare = proper if len(proper) >= 3 else bare
    runs = [bare[i : i + 3] for i in range(len(bare) - 2)] or [bare]
    known = [p for p in runs if p in text]
    if len(known) * 5 < len(runs) * 2:
        return False
    room = len(bare) + NEAR
    for m in islice(re.finditer("|".join(map(re.escape, known)), text), 400):
        beside = text[max(0, m.start() - room) : m.end() + room]
        if sum(p in beside for p in known) * 5 >= len(runs) * 2:
            return True
    return False


_SORT_OF_WORKS = re.compile(
    r"(?:改扩建|扩建|改建|新建|续建|迁建|改造|提升|整治|配套|综合体?|中心|文化|工程|项目|建设)+$"
)
NEAR = 40  # characters; words of an object that stand farther apart are of other things
DONE = {"完工", "投用", "完成"}


@rule(
    "K29",
    "项目状态倒退或自相矛盾",
    "A project goes back a step",
    Severity.QUESTION,
    examples=(
        bad(_THIS.format("滨河文化中心建成投用。", "启动滨河文化中心前期工作。")),
        good(_THIS.format("滨河文化中心开工建设。", "确保滨河文化中心建成投用。")),
        trap(_THIS.format("滨河文化中心一期建成投用。", "启动滨河文化中心二期前期工作。")),
    ),
)
def backwards(context: Context) -> Iterator[Finding]:
    """Finished in the review, and to be started by the plan."""
    yield from _regress(context.this, context.this)


@rule(
    "K29",
    "项目状态比上年倒退",
    "A project stands behind last year's state",
    Severity.QUESTION,
    need=Need.PREVIOUS,
    examples=(
        bad(
            _THIS.format("抓好民生。", "启动滨河文化中心前期工作。"),
            _LAST.format("滨河文化中心建成投用。", "抓好项目。"),
        ),
        good(
            _THIS.format("抓好民生。", "推动滨河文化中心提质升级。"),
            _LAST.format("滨河文化中心开工建设。", "抓好项目。"),
        ),
    ),
)
def backwards_since(context: Context) -> Iterator[Finding]:
    assert context.previous is not None
    yield from _regress(context.previous, context.this)


_PHASE = re.compile(r"[一二三四五六七八九\d]期|扩建|改造|续建|升级|新一轮|第[一二三四五]|批")


_START = re.compile(r"(?:启动|谋划|筹划|开展|开工|新开工|立项|选址|论证|前期|奠基|动工)")
_ENDED = re.compile(r"投用|投入使用|竣工|完工|建成|已|完成|运营|开放|投产")
FAR_OFF = 20  # characters of a clause on each side of a name


def _regress(earlier: Facts, later: Facts) -> Iterator[Finding]:
    """A name that was said to be finished, in a later clause that has it start."""
    for a in earlier.reading.achievements:
        name = _bare(a.object)
        if not _is_done(a) or len(name) < 5 or "、" in name or _PHASE.search(a.text.replace(name, "")):
            continue
        after = a.end if earlier is later else 0
        for m in islice(re.finditer(re.escape(name), later.text[after:]), 40):
            start, end = clause(later.text, after + m.start(), after + m.end())
            words = later.text[start:end].replace(name, "")
            if _START.search(words) and not (_ENDED.search(words) or _PHASE.search(words)):
                yield _behind(earlier, later, a, (start, end))
                break


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause round a name, cut at pauses."""
    before = re.split(r"[，。；：、（）()\n]", text[max(0, start - FAR_OFF) : start])[-1]
    after = re.split(r"[，。；：、（）()\n]", text[end : end + FAR_OFF])[0]
    return start - len(before), end + len(after)


def _behind(earlier: Facts, later: Facts, a: Achievement, at: tuple[int, int]) -> Finding:
    words = later.text[at[0] : at[1]]
    return finding(
        "K29",
        Severity.QUESTION,
        (later.span(*at), earlier.span(a.start, a.end)),
        f"“{a.object}”已称“{a.state_words}”，此处又称“{words}”",
        f"{a.object} was said to be “{a.state_words}”; here it is “{words}”",
        ("核对项目进度。", "Check how far the project is."),
    )


def _is_done(a: Achievement) -> bool:
    return a.state in DONE and not a.figures


def _bare(name: str) -> str:
    return re.sub(r"(?:建设|项目|工程|前期工作|前期|工作)+$", "", re.sub(r"[“”\s的]", "", name))
